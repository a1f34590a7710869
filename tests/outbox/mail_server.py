"""A small real SMTP server on a loopback port that keeps what it is given, or refuses as told."""

from __future__ import annotations

import socket
import socketserver
import threading
from email import message_from_bytes
from email.message import Message
from typing import Any, Self


class _Dialogue(socketserver.StreamRequestHandler):
    server: _Server

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("220 mail.test ready")
        recipients: list[str] = []
        while line := self.rfile.readline().decode().strip():
            verb = line.split(maxsplit=1)[0].upper()
            if verb in {"EHLO", "HELO"}:
                self.say("250 mail.test")
            elif verb == "RCPT":
                if self.server.refuse_with:
                    self.say(f"{self.server.refuse_with} not now")
                else:
                    recipients.append(line)
                    self.say("250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                lines = []
                while (part := self.rfile.readline()) != b".\r\n":
                    lines.append(part)
                self.server.kept.append(message_from_bytes(b"".join(lines)))
                self.say("250 kept")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int) -> None:
        self.kept: list[Message] = []
        self.refuse_with = ""
        super().__init__(("127.0.0.1", port), _Dialogue)


class MailServer:
    """``with MailServer() as server``: ``stop()`` and ``start()`` make it unreachable and reachable."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.kept: list[Message] = []
        self._server: _Server | None = None
        self._refuse_with = ""

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._server = _Server(self.port)
        self._server.kept = self.kept
        self._server.refuse_with = self._refuse_with
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def refuse_with(self, code: str) -> None:
        """Answer each recipient with this code; the empty string accepts again."""
        self._refuse_with = code
        if self._server:
            self._server.refuse_with = code

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self.stop()
