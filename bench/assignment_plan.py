"""A plan of assignment through the product: from stored rows to the stored plan, and its memory.

    python -m bench.assignment_plan [--json FILE] [--sizes 1000x300 5000x5000]

An invented call with texts of 250 words, a pool with key words, bids of one in ten pairs and a
conflict in one of twenty, 3 reviews each. The job is run as the worker runs it. Beside it a plain
`scipy.milp` over all pairs solves the same arrays (up to a million pairs), without the reading, the
texts and the worst-served. Ratios and peak memory count; each size runs in a process of its own.
"""

import scoring  # noqa: F401  (first, so that numpy adds up in one thread)

# isort: split
import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from sqlalchemy import insert

from app import create_app
from app.accounts.models import Account, Person
from app.calls.models import Audience, Call, CallState, Question, QuestionKind
from app.core import clock, migrate
from app.core.db import db
from app.core.ids import new_id
from app.core.jobs import run_job
from app.core.work import Mode, unit_of_work
from app.proposals.models import Proposal, ProposalState, Version
from app.reviewers.assigning import queries
from app.reviewers.assigning.inputs import Wishes
from app.reviewers.assigning.models import AssignmentPlan
from app.reviewers.assigning.service import JOB
from app.reviewers.bidding.models import Bidding, BidHolder, BidSheet
from app.reviewers.models import Conflict, ConflictKind, PoolMember
from config import Config

EACH, WORDS, FIELDS, VOCABULARY = 3, 250, 60, 4_000
COMPARED = 1_000_000  # pairs up to which the plain formulation is run


def plant(proposals: int, people: int, seed: int = 7) -> str:
    """Fill the database; return the id of the plan that waits to be computed."""
    chance = Random(seed)
    words = [f"w{n:x}{chance.randrange(16**4):04x}" for n in range(VOCABULARY)]
    fields = [chance.sample(words, 80) for _ in range(FIELDS)]

    def text(length: int) -> str:
        own = fields[chance.randrange(FIELDS)]
        return " ".join(chance.choice(own if chance.randrange(2) else words) for _ in range(length))

    now = clock.now()
    call_id, plan_id = new_id(), new_id()
    accounts = [new_id() for _ in range(people)]
    made = [(new_id(), new_id()) for _ in range(proposals)]
    with unit_of_work() as work:
        work.enforced = work.recorded = 1
        db.session.add(
            Call(
                id=call_id, code="BENCH", title="A call", state=CallState.ASSIGNING, zone="UTC",
                opens_wall="", closes_wall="", opens_at=now, closes_at=now, scale_best="6",
                scale_worst="1", scale_step="1", currency="EUR", reviewers_each=EACH,
            )
        )  # fmt: skip
        db.session.flush()
        db.session.add(
            Question(
                call_id=call_id, key="aims", label="Aims", kind=QuestionKind.LONG_TEXT,
                audience=Audience.SCIENTIFIC, position=0,
            )
        )  # fmt: skip
        _rows(Account, [{"id": one, "created_at": now} for one in accounts])
        _rows(
            Person,
            [
                {
                    "account_id": one, "name": f"Person {n}", "email": f"p{n}@example.org",
                    "email_key": f"p{n}@example.org", "organisation": f"Institute {n % 400}",
                    "country": "NO",
                }
                for n, one in enumerate(accounts)
            ],
        )  # fmt: skip
        load = -(-proposals * EACH * 4 // (people * 3))
        _rows(
            PoolMember,
            [
                {"call_id": call_id, "account_id": one, "expertise": text(40), "most": load}
                for one in accounts
            ],
        )
        _rows(
            Proposal,
            [
                {
                    "id": one, "call_id": call_id, "number": f"BENCH-{n:04}",
                    "state": ProposalState.ELIGIBLE, "version_id": version,
                }
                for n, (one, version) in enumerate(made)
            ],
        )  # fmt: skip
        _rows(
            Version,
            [
                {
                    "id": version, "proposal_id": one, "number": 1, "title": text(10),
                    "answers": {"aims": text(WORDS)}, "requested_minor": 1, "months": 1,
                    "sha256": "",
                }
                for one, version in made
            ],
        )  # fmt: skip
        _bids_and_conflicts(call_id, [one for one, _ in made], accounts, chance)
        asked = Wishes(EACH).as_json()
        db.session.add(
            AssignmentPlan(
                id=plan_id, call_id=call_id, number=1, wishes=asked, seed="bench",
                asked_by=accounts[0], asked_at=now,
            )
        )  # fmt: skip
        from app.core.jobs import enqueue  # noqa: PLC0415

        enqueue(JOB, {"plan_id": plan_id}, job_id=plan_id)
    return plan_id


def _bids_and_conflicts(
    call_id: str, proposals: Sequence[str], accounts: Sequence[str], chance: Random
) -> None:
    now = clock.now()
    db.session.add(Bidding(call_id=call_id, opened_at=now, closes_at=now))
    sheets = [new_id() for _ in accounts]
    few = max(1, min(len(proposals) // 10, 100))
    _rows(
        BidSheet,
        [
            {
                "id": sheet, "call_id": call_id, "seed": "", "shown": [],
                "bids": {
                    one: chance.choice(("yes", "maybe", "no"))
                    for one in chance.sample(proposals, few)
                },
            }
            for sheet in sheets
        ],
    )  # fmt: skip
    pairs = list(zip(sheets, accounts, strict=True))
    _rows(BidHolder, [{"sheet_id": sheet, "account_id": one} for sheet, one in pairs])
    most = min(len(proposals) // 20, 50)
    _rows(
        Conflict,
        [
            {
                "call_id": call_id, "proposal_id": one, "account_id": account,
                "kind": ConflictKind.OTHER, "declared": False, "found_at": now,
            }
            for account in accounts
            for one in chance.sample(proposals, most)
        ],
    )  # fmt: skip


def _rows(model: type, rows: list[dict[str, object]]) -> None:
    for row in rows:
        if "id" in model.__table__.c:  # type: ignore[attr-defined]
            row.setdefault("id", new_id())
    for start in range(0, len(rows), 2_000):
        db.session.execute(insert(model), rows[start : start + 2_000])


def measure(proposals: int, people: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(data_dir=Path(folder), secret_key="a key for this bench alone"))
        with app.app_context():
            migrate.upgrade()
            plan_id = plant(proposals, people)
            from app.reviewers.assigning import computing  # noqa: PLC0415

            assert computing  # loaded, as in a worker that has computed a plan before
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
            start, busy = time.perf_counter(), time.process_time()
            assert run_job(plan_id)
            seconds, busy = time.perf_counter() - start, time.process_time() - busy
            with unit_of_work(mode=Mode.READ):
                plan = db.session.get_one(AssignmentPlan, plan_id)
                figures, sheet = dict(plan.figures), queries.sheet_of(plan_id)
            assert sheet is not None
            assert figures, plan.trouble
            from app.reviewers.assigning.models import PlanSheet  # noqa: PLC0415

            with unit_of_work(mode=Mode.READ):
                size = len(db.session.get_one(PlanSheet, plan_id).content)
            found: dict[str, object] = {
                "size": f"{proposals} x {people}",
                "seconds, CPU": round(busy, 2),
                "seconds, wall": round(seconds, 2),
                "peak memory, MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
                "memory before the job, MB": round(before),
                "stored plan, KB": round(size / 1e3),
                "empty seats": figures["empty"],
                "total / best total": round(figures["total"] / figures["bound_total"], 6),
                "worst-served / its bound": round(figures["worst"] / figures["bound_worst"], 6),
            }
            if proposals * people <= COMPARED:
                found["times the CPU of milp over all pairs"] = round(_plain(plan_id) / busy, 1)
    return found


def _plain(plan_id: str) -> float:
    """Return the CPU seconds of a plain integer programme over the plan's pairs."""
    import numpy as np  # noqa: PLC0415

    from bench.scoring_assignment import milp_on_all_pairs  # noqa: PLC0415
    from scoring.assignment import Problem  # noqa: PLC0415

    with unit_of_work(mode=Mode.READ):
        sheet = queries.sheet_of(plan_id)
    assert sheet is not None
    shape = (len(sheet.proposals), len(sheet.people))
    merit, allowed = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.bool_)
    for i in range(shape[0]):
        for j, value in sheet.options(i):
            merit[i, j], allowed[i, j] = value, True
    problem = Problem(
        sheet.numbers, sheet.people, merit, allowed, np.full(shape[0], EACH),
        np.zeros(shape[1], dtype=np.int64), np.array(sheet.most),
    )  # fmt: skip
    start = time.process_time()
    milp_on_all_pairs(problem)
    return time.process_time() - start


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sizes", nargs="*", default=["29x16", "1000x300", "5000x5000"])
    parser.add_argument("--one", default="", help="run this size here, and print it as JSON")
    arguments = parser.parse_args(argv)
    if arguments.one:
        proposals, people = map(int, arguments.one.split("x"))
        print(json.dumps(measure(proposals, people)))
        return
    rows = []
    for size in arguments.sizes:
        command = [sys.executable, "-m", "bench.assignment_plan", "--one", size]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        print("\n".join(f"{name:40} {value}" for name, value in rows[-1].items()), end="\n\n")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
