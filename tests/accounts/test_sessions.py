"""Sessions begin, are limited and end (AU-3, AU-4)."""

from __future__ import annotations

import pytest
from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest
from django.test import Client

from prevent_portal.accounts.enums import Role
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("second_factor", "methods"), [(False, ["password"]), (True, ["password", "mfa"])])
def test_a_signed_in_test_client_carries_the_proofs_it_claims(
    client: Client, second_factor: bool, methods: list[str]
) -> None:
    person = member(CouncilFactory.create(), Role.COORDINATOR)
    sign_in(client, person, second_factor=second_factor)
    request = HttpRequest()
    request.session = client.session
    assert [record["method"] for record in get_authentication_records(request, person)] == methods
