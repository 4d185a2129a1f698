"""What follows one's own review, and what a call shows of the others."""

import pytest
from sqlalchemy import select

from app.accounts.actor import Actor
from app.calls.models import Blinding, Call, Criterion, Moment
from app.core.db import db
from app.core.gate import Refused
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.proposals.models import Proposal
from app.reviewers.models import PoolMember, ReviewerKind, Seat, SeatState, ShownIdentity
from app.reviews import queries, rules, service
from app.reviews.models import Recognised, Recognition, Review
from app.reviews.rules import Rate
from tests.browser_client import Browser
from tests.counting import statements
from tests.engines import both_engines
from tests.factories import (
    a_call,
    a_review,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
    an_officer,
    plant,
    planted,
)

REASON = "Because the plan says so, and well."
WHOLE = {
    "g_merit": "5",
    "g_plan": "4",
    "r_merit": REASON,
    "r_plan": REASON,
    "confidence": "3",
    "to_applicant": "A sound plan.",
}


def _seats(
    reviewer: Actor, count: int = 1, **values: object
) -> tuple[Call, list[Proposal], list[Seat]]:
    call = a_call(phase="reviewing", **values)  # type: ignore[arg-type]
    made = [a_submitted_proposal(call) for _ in range(count)]
    seats = [a_seat(call, one, reviewer, state=SeatState.ACCEPTED) for one in made]
    return call, made, seats


def _submit(browser: Browser, seat: Seat, **values: str) -> str:
    browser.fill_in(f"/reviews/{seat.id}", form=f"/reviews/{seat.id}", **{**WHOLE, **values})
    return browser.fill_in(f"/reviews/{seat.id}/submit", form="", no_conflict="y").text


def _submit_without_a_word(reviewer: Actor, seat: Seat) -> None:
    opened = queries.opened(reviewer.id, seat.id)
    assert opened is not None
    service.submit(
        reviewer, opened, queries.measure_of(opened.call), looked=True, no_conflict=False
    )


def _answers() -> list[tuple[str, str]]:
    with unit_of_work(mode=Mode.READ):
        return [(one.answer.value, one.how) for one in db.session.scalars(select(Recognition))]


def test_a_review_is_submitted_only_with_the_word_that_there_is_no_conflict(
    browser: Browser,
) -> None:
    reviewer = a_reviewer()
    _call, _made, (seat,) = _seats(reviewer)
    browser.sign_in(reviewer.id)
    browser.fill_in(f"/reviews/{seat.id}", form=f"/reviews/{seat.id}", **WHOLE)

    refused = browser.fill_in(f"/reviews/{seat.id}/submit", form="")
    assert "Say that you know of no conflict" in refused.text
    with pytest.raises(Refused, match="no conflict"), unit_of_work(Lens.REVIEWER):
        _submit_without_a_word(reviewer, seat)
    assert "is in" in browser.fill_in(f"/reviews/{seat.id}/submit", form="", no_conflict="y").text


def test_after_the_review_comes_the_question_once_and_then_the_next_proposal(
    browser: Browser,
) -> None:
    reviewer = a_reviewer()
    _call, made, seats = _seats(reviewer, 3)
    browser.sign_in(reviewer.id)
    page = _submit(browser, seats[0])
    assert "Did you recognise who applied?" in page
    assert str(made[1].number) in page

    onward = browser.fill_in(f"/reviews/{seats[0].id}/after", form="", answer="sure", how="team")
    assert f"Review {made[1].number}" in onward.text
    assert "1 of 3 submitted" in onward.text
    assert _answers() == [("sure", "team")]
    assert "Did you recognise" not in browser.get(f"/reviews/{seats[0].id}/after").text
    browser.post(f"/reviews/{seats[0].id}/after", data={"answer": "no"})
    assert len(_answers()) == 1
    assert browser.get(f"/reviews/{seats[1].id}/after").status_code == 404, "nothing is in there"


def test_how_is_kept_only_of_the_ways_there_are_and_not_with_a_no(browser: Browser) -> None:
    reviewer = a_reviewer()
    _call, _made, (seat,) = _seats(reviewer)
    browser.sign_in(reviewer.id)
    _submit(browser, seat)
    browser.fill_in(f"/reviews/{seat.id}/after", form="", answer="no", how="work")
    assert _answers() == [("no", "")]


def test_who_was_told_who_applied_is_not_asked(browser: Browser) -> None:
    reviewer = a_reviewer()
    _call, _made, (seat,) = _seats(reviewer, blinding=Blinding.SINGLE)
    browser.sign_in(reviewer.id)
    assert "Did you recognise" not in _submit(browser, seat)


@pytest.mark.parametrize(("answers", "told"), [(4, False), (5, True)])
def test_staff_are_told_the_rate_alone_and_not_of_a_few(
    browser: Browser, *, answers: int, told: bool
) -> None:
    call, _made, _held = _seats(a_reviewer())
    plant(
        *(
            Recognition(call_id=call.id, answer=Recognised.SURE if one else Recognised.NO, how="")
            for one in range(answers)
        )
    )
    page = browser.sign_in(an_officer().id).get(f"/desk/calls/{call.id}/progress").text
    assert ("recognised or suspected: 80 %" in page) is told
    assert Rate(1, 1, answers - 2).told is told


def test_an_answer_stands_apart_from_seat_and_proposal() -> None:
    columns = {column.key for column in Recognition.__table__.columns}
    assert columns == {"id", "call_id", "answer", "how"}


# --- until scored --------------------------------------------------------------------------------


@both_engines
def test_until_scored_a_reviewer_learns_who_applied_with_their_own_review_which_then_stands(
    browser: Browser,
) -> None:
    reviewer, second = a_reviewer(), a_reviewer()
    _call, (made,), (seat,) = _seats(reviewer, blinding=Blinding.UNTIL_SCORED)
    other = a_seat(_call, made, second, state=SeatState.ACCEPTED)
    plant(
        *(
            ShownIdentity(seat_id=one.id, lead_name="Ngozi Quist", organisation="Quist Lab")
            for one in (seat, other)
        )
    )
    browser.sign_in(reviewer.id)
    before = browser.get(f"/reviews/{seat.id}").text + browser.get("/reviews/").text
    assert "Quist" not in before
    assert (
        "this call shows you who applied"
        in browser.fill_in(f"/reviews/{seat.id}", form=f"/reviews/{seat.id}", **WHOLE).text
    )
    browser.fill_in(f"/reviews/{seat.id}/submit", form="", no_conflict="y")

    page = browser.get(f"/reviews/{seat.id}")
    assert "Ngozi Quist" in page.text
    assert "Your review stands" in page.text
    browser.app.config["WTF_CSRF_ENABLED"] = False
    changed = browser.post(f"/reviews/{seat.id}/autosave", data={**WHOLE, "g_merit": "1"})
    browser.app.config["WTF_CSRF_ENABLED"] = True
    assert changed.status_code == 403
    with unit_of_work(mode=Mode.READ):
        assert db.session.get_one(Review, seat.id).grades["merit"] == "5"
    assert "Quist" not in browser.sign_in(second.id).get(f"/reviews/{other.id}").text


# --- the others ----------------------------------------------------------------------------------


@pytest.mark.parametrize("shared", [Moment.NEVER, Moment.SCORED])
def test_the_others_are_read_where_the_call_has_it_so_and_with_ones_own_review_in(
    browser: Browser, shared: Moment
) -> None:
    reviewer = a_reviewer()
    call, (made,), (seat,) = _seats(reviewer, reviews_to_reviewers=shared)
    a_review(made, call, to_applicant="The words of somebody else", merit="1")
    a_review(a_submitted_proposal(call), call, to_applicant="Of another proposal", merit="1")
    address = f"/reviews/{seat.id}/others"
    browser.sign_in(reviewer.id)
    early = browser.get(address)
    assert early.status_code == (404 if shared is Moment.NEVER else 403)
    assert "The words of somebody else" not in early.text + browser.get(f"/reviews/{seat.id}").text

    _submit(browser, seat)

    late = browser.get(address)
    shown = browser.get(f"/reviews/{seat.id}").text
    if shared is Moment.NEVER:
        assert late.status_code == 404
        assert address not in shown
    else:
        assert "The words of somebody else" in late.text
        assert "Of another proposal" not in late.text
        assert address in shown
    assert browser.sign_in(a_reviewer().id).get(address).status_code == 404


@pytest.mark.parametrize("named", [Moment.NEVER, Moment.SCORED])
def test_reviewers_are_named_to_each_other_only_where_the_call_says_so(
    browser: Browser, named: Moment
) -> None:
    first, second = a_reviewer("Ada Firstina"), a_reviewer("Bo Seconden")
    settings: dict[str, object] = {
        "reviews_to_reviewers": Moment.SCORED,
        "reviewers_to_reviewers": named,
    }
    call, (made,), (seat,) = _seats(first, 1, **settings)
    other = a_seat(call, made, second, state=SeatState.ACCEPTED)
    _submit(browser.sign_in(first.id), seat, to_staff="For the office alone.")
    browser.sign_in(second.id)
    _submit(browser, other)
    page = browser.get(f"/reviews/{other.id}/others").text
    assert ("Ada Firstina" in page) is (named is Moment.SCORED)
    assert "For the office alone." not in page


# --- patients, overview, telltales ---------------------------------------------------------------


def test_patients_get_the_summary_first_and_the_criteria_in_plain_words(browser: Browser) -> None:
    patient, expert = a_reviewer(), a_reviewer()
    call, (made,), (seat,) = _seats(patient)
    other = a_seat(call, made, expert, state=SeatState.ACCEPTED)
    plant(
        PoolMember(call_id=call.id, account_id=patient.id, kind=ReviewerKind.PATIENT),
        PoolMember(call_id=call.id, account_id=expert.id),
    )
    with planted():
        merit = db.session.scalars(select(Criterion).where(Criterion.key == "merit")).one()
        merit.plain_label = "Would it matter to you?"
    assert "Would it matter to you?" in browser.sign_in(patient.id).get(f"/reviews/{seat.id}").text
    page = browser.sign_in(expert.id).get(f"/reviews/{other.id}").text
    assert "Would it matter to you?" not in page
    assert "Merit" in page


def test_the_overview_shows_ones_own_reviews_alone_at_a_constant_cost(browser: Browser) -> None:
    reviewer = a_reviewer()
    call, made, seats = _seats(reviewer, 2)
    _submit(browser.sign_in(reviewer.id), seats[0])
    hers = a_review(made[1], call, to_applicant="The words of somebody else", merit="1")
    address = f"/reviews/calls/{call.id}"
    with statements() as few:
        page = browser.get(address).text
    assert str(made[0].number) in page
    assert "4.60" in page
    assert hers.letter not in page
    for _ in range(20):
        a_seat(call, a_submitted_proposal(call), reviewer, state=SeatState.ACCEPTED)
    with statements() as many:
        assert browser.get(address).text.count("<tr>") > 20
    assert len(few) == len(many)
    assert browser.sign_in(a_reviewer().id).get(address).status_code == 404


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("As Prof. A. Berg showed, it works.", "Prof. A. Berg"),
        ("See Okafor et al. for the assay.", "Okafor et al."),
        ("Write to me at 12 Harbour Street, then.", "12 Harbour Street"),
        ("Call +47 22 33 44 55 at noon.", "+47 22 33 44 55"),
        ("A phase III trial with 200 patients in two arms.", ""),
        ("The Kaplan-Meier curves of Figure 2 cross; the dose of 50 mg is high.", ""),
    ],
)
def test_words_that_might_tell_who_somebody_is(text: str, found: str) -> None:
    told = [one.words for one in rules.telltales({"to_applicant": text}, names=["Ada Firstina"])]
    assert told == ([found] if found else [])
