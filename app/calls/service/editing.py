"""A call while it is being drafted: its basics, its money, who may apply, its award rule."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from app.accounts.actor import Actor
from app.calls import award_rule, blinding, eligibility, policy, queries, rules, starter
from app.calls.award_rule import AwardRule
from app.calls.blinding import PRESETS
from app.calls.events import CallCreated, CallEdited
from app.calls.models import Call, Criterion, Question
from app.calls.service.drafts import CallDraft, Conditions, ContributionDraft
from app.core.db import db
from app.core.gate import enforce
from app.core.verdict import refused
from app.core.words import _
from app.funds import service as funding
from app.ledger.service import record


def create_call(actor: Actor, draft: CallDraft) -> Call:
    """Begin a call in drafting, with the starter's questions and criteria to change."""
    enforce(policy.may_create_call(actor))
    if queries.call_with_code(draft.code) is not None:
        enforce(
            refused(_("There is a call with the code %(code)s. Choose another.", code=draft.code))
        )
    call = Call(**columns_of(draft))
    db.session.add(call)
    db.session.flush()
    for place, item in enumerate(starter.questions()):
        values = asdict(item)
        values["word_limit"] = values.pop("words")
        db.session.add(Question(call_id=call.id, position=place, **values))
    for place, told in enumerate(starter.criteria()):
        key, label, guidance, weight, plain_label, plain_guidance = told
        db.session.add(
            Criterion(
                call_id=call.id,
                key=key,
                label=label,
                guidance=guidance,
                weight=weight,
                plain_label=plain_label,
                plain_guidance=plain_guidance,
                position=place,
            )
        )
    record(actor, CallCreated(code=call.code), about=call)
    return call


def edit_call(actor: Actor, call: Call, draft: CallDraft) -> None:
    """Change a call that is still being drafted."""
    enforce_edit(actor, call)
    other = queries.call_with_code(draft.code)
    if other is not None and other.id != call.id:
        enforce(
            refused(_("There is a call with the code %(code)s. Choose another.", code=draft.code))
        )
    for name, value in columns_of(draft).items():
        setattr(call, name, value)
    record(actor, CallEdited(part="basics"), about=call)


def columns_of(draft: CallDraft) -> dict[str, Any]:
    """Return the draft as the columns of a call; refuse calendars and scales that cannot be."""
    opens, closes = (
        instant_of_wall(draft.opens, draft.zone),
        instant_of_wall(draft.closes, draft.zone),
    )
    due = instant_of_wall(draft.reviews_due, draft.zone) if draft.reviews_due else None
    identities = draft.identities or PRESETS[draft.blinding]
    for problem in (
        rules.calendar_problem(opens, closes, due),
        blinding.problem(identities),
        rules.scale_problem(draft.scale_best, draft.scale_worst, draft.scale_step),
        rules.tie_problem(draft.tie_rules),
        rules.threshold_problem(draft.threshold, draft.scale_best, draft.scale_worst),
    ):
        if problem:
            enforce(refused(problem))
    same = asdict(draft)
    for typed in ("opens", "closes", "reviews_due", "ceiling_minor", "identities"):
        del same[typed]
    return {
        **same,
        **blinding.columns(identities),
        "blinding": blinding.mode_of(identities),
        "tie_rules": list(draft.tie_rules),
        "award_ceiling_minor": draft.ceiling_minor,
        "opens_wall": draft.opens.isoformat(),
        "closes_wall": draft.closes.isoformat(),
        "opens_at": opens,
        "closes_at": closes,
        "reviews_due_at": due,
        "zone_data": rules.zone_data_version(),
    }


def instant_of_wall(wall: datetime, zone: str) -> datetime:
    try:
        return rules.instant_of(wall, zone)
    except rules.WallTimeError as error:
        enforce(refused(str(error)))
        raise


def enforce_edit(actor: Actor, call: Call) -> None:
    enforce(policy.may_run_call(actor, call))
    enforce(rules.can_edit(queries.phase(call)))


def add_contribution(actor: Actor, call: Call, draft: ContributionDraft) -> None:
    """Put a funder's money into the call's fund, which is made with the first contribution."""
    enforce(policy.may_run_call(actor, call))
    if queries.phase(call) in {rules.Phase.RELEASED, rules.Phase.ARCHIVED, rules.Phase.APPROVING}:
        enforce(refused(_("The allocation is made; the fund can no longer change.")))
    if draft.amount_minor <= 0:
        enforce(refused(_("The amount must be above zero.")))
    if call.fund_id is None:
        call.fund_id = funding.make_fund(call.title, call.currency).id
    funding.contribute(call.fund_id, draft.funder, draft.kind, draft.amount_minor)
    record(actor, CallEdited(part="fund"), about=call)


def remove_contribution(actor: Actor, call: Call, contribution_id: str) -> None:
    enforce_edit(actor, call)
    funding.remove_contribution(call.fund_id or "", contribution_id)
    record(actor, CallEdited(part="fund"), about=call)


def set_conditions(actor: Actor, call: Call, conditions: Conditions) -> None:
    """Decide who may apply; frozen with the other rules when the call is published."""
    enforce_edit(actor, call)
    if problem := eligibility.problem(conditions.eligibility):
        enforce(refused(problem))
    call.eligibility = [dict(rule) for rule in conditions.eligibility]
    call.partners_confirm = conditions.partners_confirm
    call.signatory_required = conditions.signatory_required
    call.complete_draft_counts = conditions.complete_draft_counts
    record(actor, CallEdited(part="conditions"), about=call)


def edit_award_rule(actor: Actor, call: Call, rule: AwardRule, *, goes_on: bool) -> None:
    """Change how the money will be given; `goes_on`: past a proposal that is too dear."""
    enforce_edit(actor, call)
    when_unaffordable = "skip" if goes_on else "stop"
    for problem in award_rule.problems(rule, queries.choices_of(call.id), when_unaffordable):
        enforce(refused(problem))
    call.award_rule = award_rule.to_data(rule)
    call.when_unaffordable = when_unaffordable
    record(actor, CallEdited(part="award rule"), about=call)
