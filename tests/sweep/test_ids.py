"""Ids that are not in the path, and ids that are no ids at all, are refused like unknown ones (TI-7)."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from difflib import unified_diff
from typing import Any
from urllib.parse import quote
from zlib import crc32

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from drf_spectacular.generators import SchemaGenerator

from channel.models import ChannelCase
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web import matrix
from tests.figures import RecordFigure
from tests.isolation.catalogue import isolated_tables
from tests.sweep.addresses import NO_REFERENCE, Address, addresses
from tests.sweep.forms import Form, forms_of
from tests.sweep.personas import HOME, NEIGHBOUR, PERSONAS, Persona, may_read
from tests.sweep.walk import Answer, Visit, summary
from tests.sweep.world import World

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

WRITERS = ("coordinator", "administrator", "safety officer", "chair", "panel member, signed", "submitter")

BY_REFERENCE = " by reference"

MALFORMED = (
    "",
    "x",
    "0",
    "-1",
    "1 OR 1=1",
    "9" * 40,
    "null",
    "%00",
    "é",
    "../../etc/passwd",
    "{{7*7}}",
    "00000000-0000-0000-0000-00000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "[]",
)


def some(values: tuple[str, ...], where: str, *, thorough: bool) -> tuple[str, ...]:
    """All of the values, or a quarter of them that the place decides, so that all are tried somewhere."""
    start = crc32(where.encode()) % 4
    return values if thorough else values[start::4]


@dataclass
class Tried:
    """What the ids led to."""

    inputs: set[str] = field(default_factory=set)
    tried: int = 0
    accepted: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def keys(world: World, slug: str) -> dict[str, str]:
    """Model by key, of one council's rows and people. Small numbers could be anything and are left out.

    Cases go by their references.
    """
    place = world.places[slug]
    rows = [row for row in place.rows.values() if hasattr(row, "_meta")]
    found = {str(row.pk): row._meta.label for row in rows if len(str(row.pk)) > 6}
    found |= {
        row.reference: f"{row._meta.label}{BY_REFERENCE}" for row in rows if isinstance(row, ChannelCase)
    }
    return found | {str(person.pk): f"accounts.User {name}" for name, person in place.people.items()}


def foreign_key_of(world: World, label: str) -> str:
    """The neighbour's counterpart of a key at home."""
    return next(key for key, other in keys(world, NEIGHBOUR).items() if other == label)


def someone_elses(label: str, value: str) -> str:
    if label.endswith(BY_REFERENCE):
        return NO_REFERENCE
    return str(uuid.uuid4()) if "-" in value else str(2**31 - 7)


def forms_for(world: World, visit: Visit) -> list[tuple[str, Form]]:
    """Every form that the persona's pages at home offer, once for each address and set of fields."""
    found: dict[tuple[str, str, tuple[str, ...]], tuple[str, Form]] = {}
    for route in matrix.live_routes():
        if "GET" not in route.needs or not route.path.startswith("c/<slug:council>"):
            continue
        for address in addresses(world, route):
            if address.kind != "own":
                continue
            answer = visit.ask("GET", address.url)
            if answer.status == 200 and "text/html" in answer.headers:
                for form in forms_of(answer.body, address.url):
                    if form.action.startswith(f"/c/{HOME}/"):
                        key = (form.action, form.method, tuple(sorted({**form.values, **form.choices})))
                        found.setdefault(key, (address.url, form))
    return list(found.values())


def footprint(world: World, foreign: str) -> int:
    """How many of the home council's rows hold a key, seen from inside the transaction of the request."""
    count = 0
    with service_scope(council=world.places[HOME].council), connection.cursor() as cursor:
        for table in isolated_tables():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE strpos(to_jsonb(t)::text, %s) > 0', [f'"{foreign}"']
            )
            count += cursor.fetchone()[0]
    return count


def send(visit: Visit, form: Form, values: dict[str, list[str]]) -> Answer:
    return visit.ask(form.method, form.action, values)


@pytest.mark.figures("ids in forms")
@pytest.mark.parametrize("name", WRITERS, ids=lambda name: name.replace(" ", "-"))
def test_no_form_takes_another_councils_id(
    world: World, name: str, record_figure: RecordFigure, pytestconfig: pytest.Config
) -> None:
    thorough = pytestconfig.getoption("figures") is not None
    persona = next(each for each in PERSONAS if each.name == name)
    cache.clear()
    visit = Visit(world, persona, counts_writes=True)
    own = keys(world, HOME)
    found = Tried()
    for _page, form in forms_for(world, visit):
        sent = form.sent()
        for field_name, given in {**sent, **form.choices}.items():
            known = next((value for value in given if value in own), None)
            if field_name == "csrfmiddlewaretoken":
                continue
            if known is not None:
                _try_foreign(world, persona, visit, form, sent, field_name, known, own[known], found)
            # What no row can have is refused by one piece of code, whoever sends it.
            if (thorough or name == "coordinator") and (known is not None or field_name in form.choices):
                _try_malformed(persona, visit, form, sent, field_name, found, thorough=thorough)
    assert list(summary(found.faults)) == []
    assert found.accepted == []
    record_figure(
        "ids in forms",
        {"fields": len(found.inputs), "tried": found.tried, "accepted": 0},
        control="the person's own ids are accepted by the same forms",
    )


def _try_foreign(
    world: World,
    persona: Persona,
    visit: Visit,
    form: Form,
    sent: dict[str, list[str]],
    field_name: str,
    known: str,
    label: str,
    found: Tried,
) -> None:
    foreign = foreign_key_of(world, label)
    if foreign == known:
        return  # shared by every council, such as a course
    nobody = someone_elses(label, known)
    where = f"{persona.name}: {form.method} {form.action} {field_name}"
    found.inputs.add(where)
    masked = {}
    for kind, value in (("foreign", foreign), ("unknown", nobody)):
        answer = send(visit, form, {**sent, field_name: [value]})
        found.tried += 1
        masked[kind] = answer.masked(Address(kind, form.action, (value,)))
        if answer.status >= 500:
            found.faults.append(f"{where}={kind}: {answer.status}")
        if answer.status in (200, 302) and kind == "foreign":
            for planted in world.found_in(answer.text, value):
                if not may_read(persona, planted):
                    found.faults.append(f"{where}: shows {planted.model} of {planted.place}")
        if answer.written:
            found.accepted.append(f"{where}={kind}: {answer.written} rows written")
    if masked["foreign"] != masked["unknown"]:
        lines = unified_diff(masked["foreign"].splitlines(), masked["unknown"].splitlines(), n=0, lineterm="")
        shown = " / ".join(line for line in lines if not line.startswith(("---", "+++", "@@")))
        found.faults.append(f"{where}: another council's id and an unknown one differ: {shown[:300]}")
    answer = send(visit, form, {**sent, field_name: [known, foreign]})
    found.tried += 1
    if answer.status >= 500:
        found.faults.append(f"{where}=both: {answer.status}")


def _try_malformed(
    persona: Persona,
    visit: Visit,
    form: Form,
    sent: dict[str, list[str]],
    field_name: str,
    found: Tried,
    *,
    thorough: bool,
) -> None:
    names_a_row = field_name.endswith(("_id", "owner", "organisation"))
    odd = (*MALFORMED, "a\x00b") if names_a_row else MALFORMED[1:6]
    tried = some(odd, f"{form.action} {field_name}", thorough=thorough)
    for value in tried if names_a_row or thorough else tried[:1]:
        answer = send(visit, form, {**sent, field_name: [value]})
        found.tried += 1
        if answer.status >= 500:
            found.faults.append(
                f"{persona.name}: {form.method} {form.action} {field_name}={value!r}: {answer.status}"
            )


@pytest.mark.figures("malformed ids in addresses")
def test_an_address_with_a_malformed_id_is_a_404(
    world: World, record_figure: RecordFigure, pytestconfig: pytest.Config
) -> None:
    thorough = pytestconfig.getoption("figures") is not None
    # Who leads the panel asks for cases, so that what is no reference comes as far as it can.
    asking = {each.name: each for each in PERSONAS}
    coordinator, chair = Visit(world, asking["coordinator"]), Visit(world, asking["chair"])
    tried, faults = 0, []
    for route in matrix.live_routes():
        visit = chair if "<slug:reference>" in route.path else coordinator
        for address in addresses(world, route):
            if address.kind != "own":
                continue
            for part in address.parts:
                for value in some(MALFORMED[1:], f"{route.path} {part}", thorough=thorough):
                    url = address.url.replace(part, quote(value, safe="/%"), 1)
                    answer = visit.ask("GET", url)
                    tried += 1
                    if answer.status not in (302, 404, 401, 405, 410):
                        faults.append(f"{url}: {answer.status}")
    assert list(summary(faults)) == []
    assert tried > 500
    record_figure(
        "malformed ids in addresses",
        {"tried": tried, "accepted": 0, "server errors": 0},
        control="the same addresses with one's own ids answer 200",
    )


def id_properties(schema: dict[str, Any], reference: dict[str, Any]) -> list[str]:
    """Names of the properties of a request body that hold ids."""
    while "$ref" in reference:
        reference = schema["components"]["schemas"][reference["$ref"].rsplit("/", 1)[1]]
    return [
        name
        for name, kind in reference.get("properties", {}).items()
        if kind.get("format") == "uuid" or name.endswith(("_id", "_ids"))
    ]


def test_no_body_of_the_api_takes_another_councils_id(world: World, pytestconfig: pytest.Config) -> None:
    many = 12 if pytestconfig.getoption("figures") is not None else 4
    persona = next(each for each in PERSONAS if each.name == "coordinator")
    visit = Visit(world, persona)
    schema = SchemaGenerator().get_schema(request=None, public=True)
    faults = []
    for route in matrix.live_routes():
        path = "/" + route.path.replace("<slug:council>", "{council}")
        if not route.path.startswith("api/v1/c/"):
            continue
        own = next(address for address in addresses(world, route) if address.kind == "own")
        for method in set(route.needs) - {"GET"}:
            operation = schema["paths"].get(_template(path), {}).get(method.lower(), {})
            bodies = operation.get("requestBody", {}).get("content", {})
            names = [name for body in bodies.values() for name in id_properties(schema, body["schema"])]
            for name in names:
                answers = []
                for label, value in _ids(world, many):
                    answer = visit.ask(method, own.url, json.dumps({name: value}))
                    answers.append(answer.masked(Address(label, own.url, (value,))))
                    if answer.status >= 500 or answer.status in (201, 202):
                        faults.append(f"{method} {own.url} {name}={label}: {answer.status}")
                if len(set(answers)) > 1:
                    faults.append(f"{method} {own.url} {name}: ids are answered differently")
            for body in ("[]", "null", "1", '"x"', "{", "\x00", json.dumps({"a": "x" * 100_000})):
                answer = visit.ask(method, own.url, body)
                if answer.status >= 500:
                    faults.append(f"{method} {own.url} with {body[:20]!r}: {answer.status}")
    assert faults == []


def _template(path: str) -> str:
    import re

    return re.sub(r"<\w+:(\w+)>", r"{\1}", path)


def _ids(world: World, many: int) -> list[tuple[str, str]]:
    rows = [row for row in world.places[NEIGHBOUR].rows.values() if hasattr(row, "_meta")]
    foreign = [(row._meta.label, str(row.pk)) for row in rows if len(str(row.pk)) == 36]
    return [("unknown", str(uuid.uuid4())), *foreign[:many]]


def test_a_form_takes_the_persons_own_id(world: World) -> None:
    """The control of the fuzz: an own id in the same field is stored, and the footprint finds it."""
    persona = next(each for each in PERSONAS if each.name == "coordinator")
    visit = Visit(world, persona, counts_writes=True)
    action = world.places[HOME].rows["compliance.Action"]
    with transaction.atomic():
        assert footprint(world, str(action.pk)) >= 1
        assert footprint(world, str(world.places[NEIGHBOUR].rows["compliance.Action"].pk)) == 0
        transaction.set_rollback(True)
    forms = [form for _, form in forms_for(world, visit) if form.method == "POST"]
    assert any(send(visit, form, form.sent()).written for form in forms)
