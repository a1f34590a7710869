"""The national directory of organisations, each council's links to it, boards, seats and meetings."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from partnerships.enums import BoardLevel, Cadence, OrganisationKind
from partnerships.permissions import OrganisationPermission
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council, CouncilOwned, new_id


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


class CouncilOrganisation(CouncilOwned):
    """A council's link to an organisation that serves its area, for a time."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="council_links")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    prevent_lead = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    executive_lead = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["council", "organisation"], name="organisation_linked_once_per_council"
            ),
            models.CheckConstraint(
                name="organisation_link_ends_after_it_starts",
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} for {self.council_id}"


class Board(CouncilOwned):
    """A board or group. ``council`` is its host; other councils join through BoardParticipant."""

    name = models.CharField(max_length=160)
    level = models.CharField(max_length=20, choices=BoardLevel.choices, default=BoardLevel.STRATEGIC)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="groups")
    cadence = models.CharField(max_length=20, choices=Cadence.choices, default=Cadence.QUARTERLY)
    chair_title = models.CharField(max_length=120, blank=True, help_text="The post that chairs it.")
    terms_reviewed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["council", "name"], name="board_name_is_unique_in_council")
        ]

    def __str__(self) -> str:
        return self.name


class BoardParticipant(models.Model):
    """A council that takes part in a joint board of another council, for a time.

    It sees the joint board and nothing else of the host.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    board = models.ForeignKey(Board, models.CASCADE, related_name="participants")
    host = models.ForeignKey(Council, models.PROTECT, related_name="+")
    participant = models.ForeignKey(Council, models.PROTECT, related_name="+")
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["board", "participant"], name="board_joined_once"),
            models.CheckConstraint(
                name="board_participant_is_not_the_host", condition=~Q(participant=F("host"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} in {self.board_id}"


class Meeting(CouncilOwned):
    """A meeting of a board, planned or held."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="meetings")
    held_on = models.DateField()
    place = models.CharField(max_length=120, blank=True)
    papers_due_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["held_on"]
        indexes = [models.Index(fields=["council", "held_on"], name="meeting_council_date")]

    def __str__(self) -> str:
        return f"{self.board_id} on {self.held_on}"
