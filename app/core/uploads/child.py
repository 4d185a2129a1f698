"""Run one of our functions on a stranger's bytes in a child process that may do next to nothing."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO

from app.core.uploads.limits import Limits

INSIDE = Path(__file__).with_name("inside.py")
# A child may use half a gibibyte, so only as many run at once as there are processors.
_SEATS = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


class ChildFailure(Exception):  # noqa: N818 — read as a fact, mapped to a sentence by refusals
    """The child gave no answer; `code` is one of memory, time, crash, unavailable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def run(function: str, data: bytes, limits: Limits) -> tuple[dict[str, object], bytes]:
    """Call `module:function(data, limits)` inside the child; return its facts and its bytes.

    The bytes travel through anonymous files: there is no pipe to fill up, and the limit on file
    size is also the limit on what the child can answer, however it was taken over.
    """
    with _SEATS, _anonymous_file() as question, _anonymous_file() as answer:
        question.write(data)
        question.seek(0)
        code = _exit_code(function, question, answer, limits)
        if code != 0:
            raise ChildFailure(_meaning(code))
        answer.seek(0)
        return _parse(answer.read(limits.answer_bytes))


def _exit_code(function: str, question: IO[bytes], answer: IO[bytes], limits: Limits) -> int:
    command = [sys.executable, "-I", "-B", str(INSIDE), function, json.dumps(limits.to_dict())]
    try:
        child = subprocess.Popen(  # noqa: S603 — our own interpreter, our own file
            command,
            stdin=question,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
            start_new_session=True,
            close_fds=True,
        )
    except OSError as error:
        raise ChildFailure("unavailable") from error
    # Popen.wait(timeout) polls with naps of up to 50 ms; a timer lets it return at once.
    alarm = threading.Timer(limits.wall_seconds, child.kill)
    alarm.start()
    try:
        return child.wait()
    finally:
        alarm.cancel()
        if child.poll() is None:  # interrupted ourselves
            child.kill()
            child.wait()


def _meaning(code: int) -> str:
    match code:
        case 81:
            return "memory"
        case -9 | -24:  # SIGKILL follows SIGXCPU; the kernel's memory killer sends it as well
            return "time"
        case _:
            return "crash"


def _parse(answer: bytes) -> tuple[dict[str, object], bytes]:
    """Split `length(4 bytes, big-endian) ‖ JSON object ‖ bytes`; trust none of it."""
    try:
        size = int.from_bytes(answer[:4], "big")
        facts = json.loads(answer[4 : 4 + size])
    except (ValueError, RecursionError) as error:
        raise ChildFailure("crash") from error
    if not isinstance(facts, dict) or not facts:
        raise ChildFailure("crash")
    return facts, answer[4 + size :]


def _anonymous_file() -> IO[bytes]:
    """Return a file without a name, in memory where the system can."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("upload"), "w+b")
    return tempfile.TemporaryFile()  # pragma: no cover — not Linux
