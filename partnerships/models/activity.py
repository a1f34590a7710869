"""What the partnership tells, hears and does: communications, briefings, engagement, events and projects."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from partnerships.enums import (
    BriefingKind,
    CommunicationChannel,
    CommunicationKind,
    EventKind,
    ProjectStage,
)
from partnerships.models.registers import RegisterEntry
from prevent_portal.documents.enums import Marking


class Communication(RegisterEntry):
    """A line of the communications plan, or something that was sent."""

    kind = models.CharField(max_length=8, choices=CommunicationKind.choices)
    audience = models.CharField(max_length=160)
    channel = models.CharField(max_length=14, choices=CommunicationChannel.choices)
    message = models.TextField(max_length=1000, blank=True)
    reached = models.PositiveIntegerField(null=True, blank=True)


class Briefing(RegisterEntry):
    """That a briefing was given: when, to whom and under which marking. Never what was said in it.

    ``notes`` stays empty and no document hangs on it: a constraint and the register see to that.
    """

    kind = models.CharField(max_length=12, choices=BriefingKind.choices)
    audience = models.CharField(max_length=160)
    marking = models.CharField(max_length=20, choices=Marking.choices, blank=True)
    given_by = models.CharField(max_length=120, blank=True)
    attendees = models.PositiveIntegerField(null=True, blank=True)

    class Meta(RegisterEntry.Meta):
        constraints = [
            *RegisterEntry.Meta.constraints,
            models.CheckConstraint(name="briefing_holds_no_content", condition=Q(notes="")),
        ]


class MemberBriefing(RegisterEntry):
    """A briefing or training of elected members: how many of all of them had it."""

    delivery = models.CharField(max_length=120, blank=True)
    trained = models.PositiveIntegerField(null=True, blank=True)
    members = models.PositiveIntegerField(null=True, blank=True)

    class Meta(RegisterEntry.Meta):
        constraints = [
            *RegisterEntry.Meta.constraints,
            models.CheckConstraint(
                name="memberbriefing_trains_no_more_than_all",
                condition=Q(trained__isnull=True) | Q(members__isnull=True) | Q(trained__lte=F("members")),
            ),
        ]


class Engagement(RegisterEntry):
    """A conversation with a community: with whom, and what follows from it."""

    community = models.CharField(max_length=160)
    place = models.CharField(max_length=120, blank=True)
    attendees = models.PositiveIntegerField(null=True, blank=True)
    outcome = models.TextField(max_length=2000, blank=True)


class PartnershipEvent(RegisterEntry):
    """A conference or another event, with its delegates and what their feedback ranged between."""

    kind = models.CharField(max_length=12, choices=EventKind.choices)
    place = models.CharField(max_length=120, blank=True)
    delegates = models.PositiveIntegerField(null=True, blank=True)
    feedback = models.TextField(max_length=1000, blank=True, help_text="One question a line, with its range.")


class HorizonItem(RegisterEntry):
    """Something that is coming: when it is expected, and what it would change."""

    expected = models.CharField(max_length=80, blank=True)
    would_change = models.TextField(max_length=2000)
    source = models.CharField(max_length=200, blank=True)


class Project(RegisterEntry):
    """A project with its funder and its stage. What it costs stands in the grant that pays for it."""

    funder = models.CharField(max_length=160)
    stage = models.CharField(max_length=12, choices=ProjectStage.choices)
    run_by = models.CharField(max_length=160, blank=True)
    aim = models.TextField(max_length=2000, blank=True)
    runs_until = models.DateField(null=True, blank=True)
