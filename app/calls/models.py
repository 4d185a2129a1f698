"""A funding call: its calendar, form, criteria, rules and money. All of it is public."""

from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.calls.blinding import PRESETS, Blinding, Moment
from app.core.db import Identified, Json, Model
from app.core.lens import EVERYONE, Door, Holds, Lens, May, sees

__all__ = ["Blinding", "Moment"]


class CallState(StrEnum):
    """What people have decided. Open and closed are told by the clock (rules.phase_of)."""

    DRAFTING = "drafting"
    PUBLISHED = "published"  # announced, then open, then closed, as the calendar says
    ASSIGNING = "assigning"
    REVIEWING = "reviewing"
    RANKING = "ranking"
    ALLOCATING = "allocating"
    APPROVING = "approving"
    RELEASED = "released"
    ARCHIVED = "archived"


class QuestionKind(StrEnum):
    TEXT = "text"  # one line
    LONG_TEXT = "long-text"  # paragraphs with a word limit
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"  # one of several
    CHOICES = "choices"  # as many as fit
    COUNTRY = "country"
    ORGANISATION = "organisation"  # name and ROR id
    PERSON = "person"  # name, mail address, ORCID iD
    FILE = "file"  # PDF
    BUDGET = "budget"  # lines with amounts
    COSTS_BY_RATE = "costs-by-rate"  # numbers of what the call pays at fixed rates
    GROUP = "group"  # a table of simple columns, to which rows are added
    DATA_PLAN = "data-plan"  # what becomes of each data set, exported as a maDMP
    ETHICS = "ethics"  # approvals for each country and site


class Audience(StrEnum):
    """Who may read the answer, decided by where it is stored."""

    IDENTITY = "identity"  # never a reviewer while the call blinds
    SCIENTIFIC = "scientific"
    STAFF = "staff"  # the applicants and staff, never a reviewer whatever the blinding
    EQUALITY = "equality"  # the applicant alone; others learn counts, never rows


class Call(Identified, Model):
    """One funding opportunity."""

    __tablename__ = "call"
    __lens__ = sees(
        Holds.PUBLIC,
        read=EVERYONE,
        append=[Lens.STAFF],
        change=[Lens.STAFF],
        doors={Door.INVITATION: May.READ},
    )

    code: Mapped[str] = mapped_column(unique=True)  # e.g. ICR26, printed in proposal numbers
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    state: Mapped[CallState] = mapped_column(default=CallState.DRAFTING)
    fictional: Mapped[bool] = mapped_column(default=False)  # said wherever the call is shown

    # Calendar: the instant decides; what was typed and by which rules is kept beside it.
    zone: Mapped[str]  # IANA name
    opens_wall: Mapped[str]  # wall time as typed, ISO without offset
    closes_wall: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    reviews_due_at: Mapped[datetime | None]
    zone_data: Mapped[str] = mapped_column(default="")  # tzdata version used

    # Review
    blinding: Mapped[Blinding] = mapped_column(default=Blinding.DOUBLE)
    applicants_to_reviewers: Mapped[Moment]
    reviewers_to_applicants: Mapped[Moment]
    reviewers_to_reviewers: Mapped[Moment]
    reviews_to_reviewers: Mapped[Moment]
    applicants_to_staff: Mapped[Moment]
    unsealed_at: Mapped[datetime | None]  # when the staff were let know who applies
    reviewers_each: Mapped[int] = mapped_column(default=3)
    scale_best: Mapped[str]  # exact decimals as text; best may be below worst
    scale_worst: Mapped[str]
    scale_step: Mapped[str]
    anchors: Mapped[Json] = mapped_column(default=dict)  # grade as text -> what it means
    tie_rules: Mapped[list[Any]] = mapped_column(default=list)  # names of scoring rules, in order

    # Money
    fund_id: Mapped[str | None] = mapped_column(ForeignKey("fund.id"))
    currency: Mapped[str]
    rates: Mapped[Json] = mapped_column(default=dict)  # currency -> call currency per unit, text
    rates_source: Mapped[str] = mapped_column(default="")
    award_ceiling_minor: Mapped[int | None]
    when_unaffordable: Mapped[str] = mapped_column(default="stop")  # or "skip"
    threshold: Mapped[str] = mapped_column(default="")  # weighted total needed, empty for none
    reserve_places: Mapped[int] = mapped_column(default=0)
    award_rule: Mapped[Json] = mapped_column(default=dict)  # award_rule/; empty: plain rank order
    approvals_needed: Mapped[int] = mapped_column(default=1)  # besides the officer who proposes

    # Who may apply and how (app/calls/eligibility.py)
    eligibility: Mapped[list[Any]] = mapped_column(default=list)  # rules as small objects
    partners_confirm: Mapped[bool] = mapped_column(default=False)
    signatory_required: Mapped[bool] = mapped_column(default=False)
    complete_draft_counts: Mapped[bool] = mapped_column(default=False)  # at the deadline
    grace_minutes: Mapped[int] = mapped_column(default=0)  # set before the deadline, with a reason

    # Two stages: only those whose outline in the first call is invited may apply in this one
    first_stage_id: Mapped[str | None]

    # Frozen when it opens; what came of it when it is released
    rules_sha256: Mapped[str] = mapped_column(default="")  # as they stand; see Amendment
    released_at: Mapped[datetime | None]
    results: Mapped[Json] = mapped_column(default=dict)  # public counts, written at release

    def __init__(self, **values: Any) -> None:  # noqa: ANN401 - the columns
        """Settings that are not given are those of the mode that is."""
        preset = PRESETS[Blinding(values.get("blinding", Blinding.DOUBLE))]
        super().__init__(**{**asdict(preset), **values})


class Criterion(Identified, Model):
    """What is judged and how much it counts."""

    __tablename__ = "criterion"
    __table_args__ = (UniqueConstraint("call_id", "key"),)
    __lens__ = sees(Holds.PUBLIC, read=EVERYONE, append=[Lens.STAFF], change=[Lens.STAFF])

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"))
    key: Mapped[str]
    label: Mapped[str]
    guidance: Mapped[str] = mapped_column(default="")
    plain_label: Mapped[str] = mapped_column(default="")  # as patients and the public read it
    plain_guidance: Mapped[str] = mapped_column(default="")
    weight: Mapped[str]  # exact decimal; the weights of a call sum to 1
    anchors: Mapped[Json] = mapped_column(default=dict)  # grade -> words; empty for the call's
    threshold: Mapped[str] = mapped_column(default="")  # mean needed on it, empty for none
    position: Mapped[int]


class Question(Identified, Model):
    """One question of the call's form."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("call_id", "key"),)
    __lens__ = sees(Holds.PUBLIC, read=EVERYONE, append=[Lens.STAFF], change=[Lens.STAFF])

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"))
    key: Mapped[str]
    section: Mapped[str] = mapped_column(default="")
    label: Mapped[str]
    hint: Mapped[str] = mapped_column(default="")
    kind: Mapped[QuestionKind]
    audience: Mapped[Audience]
    required: Mapped[bool] = mapped_column(default=True)
    word_limit: Mapped[int | None]
    choices: Mapped[list[Any]] = mapped_column(default=list)
    settings: Mapped[Json] = mapped_column(default=dict)  # of its kind: min, max, columns, rates
    condition: Mapped[list[Any]] = mapped_column(default=list)  # all must hold; see conditions.py
    position: Mapped[int]


class Section(Identified, Model):
    """A part of the form. Questions name it by its title."""

    __tablename__ = "section"
    __table_args__ = (UniqueConstraint("call_id", "title"),)
    __lens__ = sees(Holds.PUBLIC, read=EVERYONE, append=[Lens.STAFF], change=[Lens.STAFF])

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"))
    title: Mapped[str]
    guidance: Mapped[str] = mapped_column(default="")
    position: Mapped[int]


class Amendment(Identified, Model):
    """A change of the form or the criteria after publication, with its reason. The hashes chain:
    each begins with the rules that the one before left, and the last leaves those of the call."""

    __tablename__ = "amendment"
    __table_args__ = (UniqueConstraint("call_id", "number"),)
    __lens__ = sees(Holds.PUBLIC, read=EVERYONE, append=[Lens.STAFF])

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"))
    number: Mapped[int]
    made_at: Mapped[datetime]
    reason: Mapped[str]
    changes: Mapped[list[Any]]  # sentences
    before_sha256: Mapped[str]
    after_sha256: Mapped[str]


class FormPlan(Model):
    """A form that is being changed after publication, until it is published with a reason."""

    __tablename__ = "form_plan"
    __lens__ = sees(Holds.DELIBERATION, read=[Lens.STAFF], append=[Lens.STAFF], change=[Lens.STAFF])

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), primary_key=True)
    sheet: Mapped[Json]  # as calls/sheets.py writes it
