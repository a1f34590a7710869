"""Evidence over the API: the pages' access functions and services (API-1, API-3, API-4)."""

from __future__ import annotations

import uuid
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from prevent_portal.accounts.models import User
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.documents.access import (
    document_for,
    document_to_change,
    name_for,
    reads_names,
    thing_to_evidence,
    use_to_remove,
    version_for,
    visible_documents,
)
from prevent_portal.documents.enums import Marking, VersionState
from prevent_portal.documents.forms import LibraryFilter
from prevent_portal.documents.library import UseLine, uses_of
from prevent_portal.documents.models import Document, DocumentVersion
from prevent_portal.documents.permissions import DocumentsPermission
from prevent_portal.documents.queries import newest_versions, possible_owners, type_words, versions_of
from prevent_portal.documents.services.documents import (
    add_file,
    add_link,
    attach_file,
    attach_link,
    change_document,
)
from prevent_portal.documents.services.uses import attach_document, detach
from prevent_portal.documents.services.versions import add_version
from prevent_portal.documents.views.files import fetch
from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    RefusalSerializer,
    WritingAPIView,
    checked,
)
from prevent_portal.web.pagination import Pagination

CONFIRMED_HELP = (
    "Needed to hang an OFFICIAL-SENSITIVE document on something that many people read: you know, and mean it."
)


class UseSerializer(serializers.Serializer[Any]):
    """A thing that the document hangs on and that you may read."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    kind_words = serializers.CharField()
    object_id = serializers.UUIDField()
    thing = serializers.CharField()


class VersionSerializer(serializers.Serializer[Any]):
    """One stored file or address; it never changes."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=VersionState.choices)
    problem = serializers.CharField(help_text="Why it was refused.")
    file_name = serializers.CharField()
    url = serializers.CharField(help_text="Of a link.")
    type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField(help_text="Of the bytes; of the address for a link.")
    scanned_at = serializers.DateTimeField(allow_null=True, help_text="When a malware scanner passed it.")
    uploaded_at = serializers.DateTimeField()
    uploaded_by = serializers.CharField()
    href = serializers.CharField(help_text="Where to fetch it; empty until it is checked.")


class DocumentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    reference = serializers.CharField()
    title = serializers.CharField()
    is_link = serializers.BooleanField()
    marking = serializers.ChoiceField(choices=Marking.choices, allow_blank=True)
    covers_from = serializers.DateField(allow_null=True)
    covers_to = serializers.DateField(allow_null=True)
    review_on = serializers.DateField(allow_null=True)
    owner_id = serializers.IntegerField(allow_null=True, help_text="Null where you may not learn who it is.")
    owner = serializers.CharField()
    added_at = serializers.DateTimeField()
    version = serializers.IntegerField(help_text="Of the details; send it with your next change.")
    newest = VersionSerializer(allow_null=True, help_text="The newest checked version.")
    uses = UseSerializer(many=True)


class DocumentDetailSerializer(DocumentSerializer):
    versions = VersionSerializer(many=True)


class DetailsSerializer(serializers.Serializer[Any]):
    """What is said of a new document, and what it hangs on from the start."""

    marking = serializers.ChoiceField(choices=Marking.choices, allow_blank=True, default="")
    covers_from = serializers.DateField(required=False, allow_null=True, default=None)
    covers_to = serializers.DateField(required=False, allow_null=True, default=None)
    review_on = serializers.DateField(required=False, allow_null=True, default=None)
    kind = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=60, help_text="Of the thing it hangs on."
    )
    object_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    confirmed = serializers.BooleanField(default=False, help_text=CONFIRMED_HELP)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs["kind"]) != (attrs["object_id"] is not None):
            raise ValidationError({"object_id": ["Send kind and object_id together, or neither."]})
        return attrs


class NewFileSerializer(DetailsSerializer):
    file = serializers.FileField(max_length=255, allow_empty_file=True)
    title = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class NewLinkSerializer(DetailsSerializer):
    url = serializers.CharField(max_length=2000, help_text="Starts with https://.")
    title = serializers.CharField(max_length=200)


class DocumentChangeSerializer(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    version = serializers.IntegerField()
    title = serializers.CharField(max_length=200, required=False)
    marking = serializers.ChoiceField(choices=Marking.choices, allow_blank=True, required=False)
    covers_from = serializers.DateField(required=False, allow_null=True)
    covers_to = serializers.DateField(required=False, allow_null=True)
    review_on = serializers.DateField(required=False, allow_null=True)
    owner_id = serializers.IntegerField(required=False)
    confirmed = serializers.BooleanField(default=False, help_text=CONFIRMED_HELP)


class NewVersionFileSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(max_length=255, allow_empty_file=True)


class NewVersionLinkSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=2000)


class NewUseSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(max_length=60)
    object_id = serializers.UUIDField()
    confirmed = serializers.BooleanField(default=False, help_text=CONFIRMED_HELP)


class DocumentsAPI(WritingAPIView):
    """The library: what the person may read, with the filters of its page; and new files."""

    permission = {"get": DocumentsPermission.VIEW_EVIDENCE, "post": AccountsPermission.VIEW_COUNCIL}
    parser_classes = [MultiPartParser]
    pagination_class = Pagination

    @extend_schema(
        operation_id="documents",
        parameters=[
            OpenApiParameter(name, str, description=words)
            for name, words in (
                ("text", "Words of the title."),
                ("marking", "none, official or official_sensitive."),
                ("owner", "Id of a person."),
                ("review", "overdue, soon or none."),
                ("kind", "A kind of thing that it hangs on, or “nothing”."),
            )
        ],
        responses=DocumentSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        filters = LibraryFilter(request.query_params, visible_documents(self.access), access=self.access)
        if not filters.is_valid():
            raise ValidationError(filters.errors)
        pages = Pagination()
        rows = filters.qs.select_related("owner").order_by("-created_at", "-pk")
        page: list[Document] = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response(documents_data(self, page))

    @extend_schema(
        operation_id="document_upload",
        summary="Upload a file, and hang it on a thing",
        request={"multipart/form-data": NewFileSerializer},
        parameters=[IDEMPOTENCY_KEY],
        responses={201: DocumentSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(NewFileSerializer, request)
        upload, kind, object_id, confirmed = taken(given, "file", "kind", "object_id", "confirmed")
        may_add(self, kind, object_id)

        def create() -> dict[str, Any]:
            if kind:
                document = attach_file(
                    council=self.council,
                    by=self.person,
                    upload=upload,
                    kind=kind,
                    object_id=object_id,
                    confirmed=confirmed,
                    **given,
                )
            else:
                document = add_file(council=self.council, by=self.person, upload=upload, **given)
            return document_data(self, document)

        return self.created_once(request, create)


class LinksAPI(WritingAPIView):
    """New links."""

    permission = AccountsPermission.VIEW_COUNCIL

    @extend_schema(
        operation_id="document_link",
        summary="Add a link, and hang it on a thing",
        request=NewLinkSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: DocumentSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(NewLinkSerializer, request)
        kind, object_id, confirmed = taken(given, "kind", "object_id", "confirmed")
        may_add(self, kind, object_id)

        def create() -> dict[str, Any]:
            if kind:
                document = attach_link(
                    council=self.council,
                    by=self.person,
                    kind=kind,
                    object_id=object_id,
                    confirmed=confirmed,
                    **given,
                )
            else:
                document = add_link(council=self.council, by=self.person, **given)
            return document_data(self, document)

        return self.created_once(request, create)


class DocumentAPI(WritingAPIView):
    """One document."""

    permission = AccountsPermission.VIEW_COUNCIL

    @extend_schema(operation_id="document", responses=DocumentDetailSerializer)
    def get(self, request: Request, document_id: uuid.UUID) -> Response:
        document = document_for(self.access, document_id)
        versions = [version_data(self, version) for version in versions_of(document)]
        return Response({**document_data(self, document), "versions": versions})

    @extend_schema(
        operation_id="document_change",
        request=DocumentChangeSerializer,
        responses={200: DocumentSerializer, **VERSIONED_ANSWERS},
    )
    def patch(self, request: Request, document_id: uuid.UUID) -> Response:
        document = document_to_change(self.access, document_id)
        given = checked(DocumentChangeSerializer, request)
        owner: User | None = document.owner
        if "owner_id" in given and given["owner_id"] != document.owner_id:
            people = possible_owners(self.council) if reads_names(self.access) else User.objects.none()
            owner = people.filter(pk=given["owner_id"]).first()
            if owner is None:
                raise ValidationError({"owner_id": ["This person does not belong to the council."]})
        given.pop("owner_id", None)
        kept = {
            name: given.get(name, getattr(document, name))
            for name in ("title", "marking", "covers_from", "covers_to", "review_on")
        }
        changed = change_document(
            document=document,
            by=self.person,
            version=given["version"],
            owner=owner or document.owner,
            confirmed=given["confirmed"],
            **kept,
        )
        return Response(document_data(self, changed))


class VersionsAPI(WritingAPIView):
    """New versions of a document."""

    permission = AccountsPermission.VIEW_COUNCIL
    parser_classes = [MultiPartParser, JSONParser]

    @extend_schema(
        operation_id="document_version",
        summary="Add a newer file of a document, or a newer address of a link",
        request={
            "multipart/form-data": NewVersionFileSerializer,
            "application/json": NewVersionLinkSerializer,
        },
        parameters=[IDEMPOTENCY_KEY],
        responses={201: VersionSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, document_id: uuid.UUID) -> Response:
        document = document_to_change(self.access, document_id)
        serializer = NewVersionLinkSerializer if document.is_link else NewVersionFileSerializer
        given = checked(serializer, request)

        def create() -> dict[str, Any]:
            version = add_version(
                document=document, by=self.person, upload=given.get("file"), url=given.get("url", "")
            )
            return version_data(self, version)

        return self.created_once(request, create)


class UsesAPI(WritingAPIView):
    """Hang a document of the library on a thing."""

    permission = AccountsPermission.VIEW_COUNCIL

    @extend_schema(
        operation_id="document_attach",
        request=NewUseSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: DocumentSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, document_id: uuid.UUID) -> Response:
        document = document_for(self.access, document_id)
        given = checked(NewUseSerializer, request)
        thing_to_evidence(self.access, given["kind"], given["object_id"])

        def create() -> dict[str, Any]:
            attach_document(document=document, by=self.person, **given)
            return document_data(self, document)

        return self.created_once(request, create)


class UseAPI(WritingAPIView):
    """Take a document off a thing; the document stays."""

    permission = AccountsPermission.VIEW_COUNCIL

    @extend_schema(operation_id="document_detach", responses={204: None, 404: RefusalSerializer})
    def delete(self, request: Request, document_id: uuid.UUID, use_id: uuid.UUID) -> Response:
        detach(use=use_to_remove(self.access, document_id, use_id), by=self.person)
        return Response(status=204)


class DownloadAPI(WritingAPIView):
    """The bytes of a checked version."""

    permission = AccountsPermission.VIEW_COUNCIL

    @extend_schema(
        operation_id="document_download",
        responses={
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The file."),
            302: OpenApiResponse(None, "The address of a link."),
            404: RefusalSerializer,
        },
    )
    def get(self, request: Request, version_id: uuid.UUID) -> HttpResponseBase:
        return fetch(self.access, version_for(self.access, version_id))


def taken(given: dict[str, Any], *names: str) -> list[Any]:
    """Take values out of a checked body."""
    return [given.pop(name) for name in names]


def may_add(view: WritingAPIView, kind: str, object_id: uuid.UUID | None) -> None:
    """Answer 404 to whoever may not add to the thing or, without one, to the library."""
    if kind and object_id is not None:
        thing_to_evidence(view.access, kind, object_id)
    else:
        view.access.require(DocumentsPermission.ADD_EVIDENCE)


def _is_named(view: WritingAPIView, person: User) -> bool:
    return reads_names(view.access) or person.pk == view.person.pk


def documents_data(view: WritingAPIView, documents: list[Document]) -> list[dict[str, Any]]:
    """Many documents with their newest versions and readable uses, in a fixed number of queries."""
    ids = [document.pk for document in documents]
    newest = newest_versions(view.council, ids)
    uses = uses_of(view.access, ids)
    return [
        _document_data(view, document, newest.get(document.pk), uses.get(document.pk, []))
        for document in documents
    ]


def document_data(view: WritingAPIView, document: Document) -> dict[str, Any]:
    """One document."""
    return documents_data(view, [document])[0]


def _document_data(
    view: WritingAPIView, document: Document, newest: DocumentVersion | None, uses: list[UseLine]
) -> dict[str, Any]:
    names = ("id", "reference", "title", "is_link", "marking", "covers_from", "covers_to", "review_on")
    body = {
        **{name: getattr(document, name) for name in names},
        "owner_id": document.owner_id if _is_named(view, document.owner) else None,
        "owner": name_for(view.access, document.owner),
        "added_at": document.created_at,
        "version": document.version,
        "newest": _version_body(view, newest) if newest else None,
        "uses": [
            {
                "id": use.use_id,
                "kind": use.kind,
                "kind_words": use.kind_words,
                "object_id": use.object_id,
                "thing": use.thing.text,
            }
            for use in uses
        ],
    }
    return dict(DocumentSerializer(body).data)


def version_data(view: WritingAPIView, version: DocumentVersion) -> dict[str, Any]:
    """One version."""
    return dict(VersionSerializer(_version_body(view, version)).data)


def _version_body(view: WritingAPIView, version: DocumentVersion) -> dict[str, Any]:
    names = (
        "id",
        "number",
        "state",
        "problem",
        "file_name",
        "url",
        "size",
        "sha256",
        "scanned_at",
        "uploaded_at",
    )
    is_open = version.state == VersionState.ACCEPTED
    return {
        **{name: getattr(version, name) for name in names},
        "type": type_words(version),
        "scanned_at": version.scanned_at,
        "uploaded_at": version.uploaded_at,
        "uploaded_by": name_for(view.access, version.uploaded_by),
        "href": reverse("api-document-download", args=[view.council.slug, version.pk]) if is_open else "",
    }
