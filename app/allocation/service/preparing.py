"""What a release publishes of a decision, computed before it: the release itself never solves.

The decision is computed once more from what was kept of it, as everybody will who has the bundle.
For a rule with quotas or a calibration that takes a while, and a release is one transaction in
which nobody else writes; so a job does it when the last approver has signed.
"""

import json
from collections.abc import Mapping, Sequence

from app.accounts.actor import Actor
from app.allocation import computing, policy, publishing, queries, rules
from app.allocation.computing import Data
from app.allocation.models import Allocation, AllocationState, Preparation, Ranking
from app.allocation.publishing import Decision, Prepared
from app.allocation.queries import LineRow
from app.calls.models import Call
from app.core import clock
from app.core.db import Json, db
from app.core.gate import enforce
from app.core.jobs import enqueue, handles, progress_about, report_progress
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _
from scoring.publishing import to_json

PREPARE = "allocation.prepare_release"


def takes_a_while(rule: Data) -> bool:
    """Whether a decision is too much work for the transaction of a release."""
    return not computing.scoring_rule(rule).is_plain or "calibration" in rule


def ask_for_preparation(allocation: Allocation) -> None:
    """Have a job compute what the release of an approved allocation needs; asked twice, it is
    computed once."""
    if takes_a_while(allocation.rule) and not standing_of(allocation):
        enqueue(PREPARE, {"allocation_id": allocation.id})


def prepare_release(actor: Actor, call: Call, allocation: Allocation) -> None:
    """Ask again, where a preparation failed or is of an allocation from before."""
    enforce(policy.may_take_part(actor, call))
    enforce(rules.can_prepare(allocation.state))
    ask_for_preparation(allocation)


def standing_of(allocation: Allocation) -> str:
    """Return "ready", "going" or nothing."""
    made = db.session.get(Preparation, allocation.id)
    if made is not None and made.of_sha256 == _of(allocation):
        return "ready"
    return "going" if progress_about("allocation_id", [allocation.id], [PREPARE]) else ""


def can_release_prepared(allocation: Allocation) -> Verdict:
    """Whether all that takes a while is done."""
    if not takes_a_while(allocation.rule):
        return ALLOWED
    standing = standing_of(allocation)
    if standing == "ready":
        return ALLOWED
    if standing == "going":
        return refused(
            _("The release is being prepared: the decision is computed once more. Wait a moment.")
        )
    return refused(
        _("The release is not prepared, or something moved since. Have it prepared first.")
    )


def prepared_for(allocation: Allocation) -> Prepared | None:
    """Return what a job prepared, or nothing where it did not or something is another by now.

    What is published beside it is hashed again: what was altered since is refused.
    """
    made = db.session.get(Preparation, allocation.id)
    if made is None or made.of_sha256 != _of(allocation):
        return None
    told = json.loads(made.content)
    ranking = db.session.get_one(Ranking, allocation.ranking_id)
    kept = {"inputs": ranking.inputs, "ranking": ranking.result, "rule": allocation.rule}
    if any(computing.sha256_of(data) != told["hashes"][name] for name, data in kept.items()):
        _refuse_what_is_another()
    computed = (told["given"], told["result"], told["hashes"])
    decision = Decision(ranking.inputs, ranking.result, allocation.rule, *computed)
    return Prepared(decision, told["derived"])


def departures_in(lines: Sequence[LineRow], agreed: Mapping[str, str]) -> list[Data]:
    """Return departures as a bundle states them; `agreed` names who agreed to each."""
    return [
        {
            "proposal": row.number,
            "decision": row.line.decision.value,
            "amount_minor": row.line.amount_minor,
            "reason": row.line.departure,
            "approver": agreed.get(row.number, ""),
        }
        for row in lines
        if row.line.departure
    ]


def computed_anew(allocation: Allocation) -> Prepared:
    """Compute a decision from what was kept of it; what does not come out again is refused."""
    ranking = db.session.get_one(Ranking, allocation.ranking_id)
    draw = queries.draw_of(ranking.id)
    departures = _departures(allocation)
    decision = publishing.decide(ranking.inputs, allocation.rule, departures)
    if decision.ranking != ranking.result or decision.hashes["allocation"] != allocation.sha256:
        _refuse_what_is_another()
    return Prepared(
        decision, publishing.derived(decision, departures, draw.entrants if draw else None)
    )


def _refuse_what_is_another() -> None:
    enforce(
        refused(
            _(
                "The decision does not come out again from what was kept of it, so it is "
                "not released. Ask for the ledger to be checked."
            )
        )
    )


def _departures(allocation: Allocation) -> list[Data]:
    agreed = {one.number: one.approver for one in queries.departures_of(allocation.id)}
    return departures_in(queries.lines_of(allocation.id), agreed)


def _of(allocation: Allocation) -> str:
    """Return what a preparation is recognised by: all that it was computed from."""
    ranking = db.session.get_one(Ranking, allocation.ranking_id)
    draw = queries.draw_of(ranking.id)
    return computing.sha256_of(
        {
            "allocation": allocation.sha256,
            "inputs": ranking.inputs_sha256,
            "departures": _departures(allocation),
            "entrants": draw.entrants if draw else None,
        }
    )


def _prepare(payload: Json) -> tuple[str, bytes] | None:
    allocation = db.session.get(Allocation, payload["allocation_id"])
    if allocation is None or allocation.state is not AllocationState.APPROVED:
        return None
    report_progress(5)
    of = _of(allocation)
    made = computed_anew(allocation)
    told = {
        "given": made.decision.given,
        "result": made.decision.result,
        "hashes": dict(made.decision.hashes),
        "derived": made.derived,
    }
    return of, to_json(told).encode()


@handles(PREPARE, prepare=_prepare)
def _keep(payload: Json, found: tuple[str, bytes] | None) -> None:
    """Keep what was prepared; done twice, it changes nothing."""
    if found is None:
        return
    enforce(ALLOWED)  # the last approver asked for it
    of, content = found
    made = db.session.get(Preparation, payload["allocation_id"])
    if made is None:
        made = Preparation(allocation_id=payload["allocation_id"])
        db.session.add(made)
    made.of_sha256, made.content, made.made_at = of, content, clock.now()
