"""Broken files: every problem with its line, column and reason, and nothing is stored."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.models import Account
from app.calls.models import Call
from app.cli.importing.problems import Problem, Problems
from app.core.db import db
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.funds.models import Fund
from app.ledger.models import LedgerEntry
from app.proposals.models import Proposal
from tests.cli import small_call
from tests.cli.commands import run, succeed
from tests.engines import both_engines
from tests.factories import a_call, a_person


@dataclass
class World:
    """The files in memory, to be broken in one place."""

    call: dict[str, Any]
    proposals: small_call.Rows
    reviewers: small_call.Rows
    reviews: small_call.Rows

    def write(self, folder: Path) -> Path:
        tables = {
            "proposals": self.proposals,
            "reviewers": self.reviewers,
            "reviews": self.reviews,
        }
        return small_call.write(folder, self.call, tables)


def a_world() -> World:
    return World(
        small_call.a_call_file(),
        small_call.proposals(),
        small_call.reviewers(),
        small_call.reviews(),
    )


Break = Callable[[World], object]


def _in_call(**values: object) -> Break:
    return lambda world: world.call.update(values)


def _without(key: str) -> Break:
    return lambda world: world.call.pop(key)


def _weights(*weights: object) -> Break:
    def break_it(world: World) -> None:
        for criterion, weight in zip(world.call["criteria"], weights, strict=False):
            criterion["weight"] = weight

    return break_it


def _scale(**values: object) -> Break:
    return lambda world: world.call["score_scale"].update(values)


def _in(table: str, row: int, **values: str) -> Break:
    """Change the row that stands in line `row` + 2 of the file."""
    return lambda world: getattr(world, table)[row].update(values)


def _drop_column(table: str, column: str) -> Break:
    def break_it(world: World) -> None:
        for row in getattr(world, table):
            del row[column]

    return break_it


def _twice(table: str, row: int) -> Break:
    def break_it(world: World) -> None:
        rows = getattr(world, table)
        rows.append(dict(rows[row]))
        world.call.update(proposals=len(world.proposals), reviewers=len(world.reviewers))

    return break_it


def _drop_row(table: str) -> Break:
    return lambda world: getattr(world, table).pop()


# name: how it is broken, and the file, line, column and part of the reason it must get
BROKEN: dict[str, tuple[Break, str, int, str, str]] = {
    "unknown currency of the call": (
        _in_call(currency="EUX"), "call.json", 4, "currency", "not an ISO 4217"),
    "bad code": (_in_call(call_id="tiny 1"), "call.json", 2, "call_id", "capital letters"),
    "no title": (_in_call(title=""), "call.json", 3, "title", "must be a text"),
    "negative budget": (_in_call(budget=-5), "call.json", 5, "budget", "above zero"),
    "budget is words": (_in_call(budget="much"), "call.json", 5, "budget", "must be an amount"),
    "budget has too many decimals": (
        _in_call(budget="100.005"), "call.json", 5, "budget", "more decimals"),
    "no budget": (_without("budget"), "call.json", 1, "budget", "is missing"),
    "rate of an unknown currency": (
        _in_call(rates={"USD": 1, "ZZZ": 1}), "call.json", 8, "rates.ZZZ", "not an ISO 4217"),
    "rate of zero": (_in_call(rates={"USD": 0}), "call.json", 7, "rates.USD", "above zero"),
    "own currency at another rate": (
        _in_call(rates={"EUR": 1.1}), "call.json", 7, "rates.EUR", "must be 1"),
    "day that does not exist": (
        _in_call(opens="2026-02-30"), "call.json", 10, "opens", "must be a day"),
    "deadline before opening": (
        _in_call(deadline="2026-01-01"), "call.json", 11, "deadline", "close after it opens"),
    "reviews due before the deadline": (
        _in_call(reviews_due="2026-02-01"), "call.json", 11, "deadline", "due after the call"),
    "unknown zone": (_in_call(zone="Europe/Atlantis"), "call.json", 32, "zone", "time zone"),
    "time that is skipped in spring": (
        _in_call(zone="Europe/Oslo", deadline="2026-03-29T02:30:00"),
        "call.json", 11, "deadline", "does not exist"),
    "scale without a step": (
        _scale(step=0.3), "call.json", 13, "score_scale", "whole number of steps"),
    "scale of one grade": (_scale(best=1), "call.json", 13, "score_scale", "must differ"),
    "scale told the wrong way": (
        _scale(lower_is_better=True), "call.json", 17, "score_scale.lower_is_better", "agree"),
    "weights that do not sum": (
        _weights(0.6, 0.3), "call.json", 18, "criteria", "add up to 0.9, not 1"),
    "negative weight": (_weights(1.4, -0.4), "call.json", 18, "criteria", "above zero"),
    "weight is words": (_weights("much"), "call.json", 22, "criteria.weight", "a number"),
    "criterion twice": (
        lambda w: w.call["criteria"][1].update(key="merit"),
        "call.json", 25, "criteria.key", "twice"),
    "unknown rule for ties": (
        _in_call(tie_rules=["coin"]), "call.json", 32, "tie_rules", "must be a list of"),
    "threshold off the scale": (
        _in_call(threshold=9), "call.json", 32, "threshold", "lie on the scale"),
    "contributions that do not make the budget": (
        _in_call(contributions=[{"funder": "A", "amount": 3}]),
        "call.json", 5, "budget", "not the sum"),
    "funder of no kind": (
        _in_call(contributions=[{"funder": "A", "kind": "bank", "amount": 250000}]),
        "call.json", 35, "contributions.kind", "must be one of"),
    "announced conflict that is not there": (
        _in_call(planted_conflicts=[{"reviewer_id": "R1", "proposals": ["P1"]}]),
        "call.json", 1, "planted_conflicts", "do not show it"),
    "rate missing": (
        _in("proposals", 1, currency="JPY"), "proposals.csv", 3, "currency", "no rate for JPY"),
    "unknown currency of an amount": (
        _in("proposals", 1, currency="XXQ"), "proposals.csv", 3, "currency", "not a currency"),
    "negative amount": (
        _in("proposals", 0, amount="-5"), "proposals.csv", 2, "amount", "above zero"),
    "amount of zero": (_in("proposals", 0, amount="0"), "proposals.csv", 2, "amount", "above zero"),
    "amount with separators": (
        _in("proposals", 0, amount="1,000"), "proposals.csv", 2, "amount", "not an amount"),
    "amount with thirds of a cent": (
        _in("proposals", 0, amount="1.333"), "proposals.csv", 2, "amount", "more decimals"),
    "no proposal number": (
        _in("proposals", 2, proposal_no=""), "proposals.csv", 4, "proposal_no", "is empty"),
    "proposal twice": (
        _twice("proposals", 0), "proposals.csv", 5, "proposal_no", "already in line 2"),
    "address without a host": (
        _in("proposals", 1, applicant_email="someone"),
        "proposals.csv", 3, "applicant_email", "not an e-mail"),
    "one address for two people": (
        _in("proposals", 1, applicant_email="applicant1@example.org", applicant_name="Other"),
        "proposals.csv", 3, "applicant_email", "another name"),
    "unknown country": (
        _in("proposals", 0, country="UK1"), "proposals.csv", 2, "country", "ISO 3166"),
    "no title of a proposal": (
        _in("proposals", 0, title=" "), "proposals.csv", 2, "title", "is empty"),
    "no abstract": (_in("proposals", 0, abstract=""), "proposals.csv", 2, "abstract", "is empty"),
    "months beyond reason": (
        _in("proposals", 0, duration_months="900"),
        "proposals.csv", 2, "duration_months", "1 to 120"),
    "a column is missing": (
        _drop_column("proposals", "amount"), "proposals.csv", 1, "amount", "column is missing"),
    "rows were lost": (_drop_row("proposals"), "proposals.csv", 1, "", "announces 3"),
    "reviewer twice": (
        _twice("reviewers", 0), "reviewers.csv", 4, "reviewer_id", "already in line 2"),
    "reviewer with a bad address": (
        _in("reviewers", 1, email="r@"), "reviewers.csv", 3, "email", "not an e-mail"),
    "reviewer without a name": (
        _in("reviewers", 1, name=""), "reviewers.csv", 3, "name", "is empty"),
    "grade off the scale": (
        _in("reviews", 0, merit="7"), "reviews.csv", 2, "merit", "off the scale from 6 to 1"),
    "grade between steps": (
        _in("reviews", 3, plan="4.7"), "reviews.csv", 5, "plan", "between two grades"),
    "grade is words": (
        _in("reviews", 3, plan="good"), "reviews.csv", 5, "plan", "not a number"),
    "grade is not a number": (
        _in("reviews", 3, plan="NaN"), "reviews.csv", 5, "plan", "not a number"),
    "a review without grades": (
        _in("reviews", 5, merit="", plan=""), "reviews.csv", 7, "merit", "grades nothing"),
    "review twice": (_twice("reviews", 2), "reviews.csv", 8, "reviewer_id", "already in line 4"),
    "unknown proposal": (
        _in("reviews", 1, proposal_no="P9"), "reviews.csv", 3, "proposal_no", "proposals.csv"),
    "unknown reviewer": (
        _in("reviews", 1, reviewer_id="R9"), "reviews.csv", 3, "reviewer_id", "reviewers.csv"),
    "criterion without a column": (
        _drop_column("reviews", "plan"), "reviews.csv", 1, "plan", "column is missing"),
    "reviewer of the same organisation": (
        _in("reviewers", 0, affiliation="The INSTITUTE of tests"),
        "reviews.csv", 2, "reviewer_id", "conflict of interest"),
    "reviewer who applies": (
        _in("reviewers", 1, email="Applicant2@example.org"),
        "reviews.csv", 5, "reviewer_id", "conflict of interest"),
}  # fmt: skip


def _stored() -> dict[str, int]:
    with unit_of_work(mode=Mode.READ):
        tables = (Call, Fund, Account, Proposal, LedgerEntry)
        return {
            table.__tablename__: db.session.scalar(select(func.count()).select_from(table)) or 0
            for table in tables
        }


@both_engines
def test_sound_files_come_in(app: EquipoiseApp, tmp_path: Path) -> None:
    said = succeed(app, "call", "import", str(a_world().write(tmp_path / "call")))

    assert "Imported TINY1: 3 proposals, 2 reviewers, 6 reviews" in said
    assert _stored()["call"] == 1


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_its_line(
    app: EquipoiseApp, tmp_path: Path, name: str
) -> None:
    break_it, file, line, column, reason = BROKEN[name]
    world = a_world()
    break_it(world)
    before = _stored()

    result = run(app, "call", "import", str(world.write(tmp_path / "call")))

    place = f"{file}, line {line}" + (f", {column}:" if column else ":")
    told = [said for said in result.output.splitlines() if said.startswith(place)]
    assert any(reason in said for said in told), result.output
    assert result.exit_code == 1
    assert "nothing was imported" in result.output
    assert _stored() == before


RAW: dict[str, tuple[str, bytes, int, str]] = {
    "call.json is no JSON": ("call.json", b'{\n "call_id": "A",\n oops }', 3, "as JSON"),
    "call.json is a list": ("call.json", b"[]", 1, "one object"),
    "call.json says NaN": ("call.json", b'{"budget": NaN}', 1, "NaN is no number"),
    "proposals.csv is Latin-1": (
        "proposals.csv", b"proposal_no,title\nP1,ok\nP2,Universit\xe9\n", 3, "not UTF-8"),
    "reviews.csv is empty": ("reviews.csv", b"", 1, "column is missing"),
    "reviews.csv has a short row": (
        "reviews.csv", b"proposal_no,reviewer_id,merit,plan\nP1,R1,4\n", 2, "3 fields"),
    "reviews.csv has an open quote": (
        "reviews.csv", b'proposal_no,reviewer_id,merit,plan\nP1,"R1,4,4\n', 2, "as CSV"),
    "reviewers.csv has a column twice": (
        "reviewers.csv",
        b"reviewer_id,name,email,affiliation,country,name\n",
        1,
        "there twice",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RAW)
def test_an_unreadable_file_is_refused_with_its_line(
    app: EquipoiseApp, tmp_path: Path, name: str
) -> None:
    file, data, line, reason = RAW[name]
    folder = a_world().write(tmp_path / "call")
    (folder / file).write_bytes(data)

    result = run(app, "call", "import", str(folder))

    told = [said for said in result.output.splitlines() if said.startswith(f"{file}, line {line}")]
    assert any(reason in said for said in told), result.output
    assert result.exit_code == 1
    assert _stored()["call"] == 0


def test_a_missing_file_is_named(app: EquipoiseApp, tmp_path: Path) -> None:
    folder = a_world().write(tmp_path / "call")
    (folder / "reviewers.csv").unlink()

    result = run(app, "call", "import", str(folder))

    assert "reviewers.csv, line 1: cannot be read: No such file or directory." in result.output


def test_lines_are_counted_across_line_breaks_in_a_field(app: EquipoiseApp, tmp_path: Path) -> None:
    world = a_world()
    world.proposals[0]["abstract"] = "One\ntwo\nthree\u2028four"
    world.proposals[1]["country"] = "??"

    result = run(app, "call", "import", str(world.write(tmp_path / "call")))

    assert "proposals.csv, line 5, country" in result.output


def test_every_problem_is_listed_at_once(app: EquipoiseApp, tmp_path: Path) -> None:
    world = a_world()
    world.call["title"] = ""
    world.proposals[2]["amount"] = "x"
    world.reviews[0]["merit"] = "99"

    result = run(app, "call", "import", str(world.write(tmp_path / "call")))

    listed = [said for said in result.output.splitlines() if ", line " in said]
    assert [said.partition(",")[0] for said in listed] == [
        "call.json",
        "proposals.csv",
        "reviews.csv",
    ]
    assert "3 problems; nothing was imported." in result.output


def test_what_is_here_already_is_not_overwritten(app: EquipoiseApp, tmp_path: Path) -> None:
    a_call(code="TINY1")
    a_person(email="reviewer1@example.org", organisation="Another hospital")
    before = _stored()

    result = run(app, "call", "import", str(a_world().write(tmp_path / "call")))

    assert "There is a call with this code already." in result.output
    assert "is known here at “Another hospital”, not “Hospital number 1”" in result.output
    assert _stored() == before


def test_long_values_are_cut_in_what_is_told() -> None:
    problem = Problem("a.csv", 3, "title", "x" * 500, "is too long.")

    assert len(problem.sentence()) < 110


def test_one_problem_is_told_once() -> None:
    problems = Problems()
    for _ in range(2):
        problems.add("a.csv", 1, "title", "", "is empty.")

    assert len(problems.in_order()) == 1
