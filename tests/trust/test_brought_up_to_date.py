"""Lists that outlive what changed nothing of them, and are brought up to date after one review:
what they show is, after each act, what would be drawn with nothing kept."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import update

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.accounts.service.signing_in import note_sign_in, note_sign_out
from app.calls.models import Call
from app.core.db import db
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.ledger.events import Event
from app.ledger.latest import Latest, forget_all
from app.proposals.models import Proposal, Version
from app.reviewers.models import Seat, SeatState
from app.reviews.events import OF_ONE_SEAT, QUIET, FileRead, OthersRead
from bench.web.statements import counted
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import (
    a_call,
    a_draft,
    a_person,
    a_review,
    a_reviewer,
    a_seat,
    an_officer,
    planted,
)
from tests.factories import a_submitted_proposal as submitted

REASONED = "It is as good as five words."
ANSWERS = {
    "r_merit": REASONED,
    "r_plan": REASONED,
    "confidence": "2",
    "to_applicant": "Please go on with it.",
}
UNCHANGED = 4  # statements: who asks, the call, what they have at stake, where the ledger ends


@dataclass
class Scene:
    call: Call
    proposals: list[Proposal]
    seats: list[Seat]
    reviewer: Browser
    officer: Browser
    applicant: Browser
    draft: str
    somebody: Actor

    def pages(self) -> list[str]:
        found = [
            self.officer.get(f"/desk/calls/{self.call.id}/{tail}").text
            for tail in ("ranking", "progress")
        ]
        return [re.sub(r'(name="csrf_token"[^>]*value|nonce)="[^"]+"', "", page) for page in found]


def _scene(app: EquipoiseApp) -> Scene:
    call, reviewer, lead = a_call(phase="reviewing"), a_reviewer(), a_person()
    with planted():
        proposals = [submitted(call) for _ in range(3)]
        seats = [
            a_seat(call, proposals[0], reviewer, state=SeatState.ACCEPTED),
            a_seat(call, proposals[1], reviewer),
        ]
        for proposal, grade in zip(proposals, "345", strict=True):
            a_review(proposal, call, merit=grade, plan="4")
        draft = a_draft(a_call(), lead)
    return Scene(
        call,
        proposals,
        seats,
        Browser(app).sign_in(reviewer.id),
        Browser(app).sign_in(an_officer().id),
        Browser(app).sign_in(lead.id),
        draft.id,
        a_person(Role.REVIEWER),
    )


@contextmanager
def _by_themselves() -> Iterator[None]:
    with unit_of_work():
        yield


def _sign_in(scene: Scene) -> None:
    with _by_themselves():
        note_sign_in(scene.somebody.id)


def _sign_out(scene: Scene) -> None:
    with _by_themselves():
        note_sign_out(scene.somebody)


def _save(scene: Scene, seat: int, grade: str) -> None:
    path = f"/reviews/{scene.seats[seat].id}"
    answers = {**ANSWERS, "g_merit": grade, "g_plan": grade}
    assert scene.reviewer.send(path, **answers, act="save").status_code == 303


def _hand_in(scene: Scene, seat: int) -> None:
    path = f"/reviews/{scene.seats[seat].id}/submit"
    assert scene.reviewer.send(path, no_conflict="y").status_code == 303


def _accept(scene: Scene) -> None:
    answer = scene.reviewer.send(f"/reviews/{scene.seats[1].id}", form="/accept")
    assert answer.status_code == 303


def _read(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 200


def _write_draft(scene: Scene) -> None:
    answer = scene.applicant.send(f"/proposals/{scene.draft}/write", title="Something else now")
    assert answer.status_code in {200, 303}


Act = Callable[[Scene], None]
ACTS: list[tuple[str, Act]] = [
    ("reviews.proposal_read", lambda s: _read(s.reviewer, f"/reviews/{s.seats[0].id}")),
    ("reviews.review_saved", lambda s: _save(s, 0, "5")),
    ("accounts.signed_in", _sign_in),
    ("reviews.review_submitted", lambda s: _hand_in(s, 0)),
    ("reviews.seat_accepted", _accept),
    ("proposals.identity_read", lambda s: _read(s.officer, f"/desk/calls/{s.call.id}/proposals/")),
    ("reviews.review_saved", lambda s: _save(s, 0, "2")),  # beside what counts
    ("reviews.review_submitted", lambda s: _hand_in(s, 0)),
    ("proposals.draft_saved", _write_draft),
    ("reviews.review_saved", lambda s: _save(s, 1, "1")),
    ("accounts.signed_out", _sign_out),
    ("reviews.review_submitted", lambda s: _hand_in(s, 1)),
]


def _actions(kinds: tuple[type[Event], ...]) -> set[str]:
    return {kind.action() for kind in kinds}


@both_engines
def test_after_each_act_a_list_is_as_if_nothing_were_kept(app: EquipoiseApp) -> None:
    scene = _scene(app)
    before = scene.pages()
    for name, act in ACTS:
        act(scene)
        with counted() as seen:
            kept = scene.pages()
        quiet = name in _actions(QUIET)
        assert (len(seen) == 2 * UNCHANGED) is quiet, name
        assert (kept == before) is quiet, name
        current_app.extensions["kept_pages"].clear()
        forget_all()
        before = scene.pages()
        assert kept == before, name


def test_every_kind_that_a_list_outlives_was_tried() -> None:
    """But reading a file and others' reviews: there the unit of work lets nothing be changed."""
    assert {name for name, _ in ACTS} == _actions((*QUIET, *OF_ONE_SEAT)) - _actions(
        (FileRead, OthersRead)
    )


def test_after_a_review_its_proposal_alone_is_read_again(app: EquipoiseApp) -> None:
    scene = _scene(app)
    scene.pages()
    with unit_of_work() as work:  # the ledger is told nothing of it, so what is read anew tells
        for proposal in scene.proposals:
            told = update(Version).where(Version.id == proposal.version_id)
            db.session.execute(told.values(title=f"New title of {proposal.number}"))
        work.enforced += 1
        work.recorded += 1
    _save(scene, 0, "6")
    _hand_in(scene, 0)
    ranking, progress = scene.pages()
    first, second, third = (f"New title of {one.number}" for one in scene.proposals)
    assert first in progress
    for page in (ranking, progress):
        assert second not in page
        assert third not in page
    before = ranking
    forget_all()
    current_app.extensions["kept_pages"].clear()
    ranking, progress = scene.pages()
    assert second in ranking
    assert second in progress
    assert ranking != before


def test_an_answer_read_through_one_lens_is_not_given_through_another(app: EquipoiseApp) -> None:
    latest: Latest[list[str]] = Latest(quiet=(), of_one=())

    def found(lens: Lens, mode: Mode = Mode.READ) -> list[str]:
        with unit_of_work(lens, mode):
            return latest.find("call", lambda: [lens.value], lambda known, _seats: known)

    with app.app_context():
        first = found(Lens.STAFF)
        assert found(Lens.STAFF) is first
        assert found(Lens.STAFF, Mode.WRITE) is not first  # it may have changed something itself
        assert found(Lens.PANEL) == ["panel"]
