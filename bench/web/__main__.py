"""Pages and saves beside a bare Flask page (F) and a bare one-row page (R), on both databases.

    python -m bench.web [--json FILE] [--quick] [--engines sqlite,postgresql]

All run under the same server (gunicorn, two preloaded workers), interleaved in one run; what
counts is the CPU time of server and database for each request, as a multiple of F or R. The
machine's noise is in all of them alike. Targets are those of the design page on performance.
"""

import argparse
import json
import secrets
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from app import create_app
from app.core import migrate
from app.core.db import db
from app.core.web import EquipoiseApp
from bench import bare
from bench.web import inserts
from bench.web.client import Ask, fetch, send
from bench.web.first_view import first_view
from bench.web.generated import Generated, Size, generate
from bench.web.processes import Server, peak_megabytes, serving, start_cpu
from bench.web.scenarios import SCENARIOS, Asks, Scenario, changes, review_saves, submits
from bench.web.statements import counted
from config import Config
from tests.services import Services, running

MOST_ELEMENTS = 12_000  # of a page
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Effort:
    rounds: int
    burst: float  # CPU seconds of the server in each burst, about
    seconds: float  # of wall time where a rate is told


FULL, QUICK = Effort(5, 0.6, 3.0), Effort(3, 0.2, 1.0)


@dataclass
class Site:
    """One engine's servers, with what is in the database."""

    engine: str
    server: Server
    one_row: Server
    made: Generated
    url: str
    changes: Asks
    streams: dict[str, Asks] = field(default_factory=dict)

    def stream(self, scenario: Scenario) -> Asks:
        if scenario.name not in self.streams:
            self.streams[scenario.name] = scenario.asks(self.made)
        return self.streams[scenario.name]


# --- setting up ----------------------------------------------------------------------------------


def _app(folder: Path, key: str, url: str) -> EquipoiseApp:
    return create_app(Config(data_dir=folder, secret_key=key, database_url=url))


def _filled(folder: Path, key: str, url: str, size: Size) -> Generated:
    app = _app(folder, key, url)
    with app.app_context():
        migrate.upgrade()
        made = generate(app, size)
        for engine in db.engines.values():
            engine.dispose()
    return made


def _fill_bare(url: str) -> None:
    import os  # noqa: PLC0415

    os.environ["BENCH_DATABASE_URL"] = url
    with bare.one_row().app_context():
        bare.fill()


def _site(stack: ExitStack, engine: str, folder: Path, services: Services, size: Size) -> Site:
    folder.mkdir()
    key, url, database = secrets.token_hex(24), "", 0
    bare_url = f"sqlite:///{folder / 'bare.db'}"
    if engine == "postgresql":
        postgresql = services.postgresql()
        url = bare_url = postgresql.url(postgresql.create_database())
        database = int(next(services.folder.glob("stop.*")).name.split(".")[1])
    made = _filled(folder, key, url, size)
    _fill_bare(bare_url)
    settings = {"EQUIPOISE_DATA_DIR": str(folder), "EQUIPOISE_SECRET_KEY": key}
    if url:
        settings["EQUIPOISE_DATABASE_URL"] = url
    server = stack.enter_context(
        serving("ours", "wsgi:app", settings, log=folder / "ours.log", database=database)
    )
    one_row = stack.enter_context(
        serving(
            "R",
            "bench.bare:one_row()",
            {"BENCH_DATABASE_URL": bare_url},
            log=folder / "bare.log",
            database=database,
        )
    )
    return Site(engine, server, one_row, made, bare_url, changes(made))


# --- CPU for each request ------------------------------------------------------------------------


def _cost(server: Server, asks: Iterator[Ask], count: int, connections: int = 4) -> float:
    """Return CPU milliseconds for each request over so many kept connections."""
    some = list(islice(asks, count))
    before = server.cpu()
    burst = send(server.port, some, connections)
    if burst.wrong:
        raise SystemExit(f"{server.name}: {len(burst.wrong)} wrong answers: {burst.wrong[:3]}")
    return 1000 * (server.cpu() - before) / len(some)


def _settled(server: Server, asks: Iterator[Ask], count: int) -> float:
    """Let every worker draw what it keeps while nothing happens; return the cost from then on."""
    send(server.port, list(islice(asks, 16)))
    return _cost(server, asks, count)


def _after_change(site: Site, scenario: Scenario, count: int) -> float:
    """Return the cost of a page before each view of which a review that counts was handed in anew,
    without the cost of that.

    One connection: else somebody's view could be the second since a change.
    """
    views, acts = site.stream(scenario), site.changes
    three = chain.from_iterable(zip(acts, acts, views, strict=False))
    all_ = 3 * _cost(site.server, three, 3 * count, connections=1)
    return all_ - 2 * _cost(site.server, acts, 2 * count, connections=1)


def _endless(ask: Ask) -> Asks:
    while True:
        yield ask


def measure_pages(hello: Server, sites: Sequence[Site], effort: Effort) -> list[Result]:
    runs: list[tuple[str, str, int, Callable[[int], float]]] = []

    def add(engine: str, name: str, cost: Callable[[int], float]) -> None:
        """Warm up, and find how many requests make one burst."""
        cost(8)
        each = max(cost(24), 0.15)
        runs.append((engine, name, max(int(1000 * effort.burst / each), 16), cost))

    add("F", "F", partial(_cost, hello, _endless(Ask("/"))))
    for site in sites:
        add(site.engine, "R", partial(_cost, site.one_row, _endless(Ask("/"))))
        for s in SCENARIOS:
            plain = partial(_settled if s.target == "4" else _cost, site.server, site.stream(s))
            add(site.engine, s.name, partial(_after_change, site, s) if s.changed else plain)
    costs: dict[tuple[str, str], list[float]] = {}
    for _ in range(effort.rounds):
        for engine, name, number, cost in runs:
            costs.setdefault((engine, name), []).append(cost(number))
    found = {what: statistics.median(values) for what, values in costs.items()}
    rows: list[Result] = []
    for site in sites:
        f, r = found["F", "F"], found[site.engine, "R"]
        rows.append({"engine": site.engine, "what": "yardsticks", "F": f, "R": r})
        for s in SCENARIOS:
            ms = found[site.engine, s.name]
            rows.append(
                {
                    "engine": site.engine,
                    "what": s.name,
                    "target": s.target,
                    "cpu_ms": ms,
                    "ratio": ms / (f if s.yardstick == "F" else r),
                    "of": s.yardstick,
                    "limit": s.limit[site.engine == "postgresql"] if s.limit else None,
                }
            )
    return rows


# --- rates, crowds and sizes ---------------------------------------------------------------------


def measure_saves(site: Site, folder: Path, effort: Effort) -> Result:
    """Durable review saves a second beside bare inserts, taken before and after."""

    def bare_rate() -> float:
        if site.engine == "sqlite":
            return inserts.on_sqlite(folder, effort.seconds)
        return inserts.on_postgresql(site.url, effort.seconds)

    saves = site.streams.get("review save, POST") or review_saves(site.made)
    rates, bares = [], []
    for _ in range(effort.rounds):
        bares.append(bare_rate())
        burst = send(site.server.port, list(islice(saves, int(150 * effort.seconds))), 4)
        if burst.wrong:
            raise SystemExit(f"saves went wrong: {burst.wrong[:3]}")
        rates.append(len(burst.seconds) / burst.took)
    rate, bare_ = statistics.median(rates), statistics.median(bares)
    limit = 0.25 if site.engine == "sqlite" else 0.15
    return {
        "target": "8",
        "saves_per_s": rate,
        "bare_per_s": bare_,
        "share": rate / bare_,
        "at_least": limit,
    }


def measure_crowd(site: Site, effort: Effort) -> Result:
    """Sixteen people submit at once: no error, and the unlucky wait not much longer."""
    asks = site.streams.get("submit, POST") or submits(site.made)
    send(site.server.port, list(islice(asks, 32)), 16)
    burst = send(site.server.port, list(islice(asks, int(160 * effort.seconds))), 16)
    cuts = statistics.quantiles(burst.seconds, n=100)
    return {
        "target": "7",
        "errors": len(burst.wrong),
        "p50_ms": 1000 * cuts[49],
        "p99_ms": 1000 * cuts[98],
        "ratio": cuts[98] / cuts[49],
        "limit": 5,
    }


def measure_views(site: Site) -> list[Result]:
    made = site.made
    writer, seat = made.writers[0]
    pages = (
        ("sign-in page", Ask("/sign-in"), 5, 60),
        ("review form", Ask(f"/reviews/{seat}", writer.cookie), None, 80),
        ("reviewer's list", Ask("/reviews/", made.reviewers[0].cookie), None, 60),
        (
            "officer's list (the page alone)",
            Ask(f"/desk/calls/{made.call_id}/ranking", made.officer.cookie),
            None,
            60,
        ),
    )
    rows = []
    for name, ask, most, kilobytes in pages:

        def get(path: str, cookie: str = ask.cookie) -> bytes:
            answer = fetch(site.server.port, Ask(path, cookie))
            if answer.status != 200:  # noqa: PLR2004
                raise SystemExit(f"{path}: {answer.status}")
            return answer.plain

        view = first_view(ask.path, get)
        wire = view.page_wire if "alone" in name else view.wire
        rows.append(
            {
                "target": "11",
                "what": name,
                "requests": view.requests,
                "most_requests": most,
                "kb": wire / 1000,
                "most_kb": kilobytes,
                "other_hosts": sorted(view.hosts),
                "elements": view.elements,
            }
        )
    return rows


def measure_statements(folder: Path, sizes: Sequence[int]) -> list[Result]:
    """Statements of each page at each number of rows, counted in this process."""
    rows: dict[str, Result] = {}
    for size in sizes:
        key = secrets.token_hex(24)
        app = _app(folder / f"rows-{size}", key, "")
        with app.app_context():
            migrate.upgrade()
            # One reviewer holds a third of all seats, so that lists grow with the rows.
            made = generate(app, Size(size, reviewers=3, each=3, writers=2, drafts=2))
        client = app.test_client(use_cookies=False)
        for scenario in SCENARIOS:
            asks = scenario.asks(made)
            counts = []
            for ask in islice(asks, 2):  # with nothing kept yet, and unchanged since
                with counted() as seen:
                    answer = client.open(
                        ask.path,
                        method="GET" if ask.form is None else "POST",
                        data=ask.form,
                        headers={"Cookie": ask.cookie, "Host": "127.0.0.1"},
                    )
                    answer.get_data()
                    answer.close()
                if answer.status_code != ask.expect:
                    raise SystemExit(f"{ask.path}: {answer.status_code}")
                counts.append(len(seen))
            name = scenario.name
            row = rows.setdefault(
                name, {"target": "10", "what": name, "statements": {}, "most": scenario.statements}
            )
            row["statements"][size] = counts[0 if scenario.changed else 1]
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()
    return list(rows.values())


BARE_START = (
    "from flask import Flask; app = Flask('app'); app.route('/')(lambda: 'hello'); "
    "app.test_client().get('/')"
)
OUR_START = "from wsgi import app; app.test_client().get('/sign-in')"


def measure_start(folder: Path, rounds: int) -> Result:
    ours = {"EQUIPOISE_DATA_DIR": str(folder / "sqlite"), "EQUIPOISE_SECRET_KEY": "x" * 48}
    times: dict[str, list[float]] = {"flask": [], "ours": []}
    for _ in range(rounds + 1):
        times["flask"].append(start_cpu(BARE_START, {}))
        times["ours"].append(start_cpu(OUR_START, ours))
    flask, our = (statistics.median(times[name]) for name in ("flask", "ours"))
    return {"target": "13", "flask_s": flask, "ours_s": our, "ratio": our / flask, "limit": 3}


# --- telling -------------------------------------------------------------------------------------


def _verdict(*, good: bool) -> str:
    return "met" if good else "MISSED"


def show(results: Result) -> None:
    print(f"{'':44} {'target':>6} {'CPU ms':>8} {'ratio':>8} {'limit':>8}")
    for row in results["pages"]:
        if row["what"] == "yardsticks":
            print(f"-- {NAMES[row['engine']]}: F {row['F']:.3f} ms, R {row['R']:.3f} ms")
            continue
        limit = f"{row['limit']} {row['of']}" if row["limit"] else ""
        word = _verdict(good=row["ratio"] <= row["limit"]) if row["limit"] else ""
        print(
            f"{row['what']:44} {row['target']:>6} {row['cpu_ms']:8.2f} "
            f"{row['ratio']:6.1f} {row['of']} {limit:>8} {word}"
        )
    for engine, row in results["saves"].items():
        print(
            f"8  saves, {NAMES[engine]}: {row['saves_per_s']:.0f}/s beside {row['bare_per_s']:.0f} "
            f"bare inserts/s = {row['share']:.0%} (at least {row['at_least']:.0%}) "
            f"{_verdict(good=row['share'] >= row['at_least'])}"
        )
    for engine, row in results["crowd"].items():
        print(
            f"7  16 submit at once, {NAMES[engine]}: {row['errors']} errors, "
            f"p50 {row['p50_ms']:.0f} ms, p99 {row['p99_ms']:.0f} ms = {row['ratio']:.1f} x (5) "
            f"{_verdict(good=row['ratio'] <= row['limit'] and not row['errors'])}"
        )
    for row in results["statements"]:
        counts, most = row["statements"], row["most"]
        good = len(set(counts.values())) == 1 and (most is None or max(counts.values()) <= most)
        told = "" if most is None else f"(at most {most}) "
        print(f"10 statements, {row['what']}: {counts} {told}{_verdict(good=good)}")
    for row in results["views"]:
        few = row["most_requests"] is None or row["requests"] <= row["most_requests"]
        good = few and row["kb"] <= row["most_kb"] and not row["other_hosts"]
        good = good and row["elements"] <= MOST_ELEMENTS
        print(
            f"11 first view, {row['what']}: {row['requests']} requests, {row['kb']:.1f} KB gzip "
            f"(at most {row['most_kb']}), {row['elements']} elements {_verdict(good=good)}"
        )
    for engine, megabytes in results["memory"].items():
        print(
            f"12 web tier, {NAMES[engine]}: {megabytes:.0f} MB (at most 110) "
            f"{_verdict(good=megabytes <= 110)}"  # noqa: PLR2004
        )
    start = results["start"]
    print(
        f"13 cold start: {start['ours_s']:.2f} s beside {start['flask_s']:.2f} s of bare Flask = "
        f"{start['ratio']:.1f} x (3) {_verdict(good=start['ratio'] <= start['limit'])}"
    )


def run(engines: Sequence[str], effort: Effort, sizes: Sequence[int]) -> Result:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="equipoise-bench-")))
        services = stack.enter_context(running(durable=True))
        hello = stack.enter_context(serving("F", "bench.bare:hello", {}, log=folder / "hello.log"))
        sites = [_site(stack, engine, folder / engine, services, Size()) for engine in engines]
        results: Result = {"pages": measure_pages(hello, sites, effort)}
        results["saves"] = {s.engine: measure_saves(s, folder / s.engine, effort) for s in sites}
        results["crowd"] = {s.engine: measure_crowd(s, effort) for s in sites}
        results["views"] = measure_views(sites[0])
        results["memory"] = {s.engine: peak_megabytes(s.server.pid) for s in sites}
        results["start"] = measure_start(folder, effort.rounds)
        results["statements"] = measure_statements(folder, sizes)
    return results


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.web", description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--quick", action="store_true", help="short bursts: for a first look")
    parser.add_argument("--engines", default="sqlite,postgresql")
    arguments = parser.parse_args(argv)
    effort = QUICK if arguments.quick else FULL
    sizes = (10, 1_000) if arguments.quick else (10, 1_000, 5_000)
    results = run(arguments.engines.split(","), effort, sizes)
    show(results)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
