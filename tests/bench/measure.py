"""Ask each page in turn with the bare view, and count what each asks of the database."""

from __future__ import annotations

import http.client
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.test import Client

FLOOR = "/bench-floor/"


@dataclass
class Counted:
    """Statements and bound parameters of one request, the scope's own included."""

    statements: int = 0
    parameters: int = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        self.parameters += len(params or ())
        return execute(sql, params, many, context)


@dataclass
class Measured:
    """One page for one person."""

    page: str
    person: str
    address: str
    milliseconds: list[float] = field(default_factory=list)
    counted: Counted = field(default_factory=Counted)

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.milliseconds, n=20)[-1]


def count(client: Client, address: str) -> Counted:
    """Statements and parameters of one GET, in this process, after a first one warmed the caches."""
    client.get(address)
    counted = Counted()
    with connections["default"].execute_wrapper(counted):
        response = client.get(address)
    if response.status_code != 200:
        raise SystemExit(f"{address} answered {response.status_code}")
    return counted


class Server:
    """The portal under gunicorn with one worker and one thread, on a free port of this machine."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        options = ["--workers", "1", "--threads", "1", "--keep-alive", "30", "--log-level", "warning"]
        address = ["--bind", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "tests.bench.wsgi:application", *address, *options]
        )
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise SystemExit("The server did not start.")

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)


def _get(connection: http.client.HTTPConnection, address: str, cookie: str) -> float:
    began = time.perf_counter()
    connection.request("GET", address, headers={"Cookie": cookie, "Host": "localhost"})
    response = connection.getresponse()
    response.read()
    took = (time.perf_counter() - began) * 1000
    if response.status != 200:
        raise SystemExit(f"{address} answered {response.status}")
    return took


def measure(
    pages: Sequence[Measured], cookies: dict[str, str], rounds: int, report: Callable[[str], None]
) -> Measured:
    """Ask floor and pages in turn, ``rounds`` times over one kept-alive connection; return the floor."""
    floor = Measured("bare one-query view", "nobody", FLOOR)
    server = Server()
    try:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        for warm in (True, False):
            for number in range(3 if warm else rounds):
                if not warm and number % 50 == 0:
                    report(f"  round {number} of {rounds}")
                for page in (floor, *pages):
                    took = _get(connection, page.address, cookies.get(page.person, ""))
                    if not warm:
                        page.milliseconds.append(took)
    finally:
        server.close()
    return floor
