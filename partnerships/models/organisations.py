"""The national directory of organisations and their codes, and who may act for one."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from partnerships.enums import OrganisationKind
from partnerships.permissions import OrganisationPermission
from prevent_portal.tenancy.models import Council, new_id


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def current(self, on: date | None = None) -> OrganisationQuerySet:
        """Organisations that exist on a day (today unless told)."""
        day = on or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))

    def offered_to(self, council: Council) -> OrganisationQuerySet:
        """The national directory and what the council added for itself, never what another one added."""
        return self.filter(Q(kept_by__isnull=True) | Q(kept_by=council))


class Organisation(models.Model):
    """A body of the national directory, shared by every council; what a council knows of it is in its link.

    ``kept_by`` names the council that added a body which no official register lists, such as its own service:
    no other council finds or links it. ``specified_authority`` says whether Schedule 6 binds it,
    ``panel_partner`` whether Schedule 7 names it: two different lists.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=OrganisationKind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    specified_authority = models.BooleanField(default=False)
    panel_partner = models.BooleanField(default=False)
    ends_on = models.DateField(null=True, blank=True, help_text="Last day on which it existed.")
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    kept_by = models.ForeignKey(
        Council, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="The council that added it for itself; nobody for a body of the national directory.",
    )  # fmt: skip
    area_code = models.CharField(
        max_length=12, blank=True, help_text="Of the local authority, as the register of schools numbers it."
    )
    version = models.PositiveIntegerField(default=1)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        permissions = [(name.value, name.description) for name in OrganisationPermission]
        indexes = [
            models.Index(fields=["name"], name="organisation_name"),
            models.Index(fields=["area_code", "kind"], name="organisation_area"),
        ]
        constraints = [
            models.CheckConstraint(
                name="organisation_succeeded_only_if_ended",
                condition=Q(successor__isnull=True) | Q(ends_on__isnull=False),
            ),
            models.CheckConstraint(
                name="organisation_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationCode(models.Model):
    """A code of an organisation for a time (ODS, URN). A return belongs to the code valid at period end.

    ``kept_by`` is the organisation's: what one council numbers for itself never stands in another's way.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="codes")
    scheme = models.CharField(max_length=12)
    code = models.CharField(max_length=20)
    kept_by = models.ForeignKey(Council, models.PROTECT, null=True, blank=True, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "code", "kept_by"], nulls_distinct=False, name="organisation_code_is_unique"
            ),
            models.CheckConstraint(
                name="organisation_code_ends_after_it_starts",
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.code}"


class OrganisationUserPermission(UserObjectPermissionBase):
    """Guardian's grant to a person on an organisation: a trust's submitter. By direct foreign key.

    It follows :class:`partnerships.models.ActingPerson` in the database: there while any council vouches for
    the person. By itself it opens nothing.
    """

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
