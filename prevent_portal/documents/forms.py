"""Forms and filters of evidence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.fields import PersonField
from prevent_portal.accounts.models import User, display_name
from prevent_portal.documents import rules
from prevent_portal.documents.access import reads_names
from prevent_portal.documents.enums import Marking
from prevent_portal.documents.library import owners_of, with_use_of_kind
from prevent_portal.documents.models import Document
from prevent_portal.documents.policies import check_address, check_size, safe_name, type_named
from prevent_portal.documents.queries import covers_words, possible_owners, without_use
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.dates import british_date
from prevent_portal.web.forms import DateField, FilterForm, FormTokenMixin, GovukForm

FILE_HINT = (
    "PDF, Word, Excel, OpenDocument, PNG or JPEG picture, CSV or text. No macros and no password. "
    "Do not send anything that names a person of concern."
)


class EvidenceDetails(GovukForm):
    """What is said of a file or link, whatever it hangs on."""

    title = forms.CharField(label="Title", max_length=200)
    covers_from = DateField(
        label="Covers from",
        required=False,
        help_text="The period that the content is about, not the day you add it. For example, 1 4 2018.",
    )
    covers_to = DateField(label="Covers to", required=False, help_text="For example, 31 3 2019.")
    marking = forms.ChoiceField(
        label="Protective marking",
        required=False,
        widget=forms.RadioSelect,
        choices=Marking.choices,
        help_text="As it is printed on the document.",
    )
    review_on = DateField(
        label="Review date",
        required=False,
        help_text="The day by which to look again whether this still holds. It will stand in your work.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("covers_from"), cleaned.get("covers_to")
        if start and end and end < start:
            self.add_error("covers_to", "Covers to must be on or after the day it starts")
        return cleaned


class FileMixin(forms.Form):
    """A file whose name, size and type may be kept; its content is checked when it is."""

    file = forms.FileField(label="File", max_length=255, help_text=FILE_HINT)

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        try:
            check_size(upload.size or 0)
            type_named(safe_name(upload.name or "file"))
        except PolicyError as refused:
            raise forms.ValidationError(str(refused)) from None
        return upload


class AddressMixin(forms.Form):
    """The address of a link."""

    url = forms.CharField(
        label="Web address",
        max_length=2000,
        help_text="It starts with https:// and leads to a page that its readers can open.",
    )

    def clean_url(self) -> str:
        try:
            return check_address(self.cleaned_data["url"])
        except PolicyError as refused:
            raise forms.ValidationError(str(refused)) from None


class NewFileForm(FormTokenMixin, FileMixin, EvidenceDetails):
    """A new file."""

    field_order = ["file", "title"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["title"].required = False
        self.fields["title"].help_text = "Left empty, the name of the file is its title."


class NewLinkForm(FormTokenMixin, AddressMixin, EvidenceDetails):
    """A new link."""

    field_order = ["url", "title"]


class VersionFileForm(FormTokenMixin, FileMixin, GovukForm):
    """A newer file of a document."""


class VersionLinkForm(FormTokenMixin, AddressMixin, GovukForm):
    """A newer address of a link."""


class DetailsForm(EvidenceDetails):
    """Change what is said of a document."""

    owner = PersonField(label="Owner", queryset=User.objects.none(), empty_label=None)
    confirmed = forms.BooleanField(
        label="Everybody who can read what this is evidence for may see an OFFICIAL-SENSITIVE document",
        required=False,
    )
    version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={
            "required": "This page was incomplete when it was sent. Check your answers and send it again.",
            "invalid": "This page was incomplete when it was sent. Check your answers and send it again.",
        },
    )

    def __init__(
        self,
        *args: Any,
        document: Document,
        access: CouncilAccess,
        asks_twice: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        if reads_names(access):
            owners = possible_owners(document.council) | User.objects.filter(pk=document.owner_id)
            cast("forms.ModelChoiceField[User]", self.fields["owner"]).queryset = owners.distinct()
        else:
            del self.fields["owner"]  # a list of the council's people would name them to a partner
        if not asks_twice:
            self.fields["confirmed"].widget = forms.HiddenInput()


class ConfirmForm(GovukForm):
    """The second thought about a sensitive document on a widely seen thing."""

    confirmed = forms.BooleanField(
        label="Everybody who can read this may see an OFFICIAL-SENSITIVE document",
        error_messages={"required": "Select the box to confirm, or leave the document out"},
    )


class DocumentChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs alone
    """A choice of documents with what tells them apart."""

    def label_from_instance(self, obj: Document) -> str:
        parts = [
            obj.title,
            covers_words(obj),
            f"added {british_date(timezone.localdate(obj.created_at))}",
            obj.get_marking_display() if obj.marking else "",
        ]
        return ", ".join(part for part in parts if part)


class ChooseForm(GovukForm):
    """One of the documents of the library."""

    document = DocumentChoice(
        label="Which document?",
        queryset=Document.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "Select a document",
            "invalid_choice": "This document is not among those that you can add here",
        },
    )

    def __init__(
        self, *args: Any, documents: QuerySet[Document], shown: list[Document], **options: Any
    ) -> None:
        """Take any of ``documents``, of which a page shows a few."""
        super().__init__(*args, **options)
        field = cast("forms.ModelChoiceField[Document]", self.fields["document"])
        field.queryset = documents
        field.choices = [(document.pk, field.label_from_instance(document)) for document in shown]


class SearchForm(GovukForm):
    """Words of a title."""

    marks_optional = False
    text = forms.CharField(label="Words of the title", required=False, max_length=100)


class LibraryFilter(django_filters.FilterSet):  # type: ignore[misc] # the library has no types
    """Filters of the evidence library, kept in the address."""

    text = django_filters.CharFilter(label="Words of the title", field_name="title", lookup_expr="icontains")
    marking = django_filters.ChoiceFilter(
        label="Protective marking",
        empty_label="Every marking",
        choices=[("none", "Not marked"), *Marking.choices[1:]],
        method="by_marking",
    )
    owner = django_filters.ChoiceFilter(label="Owner", empty_label="Everybody", choices=(), method="by_owner")
    review = django_filters.ChoiceFilter(
        label="Review",
        empty_label="Any review date",
        choices=[
            ("overdue", "Review date has passed"),
            ("soon", "To review within 90 days"),
            ("none", "No review date"),
        ],
        method="by_review",
    )
    kind = django_filters.ChoiceFilter(
        label="Hangs on", empty_label="Anything or nothing", choices=(), method="by_kind"
    )

    class Meta:
        model = Document
        fields: list[str] = []
        form = FilterForm

    def __init__(self, data: Any, queryset: QuerySet[Document], *, access: CouncilAccess) -> None:
        super().__init__(data, queryset)
        self.access = access
        self.filters["owner"].extra["choices"] = [
            (str(owner.pk), display_name(owner))
            for owner in owners_of(access)
            if reads_names(access) or owner.pk == access.user.pk
        ]
        self.filters["kind"].extra["choices"] = [
            *((kind.name, kind.words) for kind in rules.kinds()),
            ("nothing", "Nothing"),
        ]

    @property
    def in_use(self) -> bool:
        return any(value not in (None, "", False) for value in self.form.cleaned_data.values())

    def by_marking(self, rows: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        return rows.filter(marking="" if value == "none" else value)

    def by_owner(self, rows: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        return rows.filter(owner_id=int(value))

    def by_review(self, rows: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        today = timezone.localdate()
        return rows.filter(
            {
                "overdue": Q(review_on__lt=today),
                "soon": Q(review_on__range=(today, today + timedelta(days=90))),
                "none": Q(review_on__isnull=True),
            }[value]
        )

    def by_kind(self, rows: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        if value == "nothing":
            return without_use(self.access.council, rows)
        return with_use_of_kind(self.access, rows, value)
