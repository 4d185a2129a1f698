"""Servers as processes, and what they cost, read from /proc."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.registry import ROOT
from bench.web.client import Ask, fetch
from tests.services import free_port

TICK = os.sysconf("SC_CLK_TCK")
STARTS_WITHIN = 60.0
OURS = "app.core.arrival.under_gunicorn.Worker"  # it notes when a request arrived
_PARENT, _USER, _CHILDREN_SYSTEM = 1, 11, 14  # places in /proc/PID/stat after the name


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def tree(root: int) -> list[int]:
    """Return a process and all below it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            children.setdefault(int(_stat(int(folder.name))[_PARENT]), []).append(int(folder.name))
        except OSError:
            continue
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def cpu_seconds(root: int) -> float:
    """Return the user and system time of a process tree, ended and awaited children included."""
    ticks = 0
    for pid in tree(root):
        try:
            ticks += sum(int(value) for value in _stat(pid)[_USER : _CHILDREN_SYSTEM + 1])
        except OSError:
            continue
    return ticks / TICK


def peak_megabytes(root: int) -> float:
    """Return the proportional memory of a process tree now: shared pages are counted once."""
    total = 0
    for pid in tree(root):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


@dataclass(frozen=True, slots=True)
class Server:
    """A running web server; `database` is the root of its database's processes, 0 for none."""

    name: str
    port: int
    pid: int
    database: int = 0

    def cpu(self) -> float:
        """Return the CPU seconds of server and database so far."""
        return cpu_seconds(self.pid) + (cpu_seconds(self.database) if self.database else 0.0)


@contextmanager
def serving(
    name: str, application: str, environment: Mapping[str, str], *, log: Path, database: int = 0
) -> Iterator[Server]:
    """Run an application under gunicorn: two preloaded workers of four threads each."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", OURS if name == "ours" else "gthread"]
    command += ["--workers", "2", "--threads", "4", "--preload"]
    command += ["--keep-alive", "30", "--log-level", "warning", "--no-control-socket", application]
    # As deploy/systemd/equipoise-web.service runs it.
    environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}
    environ |= environment
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT.parent, env=environ, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait(port, process, log)
        yield Server(name, port, process.pid, database)
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            fetch(port, Ask("/"))
        except (OSError, EOFError):
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"The server did not start:\n{log.read_text(errors='replace')[-3000:]}")


def start_cpu(code: str, environment: Mapping[str, str]) -> float:
    """Return the CPU seconds a fresh Python takes for `code`."""
    environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **environment}
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT.parent, env=environ)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"This did not run: {code}")
    return usage.ru_utime + usage.ru_stime
