"""Meetings of boards: agenda, papers, attendance, decisions, actions arising, minutes and packs.

Everything hangs on the meeting and belongs to the board's host council. Once the minutes are approved a
trigger refuses any further change to the meeting and to what was recorded of it.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from partnerships.enums import (
    AgendaKind,
    AttendanceState,
    MeetingState,
    MinutesState,
    PackEdition,
    PaperAudience,
)
from partnerships.models.boards import Board
from partnerships.models.organisations import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.documents.models import DocumentVersion
from prevent_portal.tenancy.models import Council, CouncilOwned


class MeetingArrangements(CouncilOwned):
    """How a board meets: its standing items, and when papers are due. One row for a board.

    A board without a row meets by the portal's own habits.
    """

    board = models.ForeignKey(Board, models.CASCADE, related_name="arrangements")
    standing_items = ArrayField(models.CharField(max_length=200), help_text="Of every agenda, in order.")
    days_before_papers = models.PositiveSmallIntegerField(default=7)
    place = models.CharField(max_length=120, blank=True)
    starts_at = models.TimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["council", "board"], name="board_meets_in_one_way")]

    def __str__(self) -> str:
        return f"how {self.board_id} meets"


class Meeting(CouncilOwned):
    """A meeting of a board, planned or held, with its minutes.

    ``version`` counts changes of the meeting's details, ``minutes_version`` those of its minutes.
    ``approved_at`` is the later meeting at which they were approved; from then on a trigger keeps all of
    it as it is.
    """

    board = models.ForeignKey(Board, models.CASCADE, related_name="meetings")
    held_on = models.DateField()
    starts_at = models.TimeField(null=True, blank=True)
    place = models.CharField(max_length=120, blank=True)
    papers_due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=MeetingState.choices, default=MeetingState.PLANNED)
    cancelled_because = models.CharField(max_length=300, blank=True)
    chaired_by = models.CharField(max_length=120, blank=True, help_text="Who took the chair, as minuted.")
    quorum = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Agencies that had to be there, as it stood when it was held."
    )
    version = models.PositiveIntegerField(default=1)
    minutes = models.TextField(blank=True)
    minutes_state = models.CharField(max_length=10, choices=MinutesState.choices, default=MinutesState.NONE)
    minutes_version = models.PositiveIntegerField(default=1)
    minutes_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    minutes_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="approves",
        help_text="The later meeting at which the minutes were approved.",
    )  # fmt: skip
    approval_recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approval_recorded_at = models.DateTimeField(null=True, blank=True)
    minutes_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the minutes as approved.")

    class Meta:
        ordering = ["held_on"]
        indexes = [
            models.Index(fields=["council", "held_on"], name="meeting_council_date"),
            models.Index(fields=["council", "board", "held_on"], name="meeting_council_board_date"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "board", "held_on"],
                condition=~Q(state="cancelled"),
                name="board_meets_once_a_day",
            ),
            models.CheckConstraint(
                name="meeting_says_why_it_was_cancelled",
                condition=Q(state="cancelled") | Q(cancelled_because=""),
            ),
            models.CheckConstraint(
                name="minutes_are_of_a_meeting_that_was_held",
                condition=Q(state="held") | Q(minutes_state="none"),
            ),
            models.CheckConstraint(
                name="approved_minutes_say_where_and_by_whom",
                condition=Q(
                    minutes_state="approved",
                    approved_at__isnull=False,
                    approval_recorded_at__isnull=False,
                )
                & ~Q(minutes_sha256="")
                | (
                    ~Q(minutes_state="approved")
                    & Q(approved_at__isnull=True, approval_recorded_at__isnull=True, minutes_sha256="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.board_id} on {self.held_on}"

    @property
    def is_approved(self) -> bool:
        """Whether the minutes are approved, so that nothing of the meeting changes any more."""
        return self.minutes_state == MinutesState.APPROVED


class AgendaItem(CouncilOwned):
    """One item of an agenda. ``carry_over`` puts it on the next meeting's agenda as well."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=AgendaKind.choices, default=AgendaKind.NEW)
    lead = models.CharField(max_length=120, blank=True, help_text="The post that leads on it.")
    carry_over = models.BooleanField(default=False)
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "meeting", "position"],
                name="agenda_position_is_taken_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["council", "meeting", "carried_from"],
                condition=Q(carried_from__isnull=False),
                name="agenda_item_is_carried_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"


class Paper(CouncilOwned):
    """A paper for an item of the agenda; its files hang on it as documents, with their own marking.

    ``audience`` says who reads it. A paper for named readers is named to nobody else.
    """

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="papers")
    number = models.PositiveSmallIntegerField(help_text="Within the meeting.")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="papers")
    title = models.CharField(max_length=200)
    audience = models.CharField(max_length=10, choices=PaperAudience.choices, default=PaperAudience.EVERYONE)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", help_text="Who is to send it."
    )

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["council", "owner"], name="paper_council_owner")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "meeting", "number"], name="paper_number_is_unique_in_meeting"
            )
        ]

    def __str__(self) -> str:
        return f"Paper {self.number}: {self.title}"


class PaperReader(CouncilOwned):
    """A person who may read a paper for named readers."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="readers")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["council", "paper", "user"], name="paper_reader_is_named_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} reads {self.paper_id}"


class Attendance(CouncilOwned):
    """How an agency was represented at a meeting: an organisation, or a council that has a seat."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendance")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    agency = models.ForeignKey(Council, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=AttendanceState.choices)
    people = models.CharField(max_length=300, blank=True, help_text="Who came, as minuted.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["council", "meeting", "organisation", "agency"],
                nulls_distinct=False,
                name="agency_attends_once_per_meeting",
            ),
            models.CheckConstraint(
                name="attendance_is_of_one_agency",
                condition=Q(organisation__isnull=True) ^ Q(agency__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id or self.agency_id} at {self.meeting_id}: {self.state}"


class Decision(CouncilOwned):
    """What a board decided, numbered within board and year; it can bind to a version of a document (rule 11).

    The version and its checksum never change, whatever becomes of the document.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="decisions")
    board = models.ForeignKey(Board, models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    item = models.ForeignKey(AgendaItem, models.PROTECT, null=True, blank=True, related_name="decisions")
    text = models.TextField()
    document_version = models.ForeignKey(
        DocumentVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    document_title = models.CharField(max_length=200, blank=True)
    document_sha256 = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["year", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "board", "year", "number"], name="decision_number_is_unique_in_year"
            ),
            models.CheckConstraint(
                name="decision_binds_to_a_version_with_its_checksum",
                condition=Q(document_version__isnull=True, document_sha256="", document_title="")
                | Q(document_version__isnull=False) & ~Q(document_sha256=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.text[:60]}"

    @property
    def reference(self) -> str:
        """Such as "2026/3"."""
        return f"{self.year}/{self.number}"


class ArisingAction(CouncilOwned):
    """A plan action that a meeting raised, as it was minuted. Append-only; how it stands is the plan's."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="actions")
    item = models.ForeignKey(AgendaItem, models.PROTECT, null=True, blank=True, related_name="+")
    action_id = models.UUIDField()
    reference = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    owner_name = models.CharField(max_length=150, blank=True)
    due_on = models.DateField()
    token = models.UUIDField(help_text="Of the form it was sent with: sent twice, it happens once.")
    raised_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["raised_at"]
        indexes = [models.Index(fields=["council", "action_id"], name="arising_council_action")]
        constraints = [
            models.UniqueConstraint(fields=["council", "token"], name="arising_token_is_used_once")
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class MinutesRevision(CouncilOwned):
    """What the minutes said after each save. Append-only."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "meeting", "version"], name="minutes_revision_is_unique"
            )
        ]

    def __str__(self) -> str:
        return f"minutes of {self.meeting_id}, version {self.version}"


class BoardPack(CouncilOwned):
    """What a board pack holds, fixed at the moment it was asked for. Append-only.

    ``content`` names the agenda and every paper's document version with its checksum, so the pack says for
    good what the board had before it.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="packs")
    edition = models.CharField(max_length=10, choices=PackEdition.choices)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "meeting", "edition", "number"], name="pack_number_is_unique"
            )
        ]

    def __str__(self) -> str:
        return f"pack {self.number} of {self.meeting_id}"


class BoardPackFile(CouncilOwned):
    """The stored bytes of a pack: the record. Append-only."""

    pack = models.ForeignKey(BoardPack, models.CASCADE, related_name="files")
    pdf = models.BinaryField()
    size = models.PositiveIntegerField()
    pages = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    renderer = models.CharField(max_length=60)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["council", "pack"], name="pack_is_drawn_once"),
            models.CheckConstraint(name="pack_file_is_not_empty", condition=Q(size__gt=0, pages__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.pages} pages of {self.pack_id}"
