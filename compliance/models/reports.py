"""Committee reports: templates, schedules, reports and their sections, versions and documents."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from compliance.enums import Numbering, ReportEdition, ReportFormat, ReportState, SectionKind
from partnerships.enums import Cadence
from partnerships.models import Board
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned
from prevent_portal.web.quarters import QuarterSpan


class ReportTemplate(CouncilOwned):
    """The shape of a council's report to a committee: its sections in order. Shipped shapes are copied in."""

    name = models.CharField(max_length=160)
    shipped_key = models.SlugField(
        max_length=40, blank=True, help_text="The shipped shape it was copied from, if any."
    )
    numbering = models.CharField(max_length=12, choices=Numbering.choices, default=Numbering.SECTIONS)
    header_fields = models.JSONField(default=list, help_text="Keys of the header block's lines, in order.")
    signatories = models.JSONField(
        default=list,
        blank=True,
        help_text="Titles of those who sign after the author, in the council's order.",
    )
    version = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True, blank=True, help_text="No new report starts from it.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "name"], name="report_template_name_is_unique_in_council"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SectionShape(CouncilOwned):
    """What a section is, apart from its words: shared by the template's sections and the report's copies."""

    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=40)
    heading = models.CharField(max_length=160)
    level = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=16, choices=SectionKind.choices, default=SectionKind.NARRATIVE)
    numbered = models.BooleanField(default=True, help_text="False for a summary before the numbered part.")
    blocks = models.JSONField(
        default=list, blank=True, help_text="Names of registered data blocks, in order."
    )
    required = models.BooleanField(default=False)
    none_identified_allowed = models.BooleanField(
        default=False, help_text="“None identified” is an answer here."
    )
    guidance = models.TextField(blank=True, help_text="What the author should write here.")
    adviser = models.CharField(
        max_length=160, blank=True, help_text="Title of the officer whose advice the section holds, if any."
    )

    class Meta:
        abstract = True


class TemplateSection(SectionShape):
    """One section of a template."""

    template = models.ForeignKey(ReportTemplate, models.CASCADE, related_name="sections")
    starts_with = models.TextField(blank=True, help_text="Words that every report starts with.")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "template", "position"], name="template_section_has_its_place"
            ),
            models.UniqueConstraint(
                fields=["council", "template", "key"], name="template_section_key_is_unique"
            ),
            models.CheckConstraint(name="template_section_level_1_or_2", condition=Q(level__in=[1, 2])),
        ]

    def __str__(self) -> str:
        return self.heading


class ReportSchedule(CouncilOwned):
    """A committee that gets a report on a cadence. Beat opens each one's draft."""

    template = models.ForeignKey(ReportTemplate, models.PROTECT, related_name="+")
    title = models.CharField(max_length=200, help_text="Title of each report.")
    committee = models.CharField(max_length=160)
    board = models.ForeignKey(Board, models.PROTECT, null=True, blank=True, related_name="+")
    cadence = models.CharField(max_length=20, choices=Cadence.choices, default=Cadence.QUARTERLY)
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    header = models.JSONField(
        default=dict, blank=True, help_text="Header lines that every report starts with."
    )
    days_to_write = models.PositiveSmallIntegerField(
        default=28, help_text="Days from the end of the quarter until the report is due, without a meeting."
    )
    advice_days = models.PositiveSmallIntegerField(
        default=15, help_text="Working days before the meeting by which advice is in."
    )
    sign_off_days = models.PositiveSmallIntegerField(
        default=10, help_text="Working days before the meeting by which everybody has signed."
    )
    papers_days = models.PositiveSmallIntegerField(
        default=6, help_text="Working days before the meeting on which the papers go out."
    )
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["committee"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "template", "committee"], name="report_scheduled_once_per_committee"
            ),
            models.CheckConstraint(
                name="report_schedule_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} to {self.committee}"


class CommitteeMeeting(CouncilOwned):
    """A day on which a committee with a schedule meets. A report's dates are worked back from it."""

    schedule = models.ForeignKey(ReportSchedule, models.CASCADE, related_name="meetings")
    held_on = models.DateField()

    class Meta:
        ordering = ["held_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "schedule", "held_on"], name="committee_meets_once_on_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.schedule_id} {self.held_on}"


class Report(CouncilOwned):
    """A report on a period. Its figures are live until it is frozen; final, it never changes (rule 12)."""

    number = models.PositiveIntegerField(
        help_text="Within the council, so that a reference names one report."
    )
    template = models.ForeignKey(ReportTemplate, models.PROTECT, related_name="+")
    schedule = models.ForeignKey(
        ReportSchedule, models.PROTECT, null=True, blank=True, related_name="reports"
    )
    title = models.CharField(max_length=200)
    committee = models.CharField(max_length=160)
    numbering = models.CharField(max_length=12, choices=Numbering.choices)
    period_start = models.DateField()
    period_end = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    meeting_on = models.DateField(null=True, blank=True, help_text="The day of the meeting that takes it.")
    state = models.CharField(max_length=8, choices=ReportState.choices, default=ReportState.DRAFT)
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    header_fields = models.JSONField(default=list)
    header = models.JSONField(default=dict, blank=True)
    header_version = models.PositiveIntegerField(default=1)
    as_at = models.DateField(null=True, blank=True, help_text="The day that the frozen figures hold.")
    snapshot = models.JSONField(null=True, blank=True, help_text="Frozen blocks by section key.")
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    final_at = models.DateTimeField(null=True, blank=True)
    final_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    signatories = models.JSONField(
        default=list, blank=True, help_text="As the template's when it was opened."
    )
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by",
        help_text="The final report that this one puts right.",
    )  # fmt: skip
    correction = models.TextField(blank=True, help_text="What a correction changes, in words.")

    class Meta:
        ordering = ["-period_end", "title"]
        indexes = [
            models.Index(fields=["council", "-period_end"], name="report_council_period"),
            models.Index(fields=["council", "author", "state"], name="report_council_author"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["council", "number"], name="report_number_is_unique_in_council"),
            models.UniqueConstraint(
                fields=["council", "schedule", "period_end"],
                condition=Q(corrects__isnull=True),
                name="report_opened_once_per_quarter",
            ),
            models.CheckConstraint(
                name="report_correction_says_what_changed",
                condition=Q(corrects__isnull=True, correction="")
                | Q(corrects__isnull=False) & ~Q(correction=""),
            ),
            models.CheckConstraint(
                name="report_covers_a_period", condition=Q(period_end__gte=F("period_start"))
            ),
            models.CheckConstraint(
                name="report_is_frozen_as_at_a_day",
                condition=Q(state="draft", as_at__isnull=True, snapshot__isnull=True)
                | (~Q(state="draft") & Q(as_at__isnull=False, snapshot__isnull=False)),
            ),
            models.CheckConstraint(
                name="report_is_final_by_a_second_person",
                condition=~Q(state="final") | Q(final_by__isnull=False) & ~Q(final_by=F("frozen_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        """Short name for e-mails and lists, without personal data (rule 14 of the product)."""
        return f"R{self.number}"

    @property
    def period(self) -> QuarterSpan:
        return QuarterSpan.of(self.period_start, self.period_end)


class ReportSection(SectionShape):
    """One section of a report: a copy of the template's at the time, and the author's words."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="sections")
    narrative = models.TextField(blank=True)
    none_identified = models.BooleanField(default=False)
    exempt_paragraph = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Of Schedule 12A to the Local Government Act 1972; empty if public."
    )
    exempt_reason = models.TextField(blank=True, help_text="Why the public interest is in withholding it.")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "report", "position"], name="report_section_has_its_place"
            ),
            models.UniqueConstraint(fields=["council", "report", "key"], name="report_section_key_is_unique"),
            models.CheckConstraint(
                name="report_section_none_or_words", condition=Q(none_identified=False) | Q(narrative="")
            ),
            models.CheckConstraint(
                name="report_section_exempt_with_a_reason",
                condition=Q(exempt_paragraph__isnull=True, exempt_reason="")
                | Q(exempt_paragraph__range=(1, 7)) & ~Q(exempt_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.heading


class SectionRevision(CouncilOwned):
    """What a section said at a moment. Append-only: a later save never takes an earlier text away."""

    section = models.ForeignKey(ReportSection, models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    narrative = models.TextField(blank=True)
    none_identified = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "section", "version"], name="section_revision_once_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.section_id} version {self.version}"


class ReportVersion(CouncilOwned):
    """What a report said, whole, when somebody asked for it as a document. Append-only.

    ``content`` is the finished section tree with its numbers and figures; page, PDF, Word file and workbook
    are made from it and from nothing else. ``sha256`` is that of its canonical JSON: sign-off binds to it.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=ReportState.choices)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "report", "number"], name="report_version_number_is_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} version {self.number}"


class ReportRendition(CouncilOwned):
    """One file of a version: each edition and format exactly once, and its bytes are the record (rule 12).

    Append-only. The bytes lie in the row, because the row, its audit event, its e-mail and the job's end must
    stand or fall together (AV-1); queries that list renditions must defer ``content``.
    """

    version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="renditions")
    edition = models.CharField(max_length=8, choices=ReportEdition.choices, default=ReportEdition.PUBLIC)
    format = models.CharField(max_length=4, choices=ReportFormat.choices, default=ReportFormat.PDF)
    content = models.BinaryField()
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    renderer = models.CharField(max_length=40, help_text="Name and version of what drew it.")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "version", "edition", "format"], name="report_rendition_made_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_format_display()} of {self.version_id}, {self.get_edition_display()}"
