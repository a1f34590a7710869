"""Two hundred canaries in a council's cases, all done with them that the portal can do, then a search.

The database's dumps, the trail, the key store, the logs, the broker and the cache, stored files, printed
files and e-mails are searched byte by byte, also inside what is packed: there is no canary (RC-5, OP-1). The
control plants one in each of these places, and the same search finds every one.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from redis import Redis

from channel.models import BreakGlass, ChannelCase, PanelFile
from channel.services import cases
from channel.tasks import raise_reviews_everywhere
from prevent_portal.accounts.enums import Role
from prevent_portal.audit.services import record
from prevent_portal.keys.services.sealing import open_rows
from prevent_portal.outbox.models import Email, Job
from prevent_portal.outbox.services import digests, emails, jobs
from prevent_portal.outbox.tasks import run_job
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.tenancy.working_days import next_working_day
from prevent_portal.web.downloads import Sheet, xlsx_bytes
from tests.accounts.sessions import sign_in
from tests.canaries.searching import found_in, found_in_broker, found_in_files, found_in_mail
from tests.canaries.watch import watch
from tests.canaries.words import WORDS, canaries_in, planted
from tests.channel.factories import PanelWorld, facts, panel_world
from tests.channel.test_sealed import dumped
from tests.factories import member
from tests.figures import RecordFigure
from tests.outbox.processes import Celery, wait_until

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

FIGURE = "canaries outside ciphertext"
WORD = WORDS[-1]


@dataclass
class Walk:
    """What people did with the cases, and what came of it outside the databases."""

    world: PanelWorld
    case: ChannelCase
    files: list[bytes] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    output: Callable[[], str] = str

    def address(self, name: str, *more: Any) -> str:
        return reverse(name, args=[self.world.council.slug, *more])

    def part(self, client: Client, part: str, expected: str, **answers: Any) -> Any:
        """Send the form of a part of the case, and return the answer, which says what is expected."""
        with self.world.as_chair():
            version = ChannelCase.objects.get(pk=self.case.pk).version
        answer = client.post(
            self.address(f"channel-case-{part}", self.case.reference),
            {"version": version, "no_intelligence": "on", **answers},
            follow=True,
        )
        assert expected in answer.content.decode(), part
        return answer


def five_in_each(world: PanelWorld) -> list[ChannelCase]:
    """Forty cases that hold all canaries: four in a summary, one in the reference of the national record."""
    said = facts(world.council, "CNRYFLIES")
    with world.as_chair():
        return [
            cases.create_case(
                panel=world.panel,
                facts=replace(said, summary=" and ".join(words), national_reference=f"{last} 7"),
                no_intelligence=True,
                by=world.chair,
            )
            for *words, last in zip(*[iter(WORDS)] * 5, strict=True)
        ]


def dated(name: str, days_ago: int) -> dict[str, int]:
    day = timezone.localdate() - timedelta(days=days_ago)
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def chair_works(walk: Walk, client: Client) -> None:
    """Every page and form of a case, those that refuse included."""
    case = walk.case.reference
    for name in ("meetings", "cases", "performance", "access-log", "retention", "figures"):
        assert client.get(walk.address(f"channel-{name}")).status_code == 200, name
    assert canaries_in(client.get(walk.address("channel-case", case)).content.decode()) >= set(WORDS[:5])
    walk.part(client, "summary", "It went well", summary=f"It went well: {planted()}.")
    walk.part(client, "summary", "seems to hold", summary=f"{planted()}, jo.bloggs@example.org")
    walk.part(client, "summary", "looked at these words", summary=f"A secret {planted()}.")
    stale = client.post(
        walk.address("channel-case-summary", case),
        {"version": 1, "no_intelligence": "on", "summary": f"Late: {planted()}."},
    )
    assert stale.status_code == 409
    walk.part(client, "stages", "have been changed", **dated("referred_on", 60))
    assert client.post(
        walk.address("channel-case-hold", case), {"reason": f"An inquiry: {planted()}."}
    ).status_code == 302  # fmt: skip
    walk.part(
        client,
        "closure",
        "Passed to another organisation",
        outcome="transferred",
        owner_now=f"Panel of {planted()}",
        care_considered="not_needed",
        **dated("exited_on", 1),
    )
    for name in ("channel-case", "channel-case-history", "channel-case-hold", "channel-case-grants"):
        assert client.get(walk.address(name, case)).status_code == 200, name


def emergency(walk: Walk, chair: Client) -> None:
    """A reading in an emergency, refused and granted, and its review."""
    asker = walk.world.seat(granted=False)
    client, page = sign_in(Client(), asker), walk.address("channel-break-glass")
    reason = {"ground": "legal_duty", "reason": f"Somebody is in danger: {planted()}."}
    assert client.post(page, {**reason, "reference": "ABCD-2345"}).status_code == 200
    assert client.post(page, {**reason, "reference": walk.world.case.reference}).status_code == 302
    assert client.get(walk.address("channel-case", walk.world.case.reference)).status_code == 200
    with walk.world.as_chair():
        glass = BreakGlass.objects.get()
    use = walk.address("channel-break-glass-use", glass.pk)
    assert chair.post(use, {"verdict": "justified", "note": f"Rightly: {planted()}."}).status_code == 302
    assert "Rightly" in chair.get(use).content.decode()


def errors(walk: Walk, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults while the words of a case are in hand: each ends as the page of an error, and in the log."""

    def fails(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("provoked")

    client.raise_request_exception = False
    for name, ask in (
        (
            "prevent_portal.keys.ciphers.encrypt",
            lambda: walk.part(client, "summary", "problem with the service", summary=f"Lost: {planted()}."),
        ),
        (
            "channel.services.cases.record",
            lambda: client.get(walk.address("channel-case", walk.world.case.reference)),
        ),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(name, fails)
            answer = ask()
        assert answer.status_code == 500
        assert found_in(answer.content) == set()
    client.raise_request_exception = True


def outsiders(walk: Walk) -> None:
    """People without a right: no page, list, log or interface shows them a word."""
    council = walk.world.council
    for role, more in (
        (Role.ADMINISTRATOR, {"is_superuser": True, "is_staff": True}),
        (Role.AUDITOR, {}),
        (Role.PANEL_MEMBER, {}),
    ):
        client = sign_in(Client(), member(council, role, **more))
        for page in (
            walk.address("channel-case", walk.case.reference),
            walk.address("channel-cases"),
            walk.address("channel-access-log"),
            walk.address("audit"),
            walk.address("overview"),
        ):
            assert found_in(client.get(page).content) == set(), (role, page)


def files(walk: Walk, client: Client, worker: Celery | None) -> None:
    """Agenda, record and figures as files, made by a job and taken out."""
    meeting, panel = walk.world.meeting, walk.world.panel
    year = timezone.localdate().year - 1
    for name, key, form in (
        ("channel-meeting-file", meeting.pk, {"kind": "agenda", "form": "pdf"}),
        ("channel-meeting-file", meeting.pk, {"kind": "record", "form": "xlsx"}),
        ("channel-figures-file", panel.pk, {"year": year, "form": "xlsx"}),
    ):
        assert client.post(walk.address(name, key), form).status_code == 302, form
    with service_scope(council=walk.world.council):
        asked = list(Job.objects.values_list("pk", flat=True))
    if worker is None:
        assert all(jobs.run(council_id=walk.world.council.pk, job_id=key) for key in asked)
    else:
        walk.output = worker.output
    with walk.world.as_chair():
        wait_until(lambda: PanelFile.objects.filter(made_at=None).count() == 0, what="the files")
        made = list(PanelFile.objects.values_list("pk", flat=True))
    walk.files = [client.post(walk.address("channel-file", key)).content for key in made]
    assert sorted(content[:2] for content in walk.files) == [b"%P", b"PK", b"PK"]


def letters(walk: Walk) -> None:
    """Nightly work and everything that is sent."""
    raise_reviews_everywhere()
    digests.send_all(on=next_working_day(timezone.localdate()))
    for key in Email.objects.values_list("pk", flat=True):
        emails.send(email_id=key)
    walk.sent = [message.message().as_bytes() for message in mail.outbox]
    assert len(walk.sent) >= 1


def searched(walk: Walk, log: str) -> dict[str, set[str]]:
    """The places that hold a canary, with the forms in which they do."""
    found = {
        "portal's dump": found_in(dumped("DATABASE_OWNER_URL", "--schema=public")),
        "sessions in it": found_in(dumped("DATABASE_OWNER_URL", "--table=django_session")),
        "trail's dump": found_in(dumped("DATABASE_OWNER_URL", "--schema=audit", "--role=portal_audit")),
        "key store's dump": found_in(dumped("KEY_STORE_OWNER_URL")),
        "log": found_in(f"{log}{walk.output()}".encode()),
        "broker and cache": set(found_in_broker(settings.REDIS_URL)),
        "stored files": set(found_in_files(Path(settings.MEDIA_ROOT))),
        "audit heads": found_in(_content(settings.AUDIT_ANCHOR_FILE)),
        "files taken out": set().union(*map(found_in, walk.files)),
        "e-mails": set().union(*map(found_in_mail, walk.sent)),
    }
    return {place: forms for place, forms in found.items() if forms}


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


@contextlib.contextmanager
def one_planted_everywhere(walk: Walk, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Put a canary in the clear into each place that is searched, for as long as the block lasts."""
    now = timezone.now()
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE channel_panel SET name = %s", [WORD])
    session = Client().session
    session["words"] = f"{WORD} {0:500}"
    session.save()
    with walk.world.as_chair():
        record(action="channel.case_read", subject=walk.case, details={"words": WORD}, restricted=True)
    with psycopg.connect(os.environ["KEY_STORE_OWNER_URL"]) as key_store:
        key_store.execute("UPDATE keys_councilkey SET wrapped_by = %s", [WORD])
    caplog.handler.handle(logging.makeLogRecord({"msg": "A case says %s", "args": (WORD,)}))
    run_job.apply_async(kwargs={"council_id": 0, "job_id": WORD})
    cache.set("canary", {"words": WORD})
    workbook = xlsx_bytes(sheets=[Sheet("One", ["Words"], [[WORD]])], created=now, marking="")
    stored = default_storage.save("canary.xlsx", ContentFile(workbook))
    heads = _content(settings.AUDIT_ANCHOR_FILE)
    settings.AUDIT_ANCHOR_FILE.write_bytes(heads + WORD.encode())
    walk.files.append(workbook)
    message = mail.EmailMultiAlternatives("A case", "é", to=["a@example.org"])
    message.attach_alternative(f"<p>é {WORD}</p>", "text/html")
    walk.sent.append(message.message().as_bytes())
    yield
    # The databases and the key store are put back after each test; these are not.
    default_storage.delete(stored)
    settings.AUDIT_ANCHOR_FILE.write_bytes(heads)
    with Redis.from_url(settings.REDIS_URL) as broker:
        broker.flushdb()


def schemas() -> set[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$'")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize(
    "with_worker",
    [False, pytest.param(True, marks=pytest.mark.figures(FIGURE, only=True))],
    ids=["jobs run here", "jobs run by a worker"],
)
def test_two_hundred_canaries_are_nowhere_but_in_ciphertext(
    with_worker: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    record_figure: RecordFigure,
) -> None:
    world = panel_world("barnet")
    found = five_in_each(world)
    with world.as_chair():
        flown = {word for texts in open_rows(found) for text in texts.values() for word in canaries_in(text)}
    assert flown == set(WORDS)

    worker = Celery.worker(tmp_path, app="prevent_portal.celery") if with_worker else None
    try:
        walk, client = Walk(world, found[0]), sign_in(Client(), world.chair)
        emergency(walk, client)
        chair_works(walk, client)
        errors(walk, client, monkeypatch)
        outsiders(walk)
        files(walk, client, worker)
        letters(walk)
    finally:
        if worker is not None:
            worker.kill()

    assert schemas() == {"public", "audit"}
    assert "RuntimeError: provoked" in caplog.text
    assert searched(walk, caplog.text) == {}
    with watch.expecting(), one_planted_everywhere(walk, caplog):
        control = searched(walk, caplog.text)
    assert set(control) == {
        "portal's dump", "sessions in it", "trail's dump", "key store's dump", "log", "broker and cache",
        "stored files", "audit heads", "files taken out", "e-mails",
    }  # fmt: skip
    if with_worker:
        record_figure(
            FIGURE,
            {"canaries": len(flown), "places": len(control), "found": 0},
            control={"places in which one was planted and found": len(control)},
        )
