"""Replay: 100 random calls decided, published and replayed; then tampered with, each found.

    python -m bench.decisions [--calls 100] [--tamperings 1000] [--json FILE]

Every decision is printed as a PDF and replayed from it alone, in a folder that has nothing but a
copy of `scoring`; so is the demonstration call, run from its files to the release by commands. A
tenth of the tamperings are bytes of its signed report, a tenth bytes of its exported ledger.

Each call has its own scale, criteria, ties, reviews with gaps, quotas, earmarks, least parts,
thresholds, prerequisites, departures, and in part calibration and a draw.
"""

import argparse
import copy
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from app.allocation import calibrating, computing, drawing, publishing
from app.allocation.computing import Data, Judged
from bench import decisions_world
from scoring import ranking as ranking_part
from scoring.errors import InputError
from scoring.replay import bundle as bundle_parts
from scoring.replay import replay

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = 2
SCALES = (("6", "1", "1"), ("1.0", "5.0", "0.1"), ("10", "0", "0.5"), ("1", "9", "1"))
UNTOLD = ("title", "rules_sha256", "closed_at", "funder", "label", "name", "count", "handled")
UNTOLD_PARTS = ("approvals", "ledger", "versions", "conflicts")


def random_bundle(seed: int) -> bytes:
    """Return the bundle of a random call, decided as the desk does."""
    random = Random(seed)
    inputs = _inputs(random, f"R{seed}")
    ranking = computing.ranking_result(inputs)
    while True:
        rule, entrants = _rule(random, inputs, ranking)
        try:
            departures = _departures(random, ranking, rule)
            decision = publishing.decide(inputs, rule, departures)
            break
        except ValueError:  # rules that cannot hold together: make others
            continue
    bundle = publishing.published(
        decision,
        departures,
        call={"title": "A made-up call", "rules_sha256": "", "closed_at": ""},
        conflicts=[{"handled": "declared", "count": random.randrange(5)}],
        approvals=[],
        ledger={"checkpoint": ""},
        versions={"bundle": "1"},
        entrants=entrants,
    )
    return publishing.to_bytes(bundle)


def _inputs(random: Random, code: str) -> Data:
    best, worst, step = random.choice(SCALES)
    keys = ["merit", "plan", "use"][: random.randint(1, 3)]
    weights = {1: ["1"], 2: ["0.6", "0.4"], 3: ["0.5", "0.3", "0.2"]}[len(keys)]
    steps = int(abs(Decimal(best) - Decimal(worst)) / Decimal(step))
    low = min(Decimal(best), Decimal(worst))
    people = [f"R{n}" for n in range(random.randint(3, 7))]
    reviews = [
        Judged(f"{code}-{place:03d}", seat, {key: _grade(random, low, step, steps) for key in keys})
        for place in range(1, random.randint(3, 14))
        for seat in random.sample(people, random.randint(1, 3))
    ]
    for review in reviews:
        if all(grade is None for grade in review.grades.values()):
            review.grades[keys[0]] = str(low)  # type: ignore[index]
    return computing.ranking_inputs(
        call=code,
        scale={"best": best, "worst": worst, "step": step},
        criteria=[
            {"key": key, "label": key.title(), "weight": weight}
            for key, weight in zip(keys, weights, strict=True)
        ],
        tie_rules=random.choice([["hash"], ["spread", "hash"], [f"criterion:{keys[0]}", "hash"]]),
        reviews=reviews,
    )


def _grade(random: Random, low: Decimal, step: str, steps: int) -> str | None:
    if random.random() < 0.05:  # noqa: PLR2004 - now and then nobody can judge
        return None
    return str(low + Decimal(step) * random.randint(0, steps))


def _rule(random: Random, inputs: Data, ranking: Data) -> tuple[Data, Data | None]:
    numbers = sorted(place["proposal"] for place in ranking["places"])
    asks = {number: random.randint(10, 400) * 1_000 for number in numbers}
    best, worst = Decimal(inputs["scale"]["best"]), Decimal(inputs["scale"]["worst"])
    told = [
        {"proposal": number, "told": {"country_1": "KE or UG"}}
        for number in numbers
        if random.random() < 0.5  # noqa: PLR2004
    ]
    pots = [
        {
            "id": f"c{place}",
            "funder": f"Funder {place}",
            "amount_minor": random.randint(50, 900) * 1_000,
            "earmark": {"country_1": "KE or UG"} if place and random.random() < 0.5 else {},  # noqa: PLR2004
        }
        for place in range(random.randint(1, 4))
    ]
    rule: Data = {
        "name": "made up",
        "currency": "EUR",
        "budget_minor": sum(pot["amount_minor"] for pot in pots),
        "when_unaffordable": random.choice(["stop", "skip"]),
        "reserve": random.randint(0, 3),
        "threshold": random.choice(["", "", str((best + worst) / 2)]),
        "lower_is_better": best < worst,
        "asks": [{"proposal": number, "minor": asks[number]} for number in numbers],
        "contributions": pots,
    }
    if told:
        rule["attributes"] = told
    if random.random() < 0.4:  # noqa: PLR2004
        rule["least_percent"] = random.randint(50, 99)
    entrants = None
    if random.random() < 0.6:  # noqa: PLR2004
        _quotas(random, rule, inputs, numbers)
    if random.random() < 0.4:  # noqa: PLR2004
        entrants = _calibrated(random, rule, inputs, ranking)
    return rule, entrants


def _quotas(random: Random, rule: Data, inputs: Data, numbers: Sequence[str]) -> None:
    scale = inputs["scale"]
    rule["objective"] = random.choice(["rank", "merit", "merit_money"])
    rule["call"] = inputs["call"]
    rule["scale"] = {"best": scale["best"], "worst": scale["worst"]}
    limit: Data = random.choice(
        [{"min_share": "0.1"}, {"max_share": "0.6"}, {"min_count": 1}, {"max_count": 2}]
    )
    rule["constraints"] = [{"attribute": "country_1", "equals": "KE or UG", **limit}]
    if len(numbers) > 1 and random.random() < 0.3:  # noqa: PLR2004
        rule["requires"] = [random.sample(numbers, 2)]


def _calibrated(random: Random, rule: Data, inputs: Data, ranking: Data) -> Data | None:
    lines = computing.by_rule(ranking, rule)["lines"]
    places = sum(line["decision"] == "award" for line in lines)
    seats = {(r["proposal"], r["seat"]): r["seat"] for r in inputs["reviews"]}
    found = calibrating.calibration_result(inputs, seats, places)
    rule["calibration"] = calibrating.stated(places)
    if random.random() < 0.5:  # noqa: PLR2004
        rule["order"] = calibrating.order_by_expected_rank(found, inputs["call"])
        rule["merits"] = calibrating.merits_by_expected_rank(found)
    if found["line"] is None or rule.get("objective", "rank") != "rank":
        return None
    mode, label = random.choice(["uniform", "merit"]), f"{inputs['call']}/draw/1"
    stated = drawing.entrants(label, mode, places, found, frozenset())
    public = {"randomness": f"{random.getrandbits(256):064x}"}
    held = drawing.held(stated, public, [])
    names = ("label", "mode", "commitment", "seed", "surely", "selected")
    rule["draw"] = {name: held[name] for name in names}
    return {**stated, "public": public}


def _departures(random: Random, ranking: Data, rule: Data) -> list[Data]:
    lines = computing.by_rule(ranking, rule)["lines"]
    awarded = [line["proposal"] for line in lines if line["decision"] == "award"]
    if not awarded or random.random() < 0.6:  # noqa: PLR2004
        return []
    return [
        {
            "proposal": random.choice(awarded),
            "decision": "decline",
            "amount_minor": 0,
            "reason": "Another funder pays for it.",
            "approver": "Ada Approver",
        }
    ]


# --- tampering ----------------------------------------------------------------------------------


def tampered(content: bytes, seed: int) -> bytes:
    """Return the bundle with one value of what decides, or of what was decided, changed."""
    random = Random(seed)
    bundle = json.loads(content)
    places = [place for place in _leaves(bundle, ()) if _decides(place)]
    part = random.choice(sorted({place[0] for place in places}))  # each part as often
    place = random.choice([one for one in places if one[0] == part])
    changed = copy.deepcopy(bundle)
    inner: Any = changed
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = _other(inner[place[-1]])
    return publishing.to_bytes(changed)


def _leaves(value: object, at: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(one, (*at, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _leaves(one, (*at, place))
    else:
        yield at


def _decides(place: tuple[Any, ...]) -> bool:
    return place[0] not in UNTOLD_PARTS and place[-1] not in UNTOLD


def _other(value: object) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value or ''}x" if not str(value).isdecimal() else str(int(str(value)) + 1)


def is_found(content: bytes) -> bool:
    """Whether a replay says that a bundle is not what it was."""
    try:
        return bool(replay(content).differences)
    except InputError:
        return True


def decide_print_and_tamper(task: tuple[int, Sequence[int], Path]) -> int:
    """Decide a random call, print it to a PDF, and say how many of the tamperings are found.

    Within one call the calibration of the same reviews is computed once: most tamperings leave
    them alone. Whoever replays the PDF elsewhere computes everything.
    """
    seed, tamperings, path = task
    with _remembering_rankings():
        made = random_bundle(seed)
        if not replay(made).same_bytes:
            raise AssertionError(f"call {seed} does not replay to the byte")
        _print(made, path)
        return sum(is_found(tampered(made, one)) for one in tamperings)


@contextmanager
def _remembering_rankings() -> Iterator[None]:
    known: dict[str, Any] = {}
    compute = ranking_part.rank_reviews

    def remembered(*given: object, **_told: object) -> object:  # how far it is changes nothing
        key = repr(given)
        if key not in known:
            known[key] = compute(*given)  # type: ignore[arg-type]
        return known[key]

    with (
        patch.object(ranking_part, "rank_reviews", remembered),
        patch.object(bundle_parts, "rank_reviews", remembered),
    ):
        yield


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--tamperings", type=int, default=1_000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    start = time.perf_counter()
    with ProcessPoolExecutor(PROCESSES) as pool, TemporaryDirectory() as folder:
        here = Path(folder)
        shown = decisions_world.demo_report(here)
        altered = given.tamperings // 10 if shown else 0
        of_bundles = range(given.tamperings - 2 * altered)
        tasks = [(n, of_bundles[n :: given.calls], here / f"{n}.pdf") for n in range(given.calls)]
        found = sum(pool.map(decide_print_and_tamper, tasks))
        paths = [path for _seed, _tamperings, path in tasks]
        exact = sum(pool.map(_elsewhere, _halves(here, [*paths, *([shown.path] if shown else [])])))
        if shown:
            found += decisions_world.altered_reports_found(shown, altered)
            found += decisions_world.altered_ledgers_found(shown, altered)
    told = {
        "calls": given.calls,
        "demo_call": shown is not None,
        "exact": exact,
        "tried": given.tamperings,
        "altered_reports": altered,
        "altered_ledgers": altered,
        "found": found,
        "seconds": time.perf_counter() - start,
    }
    wanted = given.calls + (shown is not None)
    print(f"{exact} of {wanted} decisions replay to the byte from their PDF alone, elsewhere")
    if shown is None:
        print("The demonstration call was left out: its data are not here.")
    print(f"{found} of {given.tamperings} tamperings found: bundles, reports and ledgers")
    print(f"{told['seconds']:.0f} s")
    if given.json:
        given.json.write_text(json.dumps(told) + "\n", encoding="utf-8")
    return 0 if (exact, found) == (wanted, given.tamperings) else 1


def _print(bundle: bytes, path: Path) -> None:
    """Print a PDF that carries the bundle and nothing else that could help."""
    from app.core.pdf import Attachment, render  # noqa: PLC0415 - the engine loads here alone

    content = render(
        "<!doctype html><html lang='en'><head><title>A decision</title></head><body><h1>A decision"
        "</h1><p>It is attached.</p></body></html>",
        title="A decision",
        author="Bench",
        subject="A decision",
        language="en",
        instant=datetime(2026, 1, 1, tzinfo=UTC),
        identifier=b"0123456789abcdef",
        attachments=[Attachment("bundle.json", bundle, "The decision")],
    )
    path.write_bytes(content)


def _halves(folder: Path, reports: Sequence[Path]) -> list[tuple[Path, Sequence[Path]]]:
    return [(folder / f"alone-{n}", reports[n::PROCESSES]) for n in range(PROCESSES)]


def _elsewhere(task: tuple[Path, Sequence[Path]]) -> int:
    """Replay reports where nothing of the product is but `scoring`; return how many agree.

    A copy of the package in a folder of its own, an isolated interpreter, an empty environment.
    """
    alone, reports = task
    shutil.copytree(
        ROOT / "scoring", alone / "scoring", ignore=shutil.ignore_patterns("__pycache__")
    )
    (alone / "check.py").write_text(CHECK, encoding="utf-8")
    site = next(path for path in sys.path if path.endswith("site-packages") and _has_numpy(path))
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(alone / "check.py"), site, *map(str, reports)],
        cwd=alone,
        env={},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def _has_numpy(path: str) -> bool:
    return (Path(path) / "numpy").exists()


CHECK = """
import sys
from pathlib import Path

here, site, *reports = sys.argv
sys.path[:0] = [str(Path(here).parent)]
sys.path.append(site)
from scoring.replay import replay
try:
    import app
except ImportError:
    pass
else:
    raise SystemExit("the product is here as well")
found = [replay(Path(one).read_bytes()) for one in reports]
print(sum(one.same_bytes and not one.differences for one in found))
"""


if __name__ == "__main__":
    raise SystemExit(main())
