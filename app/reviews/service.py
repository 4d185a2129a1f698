"""What reviewers do with their seats. Each function is one use case, all of it or none."""

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, update
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.actor import Actor
from app.calls.models import Moment
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.web import require
from app.core.words import _
from app.ledger.canonical import canonical
from app.ledger.service import record
from app.proposals.models import BlindedFile
from app.proposals.rules import tidy
from app.reviewers.models import Conflict, ConflictKind, Decline, SeatState
from app.reviews import policy, queries, rules
from app.reviews.events import (
    ConflictDeclared,
    FileRead,
    OthersRead,
    ProposalRead,
    RecognitionTold,
    ReviewSaved,
    ReviewSubmitted,
    SeatAccepted,
    SeatDeclined,
)
from app.reviews.models import (
    Recognised,
    Recognition,
    Review,
    ReviewState,
    ReviewVersion,
    ShownReviewer,
)
from app.reviews.queries import Opened
from app.reviews.rules import Measure, Telltale, Written


@dataclass(frozen=True, slots=True)
class Change:
    """What a save brings, and the revision it was written on."""

    revision: int
    written: Written


class Overtaken(Exception):  # noqa: N818 - it is an answer
    """Another window of the reviewer saved first; `review` is how it stands now."""

    def __init__(self, review: Review) -> None:
        super().__init__("the review was saved in another window")
        self.review = review


def _held(opened: Opened) -> Opened:
    """Hold the seat and look again: staff may have closed or taken it a moment ago."""
    hold(opened.seat)
    return replace(opened, place=replace(opened.place, state=opened.seat.state))


# --- the invitation ------------------------------------------------------------------------------


def accept(actor: Actor, opened: Opened) -> None:
    """Accept, which says that there is no conflict of interest; a second click changes nothing."""
    opened = _held(opened)
    enforce(policy.may_see(actor, opened.place))
    if opened.seat.state is not SeatState.INVITED:
        return
    enforce(policy.may_answer(actor, opened.place))
    opened.seat.state = SeatState.ACCEPTED
    if opened.review is None:
        db.session.add(
            Review(
                seat_id=opened.seat.id,
                call_id=opened.call.id,
                proposal_id=opened.proposal.id,
                saved_at=clock.now(),
            )
        )
    record(actor, SeatAccepted(), about=opened.seat)


def decline(actor: Actor, opened: Opened, reason: str) -> None:
    """Give the seat back with a reason that staff read."""
    opened = _held(opened)
    enforce(policy.may_give_up(actor, opened.place))
    if not reason.strip():
        enforce(refused(_("Say in a few words why, so that we can ask somebody else.")))
    opened.seat.state = SeatState.DECLINED
    db.session.add(Decline(seat_id=opened.seat.id, reason=tidy(reason), declined_at=clock.now()))
    record(actor, SeatDeclined(reason=tidy(reason)), about=opened.seat)


def declare_conflict(actor: Actor, opened: Opened, kind: ConflictKind, detail: str) -> None:
    """Declare a conflict: from now on the proposal does not exist for this person, and a review
    that they submitted counts nowhere. What they wrote is kept."""
    opened = _held(opened)
    enforce(policy.may_declare(actor, opened.place))
    late = opened.seat.state is SeatState.SUBMITTED
    opened.seat.state = SeatState.CONFLICTED
    db.session.add(
        Conflict(
            call_id=opened.call.id,
            proposal_id=opened.proposal.id,
            account_id=actor.id,
            kind=kind,
            declared=True,
            detail=tidy(detail),
            found_at=clock.now(),
        )
    )
    record(actor, ConflictDeclared(kind=kind, after_review=late), about=opened.seat)


# --- reading -------------------------------------------------------------------------------------


def note_reading(actor: Actor, opened: Opened) -> None:
    """Record that the proposal was read, under the pseudonym of the reader."""
    enforce(policy.may_read(actor, opened.place))
    record(actor, ProposalRead(proposal=opened.proposal.id), about=opened.seat)


def note_file(actor: Actor, opened: Opened, file: BlindedFile) -> None:
    enforce(policy.may_read(actor, opened.place))
    record(actor, FileRead(sha256=file.sha256), about=opened.seat)


def note_plan(actor: Actor, opened: Opened, sent: bytes) -> None:
    """Record that the data-sharing plan was taken as a file, by its hash."""
    enforce(policy.may_read(actor, opened.place))
    record(actor, FileRead(sha256=hashlib.sha256(sent).hexdigest()), about=opened.seat)


# --- writing -------------------------------------------------------------------------------------


def save(actor: Actor, opened: Opened, change: Change) -> Review:
    """Keep what was written. Raises Overtaken when another save came first; nothing is lost.

    What is written after submitting waits beside the submitted review, which counts as it is.
    """
    enforce(policy.may_write(actor, opened.place))
    review = _review_of(opened)
    written = _tidied(change.written)
    if written == queries.working(review):
        return review
    values: dict[str, Any] = asdict(written)
    if review.state is ReviewState.SUBMITTED:
        values = {"changes": values}
    values |= {"revision": change.revision + 1, "saved_at": clock.now()}
    new = {f"new_{name}": value for name, value in values.items()}
    taken = db.session.execute(
        _saving(*values), {"seat": review.seat_id, "known": change.revision, **new}
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        db.session.refresh(review)
        raise Overtaken(review)
    for name, value in values.items():
        set_committed_value(review, name, value)
    record(actor, ReviewSaved(revision=review.revision), about=review)
    return review


@cache  # the statement of each of the two kinds of saving
def _saving(*names: str) -> Update:
    """Return what writes these columns of a review, unless another save came first."""
    return (
        update(Review)
        .where(Review.seat_id == bindparam("seat"), Review.revision == bindparam("known"))
        .values({name: bindparam(f"new_{name}") for name in names})
        .execution_options(synchronize_session=False)
    )


def _review_of(opened: Opened) -> Review:
    require(opened.review)
    assert opened.review is not None
    return opened.review


def _tidied(written: Written) -> Written:
    return Written(
        grades=dict(written.grades),
        reasons={key: _cut(text) for key, text in written.reasons.items() if text.strip()},
        confidence=written.confidence,
        to_applicant=_cut(written.to_applicant),
        to_panel=_cut(written.to_panel),
        to_staff=_cut(written.to_staff),
    )


def _cut(text: str) -> str:
    return tidy(text)[: rules.MOST_LETTERS]


def telltales(actor: Actor, written: Written) -> list[Telltale]:
    """Find what might tell who wrote the review: in the reasons and in the comments."""
    texts = {f"r_{key}": text for key, text in written.reasons.items()}
    texts |= {"to_applicant": written.to_applicant, "to_panel": written.to_panel}
    # What only the call's staff read may name people.
    return rules.telltales(texts, names=[actor.name], organisations=[actor.organisation])


def submit(
    actor: Actor,
    opened: Opened,
    measure: Measure,
    *,
    looked: bool,
    no_conflict: bool,
    revision: int | None = None,
    received_at: datetime | None = None,
) -> None:
    """Submit the review as it is written; a second click changes nothing.

    `looked` says that the reviewer saw the words that might tell who somebody is and sends them;
    `no_conflict` that, having read it all, they still know of no conflict of interest. It is
    dated by when the request arrived, so that a slow line is not late. With a `revision` no other
    is submitted: raises Overtaken where another window saved since.
    """
    opened = _held(opened)
    enforce(policy.may_write(actor, opened.place))
    review = _review_of(opened)
    hold(review)
    if review.state is ReviewState.SUBMITTED and not review.changes:
        return
    if revision is not None and review.revision != revision:
        raise Overtaken(review)
    written = queries.working(review)
    for problem in rules.problems(measure, written):
        enforce(refused(problem.sentence))
    telling = telltales(actor, written)
    if telling and not looked:
        enforce(refused(_("Look at the words that might tell who you are, and say that you did.")))
    if not no_conflict:
        enforce(refused(_("Say that you know of no conflict of interest, or declare the one.")))
    at = received_at or clock.now()
    _freeze(actor, opened, review, measure, written, len(telling), at)


def _freeze(  # noqa: PLR0917 - one act, and all that it is about
    actor: Actor,
    opened: Opened,
    review: Review,
    measure: Measure,
    written: Written,
    telling: int,
    at: datetime,
) -> None:
    exact = rules.total(measure, written.grades)
    assert exact is not None
    content = {**asdict(written), "total": rules.as_text(exact)}
    sha256 = hashlib.sha256(canonical(content)).hexdigest()
    for name, value in content.items():
        setattr(review, name, value)
    review.state, review.changes = ReviewState.SUBMITTED, {}
    review.version += 1
    review.revision += 1
    review.saved_at = clock.now()
    opened.seat.state = SeatState.SUBMITTED
    db.session.add(
        ReviewVersion(
            seat_id=review.seat_id,
            number=review.version,
            content=content,
            submitted_at=at,
            sha256=sha256,
        )
    )
    if opened.call.reviewers_to_reviewers is not Moment.NEVER and review.version == 1:
        db.session.add(ShownReviewer(seat_id=review.seat_id, name=actor.name))
    record(
        actor,
        ReviewSubmitted(
            version=review.version, sha256=sha256, no_conflict=True, sent_knowingly=telling
        ),
        about=review,
    )


def asks_recognition(opened: Opened) -> bool:
    """Whether to ask if they recognised who applied: once, where the call did not tell them."""
    review = opened.review
    hidden_while_judging = opened.call.applicants_to_reviewers is not Moment.ALWAYS
    return bool(review and review.version and not review.asked_recognition and hidden_while_judging)


def tell_recognition(actor: Actor, opened: Opened, answer: Recognised, how: str) -> None:
    """Keep whether the reviewer recognised who applied, apart from who it was and of what."""
    opened = _held(opened)
    enforce(policy.may_see(actor, opened.place))
    review = _review_of(opened)
    hold(review)
    if not asks_recognition(opened):
        return
    known = how if how in rules.WAYS and answer is not Recognised.NO else ""
    review.asked_recognition = True
    db.session.add(Recognition(call_id=opened.call.id, answer=answer, how=known))
    record(actor, RecognitionTold(), about=review)


def note_others(actor: Actor, opened: Opened) -> None:
    """Record that the others' reviews were read."""
    enforce(policy.may_read_others(actor, opened.place))
    record(actor, OthersRead(), about=opened.seat)
