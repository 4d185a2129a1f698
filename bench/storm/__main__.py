"""A storm around a deadline: is anything lost, doubled or misjudged, and how long does it take.

    python -m bench.storm [--scale 0.25] [--seconds 60] [--kill] [--dead-mail]
                          [--engines sqlite,postgresql]

Real servers (gunicorn, two workers) and databases; the arrivals are those of the design page on
trust times `--scale`, which stands for a machine with more than two cores that the clients share.
`--kill` ends a worker with SIGKILL every five seconds; people click again then. `--dead-mail` lets
a worker of jobs write to a mail server that is gone meanwhile. Whoever is turned away by a server
with too many people (503 with Retry-After) is counted apart, and waits are told of those served
and of all; submissions are never turned away. Before the
storm autosaves and submissions are held against bare durable inserts of one row.
"""

import argparse
import asyncio
import json
import os
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from http import HTTPStatus
from itertools import count, islice
from pathlib import Path
from typing import Any

from app.core.db import db
from app.core.ids import new_id
from bench.registry import ROOT
from bench.storm.arrivals import AFTER, Arrival, arrivals
from bench.storm.judging import judge
from bench.storm.people import OUR_FAULT, Heard, People
from bench.storm.world import Applicant, World, application, closes_in, fill
from bench.web import inserts
from bench.web.client import Ask, fetch, send
from bench.web.processes import Server, serving, tree
from tests.services import Services, free_port, running

KILLED_EVERY = 5.0
ROUNDS = 3
BARE_SECONDS = 1.0
YARDSTICK_DRAFTS = 8
AT_ONCE = 0.5
SETTLES = 60.0  # seconds until the last answer is there
Result = dict[str, Any]


# --- beside the bare durable write ------------------------------------------------------------


def _autosaves(people: Sequence[Applicant]) -> Iterator[Ask]:
    for revision in count():
        for one in people:
            form = {
                "csrf_token": one.who.csrf,
                "version": str(revision),
                "title": f"Project {revision}",
                "q_aims": f"Words number {revision}.",
            }
            yield Ask(f"/proposals/{one.proposal}/autosave", one.who.cookie, form)


def _submits(people: Sequence[Applicant]) -> Iterator[Ask]:
    while True:
        for one in people:
            form = {"csrf_token": one.who.csrf, "key": new_id(), "submit": "y"}
            yield Ask(f"/proposals/{one.proposal}/submit", one.who.cookie, form, expect=303)


def beside_bare(engine: str, server: Server, people: list[Applicant], where: Any) -> Result:  # noqa: ANN401 - a folder or an address
    """Return a second: bare inserts, autosaves and submissions, in turns, and their shares."""
    bare = inserts.on_sqlite if engine == "sqlite" else inserts.on_postgresql
    half = len(people) // 2
    streams = {"autosave": _autosaves(people[:half]), "submit": _submits(people[half:])}
    rates: dict[str, list[float]] = {"bare": [], "autosave": [], "submit": []}
    for _ in range(ROUNDS):
        rates["bare"].append(bare(where, BARE_SECONDS))
        for what, stream in streams.items():
            burst = send(server.port, list(islice(stream, 25 * half)), 4)
            if burst.wrong:
                raise SystemExit(f"{what}: {burst.wrong[:3]}")
            rates[what].append(len(burst.seconds) / burst.took)
    found = {what: statistics.median(values) for what, values in rates.items()}
    return {**found, "share": {what: found[what] / found["bare"] for what in streams}}


# --- the storm --------------------------------------------------------------------------------


async def _storm(people: People, come: Sequence[Arrival], closes: float) -> None:
    acts = {
        "submit": people.submit,
        "autosave": people.autosave,
        "view": people.view,
        "sign in": people.sign_in,
        "upload": people.upload,
    }
    tasks = []
    for arrival in come:
        await asyncio.sleep(max(0.0, closes + arrival.at - time.time()))
        tasks.append(asyncio.create_task(acts[arrival.what]()))
    done, late = await asyncio.wait(tasks, timeout=SETTLES)
    for task in done:
        task.result()
    if late:
        people.heard.strange.append(f"{len(late)} people still wait")


async def _kill(server: Server, until: float) -> int:
    """End a worker every few seconds, as an operating system short of memory would."""
    killed = 0
    while time.time() + KILLED_EVERY < until:
        await asyncio.sleep(KILLED_EVERY)
        workers = [pid for pid in tree(server.pid) if pid != server.pid]
        if workers:
            with suppress(ProcessLookupError):
                os.kill(workers[killed % len(workers)], signal.SIGKILL)
                killed += 1
    return killed


async def _everybody(
    people: People, come: Sequence[Arrival], closes: float, server: Server, *, kill: bool
) -> int:
    killing = asyncio.create_task(_kill(server, closes + AFTER)) if kill else None
    await _storm(people, come, closes)
    return await killing if killing else 0


def _normal_again(port: int) -> float:
    """Return after how many seconds from the last answer of the storm a page comes at once."""
    began = time.perf_counter()
    while time.perf_counter() - began < SETTLES:
        answer = fetch(port, Ask("/calls/STM"))
        if answer.status == HTTPStatus.OK and answer.seconds < AT_ONCE:
            break
    return time.perf_counter() - began


def _quantiles(seconds: Sequence[float]) -> Result:
    cuts = statistics.quantiles(seconds, n=100) if len(seconds) > 1 else [0.0] * 99
    told = {"count": len(seconds), "p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98]}
    return {name: value if name == "count" else 1000 * value for name, value in told.items()}


def heard_in(heard: Heard) -> Result:
    """Return how long people waited: those served, and all with those turned away."""
    everything = sorted({*heard.seconds, *heard.turned})
    served = {what: heard.seconds.get(what, []) for what in everything}
    turned = {what: heard.turned.get(what, []) for what in everything}
    return {
        "waited": {what: _quantiles(served[what]) for what in everything},
        "waited_all": {what: _quantiles(served[what] + turned[what]) for what in everything},
        "acknowledged": len(heard.submits),
        "refused_late": len(heard.refused),
        "turned_away": {what: len(seconds) for what, seconds in turned.items() if seconds},
        "statuses": {str(status): times for status, times in sorted(heard.statuses.items())},
        "over_500": sum(times for status, times in heard.statuses.items() if status >= OUR_FAULT)
        - sum(map(len, turned.values())),
        "broken_connections": heard.broken,
        "strange": heard.strange,
    }


def measure(stack: ExitStack, engine: str, options: argparse.Namespace) -> Result:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="equipoise-storm-")))
    key, url, database, where = secrets.token_hex(24), "", 0, folder
    if engine == "postgresql":
        services: Services = options.services
        postgresql = services.postgresql()
        url = where = postgresql.url(postgresql.create_database())  # type: ignore[assignment]
        database = int(next(services.folder.glob("stop.*")).name.split(".")[1])
    come = arrivals(options.seconds, options.scale)
    app = application(folder, key, url)
    with app.app_context():
        submitting = sum(arrival.what == "submit" for arrival in come)
        world = fill(app, submitting + YARDSTICK_DRAFTS, 40, 20)
    yardstick, world = _set_aside(world)
    settings = {"EQUIPOISE_DATA_DIR": str(folder), "EQUIPOISE_SECRET_KEY": key}
    settings |= {"EQUIPOISE_DATABASE_URL": url} if url else {}
    log = folder / "server.log"
    server = stack.enter_context(serving("ours", "wsgi:app", settings, log=log, database=database))
    bare = beside_bare(engine, server, yardstick, where)
    if options.dead_mail:
        stack.enter_context(_writing_to_nobody(settings, folder / "worker.log"))
    with app.app_context():
        closes = closes_in(world.call_id, options.seconds + 1)
    people = People(server.port, world, patient=options.kill)
    people.closes = closes
    before = server.cpu()
    killed = asyncio.run(_everybody(people, come, closes, server, kill=options.kill))
    normal = _normal_again(server.port)
    spent = server.cpu() - before
    with app.app_context():
        verdict = judge(people.heard, closes, folder / "ledger", {a.proposal for a in yardstick})
        for each in db.engines.values():
            each.dispose()
    if people.heard.strange or not verdict.good:
        print(log.read_text(errors="replace")[-3000:], file=sys.stderr)
    return {
        "bare": bare,
        "killed": killed,
        "normal_after_s": normal,
        "cpu_s": spent,
        **heard_in(people.heard),
        "verdict": {**asdict(verdict), "good": verdict.good},
    }


@contextmanager
def _writing_to_nobody(settings: dict[str, str], log: Path) -> Iterator[None]:
    """Run a worker of jobs whose mail server does not answer."""
    environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **settings}
    environ["EQUIPOISE_SMTP_URL"] = f"smtp://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    with log.open("wb") as output:
        worker = subprocess.Popen(
            command, cwd=ROOT.parent, env=environ, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield
        finally:
            worker.terminate()
            worker.wait(SETTLES)


def _set_aside(world: World) -> tuple[list[Applicant], World]:
    """Take the drafts of the yardstick out of those that the storm submits."""
    first, rest = world.submitting[:YARDSTICK_DRAFTS], world.submitting[YARDSTICK_DRAFTS:]
    return first, World(world.call_id, rest, world.writing, world.sending, world.pdf)


def _show_waited(what: str, who: str, told: Result) -> None:
    print(
        f"   {what:16} {who:6} {told['count']:6} p50 {told['p50_ms']:6.0f} ms  "
        f"p95 {told['p95_ms']:6.0f} ms  p99 {told['p99_ms']:6.0f} ms"
    )


def show(engine: str, row: Result) -> None:
    bare, verdict = row["bare"], row["verdict"]
    print(f"-- {engine}: {'kept every promise' if verdict['good'] else 'BROKE A PROMISE'}")
    print(
        f"   {row['acknowledged']} submissions acknowledged, {row['refused_late']} refused late: "
        + ", ".join(f"{name} {verdict[name]}" for name in verdict if name not in {"ledger", "good"})
        + f"; answers of 500 and more: {row['over_500']}; workers killed: {row['killed']}"
    )
    print(
        f"   asked to come back: {row['turned_away'] or 'nobody'}; "
        f"a page at once again {row['normal_after_s']:.1f} s after the last answer"
    )
    print(f"   ledger: {verdict['ledger']}")
    for what, served in row["waited"].items():
        _show_waited(what, "served", served)
        if row["turned_away"].get(what):
            _show_waited(what, "all", row["waited_all"][what])
    print(
        f"   a second: {bare['bare']:.0f} bare inserts, {bare['autosave']:.0f} autosaves "
        f"({bare['share']['autosave']:.0%}), {bare['submit']:.0f} submissions "
        f"({bare['share']['submit']:.0%}); {row['cpu_s']:.1f} s of CPU in the storm"
    )
    for line in row["strange"][:5]:
        print(f"   strange: {line}")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.storm", description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--scale", type=float, default=0.25)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--dead-mail", action="store_true")
    parser.add_argument("--engines", default="sqlite,postgresql")
    options = parser.parse_args(argv)
    results = {}
    with ExitStack() as outer:
        options.services = outer.enter_context(running(durable=True))
        for engine in options.engines.split(","):
            with ExitStack() as stack:
                results[engine] = measure(stack, engine, options)
            show(engine, results[engine])
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    kept = all(row["verdict"]["good"] and not row["strange"] for row in results.values())
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
