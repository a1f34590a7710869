"""The search over the API: the same kinds, the same hits, as few of each."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.web.api import CouncilAPIView, RefusalSerializer
from prevent_portal.web.search import MOST_CHARACTERS, Question, kinds_open_to, search


class SearchHitSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    reference = serializers.CharField(help_text="Such as A4; empty for things without one.")
    href = serializers.CharField(help_text="Its page.")
    words = serializers.CharField(help_text="Where it stands, and how.")


class SearchKindSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    words = serializers.CharField()
    hits = SearchHitSerializer(many=True)
    has_more = serializers.BooleanField(help_text="More fit than the ten that are given.")


class SearchFoundSerializer(serializers.Serializer[Any]):
    results = SearchKindSerializer(many=True)


class SearchAPI(CouncilAPIView):
    """Search what the asker may read of the council."""

    permission = AccountsPermission.VIEW_COUNCIL

    @extend_schema(
        parameters=[
            OpenApiParameter(
                name="q",
                required=False,
                type=str,
                description=f"Words or a reference such as A4, at most {MOST_CHARACTERS} characters. "
                "Without it nothing is found.",
            )
        ],
        responses={200: SearchFoundSerializer, 400: RefusalSerializer},
        operation_id="search",
    )
    def get(self, request: Request) -> Response:
        if not kinds_open_to(self.access):
            raise Http404
        question = Question.asked(request.query_params.get("q", ""))
        if refusal := question.refusal:
            raise exceptions.ValidationError({"detail": refusal})
        found = search(self.access, question) if question.text else []
        return Response(
            {
                "results": [
                    {
                        "kind": one.kind.name,
                        "words": one.kind.words,
                        "hits": [
                            {
                                "title": hit.title,
                                "reference": hit.reference,
                                "href": hit.href,
                                "words": hit.words,
                            }
                            for hit in one.hits
                        ],
                        "has_more": one.has_more,
                    }
                    for one in found
                ]
            },
            headers={"Cache-Control": "no-store, private"},
        )
