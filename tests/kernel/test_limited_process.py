"""A program that reads or draws what came from outside costs its own process, and reaches nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from prevent_portal import limited_children
from prevent_portal.limited_process import Ending, LimitedProcess, Limits, Outcome, WarmProcess, run
from tests.outbox.processes import wait_until

LIMITS = Limits(memory=256 << 20, processor_seconds=5, seconds=20, answer=1_000, file=1_000, open_files=20)
Written = Callable[[str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write a program."""

    def write(source: str) -> Path:
        program = tmp_path / "program.py"
        program.write_text(textwrap.dedent(source))
        return program

    return write


ATTEMPTS = {
    "memory": "bytearray(300 << 20)",
    "file": "pathlib.Path('big').write_bytes(b'x' * 2_000)",
    "open files": "[open(os.devnull) for _ in range(30)]",
    "connection": "socket.create_connection(('127.0.0.1', PORT), 2)",
    "program": "subprocess.run(['true'])",
    "shell": "os.system('true')",
    "fork": "os.fork() or os._exit(0)",
}
SOURCE = f"""
    import json, os, pathlib, resource, socket, subprocess, sys

    PORT = int(sys.argv[1])
    said = {{
        "network": os.readlink("/proc/self/ns/net"),
        "environment": dict(os.environ),
        "core": resource.getrlimit(resource.RLIMIT_CORE),
        "fed": sys.stdin.read(),
        "folder": os.getcwd(),
        "session": os.getsid(0) == os.getpid(),
    }}
    for name, attempt in {ATTEMPTS!r}.items():
        try:
            eval(attempt)
        except BaseException as problem:
            said[name] = type(problem).__name__
        else:
            said[name] = "allowed"
    print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a program tells that tries all it may not do."""
    folder = tmp_path_factory.mktemp("limited")
    program = folder / "program.py"
    program.write_text(textwrap.dedent(SOURCE))
    with pytest.MonkeyPatch.context() as patched, socket.create_server(("127.0.0.1", 0)) as listener:
        for name in ("SECRET_KEY", "DATABASE_URL", "KEY_ENCRYPTION_KEYS", "PYTHONPATH"):
            patched.setenv(name, "secret")
        patched.setenv("LD_LIBRARY_PATH", "/nowhere")
        outcome = run(
            program,
            str(listener.getsockname()[1]),
            limits=Limits(**{**vars(LIMITS), "answer": 10_000}),
            feed=[b"fed ", b"in ", b"", b"parts"],
            folder=folder,
            environment={"HOME": "/given"},
        )
    assert outcome.ending is Ending.ANSWERED
    return json.loads(outcome.answer)


@pytest.mark.parametrize(
    ("attempt", "problem"),
    [
        ("memory", "MemoryError"),
        ("file", "OSError"),
        ("open files", "OSError"),
        ("connection", "PermissionError"),
        ("program", "PermissionError"),
        ("shell", "PermissionError"),
        ("fork", "PermissionError"),
    ],
)
def test_a_limited_process_is_refused_what_it_has_no_need_of(
    said: dict[str, Any], attempt: str, problem: str
) -> None:
    assert said[attempt] == problem


def test_a_limited_process_knows_no_key_and_no_login(said: dict[str, Any]) -> None:
    environment = said["environment"]
    assert "secret" not in environment.values()
    assert set(environment) - {"PATH"} == {"LANG", "LD_LIBRARY_PATH", "HOME"}
    assert environment["HOME"] == "/given"


def test_a_limited_process_leaves_no_image_of_its_memory_and_leads_its_own_session(
    said: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert (said["core"], said["session"]) == ([0, 0], True)
    assert said["fed"] == "fed in parts"
    assert Path(said["folder"]).name.startswith("limited")


def test_a_limited_process_has_an_empty_network_of_its_own_where_the_kernel_grants_it(
    said: dict[str, Any],
) -> None:
    asked = "import ctypes, sys; sys.exit(-ctypes.CDLL(None).unshare(0x40000000))"
    granted = subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
    assert (said["network"] != str(Path("/proc/self/ns/net").readlink())) is granted


ENDLESS = "import sys\nwhile True: sys.stdout.write('x' * 100_000)"


@pytest.mark.parametrize(
    ("source", "limits", "ending", "code"),
    [
        ("print('done')", {}, Ending.ANSWERED, 0),
        ("import sys; sys.exit(3)", {}, Ending.FAILED, 3),
        ("raise ValueError('x')", {}, Ending.FAILED, 1),
        ("while True: pass", {"processor_seconds": 1}, Ending.OVERWORKED, -24),
        ("import time; time.sleep(60)", {"seconds": 0.4}, Ending.OVERDUE, -9),
        ("import os, time; os.close(1); time.sleep(60)", {"seconds": 0.4}, Ending.OVERDUE, -9),
        (ENDLESS, {}, Ending.SAID_TOO_MUCH, -9),
        ("bytearray(300 << 20)", {}, Ending.OUT_OF_MEMORY, 99),
        ("import os; os.abort()", {}, Ending.OUT_OF_MEMORY, -6),
        ("import ctypes; ctypes.string_at(0)", {}, Ending.OUT_OF_MEMORY, -11),
        ("import os; os.kill(os.getpid(), 9)", {}, Ending.KILLED, -9),
    ],
    ids=[
        "answered", "code", "raised", "busy", "asleep", "silent", "endless", "memory", "aborted", "crashed",
        "killed",
    ],
)  # fmt: skip
def test_the_portal_knows_how_a_limited_process_ended(
    written: Written, source: str, limits: dict[str, Any], ending: Ending, code: int
) -> None:
    outcome = run(written(source), limits=Limits(**{**vars(LIMITS), **limits}))
    assert (outcome.ending, outcome.code) == (ending, code)
    assert outcome.answer == (b"done\n" if ending is Ending.ANSWERED else b"")
    assert outcome.messages == ""


def test_the_end_of_what_a_program_says_for_the_log_is_kept_where_that_is_asked_for(written: Written) -> None:
    program = written("import sys; sys.stderr.write('x' * 200_000 + 'the end\\n'); print('done')")
    outcome = run(program, limits=LIMITS, keeps_messages=True)
    assert outcome == Outcome(Ending.ANSWERED, 0, b"done\n", "x" * 1_992 + "the end")


def test_more_than_a_pipe_holds_goes_in_while_as_much_comes_out(written: Written) -> None:
    program = written("import sys\nfor line in sys.stdin.buffer: sys.stdout.buffer.write(line)")
    parts = [b"%07d\n" % number * 50_000 for number in range(12)]
    outcome = run(program, limits=Limits(**{**vars(LIMITS), "answer": 10_000_000}), feed=iter(parts))
    assert (outcome.ending, outcome.answer) == (Ending.ANSWERED, b"".join(parts))


def test_a_program_that_reads_no_further_still_answers(written: Written) -> None:
    outcome = run(written("print('enough')"), limits=LIMITS, feed=[bytes(3 << 20)])
    assert (outcome.ending, outcome.answer) == (Ending.ANSWERED, b"enough\n")


def test_lines_come_while_the_process_works_and_one_without_an_end_is_none(written: Written) -> None:
    program = written("""
        import os, sys, time
        print("first"); print("second", flush=True)
        sys.stdin.readline()
        print("third"); print("half a li", end="", flush=True)
        os.kill(os.getpid(), 9)
    """)
    with LimitedProcess(program, limits=LIMITS) as process:
        assert list(process.lines()) == [b"first", b"second", b"third"]
        assert process.ending() is Ending.KILLED


def test_an_endless_line_is_not_held(written: Written) -> None:
    with LimitedProcess(written(ENDLESS), limits=LIMITS) as process:
        assert list(process.lines()) == []
        assert process.ending() is Ending.SAID_TOO_MUCH


def test_who_never_stops_saying_lines_is_heard_until_the_clock_ends_it(written: Written) -> None:
    limits = Limits(**{**vars(LIMITS), "seconds": 0.5})
    program = written("import os; lines = b'line\\n' * 200_000\nwhile True: os.write(1, lines)")
    with LimitedProcess(program, limits=limits) as process:
        assert set(process.lines()) == {b"line"}
        assert process.ending() is Ending.OVERDUE


def test_who_takes_long_over_the_lines_gets_those_that_were_said_in_time(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LimitedProcess(written("print('first'); print('end')"), limits=LIMITS) as process:
        lines = process.lines()
        assert next(lines) == b"first"
        while process._process.poll() is None:
            time.sleep(0.01)
        monkeypatch.setattr(process, "_deadline", 0.0)
        assert list(lines) == [b"end"]
        assert process.ending() is Ending.ANSWERED


def test_who_leaves_a_process_leaves_none_behind(written: Written) -> None:
    program = written("import os, time; print(os.getpid(), flush=True); time.sleep(60)")
    with pytest.raises(KeyError), LimitedProcess(program, limits=LIMITS) as process:
        pid = int(next(process.lines()))
        with pytest.raises(ValueError, match="at work"):
            process.code  # noqa: B018
        raise KeyError
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def is_at_work(pid: int) -> bool:
    """Whether a process does anything any more; one that is dead may wait for somebody to notice."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_the_clock_ends_a_process_though_others_that_it_made_hold_its_pipe(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Python refuses, other code in the process can do. One of them even leaves the session."""
    program = written("""
        import ctypes, os, time
        c = ctypes.CDLL(None)
        for leaves in (False, True):
            if c.fork() == 0:
                if leaves: c.setsid()
                print(os.getpid(), flush=True)
                time.sleep(60)
            time.sleep(0.05)
        time.sleep(60)
    """)
    with LimitedProcess(program, limits=LIMITS) as process:
        lines = process.lines()
        stayed, left = int(next(lines)), int(next(lines))
        monkeypatch.setattr(process, "_deadline", time.monotonic())
        assert list(lines) == []
        assert process.ending() is Ending.OVERDUE
    os.kill(left, signal.SIGKILL)
    wait_until(lambda: not is_at_work(stayed), what="the end of the one that stayed")


# Processes that stay loaded ----------------------------------------------------------------------

WARM = """
    import ctypes, json, os, resource, socket, subprocess, sys, time

    loaded = [os.getpid()]
    asked = []

    def work(request, output):
        asked.append(request)
        word = request.decode()
        if word == "busy":
            while True: pass
        if word == "asleep":
            time.sleep(60)
        if word == "memory":
            bytearray(300 << 20)
        if word == "endless":
            while True: output.write(b"x" * 100_000)
        if word == "raises":
            raise ValueError("of no use")
        if word == "killed":
            os.kill(os.getpid(), 9)
        if word == "kills its parent":
            os.kill(os.getppid(), 9); time.sleep(60)
        if word == "three":
            return 3
        said = {
            "parent": os.getppid(), "loaded": loaded[0], "asked": len(asked), "folder": os.listdir("."),
            "environment": sorted(os.environ), "processor": resource.getrlimit(resource.RLIMIT_CPU),
            "input": sys.stdin.read(), "open": sorted(os.listdir("/proc/self/fd")),
        }
        for name, attempt in (
            ("fork", os.fork), ("program", lambda: subprocess.run(["true"])),
            ("connection", lambda: socket.create_connection(("127.0.0.1", 9), 2)),
        ):
            try:
                attempt()
            except BaseException as problem:
                said[name] = type(problem).__name__
        open("left", "w").close()
        print("printed")
        output.write(json.dumps(said).encode())
        return 0
"""
WarmStarted = Callable[..., WarmProcess]


@pytest.fixture
def warm(written: Written) -> Iterator[WarmStarted]:
    """A program that stays loaded."""
    started: list[WarmProcess] = []

    def start(requests: int = 100, source: str = WARM) -> WarmProcess:
        limits = Limits(**{**vars(LIMITS), "answer": 100_000, "file": 10_000})
        started.append(WarmProcess(written(source), limits=limits, requests=requests))
        return started[-1]

    yield start
    for each in started:
        each.end()


def said_by(process: WarmProcess, word: str = "hello") -> dict[str, Any]:
    outcome = process.ask(word.encode(), seconds=3)
    assert (outcome.ending, outcome.code, outcome.messages) == (Ending.ANSWERED, 0, "printed")
    return json.loads(outcome.answer)


def test_a_program_is_loaded_once_and_each_request_is_a_child_that_leaves_nothing(
    warm: WarmStarted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "secret")
    process = warm(requests=3)
    first, second, third = (said_by(process) for _ in range(3))
    assert first["loaded"] == second["loaded"] == third["loaded"] == first["parent"]
    assert (first["asked"], second["asked"], third["asked"]) == (1, 1, 1)
    assert (first["folder"], third["folder"]) == ([], [])
    assert {first[name] for name in ("fork", "program", "connection")} == {"PermissionError"}
    assert first["processor"] == [3, 4]
    assert first["input"] == ""
    assert len(first["open"]) == 5, "standard input, output and error, the answer, and the folder being read"
    assert "SECRET_KEY" not in first["environment"]
    assert not is_at_work(first["parent"]), "after so many it is replaced"
    assert said_by(process)["loaded"] != first["loaded"]


@pytest.mark.parametrize(
    ("word", "ending", "code", "messages"),
    [
        ("three", Ending.FAILED, 3, ""),
        ("raises", Ending.FAILED, 1, "ValueError: of no use"),
        ("busy", Ending.OVERWORKED, -24, ""),
        ("asleep", Ending.OVERDUE, -9, ""),
        ("memory", Ending.OUT_OF_MEMORY, 99, ""),
        ("endless", Ending.SAID_TOO_MUCH, -9, ""),
        ("killed", Ending.KILLED, -9, ""),
    ],
)
def test_what_a_request_does_costs_its_child_alone(
    warm: WarmStarted, tmp_path: Path, word: str, ending: Ending, code: int, messages: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    children = tmp_path / "children.py"
    spare = "SPARE_SECONDS = 0" if word == "asleep" else "SPARE_SECONDS = 10"
    children.write_text(Path(limited_children.__file__).read_text().replace("SPARE_SECONDS = 10", spare))
    monkeypatch.setattr(limited_children, "__file__", str(children))
    process = warm()
    before = said_by(process)["loaded"]
    assert process.ask(word.encode(), seconds=1) == Outcome(ending, code, b"", messages)
    assert said_by(process)["loaded"] == before


def test_a_program_that_dies_fails_the_request_it_was_at_and_is_replaced(warm: WarmStarted) -> None:
    process = warm()
    assert process.ask(b"kills its parent", seconds=3).ending is Ending.KILLED
    before = said_by(process)["loaded"]
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: not is_at_work(before), what="its end")
    assert said_by(process)["loaded"] != before, "dead between two requests, it costs none"
    broken = warm(source="raise RuntimeError('cannot be loaded')")
    outcome = broken.ask(b"", seconds=3)
    assert outcome.ending is Ending.FAILED
    assert outcome.messages.endswith("RuntimeError: cannot be loaded")


PARENT = """
import os, sys, time
from pathlib import Path
from prevent_portal.limited_process import Limits, WarmProcess
process = WarmProcess(Path(sys.argv[1]), limits=Limits({limits}), requests=9)
process.ask(b"three", seconds=3)
ours = process.pid
if os.fork() == 0:
    process.ask(b"three", seconds=3)
    print(ours, process.pid, flush=True)
    process.ask(b"asleep", seconds=3)
time.sleep(60)
"""


def test_it_ends_with_its_parent_in_the_middle_of_a_request_and_a_fork_has_its_own(written: Written) -> None:
    program = written(WARM)
    limits = ", ".join(f"{name}={value}" for name, value in vars(LIMITS).items())
    with subprocess.Popen(
        [sys.executable, "-c", PARENT.format(limits=limits), str(program)],
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as parent:
        assert parent.stdout is not None
        first, second = map(int, parent.stdout.readline().split())
        assert first != second
        children = Path(f"/proc/{second}/task/{second}/children")
        wait_until(children.read_text, what="the request's start")
        [child] = map(int, children.read_text().split())
        os.killpg(parent.pid, signal.SIGKILL)
    wait_until(lambda: not any(map(is_at_work, (first, second, child))), seconds=5, what="the end of all")


def test_a_child_holds_nothing_of_the_request_before(warm: WarmStarted) -> None:
    process = warm(
        source="""
        import gc, sys

        def work(request, output):
            held, frame = [], sys._getframe()
            while frame:
                held += [value for value in frame.f_locals.values() if isinstance(value, (bytes, bytearray))]
                frame = frame.f_back
            output.write(b"secret " if any(b"of one" in each for each in held) else b"nothing ")
            output.write(request)
            return 0
        """
    )
    assert process.ask(b"of one council", seconds=3).answer == b"secret of one council"
    assert process.ask(b"another", seconds=3).answer == b"nothing another"


def test_whoever_is_stopped_while_they_wait_leaves_no_answer_to_the_next(
    warm: WarmStarted, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = warm(source="def work(request, output): output.write(request); return 0")
    assert process.ask(b"first", seconds=3).answer == b"first"
    hear = WarmProcess._hear

    def stopped(*_: object) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(WarmProcess, "_hear", stopped)
    with pytest.raises(SoftTimeLimitExceeded):
        process.ask(b"of one council", seconds=3)
    monkeypatch.setattr(WarmProcess, "_hear", hear)
    assert process.pid is None
    assert process.ask(b"of another", seconds=3).answer == b"of another"


def test_threads_take_turns(warm: WarmStarted) -> None:
    process = warm()
    with ThreadPoolExecutor(4) as threads:
        said = list(threads.map(lambda _: said_by(process), range(8)))
    assert len({each["loaded"] for each in said}) == 1
