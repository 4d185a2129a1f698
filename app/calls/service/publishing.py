"""Publishing a call: what keeps it from it, and the rules that are frozen with their hash."""

import hashlib
from typing import Any

from app.accounts.actor import Actor
from app.calls import asking, award_rule, blinding, eligibility, queries, rules
from app.calls.events import CallPublished
from app.calls.form_rules import form_problems
from app.calls.kinds.base import dump
from app.calls.models import Call, CallState, Criterion, Question
from app.calls.service.editing import enforce_edit
from app.core.gate import enforce
from app.core.verdict import refused
from app.core.words import _
from app.funds import queries as funds
from app.ledger.canonical import canonical
from app.ledger.service import record


def publish(actor: Actor, call: Call) -> None:
    """Announce the call; its rules are frozen and hashed, and the clock does the rest."""
    enforce_edit(actor, call)
    for problem in problems(call):
        enforce(refused(problem))
    call.state = CallState.PUBLISHED
    call.rules_sha256 = rules_sha256(call)
    record(actor, CallPublished(code=call.code, rules_sha256=call.rules_sha256), about=call)


def problems(call: Call) -> list[str]:
    """Say what keeps the call from being published."""
    weighed = [rules.Weighed(c.key, c.label, c.weight) for c in queries.criteria_of(call.id)]
    found = [
        rules.weight_problem(weighed),
        rules.tie_problem(call.tie_rules, [item.key for item in weighed]),
        eligibility.problem(call.eligibility),
    ]
    found += form_problems_of(call)
    found += award_rule.problems(
        award_rule.from_data(call.award_rule),
        queries.choices_of(call.id),
        call.when_unaffordable,
    )
    if call.fund_id is None or not funds.total_of(call.fund_id):
        found.append(_("Add at least one contribution to the fund."))
    return [problem for problem in found if problem]


def form_problems_of(call: Call) -> list[str]:
    """Say what keeps the form from being asked."""
    form = asking.form_of(call)
    return form_problems(
        form, reviewers_see_who=asking.reviewers_see_who(call), kept=asking.kept_keys(call)
    )


def rules_sha256(call: Call) -> str:
    return hashlib.sha256(canonical(rules_of(call))).hexdigest()


def rules_of(call: Call) -> dict[str, Any]:
    """Return everything that decides, as the plain data whose hash is published."""
    decided = (
        "code title summary zone opens_wall closes_wall blinding reviewers_each scale_best "
        "scale_worst scale_step anchors tie_rules currency rates rates_source "
        "award_ceiling_minor when_unaffordable threshold reserve_places approvals_needed"
    )
    conditions = "eligibility partners_confirm signatory_required complete_draft_counts"
    asked = "key section label hint kind audience required word_limit choices"
    weighed = "key label guidance weight"
    return {
        "call": {
            name: list(value.items()) and [list(pair) for pair in sorted(value.items())]
            if isinstance(value := getattr(call, name), dict)
            else value
            for name in decided.split()
        }
        | blinding.named(call)
        # Hashed where they are set: calls from before there were any keep their hash.
        | {name: getattr(call, name) for name in conditions.split() if getattr(call, name)},
        **({"award_rule": call.award_rule} if call.award_rule else {}),
        "questions": [
            {
                **{name: getattr(q, name) for name in asked.split()},
                **_said(q, "settings", "condition"),
            }
            for q in queries.questions_of(call.id)
        ],
        "criteria": [
            {
                **{name: getattr(c, name) for name in weighed.split()},
                **_said(c, "anchors", "threshold", "plain_label", "plain_guidance"),
            }
            for c in queries.criteria_of(call.id)
        ],
        **_guidance(call),
    }


def _said(row: Question | Criterion, *names: str) -> dict[str, Any]:
    """Return what a row says besides; calls published before these columns keep their hash.

    What is nested deep, such as the columns of a table, stands as its JSON text.
    """
    said = {name: value for name in names if (value := getattr(row, name))}
    return {name: v if isinstance(v, str) else dump(v) for name, v in said.items()}


def _guidance(call: Call) -> dict[str, Any]:
    told = [[s.title, s.guidance] for s in queries.sections_of(call.id) if s.guidance]
    stage = {"first_stage_id": call.first_stage_id} if call.first_stage_id else {}
    return {**({"sections": told} if told else {}), **stage}
