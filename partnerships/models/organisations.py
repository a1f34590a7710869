"""The national directory of organisations and their codes, and who may act for one."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from partnerships.enums import OrganisationKind
from partnerships.permissions import OrganisationPermission
from prevent_portal.tenancy.models import new_id


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def current(self, on: date | None = None) -> OrganisationQuerySet:
        """Organisations that exist on a day (today unless told)."""
        day = on or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))


class Organisation(models.Model):
    """A body of the national directory, shared by every council; what a council knows of it is in its link.

    ``specified_authority`` says whether Schedule 6 binds it, ``panel_partner`` whether Schedule 7 names it:
    two different lists.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=OrganisationKind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    specified_authority = models.BooleanField(default=False)
    panel_partner = models.BooleanField(default=False)
    ends_on = models.DateField(null=True, blank=True, help_text="Last day on which it existed.")
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        permissions = [(name.value, name.description) for name in OrganisationPermission]
        indexes = [models.Index(fields=["name"], name="organisation_name")]
        constraints = [
            models.CheckConstraint(
                name="organisation_succeeded_only_if_ended",
                condition=Q(successor__isnull=True) | Q(ends_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationCode(models.Model):
    """A code of an organisation for a time (ODS, URN). A return belongs to the code valid at period end."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="codes")
    scheme = models.CharField(max_length=12)
    code = models.CharField(max_length=20)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="organisation_code_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.code}"


class OrganisationUserPermission(UserObjectPermissionBase):
    """Guardian's grant to a person on an organisation: a trust's submitter. By direct foreign key."""

    id = models.BigAutoField(primary_key=True)
    content_object = models.ForeignKey(Organisation, models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "permission", "content_object"], name="organisation_user_grant_is_unique"
            )
        ]


class OrganisationGroupPermission(GroupObjectPermissionBase):
    """Guardian's table for grants to a group on an organisation. Kept empty: grants name the person."""

    id = models.BigAutoField(primary_key=True)
    content_object = models.ForeignKey(Organisation, models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "permission", "content_object"], name="organisation_group_grant_is_unique"
            )
        ]
