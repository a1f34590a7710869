"""The API's description is drawn once, and for nobody in particular."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from prevent_portal.accounts.enums import Role
from prevent_portal.web import schema
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member


@pytest.mark.django_db
def test_people_of_two_councils_read_one_description_that_was_drawn_for_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[Any] = []

    def draw(self: SchemaGenerator, request: Any = None, public: bool = False) -> dict[str, Any]:
        drawn.append((request, public))
        return {"openapi": "3.0.3", "paths": {}}

    monkeypatch.setattr(SchemaGenerator, "get_schema", draw)
    schema._description.cache_clear()
    answers = set()
    try:
        for slug, role in (("alder", Role.COORDINATOR), ("birch", Role.COUNCILLOR)):
            person = member(CouncilFactory.create(slug=slug), role)
            answers.add(sign_in(Client(), person).get("/api/v1/schema/").content)
    finally:
        schema._description.cache_clear()
    assert (len(answers), drawn) == (1, [(None, True)])
