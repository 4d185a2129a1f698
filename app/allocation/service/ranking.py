"""Making a call's ranking."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.accounts.actor import Actor
from app.allocation import computing, policy, queries, rules
from app.allocation.computing import Data, Judged
from app.allocation.events import RankingMade
from app.allocation.models import Ranking
from app.allocation.placing import Terms
from app.allocation.queries import Reviewed
from app.allocation.service.standing import nobody_left
from app.calls import award_rule
from app.calls import queries as calls
from app.calls.models import Call, CallState
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.ledger.latest import Latest
from app.ledger.service import record
from app.panels.order import gives_order
from app.panels.service import look_again_in
from app.reviews.events import OF_ONE_SEAT, QUIET
from scoring.errors import InputError


def inputs_of(call: Call, *, people: bool = False) -> Data:
    """Gather what the call's ranking is computed from.

    `people`: seats of one reviewer have one name, for a rule that estimates how severe each is.
    """
    reviews = queries.judged_in(call.id)
    if people:
        names = queries.one_person_each(call.id)
        reviews = [
            Judged(one.proposal, names.get((one.proposal, one.seat), one.seat), one.grades)
            for one in reviews
        ]
    return _inputs(call, reviews)


def _inputs(call: Call, reviews: Sequence[Judged]) -> Data:
    criteria = calls.criteria_of(call.id)
    return computing.ranking_inputs(
        call=call.code,
        scale={"best": call.scale_best, "worst": call.scale_worst, "step": call.scale_step},
        criteria=[{"key": c.key, "label": c.label, "weight": c.weight} for c in criteria],
        thresholds=[{"key": c.key, "limit": c.threshold} for c in criteria if c.threshold],
        tie_rules=call.tie_rules,
        reviews=reviews,
    )


class Standing(NamedTuple):
    """The ranking as it would stand now, and the titles of all that could have a place in it."""

    result: Data
    titles: Mapping[str, str]


class _Ranked(NamedTuple):
    reviewed: Reviewed
    standing: Standing


latest: Latest[_Ranked] = Latest(quiet=QUIET, of_one=OF_ONE_SEAT)


def standing(call: Call) -> Standing:
    """Return the ranking as it would stand now. Whoever may see it sees the same, so a process
    keeps the last, and computes it anew when a review that counts in it changed.

    Raises scoring.InputError and ValueError as `computing.ranking_result` does.
    """
    terms = _inputs(call, reviews=())

    def computed(reviewed: Reviewed) -> _Ranked:
        given = {number: seated.given for number, seated in reviewed.reviews.items()}
        return _Ranked(reviewed, Standing(computing.ranking_of(terms, given), reviewed.titles))

    def again(ranked: _Ranked, seats: list[str]) -> _Ranked | None:
        reviewed = ranked.reviewed.with_these(queries.reviewed_in(call.id, seats))
        if reviewed is None or reviewed == ranked.reviewed:
            return reviewed and ranked
        return computed(reviewed)

    key = call.id, Terms.of(terms)
    return latest.find(key, lambda: computed(queries.reviewed_in(call.id)), again).standing


@gives_order
def best_first(call: Call) -> list[str]:
    """Return the numbers of a call's proposals as they are ranked, or would be now."""
    made = queries.latest_ranking(call.id)
    try:
        result = made.result if made else standing(call).result
    except (InputError, ValueError):
        return []
    return [place["proposal"] for place in result["places"]]


def make_ranking(actor: Actor, call: Call) -> Ranking:
    """Compute and keep the ranking; the call goes on to allocating, and its panel reads anew."""
    enforce(policy.may_propose(actor, call))
    hold(call)
    enforce(rules.can_rank(calls.phase(call)))
    last = queries.latest_ranking(call.id)
    if last is not None:
        drawn = queries.draw_of(last.id) is not None
        enforce(rules.can_rank_again(stands=bool(nobody_left(call, last.result)), drawn=drawn))
    inputs = inputs_of(call, people=award_rule.from_data(call.award_rule).needs_calibration)
    try:
        result = computing.ranking_result(inputs)
    except (InputError, ValueError) as error:
        enforce(refused(str(error)))
        raise
    ranking = Ranking(
        call_id=call.id,
        number=queries.rankings_made(call.id) + 1,
        inputs=inputs,
        result=result,
        inputs_sha256=computing.sha256_of(inputs),
        result_sha256=computing.sha256_of(result),
        made_at=clock.now(),
    )
    db.session.add(ranking)
    call.state = CallState.ALLOCATING
    record(
        actor,
        RankingMade(
            number=ranking.number,
            inputs_sha256=ranking.inputs_sha256,
            result_sha256=ranking.result_sha256,
        ),
        about=call,
    )
    look_again_in(call.id)
    return ranking
