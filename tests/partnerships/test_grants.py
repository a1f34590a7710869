"""Grants and claims: heads that add up to the penny, quarters in arrears, submissions that never change."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.access.grants import claim_for, grant_for, grants_seen, may_evidence_claim
from partnerships.enums import ClaimState
from partnerships.grant_announcements import GRANT_SENTENCES, claim_due_items
from partnerships.models import Claim, ClaimLine, ClaimStep, ClaimStepLine, Grant
from partnerships.permissions import PARTNERSHIPS_GRANTS, PartnershipsPermission
from partnerships.policies.grants import HeadGiven, check_money, claim_periods
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.grants import CLAIM_EVIDENCE, amounts_of, figures_of
from partnerships.services.claims import pay_claim, query_claim, save_figures, set_due_day, submit_claim
from partnerships.services.grants import change_grant, close_grant, reopen_grant
from prevent_portal.accounts.access import council_access, own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.audit import presenters
from prevent_portal.audit.models import Event
from prevent_portal.documents.services.documents import attach_file
from prevent_portal.outbox.due_items import items_of
from prevent_portal.outbox.services.digests import send
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import StaleVersion
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from prevent_portal.web.numbers import pounds
from tests.accounts.sessions import sign_in
from tests.documents.things import pdf
from tests.factories import CouncilFactory, give_role, member
from tests.partnerships.grant_factories import claims, filled, grant, heads, submitted

pytestmark = pytest.mark.django_db
JULY = date(2016, 7, 28)


# Money and periods -----------------------------------------------------------------------------------


def test_money_is_printed_with_pounds_and_pence() -> None:
    amounts = [Decimal("1007.5"), Decimal(0), Decimal("-0.01"), Decimal("1234567.891"), None]
    assert [pounds(amount) for amount in amounts] == ["£1,007.50", "£0.00", "−£0.01", "£1,234,567.89", ""]


@pytest.mark.parametrize(
    ("amount", "says"),
    [
        ("-0.01", "The award must be £0.00 or more."),
        ("0.001", "The award must be in pounds and whole pence."),
        ("10000000000.00", "The award must be £9,999,999,999.99 or less."),
        ("NaN", "The award must be an amount of money, like £1,007.50."),
    ],
)
def test_what_is_no_money_is_refused_in_words(amount: str, says: str) -> None:
    with pytest.raises(PartnershipRefused) as refused:
        check_money(Decimal(amount), "The award")
    assert str(refused.value) == says


def test_a_claim_is_due_for_each_quarter_cut_to_the_term_of_the_grant() -> None:
    periods = claim_periods(date(2016, 5, 16), date(2017, 1, 31), 28)
    assert [(each.starts_on, each.ends_on, each.due_on) for each in periods] == [
        (date(2016, 5, 16), date(2016, 6, 30), date(2016, 7, 28)),
        (date(2016, 7, 1), date(2016, 9, 30), date(2016, 10, 28)),
        (date(2016, 10, 1), date(2016, 12, 31), date(2017, 1, 28)),
        (date(2017, 1, 1), date(2017, 1, 31), date(2017, 2, 28)),
    ]


# Grants ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (
            {"awarded": Decimal("35000.01")},
            (
                "The heads add up to £35,000.00, which is £0.01 less than the award of £35,000.01. "
                "They must add up to the award exactly."
            ),
        ),
        ({"given": [], "awarded": Decimal(1)}, "Give at least one head that the grant may be spent on."),
        (
            {
                "given": [HeadGiven("Staff", Decimal(1)), HeadGiven("staff", Decimal(1))],
                "awarded": Decimal(2),
            },
            "Two heads are called staff. Name each head once.",
        ),
        ({"ends_on": date(2016, 4, 1)}, "The last day must be after the first day."),
        ({"ends_on": date(2022, 4, 1)}, "A grant runs for at most 6 years. Check the dates."),
        ({"days_to_claim": 0}, "A claim must be due between 1 and 180 days after its quarter."),
        (
            {"given": [HeadGiven("Staff", Decimal(0))], "awarded": Decimal(0)},
            "The award must be more than £0.00.",
        ),
    ],
)
def test_a_grant_that_does_not_add_up_is_refused_and_nothing_is_stored(fields: Any, says: str) -> None:
    council = CouncilFactory.create()
    with pytest.raises(PartnershipRefused) as refused:
        grant(council, **fields)
    assert str(refused.value) == says
    with service_scope(council=council):
        assert not Grant.objects.filter(council=council).exists()


def test_one_name_from_one_day_is_one_grant_and_another_council_may_use_it() -> None:
    barnet, southwark = CouncilFactory.create(), CouncilFactory.create()
    grant(barnet)
    with pytest.raises(PartnershipRefused, match="There is a grant of this name from this day already"):
        grant(barnet, title="PREVENT programme 2016/17")
    assert len(claims(grant(southwark))) == 4


def test_an_owner_must_be_able_to_submit_claims() -> None:
    council = CouncilFactory.create()
    with pytest.raises(PartnershipRefused, match="The owner must be somebody who may submit claims"):
        grant(council, owner=member(council, Role.AUDITOR))
    assert grant(council, owner=member(council, Role.COORDINATOR)).owner_id


def test_heads_change_only_within_the_award_and_never_below_what_is_claimed() -> None:
    council = CouncilFactory.create()
    made = grant(council)
    submitted(claims(made)[0], Staff="7500.50", Projects="0")
    known = heads(made)
    words: dict[str, Any] = {
        "title": "Prevent",
        "funder": "Home Office",
        "reference": "",
        "starts_on": made.starts_on,
        "ends_on": made.ends_on,
        "days_to_claim": 28,
        "owner": None,
    }
    staff, projects = known["Staff"].pk, known["Projects"].pk

    def change(*given: HeadGiven, awarded: str = "35000", version: int = 1) -> Grant:
        with service_scope(council=council):
            return change_grant(
                grant=made, by=None, version=version, awarded=Decimal(awarded), heads=given, **words
            )

    with pytest.raises(PartnershipRefused, match=r"Staff cannot allow less than the £7,500\.50"):
        change(HeadGiven("Staff", Decimal("7500.49"), staff), HeadGiven("New", Decimal("27499.51")))
    with pytest.raises(PartnershipRefused, match=r"Staff cannot be removed: £7,500\.50 is claimed under it"):
        change(HeadGiven("Projects", Decimal(35000), projects))
    with pytest.raises(PartnershipRefused, match="belongs to another grant"):
        change(HeadGiven("Staff", Decimal(35000), staff), HeadGiven("Other", Decimal(0), uuid4()))
    with pytest.raises(PartnershipRefused, match="given twice"):
        change(HeadGiven("One", Decimal(10000), staff), HeadGiven("Two", Decimal(25000), staff))
    swapped = [HeadGiven("Projects", Decimal(20000), staff), HeadGiven("Staff", Decimal(15000), projects)]
    assert change(*swapped).version == 2
    assert {name: head.allowed for name, head in heads(made).items()} == {
        "Projects": Decimal(20000),
        "Staff": Decimal(15000),
    }
    assert heads(made)["Projects"].pk == staff
    with pytest.raises(StaleVersion) as stale:
        change(HeadGiven("Staff", Decimal(35000), projects))
    assert [(each.label, each.theirs) for each in stale.value.differences][-1] == (
        "Heads",
        "Projects: £20,000.00\nStaff: £15,000.00",
    )
    assert change(*swapped, version=2).version == 2


def retermed(made: Grant, version: int, starts_on: date, ends_on: date, days: int = 28) -> Grant:
    """The grant with another term and nothing else changed."""
    given = [HeadGiven(head.name, head.allowed, head.pk) for head in heads(made).values()]
    with service_scope(council=made.council):
        return change_grant(
            grant=made,
            by=None,
            version=version,
            title=made.title,
            funder=made.funder,
            reference=made.reference,
            starts_on=starts_on,
            ends_on=ends_on,
            days_to_claim=days,
            awarded=made.awarded,
            heads=given,
            owner=None,
        )


def test_claims_follow_the_term_and_one_that_was_submitted_keeps_its_days() -> None:
    council = CouncilFactory.create()
    made, theirs = grant(council), grant(CouncilFactory.create())
    first, second, third, _ = claims(made)
    submitted(first, Staff="1.00", Projects="0")
    filled(second, Staff="2.00")
    with service_scope(council=council):
        set_due_day(claim=third, by=None, version=1, due_on=date(2017, 2, 20))
    start = made.starts_on

    says = "The claim for 1 April 2016 to 30 June 2016 was submitted already, so the term must keep"
    with pytest.raises(PartnershipRefused, match=says):
        retermed(made, 1, date(2016, 4, 2), made.ends_on)
    with pytest.raises(
        PartnershipRefused, match="1 July 2016 to 30 September 2016 holds figures or evidence"
    ):
        retermed(made, 1, start, date(2016, 6, 30))
    with pytest.raises(PartnershipRefused, match="The last day must be after the first day"):
        retermed(made, 1, start, start)
    assert [(claim.period_to, claim.version) for claim in claims(made)] == [
        (date(2016, 6, 30), 2 + 1),
        (date(2016, 9, 30), 2),
        (date(2016, 12, 31), 2),
        (date(2017, 3, 31), 1),
    ], "what was refused changed nothing"

    assert retermed(made, 1, start, date(2017, 5, 15), days=40).version == 2
    assert [(claim.period_from, claim.period_to, claim.due_on) for claim in claims(made)] == [
        (date(2016, 4, 1), date(2016, 6, 30), date(2016, 7, 28)),  # went to the funder
        (date(2016, 7, 1), date(2016, 9, 30), date(2016, 11, 9)),
        (date(2016, 10, 1), date(2016, 12, 31), date(2017, 2, 20)),  # set by hand
        (date(2017, 1, 1), date(2017, 3, 31), date(2017, 5, 10)),
        (date(2017, 4, 1), date(2017, 5, 15), date(2017, 6, 24)),
    ]
    assert retermed(made, 2, start, date(2016, 11, 30), days=40).version == 3
    assert [(claim.period_to, claim.due_on) for claim in claims(made)][2:] == [
        (date(2016, 11, 30), date(2017, 2, 20))
    ]
    assert [claim.period_to for claim in claims(theirs)] == [
        date(2016, 6, 30), date(2016, 9, 30), date(2016, 12, 31), date(2017, 3, 31),
    ]  # fmt: skip
    assert changes_recorded(council, "partnerships.grant_changed")[0] == {
        "fields": ["days_to_claim", "ends_on"],
        "from": {"starts_on": "2016-04-01", "ends_on": "2017-03-31", "days_to_claim": 28},
        "to": {"starts_on": "2016-04-01", "ends_on": "2017-05-15", "days_to_claim": 40},
    }


def test_the_day_a_claim_is_due_changes_until_it_was_submitted() -> None:
    council = CouncilFactory.create()
    officer, coordinator = member(council, Role.SAFETY_OFFICER), member(council, Role.COORDINATOR)
    claim = claims(grant(council))[0]
    august = date(2016, 8, 15)
    with council_scope(user_id=officer.pk, council=council), pytest.raises(Http404):
        set_due_day(claim=claim, by=officer, version=1, due_on=august)
    with council_scope(user_id=coordinator.pk, council=council):
        for day in (date(2016, 6, 30), date(2017, 7, 2)):
            with pytest.raises(PartnershipRefused, match="must be due after 30 June 2016"):
                set_due_day(claim=claim, by=coordinator, version=1, due_on=day)
        assert set_due_day(claim=claim, by=coordinator, version=1, due_on=august).version == 2
        with pytest.raises(StaleVersion) as stale:
            set_due_day(claim=claim, by=coordinator, version=1, due_on=JULY)
        (difference,) = stale.value.differences
        assert (difference.theirs, difference.yours) == ("15 August 2016", "28 July 2016")
    assert changes_recorded(council, "partnerships.claim_due_changed") == [
        {"from": "2016-07-28", "to": "2016-08-15"}
    ]
    sent = submitted(claims(claim.grant)[0], august, Staff="1", Projects="0")
    with service_scope(council=council):
        query_claim(claim=sent, by=None, version=sent.version, queried_on=august, note="Which project?")
        with pytest.raises(PartnershipRefused, match="submitted already, so the day it was due stays"):
            set_due_day(claim=sent, by=None, version=sent.version + 1, due_on=JULY)


def changes_recorded(council: Council, action: str) -> list[dict[str, Any]]:
    """What the trail says of each change, the earliest first."""
    with service_scope(council=council):
        events = Event.objects.filter(council_id=council.pk, action=action).order_by("pk")
        return [event.details for event in events]


def test_a_grant_closes_only_when_no_claim_waits_and_a_closed_one_takes_no_figures() -> None:
    council = CouncilFactory.create()
    made = grant(council)
    claim = submitted(claims(made)[0], Staff="1", Projects="0")
    with service_scope(council=council):
        with pytest.raises(PartnershipRefused, match="waits for payment or an answer"):
            close_grant(grant=made, by=None, today=JULY)
        pay_claim(claim=claim, by=None, version=claim.version, paid_on=JULY, amount=Decimal(1))
        assert close_grant(grant=made, by=None, today=JULY).closed_on == JULY
        assert close_grant(grant=made, by=None, today=JULY + timedelta(days=1)).closed_on == JULY
    with pytest.raises(PartnershipRefused, match=r"This grant is closed\. Open it again first"):
        filled(claims(made)[1], Staff="1")
    with service_scope(council=council):
        assert reopen_grant(grant=made, by=None).is_open
    assert filled(claims(made)[1], Staff="1").version == 2


# Claims ----------------------------------------------------------------------------------------------


def test_money_is_claimed_only_under_the_heads_of_the_grant() -> None:
    council = CouncilFactory.create()
    made, other = grant(council), grant(council, {"Travel": "10.00"}, title="Other")
    claim = claims(made)[0]
    travel = heads(other)["Travel"]
    with service_scope(council=council):
        with pytest.raises(PartnershipRefused) as refused:
            save_figures(claim=claim, by=None, version=1, amounts={travel.pk: Decimal(1)})
        assert str(refused.value) == (
            "That is no allowable head of this grant. Money can be claimed only under: Staff, Projects."
        )
        with (
            pytest.raises(IntegrityError, match="only under the heads of its own grant"),
            transaction.atomic(),
        ):
            ClaimLine.objects.create(council=council, claim=claim, head=travel, amount=Decimal(1))


def test_a_figure_that_is_not_given_is_not_zero() -> None:
    council = CouncilFactory.create()
    made = grant(council)
    claim = filled(claims(made)[0], Staff="100.00")
    with service_scope(council=council):
        assert amounts_of(claim) == {heads(made)["Staff"].pk: Decimal("100.00")}
        with pytest.raises(
            PartnershipRefused, match=r"No figure is given for Projects\. Enter 0 where nothing"
        ):
            submit_claim(claim=claim, by=None, version=2, submitted_on=JULY, note="Held by finance.")
        save_figures(claim=claim, by=None, version=2, amounts={heads(made)["Staff"].pk: None})
        assert amounts_of(claim) == {}


def test_a_claim_is_made_in_arrears_and_never_for_the_future() -> None:
    council = CouncilFactory.create()
    claim = filled(claims(grant(council))[0], Staff="1", Projects="1")
    with service_scope(council=council):
        for today, submitted_on, says in (
            (
                date(2016, 6, 30),
                date(2016, 6, 30),
                "in arrears: this one can be submitted after 30 June 2016",
            ),
            (date(2016, 7, 1), date(2016, 6, 30), "must be after 30 June 2016 and not in the future"),
            (date(2016, 7, 1), date(2016, 7, 2), "must be after 30 June 2016 and not in the future"),
        ):
            with pytest.raises(PartnershipRefused, match=says):
                submit_claim(
                    claim=claim, by=None, version=2, submitted_on=submitted_on, note="Held.", today=today
                )
        with pytest.raises(PartnershipRefused, match="Attach the evidence of the spending, or say where"):
            submit_claim(claim=claim, by=None, version=2, submitted_on=JULY, note=" ")
        assert not ClaimStep.objects.filter(council=council).exists()


def test_claims_never_go_beyond_a_head_to_the_penny() -> None:
    council = CouncilFactory.create()
    first, second, third, _ = claims(grant(council))
    submitted(first, Staff="10000.00", Projects="2500.25")
    submitted(second, Staff="10000.00", Projects="2499.75")
    claim = filled(third, Staff="10000.00", Projects="0.01")
    with service_scope(council=council):
        with pytest.raises(PartnershipRefused) as refused:
            submit_claim(claim=claim, by=None, version=2, submitted_on=claim.due_on, note="Held.")
        assert str(refused.value) == (
            "Projects: with this claim £5,000.01 would be claimed, which is £0.01 more than the £5,000.00 "
            "that is allowed."
        )
        figures = figures_of(claim.grant)
    assert [(head.name, head.claimed, head.in_draft, head.left) for head in figures.heads] == [
        ("Staff", Decimal("20000.00"), Decimal("10000.00"), Decimal("10000.00")),
        ("Projects", Decimal("5000.00"), Decimal("0.01"), Decimal("0.00")),
    ]
    assert (figures.allowed, figures.claimed, figures.left) == (
        Decimal("35000.00"),
        Decimal("25000.00"),
        Decimal("10000.00"),
    )


def test_a_queried_claim_is_submitted_again_as_a_new_version_and_the_first_stays() -> None:
    council = CouncilFactory.create()
    made = grant(council)
    claim = submitted(claims(made)[0], JULY, Staff="7500.00", Projects="100.10")
    with pytest.raises(PartnershipRefused, match="Its figures change only if the funder queries it"):
        filled(claim, Staff="1")
    with service_scope(council=council):
        with pytest.raises(PartnershipRefused, match="This claim is submitted already"):
            submit_claim(claim=claim, by=None, version=claim.version, submitted_on=JULY, note="Again")
        with pytest.raises(PartnershipRefused, match="Say what the funder asks"):
            query_claim(claim=claim, by=None, version=claim.version, queried_on=JULY, note="")
        with pytest.raises(PartnershipRefused, match="on or after 28 July 2016"):
            query_claim(
                claim=claim, by=None, version=claim.version, queried_on=JULY - timedelta(days=1), note="Why?"
            )
        query_claim(claim=claim, by=None, version=claim.version, queried_on=JULY, note="Which project?")
    claim = submitted(claims(made)[0], date(2016, 8, 10), Staff="7500.00", Projects="90.10")
    with service_scope(council=council):
        steps = ClaimStep.objects.filter(council=council).order_by("recorded_at")
        assert [(step.kind, step.number, step.amount) for step in steps] == [
            ("submitted", 1, Decimal("7600.10")),
            ("queried", 1, None),
            ("submitted", 2, Decimal("7590.10")),
        ]
        kept = ClaimStepLine.objects.filter(council=council).order_by("step__number", "head__position")
        assert [(line.step.number, line.head_name, line.amount) for line in kept.select_related("step")] == [
            (1, "Staff", Decimal("7500.00")),
            (1, "Projects", Decimal("100.10")),
            (2, "Staff", Decimal("7500.00")),
            (2, "Projects", Decimal("90.10")),
        ]


def test_a_payment_that_differs_needs_a_reason_and_never_exceeds_the_claim() -> None:
    council = CouncilFactory.create()
    made = grant(council)
    claim = submitted(claims(made)[0], JULY, Staff="7500.00", Projects="100.10")

    def pay(amount: str, note: str = "", paid_on: date = JULY) -> ClaimStep:
        with service_scope(council=council):
            return pay_claim(
                claim=claim,
                by=None,
                version=claim.version,
                paid_on=paid_on,
                amount=Decimal(amount),
                note=note,
            )

    with pytest.raises(PartnershipRefused, match=r"£7,600\.11 is more than the £7,600\.10 that was claimed"):
        pay("7600.11", "Too much")
    with pytest.raises(
        PartnershipRefused, match=r"£7,600\.10 was claimed, £100\.10 more than was paid\. Say why"
    ):
        pay("7500.00")
    with pytest.raises(PartnershipRefused, match="The day of payment must be on or after 28 July 2016"):
        pay("7600.10", paid_on=JULY - timedelta(days=1))
    assert pay("7500.00", "The project was not allowed.").amount == Decimal("7500.00")
    with service_scope(council=council):
        figures = figures_of(made)
        assert (figures.claimed, figures.paid, figures.not_paid) == (
            Decimal("7600.10"),
            Decimal("7500.00"),
            Decimal("100.10"),
        )
    claim = claims(made)[0]
    assert claim.state == ClaimState.PAID
    with pytest.raises(PartnershipRefused, match="This claim is paid, so the funder does not have it"):
        pay_again = claim
        with service_scope(council=council):
            pay_claim(claim=pay_again, by=None, version=claim.version, paid_on=JULY, amount=Decimal(1))


def test_a_save_over_somebody_elses_figures_shows_both() -> None:
    council = CouncilFactory.create()
    made = grant(council)
    claim = filled(claims(made)[0], Staff="100.00", Projects="1")
    staff = heads(made)["Staff"]
    with service_scope(council=council):
        with pytest.raises(StaleVersion) as stale:
            save_figures(claim=claim, by=None, version=1, amounts={staff.pk: Decimal(90)})
        assert [(each.label, each.theirs, each.yours) for each in stale.value.differences] == [
            ("Staff", "£100.00", "£90.00")
        ]
        with pytest.raises(StaleVersion):
            submit_claim(claim=claim, by=None, version=1, submitted_on=JULY, note="Held.")
        assert claims(made)[0].state == ClaimState.DRAFT


def test_the_database_keeps_what_was_submitted_whoever_writes() -> None:
    council = CouncilFactory.create()
    made = grant(council)
    submitted(claims(made)[0], Staff="1", Projects="2")
    with service_scope(council=council):
        line = ClaimLine.objects.filter(council=council).first()
        assert line is not None
        line.amount = Decimal(9)
        with pytest.raises(IntegrityError, match="submitted never change"), transaction.atomic():
            line.save(update_fields=["amount"])
        line.claim = claims(made)[1]
        with pytest.raises(IntegrityError, match="stays with its claim"), transaction.atomic():
            line.save(update_fields=["claim"])
        with pytest.raises(IntegrityError, match="submitted never change"), transaction.atomic():
            line.delete()
        step = ClaimStep.objects.get(council=council)
        assert ClaimStep.objects.filter(pk=step.pk).update(note="else") == 0
        assert ClaimStepLine.objects.filter(step=step).update(amount=Decimal(0)) == 0
        assert ClaimStep.objects.get(pk=step.pk).note == "In the finance system."


# Who may see money -----------------------------------------------------------------------------------


def test_money_is_for_those_who_read_what_is_confidential_and_one_council_never_sees_anothers() -> None:
    barnet, southwark = CouncilFactory.create(), CouncilFactory.create()
    made, others = grant(barnet), grant(southwark)
    readers = PARTNERSHIPS_GRANTS[PartnershipsPermission.VIEW_GRANTS]
    assert readers == {
        Role.COORDINATOR, Role.SAFETY_OFFICER, Role.CHANNEL_CHAIR, Role.REPORT_AUTHOR, Role.CABINET_MEMBER,
        Role.AUDITOR,
    }  # fmt: skip
    for role in (Role.ADMINISTRATOR, Role.BOARD_MEMBER, Role.PARTNER_LEAD, Role.CONSULTEE):
        person = member(barnet, role)
        with council_scope(user_id=person.pk, council=barnet), pytest.raises(Http404):
            grants_seen(council_access(person, barnet))
    auditor = member(barnet, Role.AUDITOR)
    with council_scope(user_id=auditor.pk, council=barnet):
        access = council_access(auditor, barnet)
        assert list(grants_seen(access)) == [made]
        with pytest.raises(Http404):
            grant_for(access, others.pk)
        with pytest.raises(Http404):
            claim_for(access, claims(others)[0].pk)
        with pytest.raises(Http404):
            grant_for(access, made.pk, PartnershipsPermission.EDIT_GRANTS)
        with pytest.raises(Http404):
            close_grant(grant=made, by=auditor, today=JULY)


def test_evidence_of_a_claim_stays_once_it_is_paid() -> None:
    council = CouncilFactory.create()
    made = grant(council)
    coordinator, officer = member(council, Role.COORDINATOR), member(council, Role.SAFETY_OFFICER)
    claim = submitted(claims(made)[0], JULY, Staff="1", Projects="0")
    with council_scope(user_id=coordinator.pk, council=council):
        assert may_evidence_claim(council_access(coordinator, council), claim.pk)
        assert not may_evidence_claim(council_access(officer, council), claim.pk)
        pay_claim(claim=claim, by=coordinator, version=claim.version, paid_on=JULY, amount=Decimal(1))
        assert not may_evidence_claim(council_access(coordinator, council), claim.pk)


# Warning before the claim date -----------------------------------------------------------------------


def test_a_claim_is_asked_for_once_its_quarter_is_over_and_of_others_only_when_it_is_late() -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    owner, colleague = member(council, Role.COORDINATOR), member(council, Role.COORDINATOR)
    made = grant(council, owner=owner)
    grant(other)

    def waits(person: Any, today: date) -> list[tuple[str, date | None]]:
        with own_councils_scope(user_id=person.pk):
            return [
                (item.task, item.due_on) for item in items_of([claim_due_items], own_access(person), today)
            ]

    assert waits(owner, date(2016, 6, 30)) == []
    assert waits(owner, date(2016, 7, 1)) == [("Submit the claim", JULY)]
    assert waits(colleague, JULY) == []
    assert waits(colleague, date(2016, 7, 29)) == [("Submit the claim", JULY)]
    claim = submitted(claims(made)[0], JULY, Staff="1", Projects="0")
    assert waits(owner, date(2016, 7, 29)) == []
    with service_scope(council=council):
        query_claim(claim=claim, by=None, version=claim.version, queried_on=JULY, note="Which project?")
    assert waits(owner, date(2016, 7, 29)) == [("Answer the funder and submit the claim again", JULY)]


def test_the_warning_before_a_claim_date_comes_by_mail_once_a_day_and_names_no_grant() -> None:
    council = CouncilFactory.create()
    owner = member(council, Role.COORDINATOR)
    grant(council, owner=owner)
    assert send(user=owner, on=JULY - timedelta(days=8)) is None
    sent = send(user=owner, on=JULY - timedelta(days=7))
    assert sent is not None
    assert sent.subject == "Prevent Portal: 1 thing waits for you"
    assert "Submit the claim" in sent.text
    assert "Grant claim" in sent.text
    assert "28 July 2016" in sent.text
    assert "Prevent programme" not in sent.text + sent.html
    assert send(user=owner, on=JULY - timedelta(days=7)) is None


def test_what_waits_is_read_in_one_statement_for_any_number_of_councils() -> None:
    person = member(CouncilFactory.create(), Role.COORDINATOR)
    counts = []
    for _ in range(2):
        council = CouncilFactory.create()
        give_role(person, council, Role.COORDINATOR)
        grant(council)
        with own_councils_scope(user_id=person.pk):
            mine = own_access(person)
            with CaptureQueriesContext(connection) as queries:
                assert items_of([claim_due_items], mine, JULY)
            counts.append(len(queries))
    assert counts == [1, 1]


# Pages -----------------------------------------------------------------------------------------------


def test_every_act_on_a_grant_has_its_sentence_in_the_audit_trail() -> None:
    assert len(GRANT_SENTENCES) == 12
    for action in GRANT_SENTENCES:
        assert action in presenters.registered_actions()


def test_the_list_shows_award_claimed_and_left_and_the_file_has_plain_numbers(client: Client) -> None:
    council, other = CouncilFactory.create(slug="southwark"), CouncilFactory.create()
    made = grant(council)
    grant(other, title="Not ours")
    submitted(claims(made)[0], JULY, Staff="1007.50", Projects="0")
    sign_in(client, member(council, Role.COORDINATOR))
    page = client.get(reverse("grants", args=["southwark"])).content.decode()
    for words in (
        "£35,000.00",
        "£1,007.50",
        "£33,992.50",
        "Due 28 October 2016",
        "Overdue",
        "Record a grant",
    ):
        assert words in page
    assert "Not ours" not in page
    empty = client.get(reverse("grants", args=["southwark"]), {"state": "closed"}).content.decode()
    assert "No grant is in that state" in empty
    file = client.get(reverse("grants-csv", args=["southwark"]))
    rows = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"))))
    assert rows[1] == [
        "Prevent programme 2016/17", "Home Office", "", "1 April 2016", "31 March 2017", "35000.00",
        "1007.50", "0.00", "33992.50", "28 October 2016", "Open",
    ]  # fmt: skip
    rows = list(
        csv.reader(
            io.StringIO(
                client.get(reverse("grant-csv", args=["southwark", made.pk])).getvalue().decode("utf-8-sig")
            )
        )
    )
    assert rows[:3] == [
        ["From", "To", "Due", "State", "Staff", "Projects", "Claimed in all", "Paid", "Paid on"],
        ["1 April 2016", "30 June 2016", "28 July 2016", "Submitted", "1007.50", "0.00", "1007.50", "", ""],
        ["1 July 2016", "30 September 2016", "28 October 2016", "Draft", "", "", "", "", ""],
    ]


def test_a_grant_is_recorded_on_its_page_and_refused_in_words(client: Client) -> None:
    council = CouncilFactory.create(slug="southwark")
    CouncilFactory.create(slug="barnet")
    sign_in(client, member(council, Role.COORDINATOR))
    typed = {
        "title": "Prevent 2016/17", "funder": "Home Office", "starts_on": "2016-04-01",
        "ends_on": "2017-03-31", "days_to_claim": "28", "awarded": "£35,000",
        "head_1": "Staff", "allowed_1": "£30,000.00", "head_2": "Projects", "allowed_2": "4,999.99",
    }  # fmt: skip
    add = reverse("grant-add", args=["southwark"])
    asked = client.get(add).content.decode()
    assert ("Head 1 (optional)" in asked, "Head 2 (optional)" in asked) == (False, True)
    page = client.post(add, typed)
    assert "£0.01 less than the award of £35,000.00" in page.content.decode()
    page = client.post(add, {**typed, "allowed_2": "many"})
    assert "Amount of head 2 must be an amount of money, like £1,007.50" in page.content.decode()
    done = client.post(add, {**typed, "allowed_2": "5000"})
    with service_scope(council=council):
        made = Grant.objects.get(council=council)
    assert done.headers["Location"] == reverse("grant", args=["southwark", made.pk])
    page = client.get(done.headers["Location"])
    assert page.content.decode().count("No figure yet") == 4


def test_who_may_not_see_money_finds_nothing_there(client: Client) -> None:
    council, other = CouncilFactory.create(slug="southwark"), CouncilFactory.create()
    made = grant(council)
    claim = claims(made)[0]
    addresses = [
        reverse("grants", args=["southwark"]),
        reverse("grant", args=["southwark", made.pk]),
        reverse("grant-claim", args=["southwark", claim.pk]),
        reverse("grant-claim-pay", args=["southwark", claim.pk]),
        reverse("api-grant-claim", args=["southwark", claim.pk]),
    ]
    for person in (member(council, Role.BOARD_MEMBER), member(other, Role.COORDINATOR)):
        sign_in(client, person)
        assert [client.get(address).status_code for address in addresses] == [404] * 5


def test_the_list_and_a_grant_cost_the_same_for_one_row_and_for_fifty(client: Client) -> None:
    council = CouncilFactory.create(slug="southwark")
    sign_in(client, member(council, Role.COORDINATOR))
    made = grant(council)
    address = reverse("grants", args=["southwark"])

    def statements(where: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(where).status_code == 200
        return len(queries)

    statements(address)
    one = statements(address)
    with service_scope(council=council):
        many = Grant.objects.bulk_create(
            Grant(
                council=council, title=f"Grant {n}", funder="Home Office", starts_on=date(2015, 4, 1),
                ends_on=date(2016, 3, 31), awarded=Decimal(1),
            )
            for n in range(49)
        )  # fmt: skip
        Claim.objects.bulk_create(
            Claim(
                council=council, grant=each, period_from=date(2015, 4, 1), period_to=date(2015, 6, 30),
                due_on=JULY,
            )
            for each in many
        )  # fmt: skip
    assert statements(address) == one
    assert statements(reverse("grant", args=["southwark", made.pk])) <= one + 4


# API -------------------------------------------------------------------------------------------------


def test_the_api_takes_a_claim_from_its_figures_to_its_payment_and_refuses_in_words(client: Client) -> None:
    council = CouncilFactory.create(slug="southwark")
    CouncilFactory.create()
    made = grant(council)
    claim = claims(made)[0]
    sign_in(client, member(council, Role.COORDINATOR))
    address = reverse("api-grant-claim", args=["southwark", claim.pk])
    by_name = heads(made)

    def send(where: str, body: dict[str, Any], method: str = "post") -> Any:
        return getattr(client, method)(where, body, content_type="application/json")

    unknown = {"version": 1, "figures": [{"head": str(uuid4()), "amount": "1.00"}]}
    refused = send(address, unknown, "put")
    assert (refused.status_code, refused.json()["detail"]) == (
        400,
        "That is no allowable head of this grant. Money can be claimed only under: Staff, Projects.",
    )
    figures = [{"head": str(head.pk), "amount": "1007.50"} for head in by_name.values()]
    saved = send(address, {"version": 1, "figures": figures}, "put").json()
    assert [(each["name"], each["amount"]) for each in saved["figures"]] == [
        ("Staff", "1007.50"),
        ("Projects", "1007.50"),
    ]
    stale = send(address, {"version": 1, "figures": [{**figures[0], "amount": None}]}, "put")
    assert (stale.status_code, stale.json()["version"]) == (409, 2)
    submit = reverse("api-grant-claim-submission", args=["southwark", claim.pk])
    sent = send(submit, {"version": 2, "submitted_on": "2016-07-28", "note": "Held by finance."}).json()
    assert (sent["state"], sent["version"], sent["steps"][0]["amount"]) == ("submitted", 3, "2015.00")
    pay = reverse("api-grant-claim-payment", args=["southwark", claim.pk])
    refused = send(pay, {"version": 3, "paid_on": "2016-08-01", "amount": "2015.01"})
    assert refused.status_code == 400
    paid = send(pay, {"version": 3, "paid_on": "2016-08-01", "amount": "2015.00"}).json()
    assert (paid["state"], [step["kind"] for step in paid["steps"]]) == ("paid", ["paid", "submitted"])
    detail = client.get(reverse("api-grant", args=["southwark", made.pk])).json()
    assert (detail["claimed"], detail["paid"], detail["heads"][1]["left"]) == (
        "2015.00",
        "2015.00",
        "3992.50",
    )


def test_the_page_and_the_api_change_a_term_and_the_day_of_a_claim(client: Client) -> None:
    council, other = CouncilFactory.create(slug="southwark"), CouncilFactory.create()
    made, foreign = grant(council), grant(other)
    sign_in(client, member(council, Role.COORDINATOR))
    change = reverse("grant-change", args=["southwark", made.pk])
    form = client.get(change).context["form"]
    typed = {name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()}
    done = client.post(change, {**typed, "ends_on": "2016-12-31"})
    assert done.headers["Location"] == reverse("grant", args=["southwark", made.pk])
    assert [claim.period_to for claim in claims(made)][-1] == date(2016, 12, 31)

    json: dict[str, Any] = {"content_type": "application/json"}
    one = reverse("api-grant", args=["southwark", made.pk])
    stored = client.get(one).json()
    assert (stored["left"], stored["not_paid"], stored["version"]) == ("35000.00", "0.00", 2)
    wanted = {
        **{
            name: stored[name] for name in ("title", "funder", "reference", "starts_on", "awarded", "version")
        },
        "days_to_claim": 40,
        "ends_on": "2017-03-31",
        "heads": [{name: head[name] for name in ("id", "name", "allowed")} for head in stored["heads"]],
    }
    assert client.put(one, wanted, **json).json()["version"] == 3
    assert client.put(one, wanted, **json).status_code == 409
    listed = client.get(reverse("api-claims", args=["southwark"])).json()
    assert [each["due_on"] for each in listed["results"]] == [
        "2016-08-09",
        "2016-11-09",
        "2017-02-09",
        "2017-05-10",
    ]
    first, second = (each["id"] for each in listed["results"][:2])
    due = reverse("api-grant-claim-due", args=["southwark", first])
    assert client.put(due, {"version": 2, "due_on": "2016-08-15"}, **json).json()["due_on"] == "2016-08-15"
    refused = client.put(due, {"version": 3, "due_on": "2016-06-30"}, **json)
    assert (refused.status_code, "must be due after 30 June 2016" in refused.json()["detail"]) == (400, True)
    page = client.post(
        reverse("grant-claim-due", args=["southwark", second]), {"version": "2", "due_on": "2016-11-30"}
    )
    assert page.headers["Location"] == reverse("grant-claim", args=["southwark", second])
    assert claims(made)[1].due_on == date(2016, 11, 30)
    for address, body in (
        (reverse("api-grant", args=["southwark", foreign.pk]), wanted),
        (reverse("api-grant-claim-due", args=["southwark", claims(foreign)[0].pk]), {}),
    ):
        assert client.put(address, body, **json).status_code == 404


def test_where_the_evidence_is_held_is_asked_for_only_where_none_is_attached(client: Client) -> None:
    council = CouncilFactory.create(slug="southwark")
    person = member(council, Role.COORDINATOR)
    claim = filled(claims(grant(council))[0], Staff="1.00", Projects="1.00")
    sign_in(client, person)
    address = reverse("grant-claim-submit", args=["southwark", claim.pk])
    assert "Where the evidence is held</label>" in client.get(address).content.decode()
    refused = client.post(address, {"version": str(claim.version), "submitted_on": "2016-07-20"})
    assert "Attach the evidence of the spending, or say where it is held" in refused.content.decode()
    with service_scope(council=council):
        attach_file(
            council=council, by=person, upload=SimpleUploadedFile("invoice.pdf", pdf()), title="Invoice",
            kind=CLAIM_EVIDENCE, object_id=claim.pk,
        )  # fmt: skip
    assert "Where the evidence is held (optional)</label>" in client.get(address).content.decode()


def test_a_grant_added_over_the_api_with_one_key_is_added_once(client: Client) -> None:
    council = CouncilFactory.create(slug="southwark")
    CouncilFactory.create()
    sign_in(client, member(council, Role.COORDINATOR))
    body = {
        "title": "Prevent", "funder": "Home Office", "starts_on": "2016-04-01", "ends_on": "2017-03-31",
        "awarded": "35000.00", "heads": [{"name": "Staff", "allowed": "35000.00"}],
    }  # fmt: skip
    answers = [
        client.post(
            reverse("api-grants", args=["southwark"]),
            body,
            content_type="application/json",
            headers={"Idempotency-Key": "one"},
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    listed = client.get(reverse("api-grants", args=["southwark"])).json()
    assert [(each["title"], each["awarded"]) for each in listed["results"]] == [("Prevent", "35000.00")]
