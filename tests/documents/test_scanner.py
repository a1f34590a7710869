"""The door to the scanner, against a small server of our own that speaks clamd's INSTREAM over loopback.

It is a peer, not a replacement of our code: bytes go over a real socket, and it judges what it received.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.documents import scanner, tasks
from prevent_portal.documents.models import DocumentVersion
from prevent_portal.documents.queries import evidence_of
from prevent_portal.documents.services.versions import check_held
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.documents.things import KIND, Things, attach, board, files_on_disk, pdf, rows, things, upload
from tests.factories import CouncilFactory, member

__all__ = ["things"]
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Peer:
    """Speaks clamd's protocol: one INSTREAM for each connection, the verdict on what came."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.limit = 25_000_000
        self.cut_after: int | None = None
        self.answer: Callable[[bytes], bytes] = self.judge
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    @staticmethod
    def judge(content: bytes) -> bytes:
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                try:
                    self._talk(connection)
                except (OSError, EOFError):
                    continue

    def _talk(self, connection: socket.socket) -> None:
        assert self._read(connection, 10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", self._read(connection, 4))[0]:
            content += self._read(connection, size)
            if self.cut_after is not None and len(content) > self.cut_after:
                return
            if len(content) > self.limit:
                connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.received.append(content)
        connection.sendall(self.answer(content))

    @staticmethod
    def _read(connection: socket.socket, size: int) -> bytes:
        content = b""
        while len(content) < size:
            part = connection.recv(size - len(content))
            if not part:
                raise EOFError
            content += part
        return content

    def stop(self) -> None:
        self.listener.close()


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    made = Peer()
    monkeypatch.setattr(settings, "CLAMAV_URL", made.url)
    monkeypatch.setattr(settings, "CLAMAV_SECONDS", 2.0)
    yield made
    made.stop()


def a_file(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "file"
    path.write_bytes(content)
    return path


def test_every_byte_goes_to_the_scanner_and_its_verdict_comes_back(peer: Peer, tmp_path: Path) -> None:
    content = bytes(range(256)) * 1_000
    assert scanner.scan(a_file(tmp_path, content)) == scanner.Verdict(clean=True)
    assert peer.received == [content]
    found = scanner.scan(a_file(tmp_path, b"before" + EICAR + b"after"))
    assert found == scanner.Verdict(clean=False, signature="Eicar-Test-Signature")


@pytest.mark.parametrize(
    "answer",
    [b"", b"stream: OK", b"stream: \0", b"INSTREAM size limit exceeded. ERROR\0", b"UNKNOWN COMMAND\0"],
)
def test_everything_but_a_verdict_counts_as_no_answer(peer: Peer, tmp_path: Path, answer: bytes) -> None:
    peer.answer = lambda content: answer
    with pytest.raises(scanner.ScannerAway):
        scanner.scan(a_file(tmp_path, b"text"))


def test_a_scanner_that_is_away_cut_off_slow_or_over_its_limit_gives_no_verdict(
    peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = a_file(tmp_path, b"x" * 3_000_000)
    peer.cut_after = 100_000
    with pytest.raises(scanner.ScannerAway):
        scanner.scan(large)
    peer.cut_after, peer.limit = None, 200_000
    with pytest.raises(scanner.ScannerAway):
        scanner.scan(large)
    monkeypatch.setattr(settings, "CLAMAV_SECONDS", 0.3)
    wait = threading.Event()

    def late(content: bytes) -> bytes:
        wait.wait(5)
        return b"stream: OK\0"

    peer.answer = late
    with pytest.raises(scanner.ScannerAway):
        scanner.scan(a_file(tmp_path, b"text"))
    wait.set()
    peer.stop()
    monkeypatch.setattr(settings, "CLAMAV_URL", "tcp://127.0.0.1:1")
    with pytest.raises(scanner.ScannerAway):
        scanner.scan(large)
    monkeypatch.setattr(settings, "CLAMAV_URL", f"unix://{tmp_path}/nobody")
    with pytest.raises(scanner.ScannerAway):
        scanner.scan(large)


def test_a_scanner_behind_a_local_socket_is_asked_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = Path("/tmp") / f"scan-{tmp_path.name}-{id(tmp_path)}"  # noqa: S108 - such paths must be short
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(address))
    listener.listen(1)

    def answer() -> None:
        connection, _ = listener.accept()
        with connection:
            while not connection.recv(65_536).endswith(b"\0\0\0\0"):
                pass
            connection.sendall(b"stream: OK\0")

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    monkeypatch.setattr(settings, "CLAMAV_URL", f"unix://{address}")
    try:
        assert scanner.scan(a_file(tmp_path, b"text")).clean
    finally:
        thread.join(2)
        listener.close()
        address.unlink()


@pytest.mark.django_db
def test_a_clean_file_is_kept_and_says_when_it_was_scanned(peer: Peer, things: Things) -> None:
    barnet = CouncilFactory.create()
    person = member(barnet, Role.COORDINATOR)
    document = attach(barnet, person, board(barnet))
    with service_scope(council=barnet):
        version = DocumentVersion.objects.get(document=document)
    assert (version.state, version.scanned_at is not None) == ("accepted", True)
    assert peer.received == [pdf()]


@pytest.mark.django_db
def test_a_harmful_file_is_refused_in_words_and_leaves_nothing(
    peer: Peer, things: Things, client: Client
) -> None:
    barnet = CouncilFactory.create(slug="barnet")
    person = member(barnet, Role.COORDINATOR)
    thing = board(barnet)
    sign_in(client, person)
    before = rows(barnet), files_on_disk(barnet)
    peer.answer = lambda content: b"stream: Pdf.Exploit-1 FOUND\0"
    answer = client.post(
        f"/c/barnet/evidence/attach/{KIND}/{thing.pk}/file/",
        {"file": upload(name="minutes.pdf"), "token": "11111111-1111-4111-8111-111111111111"},
    )
    assert answer.status_code == 200
    (words,) = answer.context["form"].errors["file"]
    assert words.startswith("The selected file was found to be harmful and was not kept.")
    assert (rows(barnet), files_on_disk(barnet)) == before


@pytest.mark.django_db(transaction=True)
def test_while_the_scanner_is_away_a_file_waits_and_is_given_to_nobody(
    things: Things, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    barnet, southwark = CouncilFactory.create(slug="barnet"), CouncilFactory.create(slug="southwark")
    person, other = member(barnet, Role.COORDINATOR), member(southwark, Role.COORDINATOR)
    here, there = board(barnet), board(southwark)
    monkeypatch.setattr(settings, "CLAMAV_URL", "tcp://127.0.0.1:1")
    attach(barnet, person, here)
    attach(southwark, other, there)
    with service_scope(council=barnet):
        version = DocumentVersion.objects.get()
    assert (version.state, version.scanned_at) == ("quarantined", None)
    sign_in(client, person)
    address = f"/c/barnet/files/{version.pk}/"
    assert client.get(address).status_code == 404
    with council_scope(user_id=person.pk, council=barnet):
        (item,) = evidence_of(council_access(person, barnet), KIND, [here.pk])[here.pk].items
    assert (item.is_held, item.href) == (True, "")
    assert b"Being checked" in client.get(f"/c/barnet/evidence/{version.document_id}/").content
    assert check_held(council=barnet) == 0
    monkeypatch.setattr(settings, "CLAMAV_URL", "")
    tasks.check_quarantine()  # without a scanner nothing is let out
    assert client.get(address).status_code == 404
    peer = Peer()
    monkeypatch.setattr(settings, "CLAMAV_URL", peer.url)
    tasks.check_quarantine()
    peer.stop()
    answer = client.get(address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == pdf()
    with service_scope(council=southwark):
        assert DocumentVersion.objects.get().state == "accepted"


@pytest.mark.django_db(transaction=True)
def test_what_the_scanner_finds_later_is_refused_and_its_bytes_are_gone(
    things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    barnet = CouncilFactory.create()
    person = member(barnet, Role.COORDINATOR)
    before = files_on_disk(barnet)  # other tests without a rollback may have left theirs
    monkeypatch.setattr(settings, "CLAMAV_URL", "tcp://127.0.0.1:1")
    attach(barnet, person, board(barnet))
    assert len(files_on_disk(barnet)) == len(before) + 1
    peer = Peer()
    peer.answer = lambda content: b"stream: Pdf.Exploit-1 FOUND\0"
    monkeypatch.setattr(settings, "CLAMAV_URL", peer.url)
    assert check_held(council=barnet) == 1
    assert check_held(council=barnet) == 0
    peer.stop()
    with service_scope(council=barnet):
        version = DocumentVersion.objects.get()
    assert version.state == "refused"
    assert version.problem == "The malware scanner found it to be harmful. It was not kept."
    assert files_on_disk(barnet) == before
