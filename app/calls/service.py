"""What staff do with calls. Each function is one use case, all of it or none."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.accounts.actor import Actor
from app.calls import (
    asking,
    award_rule,
    blinding,
    eligibility,
    moving,
    policy,
    queries,
    rules,
    starter,
)
from app.calls.award_rule import AwardRule
from app.calls.blinding import PRESETS, Identities
from app.calls.events import (
    CallCreated,
    CallEdited,
    CallMoved,
    CallPublished,
    DeadlineExtended,
    GraceSet,
)
from app.calls.form_rules import form_problems
from app.calls.kinds.base import dump
from app.calls.models import Audience, Blinding, Call, CallState, Criterion, Question, QuestionKind
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.words import _
from app.funds import queries as funds
from app.funds import service as funding
from app.funds.models import FunderKind
from app.ledger.canonical import canonical
from app.ledger.service import record


@dataclass(frozen=True, slots=True)
class CallDraft:
    """What the builder's first page says. Wall times are as typed, in `zone`."""

    code: str
    title: str
    summary: str
    zone: str
    opens: datetime
    closes: datetime
    reviews_due: datetime | None
    blinding: Blinding
    reviewers_each: int
    scale_best: str
    scale_worst: str
    scale_step: str
    anchors: Mapping[str, str]
    tie_rules: tuple[str, ...]
    currency: str
    ceiling_minor: int | None
    rates: Mapping[str, str]
    rates_source: str
    when_unaffordable: str
    threshold: str
    reserve_places: int
    approvals_needed: int
    identities: Identities | None = None  # None for those of the mode that `blinding` names


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    key: str
    section: str
    label: str
    hint: str
    kind: QuestionKind
    audience: Audience
    required: bool
    word_limit: int | None
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CriterionDraft:
    key: str
    label: str
    guidance: str
    weight: str
    plain_label: str = ""
    plain_guidance: str = ""


@dataclass(frozen=True, slots=True)
class ContributionDraft:
    funder: str
    kind: FunderKind
    amount_minor: int


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
    _enforce_edit(actor, call)
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
    opens, closes = _instant(draft.opens, draft.zone), _instant(draft.closes, draft.zone)
    due = _instant(draft.reviews_due, draft.zone) if draft.reviews_due else None
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


def _instant(wall: datetime, zone: str) -> datetime:
    try:
        return rules.instant_of(wall, zone)
    except rules.WallTimeError as error:
        enforce(refused(str(error)))
        raise


def _enforce_edit(actor: Actor, call: Call) -> None:
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
    _enforce_edit(actor, call)
    funding.remove_contribution(call.fund_id or "", contribution_id)
    record(actor, CallEdited(part="fund"), about=call)


@dataclass(frozen=True, slots=True)
class Conditions:
    """Who may apply, and what applying asks for besides the form."""

    eligibility: tuple[Mapping[str, Any], ...]
    partners_confirm: bool
    signatory_required: bool
    complete_draft_counts: bool


def set_conditions(actor: Actor, call: Call, conditions: Conditions) -> None:
    """Decide who may apply; frozen with the other rules when the call is published."""
    _enforce_edit(actor, call)
    if problem := eligibility.problem(conditions.eligibility):
        enforce(refused(problem))
    call.eligibility = [dict(rule) for rule in conditions.eligibility]
    call.partners_confirm = conditions.partners_confirm
    call.signatory_required = conditions.signatory_required
    call.complete_draft_counts = conditions.complete_draft_counts
    record(actor, CallEdited(part="conditions"), about=call)


def edit_award_rule(actor: Actor, call: Call, rule: AwardRule, *, goes_on: bool) -> None:
    """Change how the money will be given; `goes_on`: past a proposal that is too dear."""
    _enforce_edit(actor, call)
    when_unaffordable = "skip" if goes_on else "stop"
    for problem in award_rule.problems(rule, queries.choices_of(call.id), when_unaffordable):
        enforce(refused(problem))
    call.award_rule = award_rule.to_data(rule)
    call.when_unaffordable = when_unaffordable
    record(actor, CallEdited(part="award rule"), about=call)


def publish(actor: Actor, call: Call) -> None:
    """Announce the call; its rules are frozen and hashed, and the clock does the rest."""
    _enforce_edit(actor, call)
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


def move(actor: Actor, call: Call, to: CallState) -> None:
    """Take the call to its next state, where people and not the clock decide."""
    enforce(policy.may_run_call(actor, call))
    hold(call)
    phase = queries.phase(call)
    enforce(rules.can_move(phase, to))
    for problem in moving.missing(call, to):
        enforce(refused(problem))
    call.state = to
    moving.moved(call, to)
    record(actor, CallMoved(before=phase.value, after=to.value), about=call)


def extend_deadline(actor: Actor, call: Call, closes: datetime, reason: str) -> None:
    """Move the deadline later, for everybody, with the reason in the ledger."""
    enforce(policy.may_run_call(actor, call))
    if queries.phase(call) not in {rules.Phase.ANNOUNCED, rules.Phase.OPEN}:
        enforce(refused(_("The deadline has passed; it cannot be extended any more.")))
    after = _instant(closes, call.zone)
    if after <= call.closes_at:
        enforce(refused(_("A deadline can only move later.")))
    event = DeadlineExtended(
        before=clock.to_text(call.closes_at), after=clock.to_text(after), reason=reason
    )
    call.closes_at, call.closes_wall = after, closes.isoformat()
    record(actor, event, about=call)


MOST_GRACE = 240  # minutes


def set_grace(actor: Actor, call: Call, minutes: int, reason: str) -> None:
    """Let what arrives a little late count too; decided before the deadline, and only longer."""
    enforce(policy.may_run_call(actor, call))
    if queries.phase(call) not in {rules.Phase.DRAFTING, rules.Phase.ANNOUNCED, rules.Phase.OPEN}:
        enforce(refused(_("The deadline has passed; grace is decided before it.")))
    if not 0 <= minutes <= MOST_GRACE:
        enforce(refused(_("Grace is between 0 and %(n)s minutes.", n=MOST_GRACE)))
    if minutes < call.grace_minutes and call.state is not CallState.DRAFTING:
        enforce(refused(_("Grace can only grow once the call is published.")))
    if not reason.strip():
        enforce(refused(_("Give the reason; it stands in the ledger.")))
    event = GraceSet(before=call.grace_minutes, after=minutes, reason=reason.strip())
    call.grace_minutes = minutes
    record(actor, event, about=call)
