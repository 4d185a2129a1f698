"""What staff type of a call, before it is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.calls.blinding import Identities
from app.calls.models import Audience, Blinding, QuestionKind
from app.funds.models import FunderKind


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


@dataclass(frozen=True, slots=True)
class Conditions:
    """Who may apply, and what applying asks for besides the form."""

    eligibility: tuple[Mapping[str, Any], ...]
    partners_confirm: bool
    signatory_required: bool
    complete_draft_counts: bool
