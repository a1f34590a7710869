"""Who walks through the portal, and what each may come to read (section 4.1 of the quality bar)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from prevent_portal.accounts import grants
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from tests.accounts.sessions import sign_in
from tests.sweep.world import Place, Planted, World, days, name_field, promise_field

HOME, NEIGHBOUR, ELSEWHERE = "alder", "birch", "cedar"
"""Two councils of one county, and one elsewhere. Personas work in the first, or come from the second."""


@dataclass(frozen=True)
class Persona:
    """One way to come to the portal.

    Args:
        key: whom of the world's people it is, at ``place``; empty for nobody.
        roles: the live roles held at ``place``.
        second_factor: whether the session was opened with one.
        token: comes with an API token instead of a session.
        turned_away: has a session that opens nothing of any council.
    """

    name: str
    key: str = ""
    place: str = HOME
    roles: tuple[Role, ...] = ()
    second_factor: bool = True
    token: bool = False
    turned_away: bool = False
    staff: bool = False
    superuser: bool = False
    dates: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def anonymous(self) -> bool:
        return not self.key

    def permissions(self) -> frozenset[str]:
        """Codenames held at home; none for whoever comes from elsewhere or is turned away."""
        if self.turned_away or self.place != HOME:
            return frozenset()
        return frozenset(name.value for role in self.roles for name in grants.permissions_of(role))


YESTERDAY = {"ends_on": timezone.localdate() - days(1)}

PERSONAS = (
    Persona("anonymous"),
    Persona("password only", "half-way", roles=(Role.COORDINATOR,), second_factor=False, turned_away=True),
    Persona("former employee", "former", roles=(Role.COORDINATOR,), turned_away=True, dates=YESTERDAY),
    Persona("neighbour's coordinator", "coordinator", NEIGHBOUR, (Role.COORDINATOR,)),
    Persona("neighbour's chair", "chair", NEIGHBOUR, (Role.CHANNEL_CHAIR,)),
    Persona("neighbour's administrator", "administrator", NEIGHBOUR, (Role.ADMINISTRATOR,)),
    Persona("neighbour's token", "coordinator", NEIGHBOUR, (Role.COORDINATOR,), token=True),
    Persona("own token", "coordinator", roles=(Role.COORDINATOR,), token=True),
    Persona("coordinator", "coordinator", roles=(Role.COORDINATOR,)),
    Persona("administrator", "administrator", roles=(Role.ADMINISTRATOR,)),
    Persona("safety officer", "officer", roles=(Role.SAFETY_OFFICER,)),
    Persona("education officer", "education", roles=(Role.EDUCATION_OFFICER,)),
    Persona("chair", "chair", roles=(Role.CHANNEL_CHAIR,)),
    Persona("panel secretary", "secretary", roles=(Role.CHANNEL_ADMINISTRATOR,)),
    Persona("panel member, signed", "signed", roles=(Role.PANEL_MEMBER,)),
    Persona("panel member, unsigned", "unsigned", roles=(Role.PANEL_MEMBER,)),
    Persona("panel member, removed", "removed", roles=(Role.PANEL_MEMBER,)),
    Persona("attender of the wrong district", "attender", roles=(Role.DISTRICT_ATTENDER,)),
    Persona("case manager, expired", "case-manager", roles=(Role.CASE_MANAGER,)),
    Persona("police without a seat", "police", roles=(Role.POLICE_REPRESENTATIVE,)),
    Persona("board member", "board", roles=(Role.BOARD_MEMBER,)),
    Persona(
        "board member, expired",
        "board-expired",
        roles=(Role.BOARD_MEMBER,),
        turned_away=True,
        dates=YESTERDAY,
    ),
    Persona("councillor", "councillor", roles=(Role.COUNCILLOR,)),
    Persona("cabinet member", "cabinet", roles=(Role.CABINET_MEMBER,)),
    Persona("submitter", "submitter", roles=(Role.PARTNER_SUBMITTER,)),
    Persona("submitter of the other trust", "other-submitter", roles=(Role.PARTNER_SUBMITTER,)),
    Persona("partner lead", "partner-lead", roles=(Role.PARTNER_LEAD,)),
    Persona("report author", "author", roles=(Role.REPORT_AUTHOR,)),
    Persona("consultee", "consultee", roles=(Role.CONSULTEE,)),
    Persona("democratic services", "democratic", roles=(Role.DEMOCRATIC_SERVICES,)),
    Persona("auditor", "auditor", roles=(Role.AUDITOR,)),
    Persona("platform operator", "operator", place="", staff=True),
    Persona("Django superuser", "superuser", place="", staff=True, superuser=True),
)

_MEMBERS = {"view_council"}
_PLANS = {"view_plans", "edit_plans"}
_SHARES = {"share_with_councils"}
_CHECKLIST = {"view_checklist", "answer_checklist"}
_SCRUTINY = {"view_scrutiny", "edit_scrutiny"}
_DRAFTS = {"view_draft_reports", "edit_reports", "edit_own_reports"}
_ADVISERS = {"advise_reports"}
_PARTNERSHIP = {"view_partnership", "edit_partnership"}
_AUDITS = {"view_partner_audits"}
_MONEY = {"view_grants", "edit_grants"}
_COVERAGE = {"view_training_coverage"}
_SESSIONS = {"view_training_sessions"}
_SENDERS = {"submit_training_returns", "ask_for_training"}
_IMPROVEMENT = {"view_improvement_plans"}
_FIGURES = {"view_channel_figures"}

READERS: dict[str, set[str]] = {
    "accounts.User": _MEMBERS,
    "accounts.Invitation": {"manage_people"},
    "accounts.ApiToken": set(),
    "compliance.ActionPlan": _PLANS,
    "compliance.PlanReviewer": _PLANS,
    "compliance.PlanReview": _PLANS,
    "compliance.PlanVersion": _PLANS,
    "compliance.ActionLead": _PLANS,
    "compliance.ExtensionRequest": _PLANS,
    "compliance.Objective": _PLANS,
    "compliance.Action": _PLANS,
    "compliance.DueDateMove": _PLANS,
    "compliance.ProgressEntry": _PLANS,
    "compliance.PlanShare": _SHARES,
    "compliance.RiskShare": _SHARES,
    "compliance.PlanUpload": {"edit_plans"},
    "documents.Document": _PLANS | _CHECKLIST,
    "documents.DocumentVersion": _PLANS | _CHECKLIST,
    "documents.DocumentUse": set(),
    "compliance.Assessment": _CHECKLIST,
    "compliance.LocalItem": _CHECKLIST,
    "compliance.PromptEdit": _CHECKLIST,
    "compliance.ItemAnswer": _CHECKLIST,
    "compliance.AnswerRevision": _CHECKLIST,
    "compliance.AnswerStep": _CHECKLIST,
    "compliance.AnswerAction": set(),
    "outbox.KeptReply": set(),
    "outbox.Notice": set(),
    "outbox.Reminder": {"read_audit"},
    "outbox.Escalation": set(),
    "compliance.Risk": set(),
    "compliance.RiskAssessment": set(),
    "compliance.RiskSummary": {"view_published_risks"},
    "compliance.ScrutinyReview": _SCRUTINY,
    "compliance.ReviewHearing": _SCRUTINY,
    "compliance.Recommendation": _SCRUTINY,
    "compliance.RecommendationProgress": _SCRUTINY,
    "compliance.RecommendationLead": _SCRUTINY,
    "compliance.RecommendationAction": _SCRUTINY,
    "compliance.RecommendationImport": {"edit_scrutiny"},
    "compliance.ReviewSeat": set(),
    "compliance.ReportTemplate": _DRAFTS,
    "compliance.TemplateSection": _DRAFTS,
    "compliance.ReportSchedule": _DRAFTS,
    "compliance.CommitteeMeeting": _DRAFTS,
    "compliance.Consultation": _DRAFTS | _ADVISERS,
    "compliance.Publication": {"publish_reports"},
    "compliance.SectionComment": _DRAFTS,
    "compliance.SignOff": _DRAFTS,
    "compliance.CouncilPosition": set(),
    "compliance.KeptPosition": set(),
    "compliance.Report": _DRAFTS | _ADVISERS,
    "compliance.ReportSection": _DRAFTS | _ADVISERS,
    "compliance.SectionRevision": _DRAFTS,
    "compliance.ReportVersion": _DRAFTS,
    "compliance.ReportRendition": _DRAFTS,
    "partnerships.Board": _PARTNERSHIP,
    "partnerships.Meeting": _PARTNERSHIP,
    "partnerships.Organisation": _PARTNERSHIP | _COVERAGE,
    "partnerships.CouncilOrganisation": _PARTNERSHIP,
    "partnerships.MeetingArrangements": _PARTNERSHIP,
    "partnerships.AgendaItem": _PARTNERSHIP,
    "partnerships.Paper": _PARTNERSHIP,
    "partnerships.PaperReader": _PARTNERSHIP,
    "partnerships.Attendance": _PARTNERSHIP,
    "partnerships.Decision": _PARTNERSHIP,
    "partnerships.ArisingAction": _PARTNERSHIP,
    "partnerships.MinutesRevision": _PARTNERSHIP,
    "partnerships.BoardPack": _PARTNERSHIP,
    "partnerships.BoardPackFile": _PARTNERSHIP,
    "partnerships.BoardTerms": _PARTNERSHIP,
    "partnerships.GovernanceLine": _PARTNERSHIP,
    "partnerships.Seat": _PARTNERSHIP,
    "partnerships.SeatHolder": _PARTNERSHIP,
    "partnerships.ActingPerson": _PARTNERSHIP,
    "partnerships.Contact": _PARTNERSHIP,
    "partnerships.Designation": _PARTNERSHIP,
    "partnerships.Agreement": _PARTNERSHIP,
    "partnerships.AgreementParty": _PARTNERSHIP,
    "partnerships.ImpactAssessment": _PARTNERSHIP,
    "partnerships.Acknowledgement": _PARTNERSHIP,
    "partnerships.ApprovedDocument": _PARTNERSHIP,
    "partnerships.Venue": _PARTNERSHIP,
    "partnerships.FilteredEstate": _PARTNERSHIP,
    "partnerships.ContractClause": _PARTNERSHIP,
    "partnerships.Communication": _PARTNERSHIP,
    "partnerships.Briefing": _PARTNERSHIP,
    "partnerships.MemberBriefing": _PARTNERSHIP,
    "partnerships.Engagement": _PARTNERSHIP,
    "partnerships.PartnershipEvent": _PARTNERSHIP,
    "partnerships.HorizonItem": _PARTNERSHIP,
    "partnerships.Project": _PARTNERSHIP,
    "partnerships.RegisterReminder": _PARTNERSHIP,
    "partnerships.OrganisationCode": _PARTNERSHIP,
    "partnerships.PartnerAudit": _AUDITS,
    "partnerships.AuditFinding": _AUDITS,
    "partnerships.Grant": _MONEY,
    "partnerships.GrantHead": _MONEY,
    "partnerships.Claim": _MONEY,
    "partnerships.ClaimLine": _MONEY,
    "partnerships.ClaimStep": _MONEY,
    "partnerships.ClaimStepLine": _MONEY,
    "training.TrainingReturn": _COVERAGE,
    "training.ReturnReview": _COVERAGE,
    "training.ReturnUpload": set(),
    "training.ExpectedReturn": _COVERAGE,
    "training.Course": _COVERAGE | _SESSIONS | _SENDERS,
    "training.Target": _COVERAGE,
    "training.TrainingRound": _COVERAGE,
    "training.RoundReturn": _COVERAGE,
    "training.RoundExtension": _COVERAGE,
    "training.ReturnReminder": _COVERAGE,
    "training.ReturnDraft": set(),
    "training.ReviewAnswer": _COVERAGE,
    "training.StaffRegister": set(),
    "training.RegisterPart": set(),
    "training.RegisterRow": set(),
    "training.RegisterFigure": _COVERAGE,
    "training.ImprovementPlan": _IMPROVEMENT,
    "training.ImprovementMilestone": _IMPROVEMENT,
    "training.ImprovementNote": _IMPROVEMENT,
    "training.LineSetting": _COVERAGE,
    "training.SchoolTraining": _COVERAGE,
    "training.SchoolDetail": _COVERAGE,
    "training.TrainingSession": _SESSIONS,
    "training.SessionRecord": _SESSIONS,
    "training.SessionOrganisation": _SESSIONS,
    "training.Facilitator": _SESSIONS,
    "training.FacilitatorStep": _SESSIONS,
    "training.FacilitatorCourse": _SESSIONS,
    "training.DeliveryPlan": _SESSIONS,
    "training.TrainingRequest": _SESSIONS,
    "training.KnowledgeSurvey": _SESSIONS,
    "training.SurveyQuestion": _SESSIONS,
    "training.SurveyWave": _SESSIONS,
    "training.SurveyAnswer": _SESSIONS,
    "channel.BreakGlass": {"review_break_glass"},
    "channel.Destruction": {"review_retention"},
    "channel.RetentionDecision": {"review_retention"},
    "channel.ReleasedFigure.printed": _FIGURES,
    "channel.FigureRelease.title released": _FIGURES,
    "outbox.Job": _DRAFTS,
    "outbox.Email": set(),
}
"""Which permissions, any of them, entitle somebody to read a model's texts, or one of them, in their own
council. Nobody reads what stands of Channel in neither list."""

_SEATED: dict[str, set[str]] = {
    "channel.Panel": set(),
    "channel.ChannelMeeting": set(),
    "channel.StatementVersion": set(),
}
_RISKS: dict[str, set[str]] = {"compliance.Risk": set(), "compliance.RiskAssessment": set()}

ALSO: dict[str, dict[str, set[str]]] = {
    "coordinator": _RISKS,
    "board member": _RISKS,
    "panel secretary": {"channel.*": set()},
    "chair": {"channel.*": set()},
    "panel member, signed": {**_SEATED, "channel.ChannelCase": set()},
    "panel member, unsigned": _SEATED,
    "attender of the wrong district": _SEATED,
    "case manager, expired": _SEATED,
    "submitter": {"training.*": set()},
}
"""What named people may read beyond their permissions: by seat, signature, grant, or their own."""


def _seated(persona: Persona) -> bool:
    return persona.name in {
        "chair",
        "panel secretary",
        "panel member, signed",
        "panel member, unsigned",
        "attender of the wrong district",
        "case manager, expired",
    }


def _leads(persona: Persona) -> bool:
    return persona.name in {"chair", "panel secretary"}


def _on_audience(persona: Persona, *keys: str) -> bool:
    """On the audience of the sweep's risk; a token's holder without an authenticator app is not let in."""
    return persona.key in (keys or ("coordinator", "board")) and not persona.token


_NOTHING_TO_SEARCH = {
    Role.CHANNEL_ADMINISTRATOR,
    Role.DISTRICT_ATTENDER,
    Role.CASE_MANAGER,
    Role.POLICE_REPRESENTATIVE,
    Role.CONSULTEE,
}
"""Roles to which no kind of thing that is searched is open."""

NARROWER: dict[str, Callable[[Persona], bool]] = {
    "those who write reviews, and the officer who reports on the recommendation": (
        lambda persona: "edit_scrutiny" in persona.permissions() or persona.key == "officer"
    ),
    "those who read every plan, and the action's owner": (
        lambda persona: "view_plans" in persona.permissions() or persona.key == "officer"
    ),
    "those who change plans, and the action's owner": (
        lambda persona: "edit_plans" in persona.permissions() or persona.key == "officer"
    ),
    "those who answer every item, and the item's owner": (
        lambda persona: "answer_checklist" in persona.permissions() or persona.key == "officer"
    ),
    "those who read the action that the file hangs on": lambda persona: "view_plans" in persona.permissions(),
    "those who have something to search": (
        lambda persona: not persona.roles or not set(persona.roles) <= _NOTHING_TO_SEARCH
    ),
    "those who read drafts, while it is one": lambda persona: "view_draft_reports" in persona.permissions(),
    "the person whose advice was sought": lambda persona: persona.key == "consultee",
    "those who sign the report": lambda persona: persona.key == "cabinet",
    "those on the risk's audience": _on_audience,
    "those on the audience of the register or of a risk": _on_audience,
    "those with a second factor proved": lambda persona: not persona.token,
    "those who keep the risk, on its audience": lambda persona: _on_audience(persona, "coordinator"),
    "the person who asked for time": lambda persona: persona.key == "officer",
    "those who read the checklist, and the item's owner": (
        lambda persona: "view_checklist" in persona.permissions() or persona.key == "officer"
    ),
    "those who read what the document hangs on": (
        lambda persona: bool({"view_plans", "view_checklist"} & persona.permissions())
    ),
    "those who keep evidence, among those who read the document": (
        lambda persona: "manage_evidence" in persona.permissions()
    ),
    "those who may add to the thing": lambda persona: persona.key in ("coordinator", "officer"),
    "those whose council it is shared with": lambda persona: False,
    "the person who sent the sheet": lambda persona: persona.key == "coordinator",
    "the person who sent the table": lambda persona: persona.key == "coordinator",
    "the token's holder": lambda persona: persona.key == "coordinator",
    "the person who sent the file": lambda persona: persona.key == "submitter",
    "those who act for the return's organisation": lambda persona: persona.key == "submitter",
    "those who act for an organisation of the council": (
        lambda persona: persona.key in ("submitter", "other-submitter")
    ),
    "the council's readers, and those who act for the audited organisation": (
        lambda persona: "view_partnership" in persona.permissions()
    ),
    "those who act for the organisation that asks": lambda persona: persona.key == "submitter",
    "those who read every plan, and the lead of its organisation": (
        lambda persona: "view_improvement_plans" in persona.permissions()
    ),
    "those who keep the plan, who watches it, and the lead of its organisation": (
        lambda persona: "edit_improvement_plans" in persona.permissions()
    ),
    "those with a live seat on the meeting's panel": _seated,
    "chair, secretary, those who signed and whose seat reaches the case, and who reads in an emergency": (
        lambda persona: persona.name in {"chair", "panel secretary", "panel member, signed"}
    ),
    "the chair of the case's panel": lambda persona: persona.name == "chair",
    "the panel's chair": lambda persona: persona.name == "chair",
    "the person who asked for the file": lambda persona: persona.name == "chair",
    "chair and secretary of the panel": _leads,
    "chair and secretary of the panel, and whoever audits": (
        lambda persona: _leads(persona) or persona.name == "auditor"
    ),
    "chair and secretary of the case's panel, once they have signed and promised": _leads,
    "chair and secretary of the meeting's panel, once they have signed and promised": _leads,
    "chair and secretary of a panel, once they have signed and promised": _leads,
}
"""The narrower rules that the access matrix names, and whom of the personas they admit."""


def may_read(persona: Persona, planted: Planted) -> bool:
    """Whether a canary may be shown to the persona."""
    place, model = planted.place, planted.model
    if persona.anonymous:
        return False
    if model == "accounts.User" and planted.field == name_field(persona.key):
        return place == (persona.place or "nowhere")
    if persona.turned_away:
        return False
    if planted.field == promise_field(persona.key):
        return place == persona.place
    if planted.field == name_field(BOTH):
        place = persona.place  # a member of both councils
    if place != persona.place:
        return False
    roles = {name.value for role in persona.roles for name in grants.permissions_of(role)}
    also = ALSO.get(persona.name, {}) if persona.place == HOME else {}
    if persona.place == NEIGHBOUR and persona.key in ("chair", "coordinator"):
        also = ALSO[persona.key]
    room = model.split(".", 1)[0]
    if model in also or f"{room}.*" in also:
        return True
    if room == "channel":
        return bool(READERS.get(f"{model}.{planted.field}", READERS.get(model, set())) & roles)
    if model not in READERS:
        raise LookupError(f"Say in tests/sweep/personas.py who may read a {model}.")
    if model in ("accounts.ApiToken", "outbox.Notice"):
        return persona.key == "coordinator"
    return bool(READERS[model] & roles)


BOTH = "two-councils"
"""The person who belongs to both councils."""


def people(world: World) -> None:
    """Make the personas' accounts, and at every council the people whom the rows need."""
    for name, place in world.places.items():
        if place.council.joined_on is None:
            continue
        made: set[str] = set()
        for persona in PERSONAS:
            if persona.key and persona.place and persona.key not in made:
                made.add(persona.key)
                world.add_person(place, persona.key, *persona.roles, **persona.dates)
        assert name
    nowhere = [persona for persona in PERSONAS if persona.key and not persona.place]
    for persona in nowhere:
        user = world.add_person(None, persona.key)
        User.objects.using("owner").filter(pk=user.pk).update(
            is_staff=persona.staff, is_superuser=persona.superuser
        )
        world.places[HOME].people[persona.key] = user


def person_of(world: World, persona: Persona) -> User:
    """The account, read through the app's own login."""
    place: Place = world.places[persona.place or HOME]
    return User.objects.get(pk=place.people[persona.key].pk)


def client_of(world: World, persona: Persona) -> Client:
    """A client with the persona's session or token."""
    client = Client(raise_request_exception=False)
    if persona.anonymous:
        return client
    if persona.token:
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer secret-of-{persona.place}"
        return client
    return sign_in(client, person_of(world, persona), second_factor=persona.second_factor)
