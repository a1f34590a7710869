"""Organisations and boards for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

import factory

from partnerships.enums import OrganisationKind
from partnerships.models import Board, Meeting, Organisation, OrganisationCode
from partnerships.services.acting_people import allow_submitter
from partnerships.services.organisations import link_organisation
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.factories import member


class OrganisationFactory(factory.django.DjangoModelFactory[Organisation]):
    """A trust with an ODS code of its own."""

    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Trust {n} NHS Foundation Trust")
    kind = OrganisationKind.NHS_TRUST

    @factory.post_generation
    def code(self: Organisation, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted:
            OrganisationCode.objects.create(organisation=self, scheme="ODS", code=extracted)


def linked(council: Council, organisation: Organisation, **dates: date | None) -> Organisation:
    """Link an organisation to a council, as the service principal would."""
    with service_scope(council=council):
        link_organisation(council=council, organisation=organisation, by=None, **dates)
    return organisation


def submitter(council: Council, organisation: Organisation, **fields: Any) -> User:
    """A new person who sends returns for an organisation that the council has linked."""
    person = member(council, Role.PARTNER_SUBMITTER, **fields)
    with service_scope(council=council):
        link_organisation(council=council, organisation=organisation, by=None)
        allow_submitter(council=council, organisation=organisation, user=person, by=None)
    return person


def board(council: Council, name: str, *dates: date, **fields: Any) -> Board:
    """A board with meetings on the given days."""
    with service_scope(council=council):
        made = Board.objects.create(council=council, name=name, **fields)
        for day in dates:
            Meeting.objects.create(council=council, board=made, held_on=day)
    return made
