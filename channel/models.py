"""Panels, statements, meetings, and restricted case summaries with their named grants.

Every table here has a second wall beside the council's: restrictive row-level-security policies that the
database derives from the person of the transaction (migrations/0002_walls.py). A row that a person may not
know of does not exist for them, whatever a query forgets.
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from guardian.managers import UserObjectPermissionManager
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from channel.enums import (
    READ_CASE,
    SUMMARY_LIMIT,
    Capacity,
    ConsentToSupport,
    LawfulBasis,
    SourceSector,
    StatementKind,
)
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council, CouncilOwned

# Without letters and digits that are mistaken for one another when read aloud at a meeting.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """Return a random reference such as ``K7Q4-MZ2R``: it says nothing about the case, not even its age."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


class Panel(CouncilOwned):
    """A Channel panel of a council. Found only by the people who sit on it."""

    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["council", "name"], name="panel_name_is_unique")]

    def __str__(self) -> str:
        return self.name


class SeatQuerySet(models.QuerySet["Seat"]):
    def live(self, on: date | None = None) -> SeatQuerySet:
        """Seats held on a day (today unless told). The last day counts."""
        day = on or timezone.localdate()
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day, ended_at__isnull=True
        )


class Seat(CouncilOwned):
    """A person's place on a panel, from a date to a date: the named grant to the panel (RC-3).

    The chair's and the secretary's seat covers all cases of their panel, under the annual acknowledgement; a
    member's seat covers no case without a grant on it. The role that the council's administrator gives and
    the seat that the chair gives are both needed: neither can let anybody in alone.
    """

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="seats")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=12, choices=Capacity.choices)
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True, help_text="Last day on the panel.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Ended at once, at this moment.")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = SeatQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["person", "panel"], name="seat_person_panel")]
        constraints = [
            models.UniqueConstraint(
                fields=["panel", "person"],
                condition=Q(ends_on__isnull=True, ended_at__isnull=True),
                name="seat_open_once_per_panel",
            ),
            models.CheckConstraint(
                name="seat_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.panel_id}"


class StatementVersion(CouncilOwned):
    """One version of a council's confidentiality statement. Append-only: new words are a new version."""

    kind = models.CharField(max_length=10, choices=StatementKind.choices)
    number = models.PositiveIntegerField()
    text = models.TextField(max_length=4_000)
    text_hash = models.CharField(max_length=64, help_text="SHA-256 of the text.")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["kind", "-number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["council", "kind", "number"], name="statement_number_is_unique"),
            models.CheckConstraint(name="statement_number_counts_from_1", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} version {self.number}"


class ChannelMeeting(CouncilOwned):
    """A meeting of a panel. Its cases can be opened only between its opening and its close."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-starts_at"]
        default_permissions = ()
        indexes = [models.Index(fields=["council", "panel", "starts_at"], name="channel_meeting_panel_start")]
        constraints = [
            models.CheckConstraint(
                name="channel_meeting_closes_after_it_opens",
                condition=Q(closed_at__isnull=True)
                | Q(opened_at__isnull=False, closed_at__gte=F("opened_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.panel_id} at {self.starts_at:%Y-%m-%d}"


class Signature(CouncilOwned):
    """One person's acceptance of a statement's version for one meeting (RC-2). Append-only."""

    meeting = models.ForeignKey(ChannelMeeting, models.PROTECT, related_name="signatures")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    statement = models.ForeignKey(StatementVersion, models.PROTECT, related_name="signatures")
    text_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person", "statement"], name="statement_signed_once_per_meeting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.meeting_id}"


class Acknowledgement(CouncilOwned):
    """The annual acknowledgement under which chair and secretary prepare cases. Append-only."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    statement = models.ForeignKey(StatementVersion, models.PROTECT, related_name="acknowledgements")
    text_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["panel", "person", "signed_at"], name="acknowledgement_panel_person")]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.panel_id}"


class ChannelCase(CouncilOwned):
    """A short summary that proves the panel did its work. It identifies nobody and holds no intelligence.

    There is no field for a name, initials, a date of birth or an address, and the summary is screened for
    them (policies.py). Consent to support and the lawful basis are two fields (rule 4 of the product).
    """

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="cases")
    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    referred_on = models.DateField(null=True, blank=True)
    screened_on = models.DateField(null=True, blank=True)
    first_panel_on = models.DateField(null=True, blank=True)
    support_started_on = models.DateField(null=True, blank=True)
    exited_on = models.DateField(null=True, blank=True)
    residence = models.ForeignKey(
        Council, models.PROTECT, related_name="+", help_text="The lower-tier council of residence."
    )
    police_area = models.CharField(max_length=80)
    source_sector = models.CharField(max_length=24, choices=SourceSector.choices)
    summary = models.TextField(max_length=SUMMARY_LIMIT)
    consent_to_support = models.CharField(
        max_length=12, choices=ConsentToSupport.choices, default=ConsentToSupport.NOT_ASKED
    )
    lawful_basis = models.CharField(
        max_length=20, choices=LawfulBasis.choices, default=LawfulBasis.PUBLIC_TASK
    )
    no_intelligence_declared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    no_intelligence_declared_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["reference"]
        # No add, change, delete or view permission exists: a grant on the whole table cannot be given.
        default_permissions = ()
        permissions = [(READ_CASE, "Read one case summary")]
        constraints = [
            models.UniqueConstraint(fields=["council", "reference"], name="case_reference_is_unique"),
            models.CheckConstraint(
                name="case_summary_is_short",
                condition=LessThanOrEqual(Length("summary"), SUMMARY_LIMIT),
            ),
            models.CheckConstraint(
                name="case_support_starts_with_consent",
                condition=Q(support_started_on__isnull=True)
                | Q(consent_to_support__in=[ConsentToSupport.GIVEN, ConsentToSupport.WITHDRAWN]),
            ),
            models.CheckConstraint(
                name="case_exits_after_referral",
                condition=Q(exited_on__isnull=True)
                | Q(referred_on__isnull=True)
                | Q(exited_on__gte=F("referred_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class MeetingCase(CouncilOwned):
    """A case that a meeting discusses."""

    meeting = models.ForeignKey(ChannelMeeting, models.CASCADE, related_name="listed_cases")
    case = models.ForeignKey(ChannelCase, models.CASCADE, related_name="meetings")
    listed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["meeting", "case"], name="case_listed_once_per_meeting")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} at {self.meeting_id}"


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
