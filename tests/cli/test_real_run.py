"""Real grants with a real panel's reviews, by commands from files to release, on both engines.

Every figure is computed again here from the CSV files with nothing but fractions.
"""

import csv
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Person, Role
from app.allocation import queries
from app.allocation.computing import sha256_of
from app.allocation.models import Allocation, Outcome, Ranking
from app.calls.models import Call, CallState
from app.calls.queries import call_with_code
from app.core.db import db
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.funds.queries import contributions_of
from app.proposals.models import Proposal, ProposalState, Version, VersionIdentity
from app.reviewers.models import Conflict, Seat, SeatHolder, SeatState
from app.reviews.models import Review
from tests.cli.commands import run, succeed
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import a_person
from tests.realdata import real_data
from tests.services import Services

OFFICER, FIRST, SECOND = "officer@example.org", "first@example.org", "second@example.org"


class Files:
    """The demonstration call as its files say it."""

    def __init__(self) -> None:
        folder = real_data("demo_call")
        self.folder = folder
        text = (folder / "call.json").read_text(encoding="utf-8")
        self.call: dict[str, Any] = json.loads(text, parse_float=Decimal)
        self.proposals = _rows(folder / "proposals.csv")
        self.reviewers = _rows(folder / "reviewers.csv")
        self.reviews = _rows(folder / "reviews.csv")

    def totals(self) -> dict[str, Fraction]:
        """Return every proposal's total: the mean over its reviews of Σ weight × grade."""
        weights = {c["key"]: Fraction(c["weight"]) for c in self.call["criteria"]}
        by_proposal: dict[str, list[Fraction]] = {}
        for row in self.reviews:
            total = sum((weights[key] * Fraction(row[key]) for key in weights), Fraction(0))
            by_proposal.setdefault(row["proposal_no"], []).append(total)
        return {
            number: sum(totals, Fraction(0)) / len(totals) for number, totals in by_proposal.items()
        }

    def mean_of(self, number: str, key: str) -> Fraction:
        grades = [Fraction(r[key]) for r in self.reviews if r["proposal_no"] == number]
        return sum(grades, Fraction(0)) / len(grades)

    def cents_asked(self) -> dict[str, int]:
        """Return the amounts in US cents: exact product, halves to the even cent."""
        rates = {code: Fraction(rate) for code, rate in self.call["fx_usd_per_unit"].items()}
        found = {}
        for row in self.proposals:
            exact = Fraction(row["amount"]) * rates[row["currency"]] * 100
            below = exact.numerator // exact.denominator
            rest = exact - below
            up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and below % 2 == 1)
            found[row["proposal_no"]] = below + up
        return found


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def files() -> Files:
    return Files()


def _staff() -> None:
    a_person(Role.OFFICER, name="Olga Officer", email=OFFICER)
    a_person(Role.APPROVER, name="Fay First", email=FIRST)
    a_person(Role.APPROVER, name="Sam Second", email=SECOND)


def _import(app: EquipoiseApp, files: Files) -> str:
    return succeed(app, "call", "import", str(files.folder), "--approvals", "2")


def _the_call() -> Call:
    call = call_with_code("ICR26")
    assert call is not None
    return call


@both_engines
def test_the_files_come_in_as_they_are(app: EquipoiseApp, files: Files) -> None:
    said = _import(app, files)

    assert "29 proposals, 16 reviewers, 87 reviews" in said
    with unit_of_work(mode=Mode.READ):
        call = _the_call()
        assert (call.state, call.fictional, call.approvals_needed) == (CallState.RANKING, False, 2)
        assert "the pairing of proposals with scores" in call.summary
        assert (call.scale_best, call.scale_worst, call.scale_step) == ("1.0", "5.0", "0.1")
        assert [c.amount_minor for c in contributions_of(call.fund_id)] == [1_000_000_000]
        stored = {
            number: (version, identity)
            for number, version, identity in db.session.execute(
                select(Proposal.number, Version, VersionIdentity)
                .join(Version, Version.id == Proposal.version_id)
                .join(VersionIdentity, VersionIdentity.version_id == Version.id)
            )
        }
        asked = files.cents_asked()
        for row in files.proposals:
            version, identity = stored[row["proposal_no"]]
            assert version.title == row["title"]
            assert version.answers["abstract"] == row["abstract"]
            assert version.months == int(row["duration_months"])
            assert version.requested_minor == asked[row["proposal_no"]]
            assert identity.requested_minor == int(row["amount"]) * 100
            assert identity.currency == row["currency"]
            assert identity.organisation == row["organisation_demo"]
            assert identity.answers["organisation"] == row["organisation"]
            science = f"{version.title} {version.answers}"
            assert row["applicant_name"] not in science
            assert row["applicant_email"] not in science
        states = set(db.session.scalars(select(Seat.state)))
        assert states == {SeatState.SUBMITTED}
        given = {
            (number, email): grades
            for number, email, grades in db.session.execute(
                select(Proposal.number, Person.email, Review.grades)
                .join(SeatHolder, SeatHolder.seat_id == Review.seat_id)
                .join(Proposal, Proposal.id == Review.proposal_id)
                .join(Person, Person.account_id == SeatHolder.account_id)
            )
        }
    address = {row["reviewer_id"]: row["email"] for row in files.reviewers}
    keys = [c["key"] for c in files.call["criteria"]]
    assert given == {
        (row["proposal_no"], address[row["reviewer_id"]]): {key: row[key] for key in keys}
        for row in files.reviews
    }


@both_engines
def test_the_planted_conflicts_are_found(app: EquipoiseApp, files: Files) -> None:
    said = _import(app, files)

    planted = {
        (planted["reviewer_id"], number)
        for planted in files.call["planted_conflicts"]
        for number in planted["proposals"]
    }
    assert len({reviewer for reviewer, _number in planted}) == 3
    key = {row["email"]: row["reviewer_id"] for row in files.reviewers}
    with unit_of_work(mode=Mode.READ):
        found = {
            (key[email], number)
            for email, number in db.session.execute(
                select(Person.email, Proposal.number)
                .join(Conflict, Conflict.account_id == Person.account_id)
                .join(Proposal, Proposal.id == Conflict.proposal_id)
            )
        }
    assert found == planted
    assert said.count("Conflict of interest found") == len(planted)


@both_engines
def test_totals_ties_money_and_release_are_exact(
    app: EquipoiseApp, engine: str, files: Files, ledger: LedgerReader, services: Services
) -> None:
    _staff()
    _import(app, files)
    ranked = succeed(app, "call", "rank", "ICR26", "--as", OFFICER)
    proposed = succeed(app, "call", "allocate", "ICR26", "--as", OFFICER)
    early = run(app, "call", "release", "ICR26", "--as", OFFICER)
    own = run(app, "call", "approve", "ICR26", "--as", OFFICER)
    succeed(app, "call", "approve", "ICR26", "--as", FIRST)
    twice = run(app, "call", "approve", "ICR26", "--as", FIRST)
    succeed(app, "call", "approve", "ICR26", "--as", SECOND)
    released = succeed(app, "call", "release", "ICR26", "--as", OFFICER)

    assert (early.exit_code, own.exit_code, twice.exit_code) == (2, 2, 2)
    assert "Only an approved allocation can be released." in early.output
    assert "the next signature is another's" in twice.output
    with unit_of_work(mode=Mode.READ):
        ranking = db.session.scalars(select(Ranking)).one()
        allocation = db.session.scalars(select(Allocation)).one()
        lines = queries.lines_of(allocation.id)
        states = {row.number: row.state for row in db.session.scalars(select(Proposal))}
        outcomes = len(db.session.scalars(select(Outcome)).all())
        call = _the_call()
    _the_ranking_is_exact(files, ranking.result)
    _the_tie_is_told(files, ranking.result, ranked)
    order = [place["proposal"] for place in ranking.result["places"]]
    _the_money_ends_where_it_must(files, order, allocation, lines, proposed)
    assert "Released ICR26: 11 awards." in released
    assert call.state is CallState.RELEASED
    assert outcomes == 29
    assert {n for n, s in states.items() if s is ProposalState.AWARDED} == set(order[:11])
    happened = ledger.actions()
    assert happened.count("proposals.proposal_imported") == 29
    assert happened.count("reviews.review_imported") == 87
    assert happened.count("allocation.allocation_approved") == 2
    assert "allocation.results_released" in happened
    came = f"{ranking.result_sha256} {_comparable(allocation, lines)}"
    with services.exclusive("real-run"):
        (services.folder / f"real-run-{engine}").write_text(came)
        both = {path.read_text() for path in services.folder.glob("real-run-*")}
    assert both == {came}, "the engines do not come to the same"


def _the_ranking_is_exact(files: Files, result: dict[str, Any]) -> None:
    totals = files.totals()
    published = {place["proposal"]: Fraction(place["total"]) for place in result["places"]}
    assert published == totals
    for place in result["places"]:
        total = totals[place["proposal"]]
        assert place["total"] == f"{total.numerator}/{total.denominator}"
        better = sum(other < total for other in totals.values())
        assert place["rank"] == better + 1


def _the_tie_is_told(files: Files, result: dict[str, Any], said: str) -> None:
    tied = {p["proposal"]: p for p in result["places"] if p["tied_with"]}
    assert set(tied) == {"ICR26-017", "ICR26-025"}
    assert tied["ICR26-017"]["rank"] == tied["ICR26-025"]["rank"]
    assert tied["ICR26-017"]["total"] == tied["ICR26-025"]["total"]
    # The rule: the criterion that counts most, here approach; on this scale less is better.
    better = min(tied, key=lambda number: files.mean_of(number, "approach"))
    worse = max(tied, key=lambda number: files.mean_of(number, "approach"))
    assert files.mean_of(better, "approach") < files.mean_of(worse, "approach")
    assert tied[better]["position"] + 1 == tied[worse]["position"]
    assert {place["decided_by"] for place in tied.values()} == {"mean of approach"}
    assert f"{better} with {worse}; place {tied[better]['position']} by mean of approach" in said


def _the_money_ends_where_it_must(
    files: Files, order: list[str], allocation: Allocation, lines: Any, said: str
) -> None:
    asked, left = files.cents_asked(), int(files.call["budget"]) * 100
    funded = []
    for number in order:
        if asked[number] > left:
            break
        left -= asked[number]
        funded.append(number)
    assert len(funded) == 11
    assert asked[order[11]] > left
    awarded = {row.number: row.line.amount_minor for row in lines if row.line.amount_minor}
    assert awarded == {number: asked[number] for number in funded}
    assert allocation.budget_minor - allocation.spent_minor == left
    assert f"The funding line lies after place 11 ({funded[-1]})." in said
    assert f"left USD\N{NO-BREAK SPACE}{left // 100:,}.{left % 100:02d}." in said


def _comparable(allocation: Allocation, lines: Any) -> str:
    """Hash what is decided; ids of contributions are random, so pots go by number."""
    return sha256_of(
        {
            "spent": allocation.spent_minor,
            "budget": allocation.budget_minor,
            "lines": [
                {
                    "proposal": row.number,
                    "decision": row.line.decision.value,
                    "amount": row.line.amount_minor,
                    "sources": list(row.line.sources.values()),
                    "reason": row.line.reason,
                }
                for row in lines
            ],
        }
    )


def test_a_second_import_is_refused_and_changes_nothing(
    app: EquipoiseApp, files: Files, ledger: LedgerReader
) -> None:
    _import(app, files)
    before = ledger.actions()

    again = run(app, "call", "import", str(files.folder))

    assert again.exit_code == 1
    assert "There is a call with this code already." in again.output
    assert ledger.actions() == before


@both_engines
def test_an_exported_call_comes_in_again_with_the_same_ranking(
    app: EquipoiseApp, files: Files, tmp_path: Path
) -> None:
    _staff()
    _import(app, files)
    before = succeed(app, "call", "rank", "ICR26", "--as", OFFICER)
    succeed(app, "call", "export", "ICR26", str(tmp_path / "out"))
    _rename(tmp_path / "out", "ICR26", "ICX27")

    succeed(app, "call", "import", str(tmp_path / "out"))

    after = succeed(app, "call", "rank", "ICX27", "--as", OFFICER)
    assert after.replace("ICX27", "ICR26").replace("Ranking 1", "") == before.replace(
        "Ranking 1", ""
    ).replace(_sha(before), _sha(after))
    written = _rows(tmp_path / "out" / "reviews.csv")
    assert len(written) == 87


def _sha(said: str) -> str:
    return said.strip().rpartition(" ")[2]


def _rename(folder: Path, before: str, after: str) -> None:
    for path in folder.iterdir():
        path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
