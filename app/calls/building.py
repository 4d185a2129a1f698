"""Building the form and the criteria of a call, sheet by sheet.

While a call is drafted a change goes into its tables. After it is published changes gather in a
plan that only staff see, until they are published together as an amendment (amending.py).
"""

from collections.abc import Callable, Collection
from dataclasses import replace

from sqlalchemy import delete

from app.accounts.actor import Actor
from app.calls import policy, queries, rules
from app.calls.asking import as_asked, kept_keys, reviewers_see_who
from app.calls.events import CallEdited, FormPlanned
from app.calls.form_rules import form_problems
from app.calls.kinds import Asked
from app.calls.models import Call, CallState, Criterion, FormPlan, Question, Section
from app.calls.sheet import (
    CriterionSheet,
    FormSheet,
    SectionSheet,
    from_data,
    in_order,
    to_data,
)
from app.core.db import db
from app.core.gate import enforce
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _
from app.ledger.service import record

AMENDABLE = frozenset({rules.Phase.ANNOUNCED, rules.Phase.OPEN})
Change = Callable[[FormSheet], FormSheet]


def sheet_of(call: Call) -> FormSheet:
    """Return the form as it stands: what applicants fill in."""
    return in_order(
        FormSheet(
            tuple(
                SectionSheet(section.title, section.guidance)
                for section in queries.sections_of(call.id)
            ),
            tuple(
                replace(asked, settings=dict(question.settings))
                for asked, question in zip(
                    as_asked(queries.questions_of(call.id), call.currency),
                    queries.questions_of(call.id),
                    strict=True,
                )
            ),
            tuple(
                CriterionSheet(
                    c.key,
                    c.label,
                    c.weight,
                    c.guidance,
                    c.anchors,
                    c.threshold,
                    c.plain_label,
                    c.plain_guidance,
                )
                for c in queries.criteria_of(call.id)
            ),
        )
    )


def plan_of(call: Call) -> FormSheet | None:
    """Return the changes that are not published yet, if there are any."""
    plan = db.session.get(FormPlan, call.id)
    return from_data(plan.sheet) if plan else None


def worked_on(call: Call) -> FormSheet:
    """Return what the builder shows: the plan, else the form as it stands."""
    return plan_of(call) or sheet_of(call)


def can_build(call: Call) -> Verdict:
    """Whether the form can still change: in the open with a reason, until the deadline."""
    phase = queries.phase(call)
    if phase in AMENDABLE:
        return ALLOWED
    return rules.can_edit(phase)


def change(actor: Actor, call: Call, by: Change, part: str) -> FormSheet:
    """Change the form or the criteria; refuse what would break them in a new way."""
    enforce(policy.may_run_call(actor, call))
    enforce(can_build(call))
    before = worked_on(call)
    after = in_order(by(before))
    if after == before:
        return after
    known = set(problems(call, before))
    for problem in problems(call, after):
        if problem not in known:
            enforce(refused(problem))
    if call.state is CallState.DRAFTING:
        store(call, after)
        record(actor, CallEdited(part=part), about=call)
    else:
        _plan(call, after)
        record(actor, FormPlanned(part=part), about=call)
    return after


def problems(call: Call, sheet: FormSheet, kept: Collection[str] = ()) -> list[str]:
    """Say what keeps a form from being asked in this call. Money is in its currency.

    `kept` are the keys of the call that this one is made like; its own stay once published.
    """
    form = with_currency(sheet, call.currency)
    stay = {*kept, *kept_keys(call)}
    found = (
        form_problems(form, reviewers_see_who=reviewers_see_who(call), kept=stay) if form else []
    )
    grades = _grades(call)
    for item in sheet.criteria:
        for grade in item.anchors:
            if grade not in grades:
                found.append(
                    _(
                        "“%(label)s”: %(grade)s is no grade of the scale.",
                        label=item.label,
                        grade=grade,
                    )
                )
        if item.threshold and (
            problem := rules.threshold_problem(item.threshold, call.scale_best, call.scale_worst)
        ):
            found.append(_("“%(label)s”: %(why)s", label=item.label, why=problem))
    return found


def _grades(call: Call) -> set[str]:
    return set(rules.grades(call.scale_best, call.scale_worst, call.scale_step))


def with_currency(sheet: FormSheet, currency: str) -> list[Asked]:
    """Return the questions with the call's currency where they name none."""
    return [
        replace(asked, settings={"currency": currency, **asked.settings})
        for asked in sheet.questions
    ]


def discard_plan(actor: Actor, call: Call) -> None:
    """Forget the changes that were not published."""
    enforce(policy.may_run_call(actor, call))
    if db.session.get(FormPlan, call.id) is None:
        enforce(refused(_("There are no changes to discard.")))
    db.session.execute(delete(FormPlan).where(FormPlan.call_id == call.id))
    record(actor, FormPlanned(part="discarded"), about=call)


def _plan(call: Call, sheet: FormSheet) -> None:
    plan = db.session.get(FormPlan, call.id)
    if plan is None:
        db.session.add(FormPlan(call_id=call.id, sheet=to_data(sheet)))
    else:
        plan.sheet = to_data(sheet)


def store(call: Call, sheet: FormSheet) -> None:
    """Write a sheet into the tables. What is still there keeps its row."""
    db.session.execute(delete(Section).where(Section.call_id == call.id))
    db.session.add_all(
        Section(call_id=call.id, title=s.title, guidance=s.guidance, position=place)
        for place, s in enumerate(sheet.sections)
        if s.title or s.guidance
    )
    _store_questions(call, sheet)
    _store_criteria(call, sheet)
    db.session.flush()


def _store_questions(call: Call, sheet: FormSheet) -> None:
    rows = {question.key: question for question in queries.questions_of(call.id)}
    for key in rows.keys() - {asked.key for asked in sheet.questions}:
        db.session.delete(rows.pop(key))
    for place, asked in enumerate(sheet.questions):
        values = {
            "section": asked.section,
            "label": asked.label,
            "hint": asked.hint,
            "kind": asked.kind,
            "audience": asked.audience,
            "required": asked.required,
            "word_limit": asked.word_limit,
            "choices": list(asked.choices),
            "settings": dict(asked.settings),
            "condition": [dict(condition) for condition in asked.condition],
            "position": place,
        }
        row = rows.get(asked.key)
        if row is None:
            db.session.add(Question(call_id=call.id, key=asked.key, **values))
        else:
            for name, value in values.items():
                setattr(row, name, value)


def _store_criteria(call: Call, sheet: FormSheet) -> None:
    rows = {criterion.key: criterion for criterion in queries.criteria_of(call.id)}
    for key in rows.keys() - {item.key for item in sheet.criteria}:
        db.session.delete(rows.pop(key))
    for place, item in enumerate(sheet.criteria):
        values = {
            "label": item.label,
            "guidance": item.guidance,
            "weight": item.weight,
            "anchors": dict(item.anchors),
            "threshold": item.threshold,
            "plain_label": item.plain_label,
            "plain_guidance": item.plain_guidance,
            "position": place,
        }
        row = rows.get(item.key)
        if row is None:
            db.session.add(Criterion(call_id=call.id, key=item.key, **values))
        else:
            for name, value in values.items():
                setattr(row, name, value)
