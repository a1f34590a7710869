"""Runs a program in a process that has nothing to lose: what is made to hurt it takes only this with it.

A program that reads what came from outside, or that draws a document, is started here and nowhere else. It
has little memory, little time, no network, no other programs, and an environment without a key or a login
(EX-1, UP-3); the portal hears no more of it than it asked for, and knows how it ended.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from weakref import WeakSet

from prevent_portal import limited_children, limited_start

_KEPT = ("PATH", "LD_LIBRARY_PATH")
"""All that a limited process is told of the portal's own environment."""
_PIPE_BYTES = limited_children.PIPE_BYTES
"""What a process may be ahead of the portal: it works on while the portal thinks about what it said."""
_MESSAGE_BYTES = limited_children.MESSAGE_BYTES
_START_SECONDS = 30
"""What a program that stays loaded may take to load, by the clock, on a busy machine."""
_OUT_OF_MEMORY = {limited_start.OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGTRAP}
"""How a process ends whose program wants more memory: Python says so; other code aborts or crashes."""


@dataclass(frozen=True)
class Limits:
    """What a process may use, and how much of what it says the portal holds.

    Attributes:
        memory: bytes that it may map.
        processor_seconds: of a processor's time.
        seconds: by the clock.
        answer: bytes of what it says that the portal holds at once: a whole answer, or one line of many.
        file: bytes of the largest file that it may write.
        open_files: files that it may hold open at once.
    """

    memory: int
    processor_seconds: int
    seconds: float
    answer: int
    file: int = 0
    open_files: int = 64


class Ending(Enum):
    """How a process ended."""

    ANSWERED = auto()
    """By itself, and well: with 0."""
    FAILED = auto()
    """By itself, with another code, or by a signal that no limit sends."""
    OVERDUE = auto()
    """It took too long by the clock and was stopped."""
    OVERWORKED = auto()
    """It used up its processor time."""
    OUT_OF_MEMORY = auto()
    """It asked for more memory than it may have."""
    KILLED = auto()
    """By somebody else: mostly by a machine that is short of memory."""
    SAID_TOO_MUCH = auto()
    """It said more than the portal holds, and was stopped."""


@dataclass(frozen=True)
class Outcome:
    """What became of a process.

    Attributes:
        ending: how it ended.
        code: what it ended with; below 0 the number of a signal.
        answer: what it wrote to its standard output; nothing if that was too much.
        messages: the end of what it wrote to its standard error, where that was asked for: for the log.
    """

    ending: Ending
    code: int
    answer: bytes
    messages: str
    processor_seconds: float = field(default=0.0, compare=False)
    """What a child of a process that stays loaded used of a processor; 0 for others."""
    memory: int = field(default=0, compare=False)
    """The most bytes that such a child held at once; 0 for others."""


def _started(
    words: list[str],
    limits: Limits,
    *,
    folder: Path,
    environment: Mapping[str, str] | None,
    messages: int | IO[bytes],
    children: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a program under limits, in a session of its own, with pipes to it and from it."""
    rights = (limits.memory, limits.processor_seconds, limits.file, limits.open_files, int(children))
    return subprocess.Popen(
        [sys.executable, "-P", "-s", limited_start.__file__, *map(str, rights), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=messages,
        cwd=folder,
        env={
            "LANG": "C.UTF-8",
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            **(environment or {}),
        },
        start_new_session=True,
    )


def _ending_of(code: int) -> Ending:
    """How a process ended that nobody here stopped."""
    if code in _OUT_OF_MEMORY:
        return Ending.OUT_OF_MEMORY
    return {0: Ending.ANSWERED, -signal.SIGXCPU: Ending.OVERWORKED, -signal.SIGKILL: Ending.KILLED}.get(
        code, Ending.FAILED
    )


def run(
    program: Path,
    *arguments: str,
    limits: Limits,
    feed: Iterable[bytes] = (),
    folder: Path = Path("/"),
    environment: Mapping[str, str] | None = None,
    keeps_messages: bool = False,
) -> Outcome:
    """Run a program to its end, and return what became of it. The arguments are those of LimitedProcess."""
    with LimitedProcess(
        program,
        *arguments,
        limits=limits,
        feed=feed,
        folder=folder,
        environment=environment,
        keeps_messages=keeps_messages,
    ) as process:
        answer = process.answer()
        return Outcome(process.ending(), process.code, answer, process.messages)


class LimitedProcess:
    """A program at work under limits. A context: whoever leaves it leaves no process behind.

    Args:
        program: a file of Python that loads nothing of the portal.
        arguments: its words.
        limits: what it may use.
        feed: its standard input, part by part; taken as it reads, and left where it reads no further.
        folder: where it works.
        environment: what it is told besides the places of programs and libraries.
        keeps_messages: whether the end of its standard error is kept. What a parser prints when it dies may
            hold text of the file.
    """

    def __init__(
        self,
        program: Path,
        *arguments: str,
        limits: Limits,
        feed: Iterable[bytes] = (),
        folder: Path = Path("/"),
        environment: Mapping[str, str] | None = None,
        keeps_messages: bool = False,
    ) -> None:
        self._limits = limits
        self._feed = iter(feed)
        self._messages = b""
        self._stopped_for: Ending | None = None
        self._deadline = time.monotonic() + limits.seconds
        self._process = _started(
            [str(program), *arguments],
            limits,
            folder=folder,
            environment=environment,
            messages=subprocess.PIPE if keeps_messages else subprocess.DEVNULL,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kill()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    @property
    def code(self) -> int:
        """What the process ended with; below 0 the number of a signal. Raises ValueError while it works."""
        if self._process.returncode is None:
            raise ValueError("The process is at work.")
        return self._process.returncode

    @property
    def messages(self) -> str:
        """The end of what the process wrote to its standard error."""
        return self._messages.decode(errors="replace").strip()

    def answer(self) -> bytes:
        """All that the process says, once it has ended; nothing if it said too much."""
        said = bytearray()
        for part in self._said():
            said += part
            if len(said) > self._limits.answer:
                self._stop(Ending.SAID_TOO_MUCH)
                return b""
        return bytes(said)

    def lines(self) -> Iterator[bytes]:
        """What the process says, line by line, while it works. A line that has no end is none."""
        rest = b""
        for part in self._said():
            *whole, rest = (rest + part).split(b"\n")
            yield from whole
            if len(rest) > self._limits.answer:
                self._stop(Ending.SAID_TOO_MUCH)
                return

    def ending(self) -> Ending:
        """How the process ended. Waits for its end, if it has said all it will."""
        try:
            self._process.wait(max(0.0, self._deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._stop(Ending.OVERDUE)
        return self._stopped_for or _ending_of(self.code)

    def _said(self) -> Iterator[bytes]:
        """What comes out of the process, while what it reads goes in, until it closes or its time is up.

        After that no more is read than a pipe holds, which is what it said in time; it could go on for ever.
        """
        process = self._process
        assert process.stdin is not None  # noqa: S101 - asked for above
        assert process.stdout is not None  # noqa: S101 - likewise
        with contextlib.suppress(OSError):
            # Where the system allows no more, the usual size does.
            fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        left_over = _PIPE_BYTES
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdin, selectors.EVENT_WRITE, self._feeding(process.stdin))
            for pipe in (process.stdout, process.stderr):
                if pipe is not None:
                    selector.register(pipe, selectors.EVENT_READ)
            while selector.get_map() and left_over > 0:
                left = self._deadline - time.monotonic()
                ready = selector.select(max(0.0, left))
                if left <= 0 and not ready:
                    return
                for key, _ in ready:
                    if key.fileobj is process.stdin:
                        if next(key.data, None) is None:
                            selector.unregister(process.stdin)
                            process.stdin.close()
                        continue
                    part = os.read(key.fd, _PIPE_BYTES)
                    if not part:
                        selector.unregister(key.fileobj)
                    elif key.fileobj is process.stderr:
                        self._messages = (self._messages + part)[-_MESSAGE_BYTES:]
                    else:
                        yield part
                    left_over -= len(part) if left <= 0 else 0

    def _feeding(self, pipe: IO[bytes]) -> Iterator[int]:
        """Write as much as the process takes at each step."""
        os.set_blocking(pipe.fileno(), False)
        # Where it reads no further, what it says of that, or how it ended, is what counts.
        with contextlib.suppress(BrokenPipeError):
            for part in self._feed:
                rest = memoryview(part)
                while rest:
                    written = os.write(pipe.fileno(), rest)
                    rest = rest[written:]
                    yield written

    def _stop(self, why: Ending) -> None:
        self._stopped_for = self._stopped_for or why
        self._kill()

    def _kill(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


class WarmProcess:
    """A program that stays loaded under limits and does each request in a child of its own.

    It starts with the first request, is replaced after so many of them or when it has died, and ends with
    this process, however this ends. A process that is forked from this one forgets it and starts its own.
    Threads take turns.

    Args:
        program: a file of Python with a function `work`; see `limited_children`.
        limits: what it and each of its children may use. The seconds are those of a request that names none;
            `processor_seconds` are the most that one can name.
        environment: what it is told besides the places of programs and libraries, and its home.
        requests: after so many it is replaced.
    """

    _known: WeakSet[WarmProcess] = WeakSet()

    def __init__(
        self, program: Path, *, limits: Limits, environment: Mapping[str, str] | None = None, requests: int
    ) -> None:
        self._program, self._limits, self._requests = program, limits, requests
        self._environment = dict(environment or {})
        self._forget()
        self._known.add(self)

    @property
    def pid(self) -> int | None:
        """Of the process that is loaded now, if one is."""
        return self._process.pid if self._process is not None else None

    def ask(self, request: bytes, *, seconds: int) -> Outcome:
        """Do one request, and return what became of it.

        Args:
            request: for the program.
            seconds: of a processor's time, and some more by the clock.
        """
        seconds = min(seconds, self._limits.processor_seconds)
        with self._lock:
            process = self._at_work()
            self._done += 1
            deadline = time.monotonic() + seconds + limited_children.SPARE_SECONDS + _START_SECONDS
            head = b"%d %d %d\n" % (len(request), seconds, self._limits.answer)
            try:
                told = json.loads(self._exchange(process, head + request, deadline))
                answer = self._heard(process, told["bytes"], deadline)
            except (OSError, ValueError):
                return self._lost(process, overdue=time.monotonic() >= deadline)
            except BaseException:
                # Whoever asked is stopped halfway, such as at a job's time limit. What is still to be said
                # would be heard as the answer to the next request, which may be another council's.
                self._end()
                raise
            finally:
                if self._done >= self._requests:
                    self._end()
        stopped = told["stopped"]
        ending = Ending[stopped] if stopped else _ending_of(told["code"])
        return Outcome(
            ending,
            told["code"],
            answer,
            told["messages"].strip(),
            processor_seconds=told["processor_seconds"],
            memory=told["memory"],
        )

    def end(self) -> None:
        """End the process that is loaded, if one is. The next request starts another."""
        with self._lock:
            self._end()

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._messages: IO[bytes] | None = None
        self._home = ""
        self._done = 0
        self._rest = bytearray()

    def _at_work(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        self._home = tempfile.mkdtemp(prefix="warm-")
        self._messages = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process is
        self._process = _started(
            [limited_children.__file__, str(self._program)],
            self._limits,
            folder=Path(self._home),
            environment={**self._environment, "HOME": self._home},
            messages=self._messages,
            children=True,
        )
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None  # noqa: S101 - both were asked for
            os.set_blocking(pipe.fileno(), False)
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], words: bytes, deadline: float) -> bytes:
        """Say something, and return the line that answers it. Raises OSError where none comes."""
        assert process.stdin is not None  # noqa: S101 - asked for above
        rest = memoryview(words)
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdin, selectors.EVENT_WRITE)
            while rest:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError
                rest = rest[os.write(process.stdin.fileno(), rest) :]
        while b"\n" not in self._rest:
            self._hear(process, deadline)
        line, _, self._rest = self._rest.partition(b"\n")
        return bytes(line)

    def _heard(self, process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
        while len(self._rest) < size:
            self._hear(process, deadline)
        answer, self._rest = bytes(self._rest), bytearray()
        if len(answer) != size:
            raise ValueError("It said more than it announced.")
        return answer

    def _hear(self, process: subprocess.Popen[bytes], deadline: float) -> None:
        assert process.stdout is not None  # noqa: S101 - asked for above
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
        part = os.read(process.stdout.fileno(), _PIPE_BYTES)
        if not part:
            raise BrokenPipeError
        self._rest += part

    def _lost(self, process: subprocess.Popen[bytes], *, overdue: bool) -> Outcome:
        """What became of a request whose process died, or says nothing."""
        if not overdue:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1)
        code = process.poll()
        messages = b""
        if self._messages is not None:
            size = self._messages.seek(0, os.SEEK_END)
            self._messages.seek(max(0, size - _MESSAGE_BYTES))
            messages = self._messages.read()
        self._end()
        ending = Ending.OVERDUE if overdue else Ending.FAILED if not code else _ending_of(code)
        words = messages.decode(errors="replace").strip()
        return Outcome(ending, code if code is not None else -signal.SIGKILL, b"", words)

    def _end(self) -> None:
        process, home, messages = self._process, self._home, self._messages
        self._process, self._home, self._messages = None, "", None
        self._done, self._rest = 0, bytearray()
        if process is not None:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout, messages):
                if pipe is not None:
                    pipe.close()
        if home:
            shutil.rmtree(home, ignore_errors=True)

    @classmethod
    def end_all(cls) -> None:
        """End every process that is loaded. Runs as this one ends."""
        for each in list(cls._known):
            each.end()

    @classmethod
    def forget_all(cls) -> None:
        """In a process just forked: leave those of the process before alone, and hold no pipe of theirs."""
        for each in list(cls._known):
            process, messages = each._process, each._messages
            each._forget()
            if process is not None:
                for pipe in (process.stdin, process.stdout, messages):
                    if pipe is not None:
                        pipe.close()
                # It is no child of this process: nothing is to be waited for.
                process.returncode = 0


atexit.register(WarmProcess.end_all)
os.register_at_fork(after_in_child=WarmProcess.forget_all)
