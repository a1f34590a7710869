"""Released figures: all of Channel that the API ever reads out (docs/decisions/0006-no-channel-api.md)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channel.enums import Audience
from channel.permissions import ChannelPermission
from channel.queries.figures import PrintedFigure, figures_for
from prevent_portal.web.api import CouncilAPIView
from prevent_portal.web.pagination import Pagination


class ReleasedFigureSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(help_text="Of the release that the figure stands in.")
    counts = serializers.CharField(help_text="What is counted.")
    period = serializers.CharField()
    printed = serializers.CharField(help_text="A number, or words such as “fewer than 8” and “not shown”.")
    number = serializers.IntegerField(
        allow_null=True, help_text="The printed number, null where words stand."
    )
    released_at = serializers.DateTimeField()


class ReleasedFiguresAPI(CouncilAPIView):
    """Figures about Channel cases that have passed the disclosure gate and were approved by two people."""

    permission = ChannelPermission.VIEW_FIGURES
    pagination_class = Pagination

    @extend_schema(
        operation_id="channel_figures",
        parameters=[
            OpenApiParameter("audience", enum=[audience.value for audience in Audience], required=True)
        ],
        responses=ReleasedFigureSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        audience = serializers.ChoiceField(choices=Audience.choices).run_validation(
            request.query_params.get("audience", "")
        )
        pages = Pagination()
        found: list[PrintedFigure] = figures_for(self.access, Audience(audience))
        page = pages.paginate_queryset(found, request, view=self) or []
        return pages.get_paginated_response(ReleasedFigureSerializer(page, many=True).data)
