"""Communications, briefings, engagement, events and projects, and what is on the horizon."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from partnerships.enums import (
    BriefingKind,
    CommunicationChannel,
    CommunicationKind,
    EventKind,
    ProjectStage,
    RegisterStatus,
)
from partnerships.registers.feedback import tidy_feedback
from partnerships.registers.shape import Answer, Field, Register
from prevent_portal.documents.enums import Marking

_HAPPENED = MappingProxyType(
    {
        RegisterStatus.UPCOMING: "Planned",
        RegisterStatus.IN_FORCE: "Held",
        RegisterStatus.REVIEW_DUE: "Next one overdue",
        RegisterStatus.WITHDRAWN: "Cancelled",
    }
)

_COMMUNICATION_FIELDS = (
    Field("audience", "Audience", required=True, longest=160, listed=True),
    Field(
        "channel", "Channel", Answer.CHOICE, required=True, choices=CommunicationChannel, listed=True,
        filtered=True,
    ),
    Field("message", "What it says", Answer.LONG, longest=1000),
)  # fmt: skip

COMMUNICATIONS_PLAN = Register(
    slug="communications-plan",
    model="Communication",
    kind="partnerships.planned_communication",
    title="Communications plan",
    one="planned communication",
    lead="Who is to be told what about Prevent, how and when.",
    empty="Add each message that is planned, with its audience and its day.",
    fields=(
        *_COMMUNICATION_FIELDS,
        Field("reached", "People or organisations to be reached", Answer.NUMBER, listed=True),
    ),
    fixed=MappingProxyType({"kind": CommunicationKind.PLANNED.value}),
    starts="Planned for",
    ends="",
    words=MappingProxyType(
        {
            RegisterStatus.DRAFT: "No date yet",
            RegisterStatus.UPCOMING: "Planned",
            RegisterStatus.IN_FORCE: "Under way",
            RegisterStatus.WITHDRAWN: "Dropped",
        }
    ),
)

COMMUNICATIONS_SENT = Register(
    slug="communications-sent",
    model="Communication",
    kind="partnerships.sent_communication",
    title="Communications sent",
    one="communication",
    lead="What was sent about Prevent, when and to whom.",
    empty="Add each letter, release or campaign that went out; attach its text as evidence.",
    fields=(
        *_COMMUNICATION_FIELDS,
        Field(
            "reached", "People or organisations reached", Answer.NUMBER,
            hint="Leave it empty where nobody counted.", listed=True,
        ),
    ),
    fixed=MappingProxyType({"kind": CommunicationKind.SENT.value}),
    starts="Sent on",
    starts_required=True,
    ends="",
    review="",
    words=MappingProxyType(
        {
            RegisterStatus.UPCOMING: "To be sent",
            RegisterStatus.IN_FORCE: "Sent",
            RegisterStatus.WITHDRAWN: "Withdrawn",
        }
    ),
)  # fmt: skip

BRIEFINGS = Register(
    slug="briefings",
    model="Briefing",
    kind="partnerships.briefing",
    title="Briefings",
    one="briefing",
    lead="That a briefing was given: its day, its audience and its marking. Never what was said in it.",
    empty="Add each briefing with its day and audience. Do not write what was said in it.",
    title_label="Name of the briefing",
    title_hint="Such as “Annual briefing”. Do not write what was said in it.",
    fields=(
        Field("kind", "Kind", Answer.CHOICE, required=True, choices=BriefingKind, listed=True, filtered=True),
        Field("audience", "Audience", required=True, longest=160, listed=True),
        Field("marking", "Marking", Answer.CHOICE, choices=Marking, listed=True),
        Field("given_by", "Given by", hint="A post or body, not a name."),
        Field(
            "attendees", "People who attended", Answer.NUMBER,
            hint="Leave it empty where nobody counted.", listed=True,
        ),
    ),
    starts="Given on",
    starts_required=True,
    ends="",
    review="Next one due by",
    words=_HAPPENED,
    holds_content=False,
)  # fmt: skip


def _trained_of_all(values: Mapping[str, Any]) -> str:
    trained, members = values.get("trained"), values.get("members")
    if trained is not None and members is not None and trained > members:
        return "More councillors are given as trained than there are."
    return ""


MEMBER_BRIEFINGS = Register(
    slug="member-briefings",
    model="MemberBriefing",
    kind="partnerships.member_briefing",
    title="Briefings of councillors",
    one="briefing of councillors",
    lead="When councillors were briefed or trained, and how many of all of them.",
    empty="Add each briefing of councillors with how many attended, and how many councillors there are.",
    fields=(
        Field("delivery", "How it was delivered", hint="Such as at induction, or before a council meeting."),
        Field(
            "trained", "Councillors who attended", Answer.NUMBER,
            hint="Leave it empty where nobody counted.", listed=True,
        ),
        Field("members", "Councillors in all", Answer.NUMBER, listed=True),
    ),
    starts="Held on",
    starts_required=True,
    ends="",
    review="Next one due by",
    words=_HAPPENED,
    check=_trained_of_all,
)  # fmt: skip

ENGAGEMENT = Register(
    slug="engagement",
    model="Engagement",
    kind="partnerships.engagement",
    title="Community engagement",
    one="engagement",
    article="an",
    lead="Conversations with communities: when, with whom, and what follows from them.",
    empty="Add each roundtable, visit or talk. Do not name anyone.",
    fields=(
        Field("community", "With whom", required=True, longest=160, listed=True),
        Field("place", "Place"),
        Field(
            "attendees", "People who attended", Answer.NUMBER,
            hint="Leave it empty where nobody counted.", listed=True,
        ),
        Field("outcome", "What follows from it", Answer.LONG, hint="Do not name anyone.", longest=2000),
    ),
    starts="Held on",
    starts_required=True,
    ends="",
    review="Next one due by",
    words=_HAPPENED,
)  # fmt: skip

EVENTS = Register(
    slug="events",
    model="PartnershipEvent",
    kind="partnerships.event",
    title="Events and conferences",
    one="event",
    article="an",
    lead="Conferences and other events, with their delegates and the range of the feedback.",
    empty="Add each event; attach its programme and its survey as evidence.",
    fields=(
        Field("kind", "Kind", Answer.CHOICE, required=True, choices=EventKind, listed=True, filtered=True),
        Field("place", "Place"),
        Field(
            "delegates", "Delegates", Answer.NUMBER, hint="Leave it empty where nobody counted.", listed=True
        ),
        Field(
            "feedback", "Feedback", Answer.LONG,
            hint="One question a line, with its lowest and highest share: The day was useful: 68% to 100%",
            longest=1000, tidy=tidy_feedback,
        ),
    ),
    starts="Held on",
    ends="",
    review="Next one due by",
    words=MappingProxyType({**_HAPPENED, RegisterStatus.DRAFT: "No date yet"}),
)  # fmt: skip

HORIZON = Register(
    slug="horizon",
    model="HorizonItem",
    kind="partnerships.horizon_item",
    title="On the horizon",
    one="item",
    article="an",
    lead="What is coming, when it is expected, and what it would change.",
    empty="Add each change that is expected, such as a new strategy or a new way of funding.",
    title_label="What is coming",
    fields=(
        Field("expected", "Expected when, in words", hint="Such as “spring 2018”.", longest=80, listed=True),
        Field("would_change", "What it would change", Answer.LONG, required=True, longest=2000),
        Field("source", "Known from", longest=200),
    ),
    starts="Expected on",
    ends="",
    review="Look again by",
    words=MappingProxyType(
        {
            RegisterStatus.DRAFT: "No date yet",
            RegisterStatus.UPCOMING: "Expected",
            RegisterStatus.IN_FORCE: "Has come",
            RegisterStatus.REVIEW_DUE: "To look at again",
            RegisterStatus.WITHDRAWN: "Does not come",
        }
    ),
)

PROJECTS = Register(
    slug="projects",
    model="Project",
    kind="partnerships.project",
    title="Projects",
    one="project",
    lead="Projects with their funder and stage. What they cost stands in the grant that pays for them.",
    empty="Add each project with who funds it and how far it is.",
    fields=(
        Field("funder", "Funder", required=True, longest=160, listed=True),
        Field(
            "stage", "Stage", Answer.CHOICE, required=True, choices=ProjectStage, listed=True, filtered=True
        ),
        Field("run_by", "Run by", hint="An organisation, not a name.", longest=160),
        Field("aim", "What it is for", Answer.LONG, longest=2000),
        Field("runs_until", "Runs until", Answer.DATE, listed=True),
    ),
    starts="Runs from",
    ends="",
    review="Report or evaluate by",
    words=MappingProxyType(
        {
            RegisterStatus.DRAFT: "No date yet",
            RegisterStatus.UPCOMING: "To start",
            RegisterStatus.IN_FORCE: "Started",
            RegisterStatus.REVIEW_DUE: "Report overdue",
            RegisterStatus.WITHDRAWN: "Withdrawn",
        }
    ),
)

ACTIVITY = (
    COMMUNICATIONS_PLAN,
    COMMUNICATIONS_SENT,
    BRIEFINGS,
    MEMBER_BRIEFINGS,
    ENGAGEMENT,
    EVENTS,
    PROJECTS,
    HORIZON,
)
