"""Every page of training that adds something refuses an empty form in words, and stores nothing."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from partnerships.enums import OrganisationKind
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked

pytestmark = pytest.mark.django_db

ADDING = (
    "training-session-add",
    "facilitator-add",
    "delivery-plan-add",
    "knowledge-survey-add",
    "improvement-plan-add",
    "training-course-add",
    "training-target-add",
    "training-expected-add",
    "training-round-open",
    "schools-record",
)


def stored(council: Council) -> dict[str, int]:
    with service_scope(council=council):
        return {
            model.__name__: model.objects.count() for model in apps.get_app_config("training").get_models()
        }


def test_an_empty_form_is_refused_in_words_and_stores_nothing(client: Client) -> None:
    council, other = CouncilFactory.create(slug="barnet"), CouncilFactory.create(slug="southwark")
    for each in (council, other):
        linked(each, OrganisationFactory.create(kind=OrganisationKind.SCHOOL))
        linked(each, OrganisationFactory.create())
    sign_in(client, member(council, Role.COORDINATOR))
    before = stored(council)
    for name in ADDING:
        address = reverse(name, args=["barnet"])
        assert client.get(address).status_code == 200, name
        refused = client.post(address, {})
        assert refused.status_code in (200, 400), name
        assert "There is a problem" in refused.content.decode(), name
        assert client.post(reverse(name, args=["southwark"]), {}).status_code == 404, name
    assert stored(council) == before
