"""Strategies and policies that a body approved, and where they are put into practice."""

from __future__ import annotations

from django.db import models

from partnerships.enums import ApprovedKind, ClauseState, EstateKind, FilterTest, VenueKind
from partnerships.models.organisations import Organisation
from partnerships.models.registers import RegisterEntry


class ApprovedDocument(RegisterEntry):
    """A strategy, a policy or a venue-hire policy: what it covers, and who approved which edition of it."""

    kind = models.CharField(max_length=12, choices=ApprovedKind.choices)
    covers = models.TextField(max_length=2000)
    edition = models.CharField(max_length=40, blank=True)
    approved_by = models.CharField(max_length=120, blank=True)
    approved_on = models.DateField(null=True, blank=True)


class Venue(RegisterEntry):
    """A place that is let for meetings, and the policy by which it is let."""

    kind = models.CharField(max_length=16, choices=VenueKind.choices)
    address = models.CharField(max_length=200, blank=True)
    run_by = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    policy = models.ForeignKey(ApprovedDocument, models.PROTECT, null=True, blank=True, related_name="venues")
    adopted_on = models.DateField(null=True, blank=True)
    briefed_on = models.DateField(null=True, blank=True)


class FilteredEstate(RegisterEntry):
    """One estate of computers or networks, and how it keeps terrorist content out."""

    kind = models.CharField(max_length=12, choices=EstateKind.choices)
    run_by = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    product = models.CharField(max_length=120, blank=True)
    sites = models.PositiveIntegerField(null=True, blank=True)
    tested_on = models.DateField(null=True, blank=True)
    test_result = models.CharField(max_length=12, choices=FilterTest.choices, default=FilterTest.NOT_TESTED)


class ContractClause(RegisterEntry):
    """A contract, and whether it binds the supplier to the duty. Its term is the contract's."""

    supplier = models.CharField(max_length=160)
    contract_reference = models.CharField(max_length=60, blank=True)
    clause = models.CharField(max_length=12, choices=ClauseState.choices)
    checked_on = models.DateField(null=True, blank=True)
