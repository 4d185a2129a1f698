from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from app.calls.rules import Phase
from app.proposals.models import ProposalState
from app.reviewers.models import SeatState
from app.reviews import rules
from app.reviews.rules import Measure, Place, Telltale, Written
from scoring.weighting import Criterion, Scale

CRITERIA = (
    Criterion("merit", "Merit", Decimal("0.6")),
    Criterion("plan", "Plan", Decimal("0.4")),
)
SIX = Measure(CRITERIA, Scale(best=Decimal(6), worst=Decimal(1), step=Decimal(1)))
FINE = Measure(CRITERIA, Scale(best=Decimal("1.0"), worst=Decimal("5.0"), step=Decimal("0.1")))
REASON = "A reason of just five words."
WHOLE = Written(
    grades={"merit": "5", "plan": "4"},
    reasons={"merit": REASON, "plan": REASON},
    confidence=2,
    to_applicant="Go on.",
    to_panel="",
)
PLACE = Place("me", "call", SeatState.ACCEPTED, ProposalState.ELIGIBLE, Phase.REVIEWING)


def test_a_scale_of_few_steps_has_buttons_and_one_of_many_is_typed() -> None:
    assert SIX.steps == ["1", "2", "3", "4", "5", "6"]
    assert not SIX.typed
    assert FINE.count == 41
    assert FINE.typed
    assert FINE.steps[:3] == ["1.0", "1.1", "1.2"]
    eleven = Measure(CRITERIA, Scale(best=Decimal(10), worst=Decimal(0), step=Decimal(1)))
    assert (eleven.count, eleven.typed) == (11, False)


@pytest.mark.parametrize(
    ("measure", "typed", "kept"),
    [
        (SIX, "5", "5"),
        (SIX, " 5.0 ", "5"),
        (SIX, "5,0", "5"),
        (SIX, "5.5", "5.5"),
        (SIX, "seven", "seven"),
        (SIX, "nan", "nan"),
        (FINE, "2", "2.0"),
        (FINE, "2,3", "2.3"),
        (FINE, "2.35", "2.35"),
        (FINE, "1E0", "1.0"),
    ],
)
def test_a_grade_is_written_as_its_scale_writes_it(measure: Measure, typed: str, kept: str) -> None:
    assert measure.tidy(typed) == kept


@pytest.mark.parametrize(
    ("grades", "total"),
    [
        ({"merit": "5", "plan": "4"}, Fraction("4.6")),
        ({"merit": "5", "plan": None}, Fraction(5)),
        ({"merit": None, "plan": "1"}, Fraction(1)),
        ({"merit": "5"}, Fraction(5)),
        ({"merit": None, "plan": None}, None),
        ({}, None),
        ({"merit": "7", "plan": "4"}, None),
        ({"merit": "x", "plan": "4"}, None),
    ],
)
def test_the_total_is_exact_and_leaves_out_what_cannot_be_judged(
    grades: rules.Grades, total: Fraction | None
) -> None:
    assert rules.total(SIX, grades) == total


def test_a_total_is_kept_as_a_fraction() -> None:
    assert rules.as_text(Fraction("4.6")) == "23/5"
    assert rules.as_text(Fraction(5)) == "5/1"
    assert Fraction(rules.as_text(Fraction(137, 60))) == Fraction(137, 60)


def test_a_whole_review_has_no_problem() -> None:
    assert rules.problems(SIX, WHOLE) == []
    assert (
        rules.problems(
            SIX, replace(WHOLE, grades={"merit": "5", "plan": None}, reasons={"merit": REASON})
        )
        == []
    )


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"grades": {"plan": "4"}}, "g_merit", "“Merit” needs a grade"),
        ({"grades": {"merit": "7", "plan": "4"}}, "g_merit", "It goes from 1 to 6 in steps of 1."),
        ({"grades": {"merit": "4.5", "plan": "4"}}, "g_merit", "4.5 is no grade"),
        ({"grades": {"merit": "good", "plan": "4"}}, "g_merit", "good is no grade"),
        ({"reasons": {"merit": REASON, "plan": "only four words here"}}, "r_plan", "5 words or"),
        ({"reasons": {"merit": REASON}}, "r_plan", "“Plan”: justify"),
        ({"confidence": None}, "confidence", "how confident"),
        ({"confidence": 9}, "confidence", "how confident"),
        ({"to_applicant": "  "}, "to_applicant", "to the applicants"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    change: dict[str, object], field: str, sentence: str
) -> None:
    [problem] = rules.problems(SIX, replace(WHOLE, **change))  # type: ignore[arg-type]

    assert problem.field == field
    assert sentence in problem.sentence


def test_who_can_judge_nothing_cannot_submit() -> None:
    nothing = replace(WHOLE, grades={"merit": None, "plan": None}, reasons={})

    [problem] = rules.problems(SIX, nothing)

    assert "decline the review" in problem.sentence


TEXTS = [
    ("Write to me at ada.holm@lab.example, please.", ["ada.holm@lab.example"]),
    ("See https://lab.example/ada. Good.", ["https://lab.example/ada"]),
    ("See www.lab.example!", ["www.lab.example"]),
    ("As I, Ada Holm, showed", ["Ada Holm"]),
    ("As Holm et al. showed", ["Ada Holm"]),
    ("At the Fjord Institute we do better.", ["Fjord Institute"]),
    ("The plan is sound, 3/5 and 40%.", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "found"), TEXTS)
def test_words_that_tell_who_wrote_it_are_found(text: str, found: list[str]) -> None:
    told = rules.telltales(
        {"to_applicant": text}, names=["Ada Holm"], organisations=["Fjord Institute"]
    )

    assert told == [Telltale("to_applicant", words) for words in found]


LIVE = {SeatState.INVITED, SeatState.ACCEPTED, SeatState.SUBMITTED}


@pytest.mark.parametrize("state", list(SeatState))
@pytest.mark.parametrize("phase", list(Phase))
def test_what_a_seat_allows_by_state_and_phase(state: SeatState, phase: Phase) -> None:
    place = replace(PLACE, state=state, phase=phase)
    running = phase in {Phase.ASSIGNING, Phase.REVIEWING}
    there = state in LIVE and phase in rules.OPEN_PHASES

    assert rules.is_there(place) is there
    if not there:
        return
    assert bool(rules.can_answer(place)) is (state is SeatState.INVITED and running)
    assert bool(rules.can_give_up(place)) is (state is not SeatState.SUBMITTED and running)
    reads = state is not SeatState.INVITED and phase is not Phase.ASSIGNING
    assert bool(rules.can_read(place)) is reads
    assert bool(rules.can_write(place)) is (reads and phase is Phase.REVIEWING)


@pytest.mark.parametrize(
    ("state", "there"),
    [
        (ProposalState.ELIGIBLE, True),
        (ProposalState.AWARDED, True),
        (ProposalState.DECLINED, True),
        (ProposalState.WITHDRAWN, False),
        (ProposalState.INELIGIBLE, False),
        (ProposalState.DRAFT, False),
    ],
)
def test_a_proposal_that_left_review_is_gone(state: ProposalState, *, there: bool) -> None:
    assert rules.is_there(replace(PLACE, proposal=state)) is there
