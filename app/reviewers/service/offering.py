"""What a call says about who reviews, and people who offer themselves."""

from dataclasses import dataclass

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core import clock
from app.core.db import db, one_at_a_time
from app.core.gate import enforce
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.reviewers import policy, queries
from app.reviewers.events import NominationJudged, ReviewerOffered, TermsSet
from app.reviewers.models import Nomination, NominationState, ReviewerKind, ReviewingTerms
from app.reviewers.queries import NominationRow
from app.reviewers.rules import Profile
from app.reviewers.service.pool import ReviewerDraft, enter_reviewer
from app.reviewers.service.searching import detect_conflicts


def set_terms(actor: Actor, call: Call, *, same_country: bool, self_nomination: bool) -> None:
    """Say whether a shared country is a conflict, and whether people may offer themselves."""
    enforce(policy.may_fill_pool(actor, call))
    terms = db.session.get(ReviewingTerms, call.id)
    if terms is None:
        terms = ReviewingTerms(call_id=call.id)
        db.session.add(terms)
    terms.same_country, terms.self_nomination = same_country, self_nomination
    record(actor, TermsSet(same_country=same_country, self_nomination=self_nomination), about=call)
    detect_conflicts(actor, call)


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody says who offers to review."""

    kind: ReviewerKind
    codes: tuple[str, ...]
    languages: tuple[str, ...]
    keywords: str
    statement: str


def offer_oneself(actor: Actor, call: Call, offer: Offer) -> None:
    """Offer to review. It makes nobody a reviewer, and says so wherever staff see it."""
    enforce(policy.may_offer_oneself(actor, call))
    one_at_a_time(f"offers in {call.id}")
    if queries.has_offered(call.id, actor.id):
        enforce(refused(_("You offered to review in this call already.")))
    nomination = Nomination(
        call_id=call.id,
        account_id=actor.id,
        kind=offer.kind,
        codes=list(offer.codes),
        languages=list(offer.languages),
        keywords=offer.keywords,
        statement=offer.statement,
        offered_at=clock.now(),
    )
    db.session.add(nomination)
    record(actor, ReviewerOffered(), about=nomination)


def take_nomination(actor: Actor, call: Call, row: NominationRow) -> None:
    """Put somebody who offered themselves into the pool, marked as that."""
    enforce(policy.may_fill_pool(actor, call))
    nomination = _judge(actor, row, NominationState.TAKEN)
    enter_reviewer(
        actor,
        call,
        ReviewerDraft(
            name=row.name,
            email=row.email,
            organisation="",
            country="",
            kind=nomination.kind,
            expertise=nomination.keywords,
            most=8,
            profile=_with(nomination),
            self_nominated=True,
            invite=False,
        ),
    )


def _with(nomination: Nomination) -> Profile | None:
    """Return the profile they gave, where nothing else is known of them: what staff know stays."""
    if queries.profile_of(nomination.account_id) != Profile():
        return None
    return Profile(
        codes=tuple(nomination.codes),
        languages=tuple(nomination.languages),
        statement=nomination.statement,
    )


def turn_down_nomination(actor: Actor, call: Call, row: NominationRow) -> None:
    enforce(policy.may_fill_pool(actor, call))
    _judge(actor, row, NominationState.TURNED_DOWN)


def _judge(actor: Actor, row: NominationRow, state: NominationState) -> Nomination:
    nomination = db.session.get_one(Nomination, row.id)
    if nomination.state is not NominationState.WAITING:
        enforce(refused(_("This offer was decided already.")))
    nomination.state = state
    record(actor, NominationJudged(taken=state is NominationState.TAKEN), about=nomination)
    return nomination
