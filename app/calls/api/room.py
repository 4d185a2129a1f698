"""The blueprint that programs ask about calls, and what a call is to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, cast

from flask import Blueprint, url_for

from app.calls import views
from app.calls.models import Audience, Call, QuestionKind
from app.core.api import PageAsked, Says
from app.core.settings import settings

bp = Blueprint("api_calls", __name__, url_prefix="/api/v1")

# Of a call that is being decided everybody knows that, and nobody outside how far it is.
ToldPhase = Literal[
    "announced", "open", "closed", "assigning", "reviewing", "ranking", "released", "archived"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsAsked(PageAsked):
    """Which calls are asked for."""

    phase: Annotated[ToldPhase | None, Says("Calls in this phase alone.")] = None


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call in a list."""

    code: Annotated[str, Says("Names the call in addresses and numbers of proposals.")]
    title: str
    summary: str
    phase: Annotated[ToldPhase, Says("`ranking` is being decided, however far that is.")]
    opens_at: datetime
    closes_at: Annotated[datetime, Says("The deadline; this instant is still in time.")]
    zone: Annotated[str, Says("The time zone in which the deadline was set.")]
    currency: str
    fictional: Annotated[bool, Says("Whether it is there to show and try things alone.")]
    url: Annotated[str, Says("Its page for people.")]


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """A question of the form."""

    key: str
    label: str
    hint: str
    section: str
    kind: QuestionKind
    audience: Annotated[Audience, Says("Who may read the answer.")]
    required: bool
    word_limit: int | None
    choices: Sequence[str]
    takes: Annotated[str, Says("What an answer is, in words.")]
    only_if: Annotated[Sequence[Mapping[str, str]], Says("Asked only if all of these hold.")]


@dataclass(frozen=True, slots=True)
class CriterionTold:
    """What is judged, and how much it counts."""

    key: str
    label: str
    guidance: str
    weight: Annotated[str, Says("Exact decimal; the weights of a call add up to 1.")]
    threshold: Annotated[str, Says("The mean needed on it; empty for none.")]


@dataclass(frozen=True, slots=True)
class CallTold:
    """All that applicants and reviewers go by."""

    call: CallRow
    questions: Sequence[QuestionAsked]
    criteria: Sequence[CriterionTold]
    scale_best: str
    scale_worst: str
    scale_step: str
    anchors: Annotated[Mapping[str, str], Says("Grades with what they mean.")]
    conditions: Annotated[Sequence[str], Says("Who may apply and what else it asks for.")]
    money_rules: Annotated[Sequence[str], Says("How the money is given, in sentences.")]
    award_ceiling_minor: Annotated[int | None, Says("The largest award, in minor units.")]
    rates: Annotated[Mapping[str, str], Says("Currencies of budgets besides, with their rates.")]
    rules_sha256: Annotated[str, Says("Hash of the rules as published.")]


def row_of(call: Call) -> CallRow:
    """Return a call as programs read it in any list."""
    phase, _words = views.told_phase(call)
    return CallRow(
        code=call.code,
        title=call.title,
        summary=call.summary,
        phase=cast("ToldPhase", phase.value),
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        zone=call.zone,
        currency=call.currency,
        fictional=call.fictional,
        url=public_address("calls.show_call", code=call.code),
    )


def public_address(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - as `url_for` takes them
    """Return an address of ours with the name under which everybody knows this installation."""
    return settings().base_url.rstrip("/") + url_for(endpoint, **values)
