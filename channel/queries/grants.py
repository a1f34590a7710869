"""Reads of the grants on one case."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.db.models import QuerySet

from channel.enums import READ_CASE
from channel.models import CaseUserPermission, ChannelCase


def grants_on(case: ChannelCase) -> QuerySet[CaseUserPermission]:
    """Grants on a case, for those who prepare it."""
    return (
        CaseUserPermission.objects.filter(council=case.council_id, content_object=case)
        .select_related("user")
        .order_by("user__name", "pk")
    )


def read_permission() -> Permission:
    """Guardian's permission to read one case, as grants hold it."""
    return Permission.objects.get(codename=READ_CASE, content_type__app_label="channel")
