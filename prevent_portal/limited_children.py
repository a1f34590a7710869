"""Loads a program once and does each request in a child of its own. Started by `limited_process.WarmProcess`.

    limited_start.py ... 1 limited_children.py program.py

The program has a function `work(request: bytes, output: BinaryIO) -> int` that returns the code to end with.
It has been loaded, with all that it imports, before the first request comes; what a request does to it is
gone with the child. A request is a line of three numbers (bytes of the request, seconds, bytes of the largest
answer) and the request; its answer a line of JSON and the bytes. Ends, with the child that is at work, when
whoever asks has gone. Nothing of the portal is loaded here.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import selectors
import shutil
import signal
import sys
import tempfile
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

OUT_OF_MEMORY = 99
"""As in `limited_start`."""
SPARE_SECONDS = 10
"""How much longer than in processor time a request may take by the clock."""
DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG
CANNOT_BE_READ = 4  # PR_SET_DUMPABLE
MESSAGE_BYTES = 2_000
PIPE_BYTES = 1 << 20

Work = Callable[[bytes, BinaryIO], int]


def loaded(path: str) -> Work:  # pragma: no cover - runs in a process of its own, like all below
    """The program's function."""
    module = types.ModuleType("program")
    # Not by import: its bytecode would be written beside it, cut off at the largest file that may be.
    exec(compile(Path(path).read_bytes(), path, "exec"), module.__dict__)  # noqa: S102 - the portal's own
    work: Work = module.work
    return work


def serve(work: Work) -> None:  # pragma: no cover - as above
    """Do one request after another until nobody can ask any more."""
    while _served(work):
        pass


def _served(work: Work) -> bool:  # pragma: no cover - as above
    """Do the next request, and hold nothing of it afterwards, so that the next child cannot look at it."""
    sizes = bytearray()
    while not sizes.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            return False
        sizes += byte
    size, seconds, largest = map(int, sizes.split())
    request = bytearray()
    while len(request) < size:
        part = os.read(0, size - len(request))
        if not part:
            return False
        request += part
    # A folder of its own, so that no document finds what another left.
    folder = tempfile.mkdtemp(dir=".")
    try:
        outcome, answer = in_a_child(work, bytes(request), folder, seconds, largest)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    outcome["bytes"] = len(answer)
    _say(json.dumps(outcome).encode() + b"\n")
    _say(answer)
    return True


def in_a_child(
    work: Work, request: bytes, folder: str, seconds: int, largest: int
) -> tuple[dict[str, Any], bytes]:  # pragma: no cover - as above
    """Do one request; return how its child ended, and what it said."""
    said, messages = bytearray(), b""
    answers, answer = os.pipe()
    complaints, complaint = os.pipe()
    us = os.getpid()
    child = os.fork()
    if not child:
        os.close(answers)
        os.close(complaints)
        _be_the_child(work, request, folder, seconds, us, answer, complaint)
    os.close(answer)
    os.close(complaint)
    stopped = ""
    deadline = time.monotonic() + seconds + SPARE_SECONDS
    with selectors.DefaultSelector() as selector:
        for pipe in (0, answers, complaints):
            selector.register(pipe, selectors.EVENT_READ)
        # Until both pipes of the child are closed; the third is that of whoever asks, silent meanwhile.
        while len(selector.get_map()) > 1 and not stopped:
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                stopped = "OVERDUE"
            for key, _ in ready:
                if key.fd == 0:
                    os.kill(child, signal.SIGKILL)
                    _end()
                part = os.read(key.fd, PIPE_BYTES)
                if not part:
                    selector.unregister(key.fd)
                elif key.fd == complaints:
                    messages = (messages + part)[-MESSAGE_BYTES:]
                else:
                    said += part
                    if len(said) > largest:
                        stopped = "SAID_TOO_MUCH"
    status, used, overdue = _waited_for(child, stopped=bool(stopped), deadline=deadline)
    os.close(answers)
    os.close(complaints)
    stopped = stopped or ("OVERDUE" if overdue else "")
    outcome = {
        "stopped": stopped,
        "code": os.waitstatus_to_exitcode(status),
        "messages": messages.decode(errors="replace"),
        "processor_seconds": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss * 1024,
    }
    return outcome, b"" if stopped else bytes(said)


def _waited_for(
    child: int, *, stopped: bool, deadline: float
) -> tuple[int, resource.struct_rusage, bool]:  # pragma: no cover - as above
    """How a child that says no more ended, what it used, and whether it had to be stopped for being late."""
    while not stopped and time.monotonic() < deadline:
        ended, status, used = os.wait4(child, os.WNOHANG)
        if ended:
            return status, used, False
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    _, status, used = os.wait4(child, 0)
    return status, used, not stopped


def _be_the_child(
    work: Work, request: bytes, folder: str, seconds: int, parent: int, answer: int, complaint: int
) -> None:  # pragma: no cover - as above
    """Do the work and end. The pipes of whoever asks are closed, so that no child answers for another."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(complaint, 1)
        os.dup2(complaint, 2)
        os.close(nothing)
        os.close(complaint)
        os.chdir(folder)
        os.environ["HOME"] = str(Path.cwd())
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        sys.addaudithook(_refuse_children)
        with os.fdopen(answer, "wb") as output:
            code = work(request, output)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BaseException as problem:  # noqa: BLE001 - whatever it is, it ends this child alone
        with contextlib.suppress(BaseException):
            sys.stderr.write(f"{type(problem).__name__}: {problem}"[:500] + "\n")
        code = 1
    finally:
        for words in (sys.stdout, sys.stderr):
            with contextlib.suppress(BaseException):
                words.flush()
        # At once: the parent's own end is not this one's to run.
        os._exit(code)


def _refuse_children(event: str, arguments: tuple[Any, ...]) -> None:  # pragma: no cover - as above
    if event == "os.fork":
        raise PermissionError(f"refused: {event}")


def _say(words: bytes) -> None:  # pragma: no cover - as above
    rest = memoryview(words)
    try:
        while rest:
            rest = rest[os.write(1, rest) :]
    except BrokenPipeError:
        _end()


def _end() -> None:  # pragma: no cover - as above
    """End, and leave nothing behind."""
    shutil.rmtree(Path.cwd(), ignore_errors=True)
    os._exit(0)


def main() -> None:  # pragma: no cover - runs in a process of its own
    # What runs as the same user may neither read this memory nor write to these pipes.
    ctypes.CDLL(None).prctl(CANNOT_BE_READ, 0)
    serve(loaded(sys.argv[1]))
    _end()


if __name__ == "__main__":  # pragma: no cover - as above
    main()
