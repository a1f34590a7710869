"""What rows need beyond their fields' types, room by room. None: no such row is kept, or it is shared."""

from __future__ import annotations

import base64
import hashlib
import uuid
from typing import Any

from django.utils import timezone

from channel.disclosure.groups import Group, Quarter
from channel.enums import Audience, Capacity, FigureChoice, ReleaseState, StatementKind
from channel.models import new_reference
from compliance.enums import (
    ActionRating,
    ActionStatus,
    ExecutiveResponse,
    ReviewState,
    TimescaleKind,
)
from compliance.models import Action, Edition, EditionItem, ProgressEntry
from partnerships.enums import OrganisationKind
from partnerships.models import Organisation
from prevent_portal.accounts.enums import Role
from prevent_portal.documents import storage
from prevent_portal.documents.enums import VersionState
from tests.sweep.world import OWNER, Place, World, builds, days, permission, promise_field
from training.enums import RegisterState
from training.models import Course

Values = dict[str, Any]


# Kernel ------------------------------------------------------------------------------------------------


@builds(
    "accounts.CouncilGroupPermission",
    "accounts.CouncilUserPermission",
    "partnerships.OrganisationGroupPermission",
    "channel.CaseGroupPermission",
    "tenancy.CouncilCode",
)
def nothing(world: World, place: Place) -> None:
    """Made with the council, or kept empty on purpose."""


@builds("accounts.Invitation")
def invitation(world: World, place: Place) -> Values:
    return {"role": Role.BOARD_MEMBER, "expires_at": timezone.now() + days(7), "accepted_by": None}


@builds("accounts.ApiToken")
def api_token(world: World, place: Place) -> Values:
    secret = f"secret-of-{place.slug}"
    person = place.people["coordinator"]
    place.rows["secret"] = secret
    return {
        "user": person,
        "digest": hashlib.sha256(secret.encode()).hexdigest(),
        "prefix": "abcd",
        "security_stamp": person.security_stamp,
        "expires_on": timezone.localdate() + days(30),
    }


@builds("outbox.Job")
def job(world: World, place: Place) -> Values:
    rendition = world.row(place, _model("compliance.ReportVersion"))
    return {
        "kind": "compliance.render_report",
        "subject_type": "compliance.reportversion",
        "subject_id": rendition.pk,
    }


@builds("outbox.Email")
def email(world: World, place: Place) -> Values:
    return {}


@builds("outbox.Notice")
def notice(world: World, place: Place) -> Values:
    return {"person": place.people["coordinator"]}


@builds("documents.DocumentVersion")
def document_version(world: World, place: Place) -> Values:
    version_id = uuid.uuid4()
    token = world.canary(place.slug, "documents.DocumentVersion", "bytes")
    content = f"{token}\n".encode()
    storage.write_to_quarantine(place.council.pk, version_id, [content])
    storage.promote(place.council.pk, version_id)
    return {
        "id": version_id,
        "state": VersionState.ACCEPTED,
        "file_name": f"{world.canary(place.slug, 'documents.DocumentVersion', 'file_name')}.txt",
        "content_type": "text/plain",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "url": "",
    }


@builds("documents.DocumentUse")
def document_use(world: World, place: Place) -> Values:
    """On a line of progress, whose evidence stays, and on a checklist item, where it can be taken off."""
    place.rows["use on an item"] = world.add(
        place,
        "documents.DocumentUse",
        document=world.row(place, _model("documents.Document")),
        kind="compliance.answer",
        object_id=world.row(place, _model("compliance.ItemAnswer")).pk,
    )
    return {"kind": "compliance.progress", "object_id": world.row(place, ProgressEntry).pk}


# Partnerships ------------------------------------------------------------------------------------------


@builds("partnerships.Organisation")
def organisation(world: World, place: Place) -> Values:
    return {"name": f"Trust of {place.slug.title()}", "kind": "nhs_trust"}


@builds("partnerships.OrganisationCode")
def organisation_code(world: World, place: Place) -> Values:
    """A code of the trust, and an organisation that the council added for itself with a code of its own."""
    own = world.add(
        place,
        "partnerships.Organisation",
        name=f"Own service of {place.slug}",
        kind="other",
        kept_by=place.council,
    )
    world.add(place, "partnerships.CouncilOrganisation", organisation=own)
    place.rows["own organisation"] = own
    place.rows["own code"] = world.add(
        place,
        "partnerships.OrganisationCode",
        organisation=own,
        scheme="Local",
        code=f"OWN{place.council.pk}",
        kept_by=place.council,
    )
    return {"scheme": "ODS", "code": f"X{place.council.pk}"}


@builds("partnerships.ActingPerson")
def acting_person(world: World, place: Place) -> Values:
    """Guardian's grant follows by a trigger of the database."""
    return {"user": place.people["submitter"]}


@builds("partnerships.AuditFinding")
def audit_finding(world: World, place: Place) -> Values:
    return {"closing_words": ""}


@builds("partnerships.OrganisationUserPermission")
def organisation_grant(world: World, place: Place) -> Values | None:
    """There as soon as the council vouches; another person acts for another trust of the council."""
    world.row(place, _model("partnerships.ActingPerson"))
    other = world.add(
        place, "partnerships.Organisation", name=f"Other trust of {place.slug}", kind="nhs_trust"
    )
    place.rows["other trust"] = other
    link = world.add(place, "partnerships.CouncilOrganisation", organisation=other)
    world.add(place, "partnerships.ActingPerson", link=link, user=place.people["other-submitter"])
    return None


@builds("partnerships.Acknowledgement")
def confidentiality(world: World, place: Place) -> Values:
    """Everybody who could come to a case has promised, so that something else keeps out those kept out."""
    today = timezone.localdate()
    term = {"starts_on": today, "ends_on": today + days(300), "withdrawn_on": None}
    for name in ("chair", "secretary", *AT_THE_MEETING, "unsigned"):
        title = world.canary(place.slug, "partnerships.Acknowledgement", promise_field(name))
        world.add(
            place, "partnerships.Acknowledgement", person=place.people[name], title=title, notes="", **term
        )
    return term


@builds("partnerships.ApprovedDocument")
def approved_document(world: World, place: Place) -> Values:
    return {"kind": "strategy", "edition": "2"}


@builds("partnerships.BoardParticipant")
def participant(world: World, place: Place) -> Values | None:
    """Boards here are nobody else's; joint boards have tests of their own."""
    return None


@builds("partnerships.Board")
def board(world: World, place: Place) -> Values:
    return {"state": "active", "closed_on": None, "close_reason": "", "quorum": 3}


@builds("partnerships.BoardTerms")
def board_terms(world: World, place: Place) -> Values:
    today = timezone.localdate()
    return {"agreed_on": today - days(30), "reviewed_on": None, "review_on": today + days(300)}


@builds("partnerships.GovernanceLine")
def governance_line(world: World, place: Place) -> Values:
    """Between two boards of the council's own."""
    above = world.add(place, "partnerships.Board", state="active", closed_on=None, quorum=None)
    return {
        "board": world.row(place, _model("partnerships.Board")),
        "parent": above,
        "joined": None,
        "parent_joined": None,
    }


@builds("partnerships.Grant")
def grant(world: World, place: Place) -> Values:
    today = timezone.localdate()
    return {"starts_on": today - days(100), "ends_on": today + days(200), "awarded": 1, "closed_on": None}


@builds("partnerships.Claim")
def claim(world: World, place: Place) -> Values:
    """Of a quarter that is over, so that each of its pages has something to offer."""
    today = timezone.localdate()
    return {"period_from": today - days(100), "period_to": today - days(10), "due_on": today + days(18)}


@builds("partnerships.ClaimStep")
def claim_step(world: World, place: Place) -> Values:
    return {"kind": "submitted", "number": 1, "amount": 1}


@builds("partnerships.Briefing")
def briefing(world: World, place: Place) -> Values:
    """It holds no content: its notes are empty, which a constraint keeps."""
    return {"notes": ""}


@builds("partnerships.ThreatLevel")
def threat_level(world: World, place: Place) -> None:
    """National and shipped: every council reads the same."""


@builds("partnerships.Seat")
def board_seat(world: World, place: Place) -> Values:
    return {
        "organisation": world.row(place, Organisation),
        "agency": None,
        "role": "member",
        "starts_on": None,
        "ends_on": None,
    }


@builds("partnerships.SeatHolder")
def seat_holder(world: World, place: Place) -> Values:
    today = timezone.localdate()
    return {"person": place.people["coordinator"], "starts_on": today, "ends_on": today + days(90)}


@builds("partnerships.MeetingArrangements")
def meeting_arrangements(world: World, place: Place) -> Values:
    return {"standing_items": []}


@builds("partnerships.Meeting")
def meeting(world: World, place: Place) -> Values:
    """Held, with minutes that wait to be approved."""
    return {
        "held_on": timezone.localdate() - days(10),
        "state": "held",
        "cancelled_because": "",
        "minutes_state": "draft",
        "minutes_sha256": "",
    }


@builds("partnerships.Attendance")
def attendance(world: World, place: Place) -> Values:
    return {"organisation": world.row(place, Organisation), "agency": None}


@builds("partnerships.Decision")
def decision(world: World, place: Place) -> Values:
    return {"document_version": None, "document_title": "", "document_sha256": ""}


# Training ----------------------------------------------------------------------------------------------


@builds("training.Course")
def course(world: World, place: Place) -> Values:
    """The council's own; what others hold is about a national one, unless they say."""
    return {"council": place.council, "slug": "local-course", "also_known_as": []}


@builds("training.Target")
def target(world: World, place: Place) -> Values:
    return {"council": place.council, "course": _course(world, place), "ends_on": None, "per_cent": 90}


def _course(world: World, place: Place) -> Course:
    return Course.objects.using(OWNER).get(slug="wrap")


@builds("training.TrainingReturn")
def training_return(world: World, place: Place) -> Values:
    return {
        "council": place.council,
        "course": _course(world, place),
        "organisation": world.row(place, Organisation),
        "period_kind": "quarter",
        "period_from": timezone.localdate().replace(month=1, day=1),
        "period_to": timezone.localdate().replace(month=3, day=31),
        "reported": "figures",
        "eligible": 100,
        "compliant": 80,
        "submitted_by": place.people["submitter"],
    }


@builds("training.ReturnUpload")
def upload(world: World, place: Place) -> Values:
    return {
        "person": place.people["submitter"],
        "columns": [],
        "notices": [],
        "rows": [],
        "expires_at": timezone.now() + days(1),
    }


@builds("training.StaffRegister")
def staff_register(world: World, place: Place) -> Values:
    return {
        "state": RegisterState.CHECKED,
        "person": place.people["submitter"],
        "organisation": world.row(place, Organisation),
        "expires_at": timezone.now() + days(1),
        "period_end": timezone.localdate() - days(200),
        "confirmed_at": None,
        "receipt": None,
        **{name: [] for name in ("columns", "notices", "first_rows", "problems", "figures")},
    }


@builds("training.RegisterRow")
def register_row(world: World, place: Place) -> Values:
    return {"person": hashlib.sha256(place.slug.encode()).digest(), "completed_on": None}


@builds("training.RegisterFigure")
def register_figure(world: World, place: Place) -> Values:
    return {"eligible": 12, "compliant": 7}


@builds("training.ReturnReview")
def return_review(world: World, place: Place) -> Values:
    return {"state": "queried"}


@builds("training.ImprovementPlan")
def improvement_plan(world: World, place: Place) -> Values:
    return {
        "course": _course(world, place),
        "organisation": world.row(place, Organisation),
        "state": "open",
        "ended_on": None,
        "ended_reason": "",
        "monitor": place.people["coordinator"],
    }


@builds("training.ImprovementMilestone")
def improvement_milestone(world: World, place: Place) -> Values:
    return {"done_on": None, "done_by": None}


@builds("training.LineSetting")
def line_setting(world: World, place: Place) -> Values:
    return {"points": 7}


@builds("training.SchoolTraining")
def school_training(world: World, place: Place) -> Values:
    return {
        "organisation": _school(world, place),
        "measure": "lead",
        "state": "trained",
        "trained_on": timezone.localdate(),
    }


@builds("training.SchoolDetail")
def school_detail(world: World, place: Place) -> Values:
    return {"organisation": _school(world, place), "phase": "primary"}


def _school(world: World, place: Place) -> Organisation:
    if "school" not in place.rows:
        place.rows["school"] = world.add(
            place,
            "partnerships.Organisation",
            kind=OrganisationKind.SCHOOL,
            parent=None,
            ends_on=None,
            successor=None,
        )
        world.add(
            place,
            "partnerships.CouncilOrganisation",
            organisation=place.rows["school"],
            starts_on=None,
            ends_on=None,
            prevent_lead=None,
            executive_lead=None,
        )
    return place.rows["school"]


@builds("training.ExpectedReturn")
def expected(world: World, place: Place) -> Values:
    return {"course": _course(world, place), "ends_on": None}


@builds("training.DeliveryPlan")
def delivery_plan(world: World, place: Place) -> Values:
    return {"course": _course(world, place), "ended_on": None, "end_reason": ""}


@builds("training.TrainingSession")
def training_session(world: World, place: Place) -> Values:
    return {"course": None, "cancel_reason": "", "attendees": None}


@builds("training.FacilitatorCourse")
def facilitator_course(world: World, place: Place) -> Values:
    return {"course": _course(world, place)}


@builds("training.KnowledgeSurvey")
def knowledge_survey(world: World, place: Place) -> Values:
    return {"course": _course(world, place)}


@builds("training.TrainingRound")
def training_round(world: World, place: Place) -> Values:
    today = timezone.localdate()
    return {
        "period_from": today - days(120),
        "period_to": today - days(30),
        "due_on": today,
        "remind_after": 1,
        "executive_after": 7,
        "closed_at": None,
        "closed_by": None,
    }


@builds("training.RoundReturn")
def round_return(world: World, place: Place) -> Values:
    return {"course": _course(world, place)}


@builds("training.RoundExtension")
def round_extension(world: World, place: Place) -> Values:
    today = timezone.localdate()
    return {"moved_from": today, "due_on": today + days(7)}


@builds("training.ReturnDraft")
def return_draft(world: World, place: Place) -> Values:
    today = timezone.localdate()
    return {
        "course": _course(world, place),
        "period_kind": "quarter",
        "period_from": today - days(120),
        "period_to": today - days(30),
        "reported": "figures",
        "saved_by": place.people["submitter"],
    }


# Channel -----------------------------------------------------------------------------------------------

AT_THE_MEETING = ("signed", "removed", "attender", "case-manager", "police")
"""Those who signed the meeting's statement: one of them reads the case that it lists."""


@builds("channel.Panel")
def panel(world: World, place: Place) -> Values:
    return {"created_by": place.people["chair"]}


@builds("channel.Seat")
def seat(world: World, place: Place) -> Values:
    """The chair's; the rest of the panel sits down here too, the district attender for another district."""
    today, chair = timezone.localdate(), place.people["chair"]
    elsewhere = world.places["wood"].council
    for name, capacity, more in (
        ("secretary", Capacity.SECRETARY, {}),
        ("signed", Capacity.MEMBER, {}),
        ("unsigned", Capacity.MEMBER, {}),
        ("removed", Capacity.MEMBER, {"ended_at": timezone.now()}),
        ("attender", Capacity.DISTRICT, {"district": elsewhere}),
        ("case-manager", Capacity.CASE_MANAGER, {"ends_on": today + days(30)}),
    ):
        place.rows[f"seat of {name}"] = world.add(
            place,
            "channel.Seat",
            **{
                "panel": world.row(place, _model("channel.Panel")),
                "person": place.people[name],
                "capacity": capacity,
                "police_area": "",
                "ended_at": None,
                "ends_on": None,
                "starts_on": today - days(30),
                "created_by": chair,
                **more,
            },
        )
    return {
        "person": chair,
        "capacity": Capacity.CHAIR,
        "police_area": "",
        "ends_on": None,
        "created_by": chair,
    }


@builds("channel.StatementVersion")
def statement(world: World, place: Place) -> Values:
    made = {}
    for kind in (StatementKind.ANNUAL, StatementKind.MEETING):
        text = world.canary(place.slug, "channel.StatementVersion", "text")
        made[kind] = {
            "kind": kind,
            "number": 1,
            "text": text,
            "text_hash": hashlib.sha256(text.encode()).hexdigest(),
        }
    place.rows["annual"] = world.add(place, "channel.StatementVersion", **made[StatementKind.ANNUAL])
    return made[StatementKind.MEETING]


@builds("channel.ChannelMeeting")
def channel_meeting(world: World, place: Place) -> Values:
    return {"starts_at": timezone.now(), "opened_at": timezone.now(), "closed_at": None}


@builds("channel.Signature")
def signature(world: World, place: Place) -> Values | None:
    words = world.row(place, _model("channel.StatementVersion"))
    signatures = [
        world.add(
            place,
            "channel.Signature",
            meeting=world.row(place, _model("channel.ChannelMeeting")),
            person=place.people[name],
            statement=words,
            text_hash=words.text_hash,
        )
        for name in AT_THE_MEETING
    ]
    place.rows["channel.Signature"] = signatures[0]
    return None


@builds("channel.Acknowledgement")
def acknowledgement(world: World, place: Place) -> Values:
    world.row(place, _model("channel.StatementVersion"))
    words = place.rows["annual"]
    world.add(
        place,
        "channel.Acknowledgement",
        person=place.people["secretary"],
        statement=words,
        text_hash=words.text_hash,
        panel=world.row(place, _model("channel.Panel")),
    )
    return {"person": place.people["chair"], "statement": words, "text_hash": words.text_hash}


@builds("channel.ChannelCase")
def case(world: World, place: Place) -> Values:
    """One that the meeting lists, and one that it does not. Their references are canaries as well."""

    def values() -> Values:
        reference = new_reference()
        world.plant(reference, place.slug, "channel.ChannelCase", "reference")
        return {
            "reference": reference,
            "residence": place.council,
            "no_intelligence_declared_at": timezone.now(),
            "source_sector": "education",
            "owner_now": None,
            **dict.fromkeys(("concern", "age_band", "outcome", "care_considered"), ""),
        }

    place.rows["unlisted case"] = world.add(
        place, "channel.ChannelCase", panel=world.row(place, _model("channel.Panel")), **values()
    )
    return values()


@builds("channel.CaseUserPermission")
def case_grant(world: World, place: Place) -> Values:
    """Granted to everybody who could be: the case manager's grant ended yesterday.

    The attender's and the police officer's names on a case open nothing: they come for an area.
    """
    listed = world.row(place, _model("channel.ChannelCase"))
    granted = {
        "permission": permission("read_case"),
        "granted_by": place.people["chair"],
        "starts_on": timezone.localdate() - days(20),
    }
    for name, ends_on, of_case in (
        ("unsigned", None, listed),
        ("removed", None, listed),
        ("attender", None, listed),
        ("police", None, listed),
        ("case-manager", timezone.localdate() - days(1), listed),
        ("signed", None, place.rows["unlisted case"]),
    ):
        world.add(
            place,
            "channel.CaseUserPermission",
            user=place.people[name],
            content_object=of_case,
            ends_on=ends_on,
            **granted,
        )
    return {"user": place.people["signed"], "content_object": listed, "ends_on": None, **granted}


@builds("channel.ConsentStep")
def consent_step(world: World, place: Place) -> Values:
    """Asked, then given: the database lets nothing else begin."""
    told = {"dated": timezone.localdate(), "by_whom": "person", "under_18": False, "reassess_on": None}
    asked_of = world.row(place, _model("channel.ChannelCase"))
    world.add(place, "channel.ConsentStep", case=asked_of, state="asked", **told)
    return {"case": asked_of, "state": "given", "capacity_considered": True, **told}


@builds("channel.CaseDecision")
def case_decision(world: World, place: Place) -> Values:
    return {"police_present": True}


@builds("channel.CaseReview")
def case_review(world: World, place: Place) -> Values:
    """One that waits."""
    return {"kind": "plan", "done_on": None, "done_by": None, "result": ""}


@builds("channel.FigureRelease")
def figure_release(world: World, place: Place) -> Values:
    """One that waits for the chair, and one that board members and report authors read."""
    figures = {
        "panel": world.row(place, _model("channel.Panel")),
        "audience": Audience.BOARDS,
        "choice": FigureChoice.ROUNDED,
        "proposed_by": place.people["secretary"],
    }
    place.rows["released"] = world.add(
        place,
        "channel.FigureRelease",
        state=ReleaseState.APPROVED,
        decided_by=place.people["chair"],
        decided_at=timezone.now(),
        title=world.canary(place.slug, "channel.FigureRelease", "title released"),
        **figures,
    )
    return {"state": ReleaseState.PROPOSED, "decided_by": None, "decided_at": None, "decision": "", **figures}


@builds("channel.ReleasedFigure")
def released_figure(world: World, place: Place) -> Values:
    """A printed word of each release; the one that waits is its panel's to see."""
    words = {
        "group": Group.over("referrals", Quarter(2015, 1)).as_json(),
        "form": "small",
        "number": None,
        "low": 1,
        "high": 7,
        "small_low": 1,
        "small_high": 7,
    }
    waits = world.row(place, _model("channel.FigureRelease"))
    printed = world.canary(place.slug, "channel.ReleasedFigure", "printed, not released")
    world.add(place, "channel.ReleasedFigure", release=waits, printed=printed, **words)
    return {"release": place.rows["released"], **words}


@builds("channel.PanelFile")
def panel_file(world: World, place: Place) -> Values:
    """The chair's, made a moment ago; its bytes hold a canary."""
    token = world.canary(place.slug, "channel.PanelFile", "content")
    return {
        "kind": "agenda",
        "form": "pdf",
        "meeting": world.row(place, _model("channel.ChannelMeeting")),
        "requested_by": place.people["chair"],
        "made_at": timezone.now(),
        "content": base64.b64encode(token.encode()).decode(),
    }


@builds("channel.BreakGlass")
def emergency_reading(world: World, place: Place) -> Values:
    """The police officer's of yesterday; it waits for its review."""
    return {
        "person": place.people["police"],
        "opened_at": timezone.now() - days(1),
        "needs_approval": False,
        "approved_by": None,
        "reviewed_by": None,
        "verdict": "",
        "review_note": None,
    }


@builds("channel.LegalHold")
def legal_hold(world: World, place: Place) -> Values:
    return {"placed_by": place.people["chair"], "lifted_by": None}


@builds("channel.Destruction")
def destruction(world: World, place: Place) -> Values:
    """The review of a third case, of which the world has nothing but this."""
    reference = new_reference()
    world.plant(reference, place.slug, "channel.Destruction", "reference")
    people = dict.fromkeys(("proposed_by", "decided_by"))
    return {"record": uuid.uuid4(), "reference": reference, "certificate": None, **people}


# Compliance --------------------------------------------------------------------------------------------


@builds("compliance.Edition")
def edition(world: World, place: Place) -> None:
    """Shipped reference data, or one made for the sweep where none is shipped."""


@builds("compliance.EditionItem")
def edition_item(world: World, place: Place) -> None:
    """As above."""


def _item(world: World) -> EditionItem:
    item = EditionItem.objects.using(OWNER).order_by("pk").first()
    if item is None:
        made = Edition.objects.using(OWNER).create(
            code="sweep",
            name="Edition of the sweep",
            nations=["england"],
            in_force_from="2015-07-01",
            source="https://example.org/",
            last_checked_on="2026-01-01",
            scale=[["met", "Met"], ["not_met", "Not met"]],
        )
        item = EditionItem.objects.using(OWNER).create(
            edition=made,
            ref="1",
            workstream_order=1,
            workstream="Workstream",
            order=1,
            kind="must",
            prompt="A prompt",
            expected_evidence="",
            guidance="",
        )
    return item


@builds("compliance.Assessment")
def assessment(world: World, place: Place) -> Values:
    return {"edition": _item(world).edition}


_UNSCORED: Values = {
    **dict.fromkeys(("moderated", "challenge", "agreed"), ""),
    **dict.fromkeys(("accepted_by", "moderated_by", "agreed_by")),
}
"""What nobody has decided yet about an answer."""


@builds("compliance.ItemAnswer")
def answer(world: World, place: Place) -> Values:
    return {
        "item": _item(world),
        "status": "",
        "timescale": TimescaleKind.NOT_SET,
        "owner": place.people["officer"],
        **_UNSCORED,
    }


@builds("compliance.AnswerStep")
def answer_step(world: World, place: Place) -> Values:
    return {"kind": "returned", "score": ""}


@builds("compliance.PromptEdit")
def prompt_edit(world: World, place: Place) -> Values:
    """Of the item whose page the sweep opens, so that its words stand there."""
    return {"item": EditionItem.objects.using(OWNER).get(ref="T1-1"), "number": 1}


@builds("compliance.AnswerOrigin")
def origin(world: World, place: Place) -> Values:
    """An answer to the council's own item in an earlier round, brought forward into the sweep's round."""
    earlier = world.add(
        place,
        "compliance.Assessment",
        edition=_item(world).edition,
        period_start=timezone.localdate() - days(400),
        period_end=timezone.localdate() - days(40),
    )
    before = world.add(
        place,
        "compliance.ItemAnswer",
        assessment=earlier,
        item=None,
        local_item=world.row(place, _model("compliance.LocalItem")),
        status="",
        timescale=TimescaleKind.NOT_SET,
        owner=place.people["officer"],
        **_UNSCORED,
    )
    return {"earlier": before}


@builds("compliance.LocalItem")
def local_item(world: World, place: Place) -> Values:
    return {"kind": "should"}


@builds("compliance.AnswerRevision")
def answer_revision(world: World, place: Place) -> Values:
    return {"status": "", "timescale": TimescaleKind.NOT_SET}


@builds("compliance.Action")
def action(world: World, place: Place) -> Values:
    return {
        "owner": place.people["officer"],
        "status": ActionStatus.IN_PROGRESS,
        "rating": ActionRating.AMBER,
        "first_due_on": timezone.localdate(),
        "due_on": timezone.localdate(),
    }


@builds("compliance.PlanReviewer")
def plan_reviewer(world: World, place: Place) -> Values:
    return {"cadence": "quarterly"}


@builds("compliance.ExtensionRequest")
def extension(world: World, place: Place) -> Values:
    """One that waits, asked by the action's owner."""
    return {
        "due_on": timezone.localdate(),
        "wished_on": timezone.localdate() + days(20),
        "asked_by": place.people["officer"],
        "decided_by": None,
        "decided_at": None,
        "note": "",
    }


@builds("compliance.PlanVersion")
def plan_version(world: World, place: Place) -> Values:
    """With a canary in each text of the frozen content."""

    def text(name: str) -> str:
        return world.canary(place.slug, "compliance.PlanVersion", f"content {name}")

    row = world.row(place, Action)
    frozen = {
        "id": str(row.pk),
        "reference": row.reference,
        **{name: text(name) for name in ("title", "measure", "owner", "latest_note")},
        "leads": [text("leads")],
        "priority": "medium",
        "status": "in_progress",
        "rating": "amber",
        "first_due_on": "2026-04-30",
        "due_on": "2026-05-31",
        "times_moved": 1,
        "completed_on": None,
        "latest_note_on": "2026-05-01",
    }
    objective = {
        "id": str(row.objective_id),
        "number": 1,
        "title": text("objective"),
        "outcome": text("outcome"),
        "actions": [frozen],
    }
    return {
        "number": 1,
        "content": {
            **{name: text(f"plan {name}") for name in ("title", "kind", "purpose")},
            "starts_on": "2026-04-01",
            "ends_on": "2027-03-31",
            "objectives": [objective],
        },
    }


@builds("compliance.DueDateMove")
def move(world: World, place: Place) -> Values:
    return {
        "moved_from": timezone.localdate(),
        "moved_to": timezone.localdate() + days(10),
        "action": world.row(place, Action),
    }


@builds("compliance.Report")
def report(world: World, place: Place) -> Values:
    return {"numbering": "sections", "author": place.people["author"], "correction": ""}


def report_content(world: World, place: Place) -> Values:
    """What a version says, with a canary in its title and in its words."""
    label = "compliance.ReportVersion"
    words = world.canary(place.slug, label, "words")
    section = {
        "key": "purpose",
        "number": "1",
        "heading": "Purpose",
        "level": 1,
        "kind": "narrative",
        "exempt": None,
        "parts": [{"kind": "paragraph", "number": "1.1", "text": words}],
        "sources": [],
        "missing": [],
    }
    return {
        "format": 2,
        "reference": "R1",
        "council": place.council.name,
        "title": world.canary(place.slug, label, "title"),
        "committee": "Cabinet",
        "period": "July to September 2026",
        "status": "Draft",
        "as_at": "2026-09-30",
        "header": [],
        "sections": [section],
        "sources": [],
        "missing": [],
    }


@builds("compliance.ReportVersion")
def report_version(world: World, place: Place) -> Values:
    return {"state": "draft", "content": report_content(world, place)}


@builds("compliance.ReportSection")
def report_section(world: World, place: Place) -> Values:
    return {"exempt_reason": ""}


@builds("compliance.Consultation")
def consultation(world: World, place: Place) -> Values:
    """One that still waits for its answer."""
    return {"person": place.people["consultee"], "included_by": None}


@builds("compliance.CouncilPosition")
def position(world: World, place: Place) -> Values:
    """An old one, so that the overview makes its own from the world's rows."""
    return {"as_at": timezone.localdate() - days(1), "parts": {}}


@builds("compliance.KeptPosition")
def kept_position(world: World, place: Place) -> Values:
    return {"quarter_end": timezone.localdate() - days(400), "parts": {}}


@builds("compliance.SectionComment")
def section_comment(world: World, place: Place) -> Values:
    return {"settled_by": None}


@builds("compliance.SignOff")
def sign_off(world: World, place: Place) -> Values:
    """A place of the cabinet member, who has not signed yet."""
    return {"person": place.people["cabinet"], "version": None, "sha256": "", "signed_by": None}


@builds("compliance.Publication")
def publication(world: World, place: Place) -> Values:
    """Of a report of its own, and withdrawn: what stands is for everybody, so its words could not leak."""
    final = world.add(place, "compliance.Report", number=2, numbering="sections", correction="")
    version = world.add(place, "compliance.ReportVersion", report=final, number=1, state="final", content={})
    rendition = world.add(place, "compliance.ReportRendition", version=version)
    return {
        "report": final,
        "rendition": rendition,
        "committee_slug": f"cabinet-of-{place.slug}",
        "period_slug": "july-to-september-2026",
        "content": {},
        "withdrawn_at": timezone.now(),
    }


@builds("compliance.ScrutinyReview")
def review(world: World, place: Place) -> Values:
    """Presented and published, so that whoever reads reviews reads it."""
    today = timezone.localdate()
    return {
        "state": ReviewState.OPEN,
        "presented_on": today,
        "published_on": today,
        "put_up_by": None,
        "closed_by": None,
    }


@builds("compliance.Recommendation")
def recommendation(world: World, place: Place) -> Values:
    return {
        "response": ExecutiveResponse.ACCEPT,
        "owner": place.people["officer"],
        "proposed_by": None,
        "decided_by": None,
    }


@builds("compliance.ReviewSeat")
def review_seat(world: World, place: Place) -> Values:
    return {"person": place.people["councillor"]}


@builds("compliance.RecommendationImport")
def recommendation_import(world: World, place: Place) -> Values:
    return {"rows": [], "expires_at": timezone.now() + days(1)}


@builds("compliance.PlanShare", "compliance.RiskShare")
def share(world: World, place: Place) -> Values:
    """With a council that none of the personas belongs to: what a share opens has tests of its own."""
    return {
        "receiver": world.places["wood"].council,
        "starts_on": timezone.localdate(),
        "ends_on": timezone.localdate() + days(365),
    }


@builds("compliance.PlanUpload")
def plan_upload(world: World, place: Place) -> Values:
    return {"rows": [], "expires_at": timezone.now() + days(1)}


@builds("compliance.Risk")
def risk(world: World, place: Place) -> Values:
    return {"no_intelligence_declared_at": timezone.now(), "closed_reason": ""}


@builds("compliance.RiskReader")
def risk_reader(world: World, place: Place) -> Values:
    """The coordinator keeps the register and wrote the risk; a board member reads that one risk."""
    row = world.row(place, _model("compliance.Risk"))
    places = {"starts_on": timezone.localdate() - days(30), "ends_on": None, "ended_at": None}
    coordinator, board = place.people["coordinator"], place.people["board"]
    for risk_row, person, granted_by in ((None, coordinator, board), (row, board, coordinator)):
        world.add(
            place,
            "compliance.RiskReader",
            risk=risk_row,
            person=person,
            granted_by=granted_by,
            ended_by=None,
            **places,
        )
    return {"risk": row, "person": coordinator, "granted_by": coordinator, "ended_by": None, **places}


@builds("compliance.RiskSummary")
def risk_summary(world: World, place: Place) -> Values:
    """One that waits, whose words are still the audience's, and one approved for the council's readers."""
    row = world.row(place, _model("compliance.Risk"))
    coordinator, board = place.people["coordinator"], place.people["board"]
    world.add(
        place,
        "compliance.RiskSummary",
        risk=row,
        state="approved",
        proposed_by=coordinator,
        approved_by=board,
        approved_at=timezone.now(),
        withdrawn_by=None,
    )
    return {
        "risk": row,
        "heading": world.canary(place.slug, "compliance.Risk", "heading that waits"),
        "text": world.canary(place.slug, "compliance.Risk", "text that waits"),
        "proposed_by": coordinator,
        "approved_by": None,
        "withdrawn_by": None,
    }


def _model(label: str) -> Any:
    from django.apps import apps

    return apps.get_model(label)
