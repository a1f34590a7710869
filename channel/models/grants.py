"""Grants by name on one case, with their dates."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from guardian.managers import UserObjectPermissionManager
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from channel.models.cases import ChannelCase
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class CaseUserPermissionQuerySet(models.QuerySet["CaseUserPermission"]):
    def live(self, on: date | None = None) -> CaseUserPermissionQuerySet:
        """Grants in force on a day (today unless told). The last day counts."""
        day = on or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class CaseUserPermissionManager(
    UserObjectPermissionManager,
    models.Manager.from_queryset(CaseUserPermissionQuerySet),  # type: ignore[misc] # a base made at run time
):
    """Guardian's manager, so that it recognises the table, with our dates."""


class CaseUserPermission(UserObjectPermissionBase, CouncilOwned):
    """Guardian's grant to one person on one case, with its dates: the one truth about who may open it (RC-3).

    Guardian itself knows no dates. The database shows a person only their own grants that are in force, so
    that guardian's checker, asked in that person's scope, gives the same answer as our own. A grant that is
    ended at once is deleted; the audit trail remembers it.
    """

    content_object = models.ForeignKey(ChannelCase, models.CASCADE, related_name="user_grants")
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True, help_text="Last day on which the case can be opened.")
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    # Guardian's shortcuts set no council and no giver, so the table refuses them: services/grants.py grants.
    objects: ClassVar[CaseUserPermissionManager] = CaseUserPermissionManager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "permission", "content_object"], name="case_user_grant_is_unique"
            ),
            models.CheckConstraint(
                name="case_user_grant_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="case_user_grant_is_given_by_another", condition=~Q(user=F("granted_by"))
            ),
        ]


class CaseGroupPermission(GroupObjectPermissionBase, CouncilOwned):
    """Guardian's table for grants to a group. Kept empty by the database: a grant names the person.

    It exists so that guardian never falls back to its generic table.
    """

    content_object = models.ForeignKey(ChannelCase, models.CASCADE, related_name="group_grants")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["group", "permission", "content_object"], name="case_group_grant_is_unique"
            )
        ]
