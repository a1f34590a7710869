"""Turn a route into addresses: with one's own object, another council's, and one that nobody has."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from prevent_portal.web.matrix import Route
from tests.sweep.personas import HOME, NEIGHBOUR
from tests.sweep.world import Place, World

_PART = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")

Finder = Callable[[Place], Any]

OBJECTS: dict[str, str | Finder] = {
    "action_id": "compliance.Action",
    "other_id": "compliance.Assessment",
    "item_id": "compliance.LocalItem",
    "edition": lambda place: "guidance-2023",
    "ref": lambda place: "T1-1",
    "answer_id": "compliance.ItemAnswer",
    "assessment_id": "compliance.Assessment",
    "hearing_id": "compliance.ReviewHearing",
    "import_id": "compliance.RecommendationImport",
    "invitation_id": "accounts.Invitation",
    "job_id": "outbox.Job",
    "notice_id": "outbox.Notice",
    "meeting_id": "channel.ChannelMeeting",
    "panel_id": "channel.Panel",
    "plan_id": "compliance.ActionPlan",
    "objective_id": "compliance.Objective",
    "reviewer_id": "compliance.PlanReviewer",
    "plan_review_id": "compliance.PlanReview",
    "extension_id": "compliance.ExtensionRequest",
    "plan_share_id": "compliance.PlanShare",
    "plan_upload_id": "compliance.PlanUpload",
    # What the council itself shares is not what it reads as shared: nothing of these is there for it.
    "received_action_id": "compliance.Action",
    "received_plan_id": "compliance.PlanShare",
    "received_risk_id": "compliance.RiskShare",
    "recommendation_id": "compliance.Recommendation",
    "report_id": "compliance.Report",
    "template_id": "compliance.ReportTemplate",
    "template_section_id": "compliance.TemplateSection",
    "schedule_id": "compliance.ReportSchedule",
    "committee_meeting_id": "compliance.CommitteeMeeting",
    "consultation_id": "compliance.Consultation",
    "comment_id": "compliance.SectionComment",
    "position": lambda place: 1,
    "file_format": lambda place: "pdf",
    "committee": lambda place: place.rows["compliance.Publication"].committee_slug,
    "period": lambda place: place.rows["compliance.Publication"].period_slug,
    "ordinal": lambda place: 1,
    "review_id": "compliance.ScrutinyReview",
    "risk_id": "compliance.Risk",
    "risk_share_id": "compliance.RiskShare",
    "section_id": "compliance.ReportSection",
    "summary_id": "compliance.RiskSummary",
    "token_id": "accounts.ApiToken",
    "version_id": "documents.DocumentVersion",
    "document_id": "documents.Document",
    "use_id": lambda place: place.rows["use on an item"].pk,
    "kind": lambda place: "compliance.answer",
    "object_id": "compliance.ItemAnswer",
    "upload_id": "training.ReturnUpload",
    "return_id": "training.TrainingReturn",
    "grant_id": "training.ReturnGrant",
    "course_id": "training.Course",
    "draft_id": "training.ReturnDraft",
    "expected_id": "training.ExpectedReturn",
    "facilitator_id": "training.Facilitator",
    "improvement_id": "training.ImprovementPlan",
    "delivery_plan_id": "training.DeliveryPlan",
    "milestone_id": "training.ImprovementMilestone",
    "register_id": "training.StaffRegister",
    "register": lambda place: "agreements",
    "entry_id": "partnerships.Agreement",
    "request_id": "training.TrainingRequest",
    "round_id": "training.TrainingRound",
    "school_id": lambda place: place.rows["school"].pk,
    "session_id": "training.TrainingSession",
    "survey_id": "training.KnowledgeSurvey",
    "target_id": "training.Target",
    # A refused file is kept in memory for an hour; the sweep has none, whoever asks.
    "token": lambda place: "refused",
    "wave": lambda place: "baseline",
    "whose": lambda place: "whole",
    "start": lambda place: "2018-10-01",
    "end": lambda place: "2018-12-31",
    "membership_id": lambda place: place.rows["membership"].pk,
    "user_id": lambda place: place.people["officer"].pk,
    "person_id": lambda place: place.people["officer"].pk,
    "organisation_id": lambda place: place.rows["partnerships.Organisation"].pk,
    "own_organisation_id": lambda place: place.rows["own organisation"].pk,
    "code_id": lambda place: place.rows["own code"].pk,
    "contact_id": "partnerships.Contact",
    "acting_id": "partnerships.ActingPerson",
    "audit_id": "partnerships.PartnerAudit",
    "finding_id": "partnerships.AuditFinding",
    "board_id": "partnerships.Board",
    "terms_id": "partnerships.BoardTerms",
    "seat_id": "partnerships.Seat",
    "holder_id": "partnerships.SeatHolder",
    # Boards here are nobody else's, so nobody takes part in one; joint boards have tests of their own.
    "participation_id": lambda place: uuid.uuid5(uuid.NAMESPACE_URL, place.slug),
    "paper_id": "partnerships.Paper",
    "decision_id": "partnerships.Decision",
    "file_id": "partnerships.BoardPackFile",
    "designation_id": "partnerships.Designation",
    "claim_id": "partnerships.Claim",
    "reference": lambda place: place.rows["channel.ChannelCase"].reference,
    "number": lambda place: 1,
}
"""What a part of an address names, by the name of the part."""

OF_REPORTS: dict[str, str | Finder] = {"edition": lambda place: "public"}
"""The same names below ``reports/``, where they name other things."""

OF_PARTNERSHIP: dict[str, str | Finder] = {
    "meeting_id": "partnerships.Meeting",
    "grant_id": "partnerships.Grant",
    "item_id": "partnerships.AgendaItem",
}
"""The same names below ``partnership/``, where they name other things."""

OF_CHANNEL: dict[str, str | Finder] = {
    "file_id": "channel.PanelFile",
    "kind": lambda place: "meeting",
    "release_id": "channel.FigureRelease",
    "review_id": "channel.CaseReview",
    "seat_id": "seat of signed",
    "use_id": "channel.BreakGlass",
}
"""The same names below ``channel/``."""

OF_RETENTION: dict[str, str | Finder] = {"review_id": "channel.Destruction"}
"""The same names below ``channel/retention/``."""

ASKED_FOR = {
    "api/v1/c/<slug:council>/channel/figures/": "audience=boards",
    # The start of every canary: the search finds whatever it searches.
    "api/v1/c/<slug:council>/search/": "q=CNRY",
    "c/<slug:council>/search/": "q=CNRY",
}
"""What an address is asked for, where it says nothing without."""

NO_REFERENCE = "ZZZZ-2345"
"""What could be the reference of a case, and is of none."""

SHARED = {
    "number",
    "position",
    "ordinal",
    "file_format",
    "register",
    "edition",
    "ref",
    "kind",
    "token",
    "wave",
    "whose",
    "start",
    "end",
}
"""Parts that are not identifiers of a row by themselves: nobody's of them is foreign."""


@dataclass(frozen=True)
class Address:
    """One address to ask. ``kind`` says whose object it names, at whose council."""

    kind: str
    url: str
    parts: tuple[str, ...]


class UnknownPart(LookupError):
    """A part of an address of which the sweep does not know what it names."""


def addresses(world: World, route: Route) -> Iterator[Address]:
    """The addresses of a route: own, foreign and random objects at home and at the neighbour's."""
    parts = [(match["name"], match["kind"] or "str") for match in _PART.finditer(route.path)]
    names = [name for name, _ in parts]
    home, neighbour = world.places[HOME], world.places[NEIGHBOUR]
    objects = [name for name in names if name not in ("council", "council_slug", *SHARED)]
    if not parts:
        yield Address("plain", "/" + route.path, ())
        return
    if not {"council", "council_slug"} & set(names):
        yield _address("random", route, parts, home, None)
        return
    yield _address("own", route, parts, home, home)
    if objects:
        yield _address("foreign", route, parts, home, neighbour)
        yield _address("random", route, parts, home, None)
    yield _address("neighbour's", route, parts, neighbour, neighbour)
    if objects:
        yield _address("neighbour's random", route, parts, neighbour, None)


def _address(
    kind: str, route: Route, parts: list[tuple[str, str]], council: Place, owner: Place | None
) -> Address:
    values = []

    def fill(match: re.Match[str]) -> str:
        name, converter = match["name"], match["kind"] or "str"
        if name in ("council", "council_slug"):
            return council.slug
        value = _random(name, converter) if owner is None else _known(name, owner, route)
        values.append(value)
        return value

    url = "/" + _PART.sub(fill, route.path)
    if route.path in ASKED_FOR:
        url += f"?{ASKED_FOR[route.path]}"
    return Address(kind, url, tuple(values))


def _known(name: str, place: Place, route: Route) -> str:
    if name in ("uidb36", "key", "secret"):
        return _random(name, "str")
    what = OBJECTS.get(name)
    for room, names in (
        ("/reports/", OF_REPORTS),
        ("/partnership/", OF_PARTNERSHIP),
        ("/channel/", OF_CHANNEL),
        ("/channel/retention/", OF_RETENTION),
    ):
        if room in route.path:
            what = names.get(name, what)
    if what is None:
        raise UnknownPart(f"Say in tests/sweep/addresses.py what <{name}> of {route.path} names.")
    if callable(what):
        return str(what(place))
    row = place.rows.get(what)
    if row is None:
        raise UnknownPart(f"{route.path} needs a {what}, of which the world has none.")
    return str(row.pk)


def _random(name: str, converter: str) -> str:
    if name == "number":
        return "1"
    if converter == "uuid":
        return str(uuid.uuid4())
    if converter == "int":
        return str(2**31 - secrets.randbelow(10_000))
    if name == "reference":
        return NO_REFERENCE
    return f"x{secrets.token_hex(6)}"
