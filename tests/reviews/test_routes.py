from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from flask import current_app
from sqlalchemy import select

from app.accounts.actor import Actor
from app.calls.models import Blinding, Call
from app.core.db import Model, db
from app.core.ids import new_id
from app.core.work import Mode, unit_of_work
from app.proposals.models import BlindedFile, Proposal, ProposalState, Version
from app.reviewers.models import Conflict, Decline, Seat, SeatState, ShownIdentity
from app.reviews.models import Review, ReviewState, ReviewVersion
from tests.browser_client import Browser, forms_of
from tests.conftest import LedgerReader
from tests.counting import statements
from tests.engines import both_engines
from tests.factories import (
    a_call,
    a_person,
    a_review,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
    an_officer,
    in_pool,
    plant,
    planted,
)
from tests.pdfs import a_pdf

if TYPE_CHECKING:
    from app.core.files import FileStore

REASONED = "It is as good as five words."
ANSWERS = {
    "g_merit": "5",
    "r_merit": REASONED,
    "g_plan": "4",
    "r_plan": REASONED,
    "confidence": "2",
    "to_applicant": "Please go on with it.",
}


def _one(model: type[Model]) -> Model:
    with unit_of_work(mode=Mode.READ):
        return db.session.scalars(select(model)).one()


def _review() -> Review:
    review = _one(Review)
    assert isinstance(review, Review)
    return review


def _seat_of(
    reviewer: Actor, state: SeatState = SeatState.ACCEPTED, **call_values: object
) -> tuple[Call, Proposal, Seat]:
    call = a_call(**{"phase": "reviewing", **call_values})  # type: ignore[arg-type]
    proposal = a_submitted_proposal(call)
    return call, proposal, a_seat(call, proposal, reviewer, state=state)


@both_engines
def test_a_reviewer_goes_from_assignment_to_submitted_review(
    browser: Browser, ledger: LedgerReader
) -> None:
    call = a_call(phase="assigning", code="REV1")
    proposal = a_submitted_proposal(call)
    reviewer = a_reviewer()
    in_pool(call, reviewer)
    desk = f"/desk/calls/{call.id}"

    browser.sign_in(an_officer().id)
    browser.fill_in(f"{desk}/assignment/{proposal.id}", account_id=reviewer.id)
    browser.fill_in(desk, form="/move/reviewing")
    seat = _one(Seat)
    assert isinstance(seat, Seat)

    browser.sign_in(reviewer.id)
    own = f"/reviews/{seat.id}"
    assert str(proposal.number) in browser.get("/reviews/").text
    assert "We will find out." in browser.get(own).text
    page = browser.fill_in(own, form="/accept")
    assert "Your review" in page.text
    page = browser.fill_in(own, form=own, **ANSWERS)
    assert page.request.path == f"{own}/submit", page.text
    assert "4.60" in page.text
    page = browser.fill_in(f"{own}/submit", no_conflict="y")
    assert "Thank you" in page.text
    assert "1 of 1" in page.text

    assert _review().state is ReviewState.SUBMITTED
    assert Fraction(str(_review().total)) == Fraction("4.6")
    assert isinstance(_one(ReviewVersion), ReviewVersion)
    said = ledger.actions()
    for action in (
        "reviewers.seat_given",
        "reviews.seat_accepted",
        "reviews.proposal_read",
        "reviews.review_saved",
        "reviews.review_submitted",
    ):
        assert action in said


def test_the_invitation_shows_no_more_than_a_conflict_needs(browser: Browser) -> None:
    reviewer = a_reviewer()
    _call, _proposal, seat = _seat_of(reviewer, SeatState.INVITED)
    browser.sign_in(reviewer.id)

    page = browser.get(f"/reviews/{seat.id}").text

    assert "We will find out." in page
    assert "do you have a conflict of interest?" in page
    assert "Description" not in page
    assert "EUR" not in page


@both_engines
def test_reading_is_recorded_and_the_invitation_is_not(
    browser: Browser, ledger: LedgerReader
) -> None:
    reviewer = a_reviewer()
    _call, _proposal, seat = _seat_of(reviewer, SeatState.INVITED)
    browser.sign_in(reviewer.id)

    browser.get(f"/reviews/{seat.id}")
    assert ledger.actions() == []
    browser.fill_in(f"/reviews/{seat.id}", form="/accept")

    assert ledger.actions() == ["reviews.seat_accepted", "reviews.proposal_read"]


def test_a_declared_conflict_makes_the_proposal_disappear(browser: Browser) -> None:
    reviewer = a_reviewer()
    _call, proposal, seat = _seat_of(reviewer, SeatState.INVITED)
    browser.sign_in(reviewer.id)
    own = f"/reviews/{seat.id}"

    page = browser.fill_in(own, form="/conflict", kind="family", detail="My sister")

    assert "The conflict is noted" in page.text
    assert str(proposal.number) not in page.text
    conflict = _one(Conflict)
    assert isinstance(conflict, Conflict)
    assert conflict.detail == "My sister"
    absent = browser.get(f"/reviews/{new_id()}")
    for method, address in (
        ("GET", own),
        ("GET", f"{own}/submit"),
        ("GET", f"{own}/decline"),
        ("GET", f"{own}/files/{new_id()}.pdf"),
    ):
        shut = browser.client.open(address, method=method)
        assert shut.status_code == absent.status_code == 404
        assert shut.text.replace(address, "") == absent.text.replace(absent.request.path, "")


def test_a_reviewer_declines_with_a_reason_and_the_form_says_if_it_is_missing(
    browser: Browser,
) -> None:
    reviewer = a_reviewer()
    _call, _proposal, seat = _seat_of(reviewer, SeatState.INVITED)
    browser.sign_in(reviewer.id)

    page = browser.fill_in(f"/reviews/{seat.id}", form="/decline", reason="  ")
    assert "Say in a few words why" in page.text
    assert '<details class="choice" open>' in page.text
    page = browser.fill_in(f"/reviews/{seat.id}", form="/decline", reason="On leave")

    assert "Declined." in page.text
    decline = _one(Decline)
    assert isinstance(decline, Decline)
    assert decline.reason == "On leave"
    assert browser.get(f"/reviews/{seat.id}").status_code == 404


def test_whoever_accepted_is_told_what_giving_back_means(browser: Browser) -> None:
    call, reviewer = a_call(phase="reviewing"), a_reviewer()
    seat = a_seat(call, a_submitted_proposal(call), reviewer, state=SeatState.ACCEPTED)
    page = browser.sign_in(reviewer.id).get(f"/reviews/{seat.id}/decline").text
    assert "what you wrote is kept and counts nowhere" in page
    assert page.count(" open>") == 1  # the form that the address names


def test_a_seat_of_another_is_the_page_of_an_absent_one(browser: Browser) -> None:
    _call, _proposal, seat = _seat_of(a_reviewer())
    stranger = a_reviewer()
    browser.sign_in(stranger.id)

    def answer(seat_id: str, method: str, tail: str) -> tuple[int, str]:
        page = browser.client.open(f"/reviews/{seat_id}{tail}", method=method)
        return page.status_code, page.text.replace(seat_id, "")

    for tail in ("", "/submit", "/decline", "/conflict"):
        assert answer(seat.id, "GET", tail) == answer(new_id(), "GET", tail)
        assert answer(seat.id, "GET", tail)[0] == 404


@pytest.mark.parametrize("tail", ["", "/accept", "/decline", "/conflict", "/autosave", "/submit"])
def test_nothing_can_be_sent_to_a_seat_of_another(browser: Browser, tail: str) -> None:
    _call, _proposal, seat = _seat_of(a_reviewer())
    mine = a_reviewer()
    _call, _proposal, own = _seat_of(mine)
    browser.sign_in(mine.id)
    token = forms_of(browser.get(f"/reviews/{own.id}").text)[0].fields["csrf_token"]
    data = {"csrf_token": token, "reason": "x", "kind": "family", "version": "0", **ANSWERS}

    refused = browser.post(f"/reviews/{seat.id}{tail}", data=data)

    assert refused.status_code == 404
    with unit_of_work(mode=Mode.READ):
        stored = db.session.get_one(Review, seat.id)
        assert (stored.revision, stored.grades) == (0, {})
        assert db.session.get_one(Seat, seat.id).state is SeatState.ACCEPTED


def test_a_draft_is_saved_and_comes_back(browser: Browser) -> None:
    reviewer = a_reviewer()
    _call, _proposal, seat = _seat_of(reviewer)
    browser.sign_in(reviewer.id)
    own = f"/reviews/{seat.id}"
    page = browser.get(own)
    form = next(f for f in forms_of(page.text) if f.action == own)

    page = browser.post(
        own,
        data={**form.fields, "g_merit": "3", "to_panel": "Half a thought", "act": "save"},
        follow_redirects=True,
    )

    assert "Saved. You can go on later." in page.text
    assert "Half a thought" in page.text
    assert _review().grades == {"merit": "3"}
    assert "Begun" in browser.get("/reviews/").text


def test_what_is_missing_is_said_at_its_field_and_what_is_written_is_kept(browser: Browser) -> None:
    reviewer = a_reviewer()
    _call, _proposal, seat = _seat_of(reviewer)
    browser.sign_in(reviewer.id)
    own = f"/reviews/{seat.id}"

    page = browser.fill_in(own, form=own, g_merit="5", r_merit="Too short")

    assert "“Merit”: justify the grade in 5 words or more." in page.text
    assert "“Plan” needs a grade" in page.text
    assert "Say how confident you are." in page.text
    assert "Too short" in page.text
    assert _review().reasons == {"merit": "Too short"}
    form = next(f for f in forms_of(page.text) if f.action == own)
    assert form.fields["version"] == ["1"], "the page can be sent again"
    assert form.fields["g_merit"] == ["5"]


def test_the_last_page_lists_what_is_missing_and_offers_no_button(browser: Browser) -> None:
    reviewer = a_reviewer()
    _call, _proposal, seat = _seat_of(reviewer)
    browser.sign_in(reviewer.id)

    page = browser.get(f"/reviews/{seat.id}/submit")

    assert "Not complete yet" in page.text
    assert "Submit the review" not in page.text


def test_words_that_tell_who_wrote_it_are_shown_before_submitting(browser: Browser) -> None:
    reviewer = a_reviewer("Ada Holm")
    _call, _proposal, seat = _seat_of(reviewer)
    browser.sign_in(reviewer.id)
    own = f"/reviews/{seat.id}"

    page = browser.fill_in(own, form=own, **{**ANSWERS, "to_applicant": "Ask ada@lab.example."})
    assert "ada@lab.example" in page.text
    page = browser.fill_in(f"{own}/submit", no_conflict="y")
    assert "Look at the words that might tell who you are" in page.text
    assert _review().state is ReviewState.DRAFT
    page = browser.fill_in(f"{own}/submit", looked="y", no_conflict="y")
    assert "Thank you" in page.text


def test_two_windows_do_not_overwrite_each_other(browser: Browser) -> None:
    reviewer = a_reviewer()
    _call, _proposal, seat = _seat_of(reviewer)
    browser.sign_in(reviewer.id)
    own = f"/reviews/{seat.id}"
    form = next(f for f in forms_of(browser.get(own).text) if f.action == own)
    browser.post(own, data={**form.fields, "to_panel": "From the first window", "act": "save"})

    late = browser.post(own, data={**form.fields, "to_panel": "From the second", "act": "save"})

    assert "in another window" in late.text
    assert "From the first window" in late.text
    assert "From the second" in late.text
    assert _review().to_panel == "From the first window"
    again = next(f for f in forms_of(late.text) if f.action == own)
    browser.post(own, data={**again.fields, "act": "save"})
    assert _review().to_panel == "From the second"


def test_autosave_answers_as_its_script_expects(browser: Browser) -> None:
    reviewer = a_reviewer()
    call, _proposal, seat = _seat_of(reviewer)
    browser.sign_in(reviewer.id)
    own = f"/reviews/{seat.id}"
    form = next(f for f in forms_of(browser.get(own).text) if f.action == own)
    data = {**form.fields, "to_panel": "Typed"}

    saved = browser.post(f"{own}/autosave", data=data)
    stale = browser.post(f"{own}/autosave", data={**data, "to_panel": "Older"})

    assert saved.json is not None
    assert saved.json["version"] == 1
    assert saved.json["saved_at"].endswith("Z")
    assert (stale.status_code, stale.json) == (409, {"version": 1})
    assert _review().to_panel == "Typed"
    with planted():
        db.session.get_one(Call, call.id).state = type(call.state)("ranking")
    over = browser.post(f"{own}/autosave", data={**data, "version": "1", "to_panel": "Late"})
    assert over.status_code == 403
    assert over.json is not None
    assert "over" in over.json["error"]


def test_a_scale_of_many_steps_is_typed_as_a_number(browser: Browser) -> None:
    reviewer = a_reviewer()
    _call, _proposal, seat = _seat_of(
        reviewer, scale_best="1.0", scale_worst="5.0", scale_step="0.1", anchors={"1": "Best"}
    )
    browser.sign_in(reviewer.id)
    own = f"/reviews/{seat.id}"
    assert "from 1.0 to 5.0; 1.0 is best" in browser.get(own).text

    page = browser.fill_in(own, form=own, **{**ANSWERS, "g_merit": "2.35", "g_plan": "1,5"})
    assert "2.35 is no grade of this scale. It goes from 1.0 to 5.0" in page.text
    assert 'value="2.35"' in page.text
    page = browser.fill_in(own, form=own, g_merit="2.3", n_plan="y")
    assert page.request.path == f"{own}/submit", page.text
    assert "cannot judge" in page.text
    browser.fill_in(f"{own}/submit", no_conflict="y")

    assert _review().grades == {"merit": "2.3", "plan": None}
    assert Fraction(str(_review().total)) == Fraction("2.3")


def test_a_submitted_review_can_be_changed_until_reviewing_ends(browser: Browser) -> None:
    reviewer = a_reviewer()
    call, _proposal, seat = _seat_of(reviewer)
    browser.sign_in(reviewer.id)
    own = f"/reviews/{seat.id}"
    browser.fill_in(own, form=own, **ANSWERS)
    browser.fill_in(f"{own}/submit", no_conflict="y")
    assert "nothing changed since" in browser.get(f"{own}/submit").text

    browser.fill_in(own, form=own, g_merit="6")
    assert "Submitted, with changes not sent" in browser.get("/reviews/").text
    assert _review().grades["merit"] == "5"
    browser.fill_in(f"{own}/submit", no_conflict="y")
    assert _review().grades["merit"] == "6"

    with planted():
        db.session.get_one(Call, call.id).state = type(call.state)("ranking")
    page = browser.get(own)
    assert "This is the review you submitted." in page.text
    assert "<textarea" not in page.text
    assert browser.get(f"{own}/submit").status_code == 403


@pytest.mark.parametrize(
    ("state", "phase", "words"),
    [
        (SeatState.ACCEPTED, "assigning", "Reviewing has not begun"),
        (SeatState.INVITED, "ranking", "Reviewing is over"),
        (SeatState.ACCEPTED, "ranking", "You did not submit this review"),
    ],
)
def test_a_seat_says_why_nothing_can_be_done(
    browser: Browser, state: SeatState, phase: str, words: str
) -> None:
    reviewer = a_reviewer()
    _call, _proposal, seat = _seat_of(reviewer, state, phase=phase)
    browser.sign_in(reviewer.id)

    page = browser.get(f"/reviews/{seat.id}")

    assert page.status_code == 200
    assert words in page.text


def test_a_withdrawn_proposal_is_gone_from_its_reviewers(browser: Browser) -> None:
    reviewer = a_reviewer()
    _call, proposal, seat = _seat_of(reviewer)
    with planted():
        db.session.get_one(Proposal, proposal.id).state = ProposalState.WITHDRAWN
    browser.sign_in(reviewer.id)

    assert browser.get(f"/reviews/{seat.id}").status_code == 404
    assert str(proposal.number) not in browser.get("/reviews/").text


def test_who_loses_the_role_loses_the_pages_at_once(browser: Browser) -> None:
    person = a_person(organisation="Elsewhere")
    _call, _proposal, seat = _seat_of(person)
    browser.sign_in(person.id)

    assert browser.get("/reviews/").status_code == 404
    assert browser.get(f"/reviews/{seat.id}").status_code == 404


def _with_file(proposal: Proposal, *, named: bool) -> str:
    store: FileStore = current_app.extensions["files"]
    stored = store.put(a_pdf("A page"), kind="blinded")
    copy = BlindedFile(
        proposal_id=proposal.id,
        question_key="description",
        file_key=stored.key,
        sha256=stored.sha256,
        size=stored.size,
        pages=1,
    )
    plant(copy)
    if named:
        with planted():
            version = db.session.get_one(Version, str(proposal.version_id))
            version.answers = {**version.answers, "description": copy.id}
    return copy.id


def test_a_blinded_file_is_read_by_its_reviewers_alone_and_recorded(
    browser: Browser, ledger: LedgerReader
) -> None:
    reviewer = a_reviewer()
    call, proposal, seat = _seat_of(reviewer)
    file_id, left_out = _with_file(proposal, named=True), _with_file(proposal, named=False)
    other = a_reviewer()
    a_seat(call, a_submitted_proposal(call), other, state=SeatState.ACCEPTED)
    invited = a_reviewer()
    waiting = a_seat(call, proposal, invited)
    address = f"/reviews/{seat.id}/files/{file_id}.pdf"

    browser.sign_in(reviewer.id)
    assert "description.pdf" in browser.get(f"/reviews/{seat.id}").text
    page = browser.get(address)
    assert page.status_code == 200
    assert page.data.startswith(b"%PDF")
    assert page.headers["Cache-Control"] == "no-store"
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert ledger.actions()[-1] == "reviews.file_read"
    assert browser.get(f"/reviews/{seat.id}/files/{left_out}.pdf").status_code == 404

    browser.sign_in(other.id)
    assert browser.get(address).status_code == 404
    browser.sign_in(invited.id)
    assert browser.get(f"/reviews/{waiting.id}/files/{file_id}.pdf").status_code == 403


def test_a_call_that_shows_who_applies_shows_it(browser: Browser) -> None:
    reviewer = a_reviewer()
    _call, _proposal, seat = _seat_of(reviewer, SeatState.INVITED, blinding=Blinding.SINGLE)
    plant(ShownIdentity(seat_id=seat.id, lead_name="Ngozi Quist", organisation="Quist Lab"))
    browser.sign_in(reviewer.id)

    assert "Ngozi Quist" in browser.get(f"/reviews/{seat.id}").text
    assert "Quist Lab" in browser.fill_in(f"/reviews/{seat.id}", form="/accept").text


def test_others_reviews_are_never_shown(browser: Browser) -> None:
    reviewer = a_reviewer()
    call, proposal, seat = _seat_of(reviewer)
    a_review(proposal, call, to_applicant="The words of somebody else", merit="1")
    browser.sign_in(reviewer.id)

    for address in ("/reviews/", f"/reviews/{seat.id}", f"/reviews/{seat.id}/submit"):
        assert "The words of somebody else" not in browser.get(address).text


def test_the_list_asks_as_often_for_two_hundred_seats_as_for_ten(browser: Browser) -> None:
    reviewer = a_reviewer()
    call = a_call(phase="reviewing")
    browser.sign_in(reviewer.id)
    lead = a_person()

    def grow(rows: int) -> int:
        for _each in range(rows):
            a_seat(call, a_submitted_proposal(call, lead), reviewer, state=SeatState.ACCEPTED)
        with statements() as seen:
            assert browser.get("/reviews/").status_code == 200
        return len(seen)

    assert grow(10) == grow(190)


def test_the_staff_see_who_is_late_and_which_proposals_lack_reviews(browser: Browser) -> None:
    call = a_call(phase="reviewing", reviewers_each=1)
    whole, lacking = a_submitted_proposal(call), a_submitted_proposal(call)
    a_review(whole, call, merit="5")
    slow = a_reviewer("Slow One")
    seat = a_seat(call, lacking, slow, state=SeatState.ACCEPTED)
    with planted():
        stored = db.session.get_one(Seat, seat.id)
        stored.due_at = call.opens_at
    browser.sign_in(an_officer().id)

    page = browser.get(f"/desk/calls/{call.id}/progress").text

    assert "1 proposal has fewer than 1 submitted reviews." in page
    assert "Slow One" in page
    assert ">late<" in page
    assert ">all in<" in page
