"""Taking proposals along, and bringing back what was written. Each function is one use case."""

from collections.abc import Mapping, Sequence

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.jobs import enqueue
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.reviews import policy as reviews
from app.reviews import queries as seats
from app.reviews.offline import policy, queries, rules
from app.reviews.offline.events import FormBroughtBack, PackAsked, PackTaken
from app.reviews.offline.models import PackState, ReviewPack
from app.reviews.offline.packing import JOB
from app.reviews.offline.rules import Filled, merged
from app.reviews.queries import Opened
from app.reviews.service import Change, save


def ask(actor: Actor, call: Call, own: Sequence[Opened]) -> ReviewPack:
    """Ask for a pack of all that may be written by now; a job makes it."""
    enforce(policy.may_work_offline(actor, [one.place for one in own]))
    enforce(rules.can_ask([pack.state for pack in queries.own_packs(actor.id, call.id)]))
    taken = [one for one in own if reviews.may_write(actor, one.place)]
    pack = ReviewPack(
        call_id=call.id,
        account_id=actor.id,
        seats=[one.seat.id for one in taken],
        asked_at=clock.now(),
    )
    db.session.add(pack)
    record(actor, PackAsked(len(taken)), about=pack)
    enqueue(JOB, {"pack_id": pack.id}, job_id=pack.id)
    return pack


def fetch(actor: Actor, pack: ReviewPack, own: Sequence[Opened]) -> None:
    """Record that the proposals of a pack were taken along."""
    there = [one for one in own if one.seat.id in pack.seats]
    enforce(policy.may_fetch(actor, [one.place for one in there], len(pack.seats)))
    if pack.state is not PackState.READY:
        enforce(refused(_("The pack is not made yet.")))
    record(actor, PackTaken([one.proposal.id for one in there]), about=pack)


def bring_back(
    actor: Actor, call: Call, own: Sequence[Opened], filled: Mapping[str, tuple[Filled, int]]
) -> int:
    """Save what the form says as drafts, seat by seat; return how many changed.

    Each is saved over the revision its preview showed; Overtaken is raised, and nothing is taken,
    where another window saved since.
    """
    enforce(policy.may_work_offline(actor, [one.place for one in own]))
    changed = 0
    for opened in own:
        if opened.seat.id not in filled:
            continue
        said, seen = filled[opened.seat.id]
        online = seats.working(opened.review)
        written = merged(online, said)
        if written != online:
            save(actor, opened, Change(revision=seen, written=written))
            changed += 1
    if changed:
        record(actor, FormBroughtBack(changed), about=call)
    return changed
