"""Strategies, policies, venues, filtered estates and contracts."""

from __future__ import annotations

from types import MappingProxyType

from partnerships.enums import ApprovedKind, ClauseState, EstateKind, FilterTest, RegisterStatus, VenueKind
from partnerships.registers.shape import Answer, Field, Register


def _approved(covers: str, *, hint: str = "") -> tuple[Field, ...]:
    return (
        Field("covers", covers, Answer.LONG, hint=hint, required=True, longest=2000),
        Field(
            "edition", "Edition", hint="Such as 2.1 or 2018 to 2020.", longest=40, listed=True, renewed=True
        ),
        Field("approved_by", "Approved by", hint="A body or a post.", listed=True, renewed=True),
        Field("approved_on", "Approved on", Answer.DATE, renewed=True),
    )


STRATEGIES = Register(
    slug="strategies",
    model="ApprovedDocument",
    kind="partnerships.strategy",
    fixed=MappingProxyType({"kind": ApprovedKind.STRATEGY.value}),
    title="Strategies",
    one="strategy",
    lead="Which strategies guide the work, for which term, and when the next one is due.",
    empty="Add each strategy with its term; attach the approved text as evidence.",
    title_label="Name of the strategy",
    starts="Term begins on",
    ends="Term ends on",
    review="Refresh by",
    ends_required=True,
    remind_days=90,
    renew="Record the next term",
    words=MappingProxyType(
        {RegisterStatus.LAPSED: "Term has ended", RegisterStatus.ENDS_SOON: "Term ends soon"}
    ),
    fields=_approved("What it sets out"),
)

POLICIES = Register(
    slug="policies",
    model="ApprovedDocument",
    kind="partnerships.policy",
    fixed=MappingProxyType({"kind": ApprovedKind.POLICY.value}),
    title="Policies",
    one="policy",
    lead="Which policies carry the duty, who approved them, and when they are reviewed.",
    empty="Add each policy that carries the duty; attach its text as evidence.",
    title_label="Name of the policy",
    renew="Record the next edition",
    fields=_approved("What it covers"),
)

VENUE_POLICIES = Register(
    slug="venue-policies",
    model="ApprovedDocument",
    kind="partnerships.venue_policy",
    fixed=MappingProxyType({"kind": ApprovedKind.VENUE_POLICY.value}),
    title="Venue-hire policies",
    one="venue-hire policy",
    lead="The rules by which publicly owned venues are let, so that they give no platform to extremists.",
    empty="Add the policy by which venues are let; attach the booking terms as evidence.",
    title_label="Name of the policy",
    renew="Record the next edition",
    fields=_approved("What it asks of a hirer", hint="Such as who speaks, and how speakers are checked."),
)

VENUES = Register(
    slug="venues",
    model="Venue",
    kind="partnerships.venue",
    title="Venues",
    one="venue",
    lead="Places that are let for meetings, by which policy, and when the staff were last briefed.",
    empty="Add each place that is let, with the policy by which it is let.",
    title_label="Name of the venue",
    starts="",
    ends="",
    termed=False,
    words=MappingProxyType({RegisterStatus.IN_FORCE: "In use", RegisterStatus.WITHDRAWN: "No longer let"}),
    fields=(
        Field("kind", "Kind", Answer.CHOICE, required=True, choices=VenueKind, listed=True, filtered=True),
        Field("address", "Address", longest=200),
        Field("run_by", "Run by", Answer.ORGANISATION, hint="Leave empty for the council itself."),
        Field("policy", "Let by", Answer.VENUE_POLICY, hint="The venue-hire policy.", listed=True),
        Field("adopted_on", "Policy in use here since", Answer.DATE),
        Field("briefed_on", "Staff last briefed on", Answer.DATE, listed=True),
    ),
)

FILTERED_ESTATES = Register(
    slug="it-filtering",
    model="FilteredEstate",
    kind="partnerships.filtered_estate",
    title="IT filtering",
    one="estate",
    article="an",
    lead="Which computers and networks filter terrorist content, with what, and what the latest test showed.",
    empty="Add each network that the council or its partners offer, with its filter and the latest test.",
    title_label="Name of the estate",
    starts="",
    ends="",
    review="Test again by",
    termed=False,
    words=MappingProxyType(
        {
            RegisterStatus.IN_FORCE: "In use",
            RegisterStatus.REVIEW_DUE: "Test overdue",
            RegisterStatus.WITHDRAWN: "No longer used",
        }
    ),
    fields=(
        Field("kind", "Kind", Answer.CHOICE, required=True, choices=EstateKind, listed=True, filtered=True),
        Field("run_by", "Run by", Answer.ORGANISATION, hint="Leave empty for the council itself."),
        Field("product", "Filter", hint="The product or service."),
        Field("sites", "Sites covered", Answer.NUMBER, hint="Leave empty if it is not known.", listed=True),
        Field("tested_on", "Last tested on", Answer.DATE, listed=True),
        Field(
            "test_result",
            "What the test showed",
            Answer.CHOICE,
            required=True,
            choices=FilterTest,
            initial=FilterTest.NOT_TESTED,
            listed=True,
            filtered=True,
        ),
    ),
)

CONTRACT_CLAUSES = Register(
    slug="contract-clauses",
    model="ContractClause",
    kind="partnerships.contract_clause",
    title="Contract clauses",
    one="contract",
    lead="Which contracts bind the supplier to the duty, and when each can next be changed.",
    empty="Add the contracts for services that the duty touches, and say whether the clause is in them.",
    title_label="Service",
    starts="Contract begins on",
    ends="Contract ends on",
    review="Check again by",
    remind_days=180,
    words=MappingProxyType({RegisterStatus.LAPSED: "Contract has ended"}),
    fields=(
        Field("supplier", "Supplier", required=True, longest=160, listed=True),
        Field("contract_reference", "Contract reference", longest=60),
        Field(
            "clause",
            "Clause",
            Answer.CHOICE,
            required=True,
            choices=ClauseState,
            listed=True,
            filtered=True,
            renewed=True,
        ),
        Field("checked_on", "Last checked on", Answer.DATE, listed=True, renewed=True),
    ),
)
