"""Ask every address as a persona, and say what is wrong with the answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote
from zlib import crc32

from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from prevent_portal.web.matrix import ANYONE, METHODS, SIGNED_IN, Line, Route
from tests.sweep.addresses import Address, addresses
from tests.sweep.personas import HOME, NARROWER, NEIGHBOUR, Persona, client_of, may_read
from tests.sweep.world import World

_MASKED = re.compile(
    r'name="csrfmiddlewaretoken" value="\w+"|value="[0-9a-f-]{36}"'
    r'|Content-Length: \d+|nonce-[\w+/=-]+|csrf=\w+|data-session-seconds="\d+"',
    re.IGNORECASE,
)

EVERY_METHOD = ("anonymous", "coordinator", "neighbour's coordinator", "own token", "Django superuser")
"""Personas who also try methods that a view does not serve; what refuses those asks nobody's role."""

EVERY_METHOD_DAILY = ("coordinator", "own token")
"""Those of them who do so each day, on their own things."""


@dataclass
class Answer:
    """What came back, as a browser would see it."""

    status: int
    headers: str
    body: str
    written: int = 0
    """Rows that the request wrote, apart from its session and the audit trail; counted only on demand."""

    @property
    def text(self) -> str:
        return f"{self.headers}\n{self.body}"

    def masked(self, address: Address) -> str:
        """The answer without what differs between any two requests, and without the ids asked for."""
        text = f"{self.status}\n{_MASKED.sub('', self.text)}"
        asked = {address.url, quote(address.url), quote(address.url, safe=""), *address.parts}
        for value in sorted(asked, key=len, reverse=True):
            if len(value) > 3:
                text = text.replace(value, "ID")
        return text


@dataclass
class Findings:
    """What a walk found."""

    cells: int = 0
    faults: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    learned: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))


class Visit:
    """A persona's client, whose requests leave nothing behind."""

    def __init__(self, world: World, persona: Persona, *, counts_writes: bool = False) -> None:
        self.counts_writes = counts_writes
        self.client: Client = client_of(world, persona)
        self.cookies = {name: morsel.value for name, morsel in self.client.cookies.items()}

    def ask(self, method: str, url: str, data: object = None, **headers: str) -> Answer:
        """Send one request; whatever it wrote is rolled back."""
        api = url.startswith("/api/")
        send = getattr(self.client, method.lower())
        self.client.cookies.clear()
        for name, value in self.cookies.items():
            self.client.cookies[name] = value
        options: dict[str, object] = {"data": data if data is not None else {}}
        if method != "GET":
            if api:
                options["content_type"] = "application/json"
            elif method != "POST":
                options = {"data": b"", "content_type": "application/octet-stream"}
        with transaction.atomic():
            before = rows_written() if self.counts_writes else 0
            response = send(url, **options, headers=headers or None)
            answer = read(response)
            if self.counts_writes:
                answer.written = rows_written() - before
            transaction.set_rollback(True)
        return answer


def rows_written() -> int:
    """How many rows this transaction has written, hidden ones included: the server's own count."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables "
            "WHERE schemaname = 'public' AND relname NOT IN ('django_session', 'accounts_user')"
        )
        return int(cursor.fetchone()[0] or 0)


def read(response: HttpResponse) -> Answer:
    streaming = getattr(response, "streaming", False)
    body = b"".join(response.streaming_content) if streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(response.items()))
    return Answer(response.status_code, headers, body.decode("utf-8", "replace"))


def walk(
    world: World, persona: Persona, routes: list[Route], lines: dict[str, Line], *, thorough: bool = True
) -> Findings:
    """Ask every route with every method and every kind of id.

    Args:
        thorough: without it, fewer kinds of id are asked for, those that could leak first: see
            :func:`asked_daily`. `script/figures` asks for everything.
    """
    found = Findings()
    cache.clear()
    visit = Visit(world, persona)
    for route in routes:
        line = lines.get(route.path, Line(route.path, {}))
        for method in (*METHODS, "OPTIONS"):
            answers: dict[str, tuple[Address, Answer]] = {}
            for address in addresses(world, route):
                if method not in route.needs and persona.name not in EVERY_METHOD:
                    continue
                if method not in route.needs and address.kind not in ("own", "plain", "random"):
                    continue
                if not thorough and not asked_daily(persona, route, line, method, address.kind):
                    continue
                answer = visit.ask(method, address.url)
                answers[address.kind] = (address, answer)
                found.cells += 1
                where = f"{persona.name}: {method} {route.path} ({address.kind})"
                _check_code(found, where, persona, route, line, method, address, answer)
                _check_canaries(found, where, world, persona, address, answer)
            _check_same(found, f"{persona.name}: {method} {route.path}", answers)
    return found


WATCHFUL = {
    "anonymous",
    "coordinator",
    "administrator",
    "auditor",
    "chair",
    "submitter",
    "partner lead",
    "own token",
}
"""Personas who ask for every page of their council each day: one of each kind of right."""


def asked_daily(persona: Persona, route: Route, line: Line, method: str, kind: str) -> bool:
    """Whether the daily walk asks for this kind of address.

    Who is not a member is turned away before any role is looked at, for all roles by one piece of code: the
    neighbour's addresses and things are asked for by a coordinator on each side, and by turns by a member of
    each kind of right and by the neighbours' own people. A method that a view does not serve is refused by
    one piece of code as well, before the address is read: one such method for each route, all of them over
    the routes.
    Who may not read a page tries one method for each right that it asks for, on every sixth page, so that
    each page is tried by several of them; on all of Channel where they hold that right and something nearer
    keeps them out, or where they run the portal. Who watches tries every method at home.
    """
    watchful = persona.name in WATCHFUL
    if method not in route.needs:
        tried = not persona.token or route.path.startswith("api/")
        return tried and kind in ("plain", "own") and method == _unserved(persona, route)
    may = entitled(persona, route, line, method)
    alike = method == next(other for other, need in route.needs.items() if need == route.needs[method])
    if kind in ("plain", "own"):
        return may or watchful or (alike and (_close(persona, route, method) or _turn(persona, route)))
    if kind == "neighbour's":
        always = persona.name in ("coordinator", "neighbour's coordinator")
        return alike and (always or ((watchful or persona.place == NEIGHBOUR) and _turn(persona, route)))
    if kind == "neighbour's random":
        return may and persona.name == "coordinator" and alike
    return may and watchful


def _close(persona: Persona, route: Route, method: str) -> bool:
    """Whether something nearer than the right that a page of Channel needs refuses it to the persona."""
    return "/channel/" in route.path and (persona.staff or route.needs[method] in persona.permissions())


def _turn(persona: Persona, route: Route) -> bool:
    """Whether it is this persona's turn to be refused a page of a council."""
    if "<slug:council>" not in route.path:
        return True
    return crc32(f"{route.path} {persona.name}".encode()) % 6 == 0


def _unserved(persona: Persona, route: Route) -> str | None:
    """The one method that a view does not serve and that the persona tries each day, by the route's name."""
    others = [method for method in (*METHODS, "OPTIONS") if method not in route.needs]
    if not others or persona.name not in EVERY_METHOD_DAILY:
        return None
    return others[crc32(f"{persona.name} {route.path}".encode()) % len(others)]


def entitled(persona: Persona, route: Route, line: Line, method: str) -> bool:
    """Whether the matrix lets the persona through to a thing of their own council."""
    need = route.needs.get(method) or route.needs.get("GET") or next(iter(route.needs.values()))
    if persona.token and not route.path.startswith("api/v1/c/"):
        return False
    narrower = line.only.get(method)
    return need in persona.permissions() and (narrower is None or NARROWER[narrower](persona))


def expected(persona: Persona, route: Route, line: Line, method: str, kind: str) -> tuple[int, ...] | None:
    """The exact status; None where the matrix does not say it yet."""
    api = route.path.startswith("api/")
    of_council = "<slug:council>" in route.path
    if not of_council:
        return _expected_outside(persona, route, line, method)
    if ANYONE in route.needs.values():
        return _expected_of_everybody(persona, route, line, method, kind)
    if persona.anonymous:
        return (401,) if api else (302,)
    at_home = kind in ("own", "foreign", "random")
    if persona.token and (not api or persona.place != (HOME if at_home else NEIGHBOUR)):
        return (401,)
    if persona.place == NEIGHBOUR and kind == "neighbour's":
        return None  # at their own council they are like those at home
    if not at_home or persona.place != HOME:
        return (404,)
    if persona.turned_away:
        return ((403,) if api else (302,)) if not persona.second_factor else (404,)
    if not entitled(persona, route, line, method):
        return (404,)
    if method not in route.needs:
        return (405,) if kind == "own" else (404, 405)
    if kind != "own":
        return (404,)
    return tuple(line.answers.get(method, ()))


def _expected_of_everybody(
    persona: Persona, route: Route, line: Line, method: str, kind: str
) -> tuple[int, ...] | None:
    """What a council publishes: the same for everybody, save those who are halfway through signing in."""
    if persona.token:
        return (401,)
    if persona.turned_away and not persona.second_factor:
        return (302,)
    if method not in route.needs:
        return None
    return tuple(line.answers.get(method, ())) if kind in ("own", "neighbour's") else (404,)


def _expected_outside(persona: Persona, route: Route, line: Line, method: str) -> tuple[int, ...] | None:
    if persona.token:
        return (401,)
    need = route.needs.get(method)
    if need is None:
        return None
    if persona.anonymous and need == SIGNED_IN:
        return (302, 401, 403)
    if persona.anonymous or need == ANYONE or persona.turned_away:
        return None
    return tuple(line.answers.get(method, ()))


def _check_code(
    found: Findings,
    where: str,
    persona: Persona,
    route: Route,
    line: Line,
    method: str,
    address: Address,
    answer: Answer,
) -> None:
    if answer.status >= 500:
        found.faults.append(f"{where}: {answer.status}")
        return
    wanted = expected(persona, route, line, method, address.kind)
    if wanted == ():
        found.learned[route.path][method] = answer.status
        found.faults.append(f"{where}: {answer.status}, and the matrix does not say what to expect")
    elif wanted is not None and answer.status not in wanted:
        found.faults.append(f"{where}: {answer.status} instead of {' or '.join(map(str, wanted))}")


def _check_canaries(
    found: Findings, where: str, world: World, persona: Persona, address: Address, answer: Answer
) -> None:
    for planted in world.found_in(answer.text, address.url):
        if not may_read(persona, planted):
            found.leaks.append(f"{where} shows {planted.model}.{planted.field} of {planted.place}")


def _check_same(found: Findings, where: str, answers: dict[str, tuple[Address, Answer]]) -> None:
    """Another council's object and one that does not exist are answered alike, headers and body included."""
    for one, other in (("foreign", "random"), ("neighbour's", "neighbour's random")):
        if one in answers and other in answers:
            (first_at, first), (second_at, second) = answers[one], answers[other]
            if one == "neighbour's" and first.status != 404:
                continue  # their own council
            if first.masked(first_at) != second.masked(second_at):
                found.leaks.append(f"{where}: {one} and {other} differ")


def summary(items: list[str], most: int = 40) -> Iterator[str]:
    yield from items[:most]
    if len(items) > most:
        yield f"and {len(items) - most} more"
