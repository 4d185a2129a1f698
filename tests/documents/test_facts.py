"""Facts that contradict each other are refused before anything is printed."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.core.money import Money
from app.documents import frozen
from app.documents.facts import (
    AllocationReport,
    Anchor,
    Exceptions,
    FactsDisagree,
    Scale,
    SealedAnswer,
)
from tests.documents import samples

REPORT = samples.an_allocation()
Change = Callable[[AllocationReport], dict[str, Any]]


def _first_award(report: AllocationReport, **changes: object) -> dict[str, Any]:
    first = replace(report.awards[0], **changes)  # type: ignore[arg-type]
    return {"awards": (first, *report.awards[1:])}


WRONG: dict[str, tuple[Change, str]] = {
    "budget": (
        lambda r: {"budget": Money(r.budget.minor + 1, "EUR")},
        "Contributions add up to",
    ),
    "currency": (
        lambda r: {"budget": Money(r.budget.minor, "USD")},
        "are in USD; the document is in EUR",
    ),
    "award left out": (lambda r: {"awards": r.awards[1:]}, "differ about GOCR-2026-001"),
    "award of another amount": (
        lambda r: _first_award(
            r, amount=Money(r.awards[0].amount.minor - 1, "EUR"), sources=()
        ),
        "differ about GOCR-2026-001",
    ),
    "sources": (
        lambda r: _first_award(r, sources=r.awards[0].sources * 2),
        "The sources of GOCR-2026-001 add up to",
    ),
    "pot overdrawn": (
        lambda r: _first_award(
            r,
            sources=(replace(r.awards[0].sources[0], contribution="helix"),)
        )
        | {
            "contributions": (
                replace(
                    r.contributions[0],
                    amount=Money(
                        r.contributions[0].amount.minor + r.contributions[3].amount.minor, "EUR"
                    ),
                ),
                *r.contributions[1:3],
                replace(r.contributions[3], amount=Money(0, "EUR")),
            )
        },
        "Helix Diagnostics plc pays",
    ),
    "line": (lambda _: {"line_after": "GOCR-2026-999"}, "does not hold GOCR-2026-999"),
    "tie": (
        lambda r: {"ties": (replace(r.ties[0], numbers=("NO-1", "NO-2")),)},
        "does not hold NO-1, NO-2",
    ),
    "twice": (
        lambda r: {"ranking": (*r.ranking, r.ranking[-1])},
        "names a proposal twice",
    ),
    "digits": (
        lambda r: {
            "ranking": (replace(r.ranking[0], total=Decimal("1.7")), *r.ranking[1:]),
        },
        "is 1.7; it needs 4 decimals",
    ),
    "release": (
        lambda r: {"released_at": r.released_at.replace(tzinfo=None)},
        "The instant of the release needs its offset",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_contradictions_of_an_allocation_are_refused(case: str) -> None:
    change, sentence = WRONG[case]

    with pytest.raises(FactsDisagree, match=sentence):
        replace(REPORT, **change(REPORT))


def test_awards_above_the_budget_are_refused() -> None:
    pots = tuple(replace(pot, amount=Money(1, "EUR")) for pot in REPORT.contributions)

    with pytest.raises(FactsDisagree, match=r"above the budget of EUR.0\.04"):
        replace(REPORT, budget=Money(4, "EUR"), contributions=pots)


def test_weights_that_are_not_the_whole_are_refused() -> None:
    first = replace(samples.METHOD.criteria[0], weight=Decimal("0.3"))

    with pytest.raises(FactsDisagree, match=r"add up to 1\.05"):
        replace(samples.METHOD, criteria=(first, *samples.METHOD.criteria[1:]))


def test_a_scale_needs_two_ends() -> None:
    with pytest.raises(FactsDisagree, match="must differ"):
        Scale(Decimal(1), Decimal(1), Decimal(1), (Anchor(Decimal(1), "x"),))


def test_an_award_that_ends_before_it_starts_is_refused() -> None:
    award = samples.an_award()

    with pytest.raises(FactsDisagree, match="ends before it starts"):
        replace(award, ends=award.starts - timedelta(days=1))


@pytest.mark.parametrize("text", ["", "abc", "A" * 64, "0" * 63, "0" * 65])
def test_a_hash_is_64_hexadecimal_digits(text: str) -> None:
    with pytest.raises(FactsDisagree, match="64 hexadecimal digits"):
        SealedAnswer("Aims", text)


@pytest.mark.parametrize(
    "facts", [samples.an_allocation(), samples.an_award(), samples.a_receipt()]
)
def test_kept_facts_come_back_equal_and_are_kept_in_one_form(facts: frozen.Facts) -> None:
    kept = frozen.to_json(facts)

    assert frozen.from_json(kept) == facts
    assert frozen.to_json(frozen.from_json(kept)) == kept


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "leaflet"}, "leaflet"),
        ({"surprise": 1}, "has no surprise"),
        ({"line_after": 7}, "7 is not a str"),
        ({"budget": {"minor": 1.5, "currency": "EUR"}}, "1.5 is not a int"),
        ({"released_at": "2026-06-18T12:00:00"}, "offset from UTC"),
        ({"ranking": None}, "NoneType"),
    ],
)
def test_damaged_facts_are_refused_with_a_sentence(
    change: dict[str, object], sentence: str
) -> None:
    kept = json.loads(frozen.to_json(REPORT)) | change

    with pytest.raises(FactsDisagree, match=sentence):
        frozen.from_json(json.dumps(kept).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"nonsense", b"\xff"])
def test_what_is_no_record_of_facts_is_refused(data: bytes) -> None:
    with pytest.raises(FactsDisagree, match="not the kept facts"):
        frozen.from_json(data)


def test_exceptions_tell_of_unfunded_proposals_no_more_than_kind_and_day() -> None:
    assert REPORT.exceptions is not None
    named, counted = REPORT.exceptions.named[0], REPORT.exceptions.counted[0]
    unfunded = replace(named, number=REPORT.ranking[-1].number)

    with pytest.raises(FactsDisagree, match="only funded proposals are named"):
        replace(REPORT, exceptions=Exceptions(for_one=(unfunded,)))
    for more in ({"reason": "Why"}, {"reason_kept": True}, {"until": samples.RELEASED}):
        with pytest.raises(FactsDisagree, match="more than kind and day"):
            replace(counted, **more)
    with pytest.raises(FactsDisagree, match="is counted 2 times"):
        replace(named, count=2)
