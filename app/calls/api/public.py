"""Calls for programs: what everybody reads of them."""

from app.calls import policy, queries, views
from app.calls.api.room import (
    CallRow,
    CallsAsked,
    CallTold,
    CriterionTold,
    QuestionAsked,
    bp,
    row_of,
)
from app.calls.asking import form_of
from app.calls.kinds import Asked, kind_of
from app.calls.kinds.values import shape_of
from app.calls.models import Criterion
from app.core.api import Listed, listed, operation
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require


@bp.get("/calls")
@operation(Lens.PUBLIC, None, None, answers=Listed[CallRow], asks=CallsAsked)
def list_calls(asked: CallsAsked) -> Listed[CallRow]:
    """List the calls: open, announced and past ones, the last to close first."""
    rows = [row_of(call) for call in queries.published_calls()]
    fitting = [row for row in rows if asked.phase in (None, row.phase)]
    return listed(fitting, asked, lambda row: row)


@bp.get("/calls/<word:code>")
@operation(Lens.PUBLIC, None, None, answers=CallTold)
def show_call(code: str) -> CallTold:
    """Read one call: its form, criteria, rules and money."""
    call = require(queries.call_with_code(code))
    enforce(policy.may_see_call(None, call))  # whatever a token may do besides
    told = views.public_page(call)
    return CallTold(
        call=row_of(call),
        questions=[_question(asked) for asked in form_of(call)],
        criteria=[_criterion(one) for one in queries.criteria_of(call.id)],
        scale_best=call.scale_best,
        scale_worst=call.scale_worst,
        scale_step=call.scale_step,
        anchors=call.anchors,
        conditions=told["conditions"],
        money_rules=told["money_rules"],
        award_ceiling_minor=call.award_ceiling_minor,
        rates=call.rates,
        rules_sha256=call.rules_sha256,
    )


def _question(asked: Asked) -> QuestionAsked:
    return QuestionAsked(
        key=asked.key,
        label=asked.label,
        hint=asked.hint,
        section=asked.section,
        kind=asked.kind,
        audience=asked.audience,
        required=asked.required,
        word_limit=asked.word_limit,
        choices=asked.choices,
        takes=shape_of(kind_of(asked.kind), asked),
        only_if=[dict(one) for one in asked.condition],
    )


def _criterion(one: Criterion) -> CriterionTold:
    return CriterionTold(one.key, one.label, one.guidance, one.weight, one.threshold)
