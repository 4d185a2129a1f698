"""The form of a call as pages show it: on the desk, on the public page and on paper."""

from typing import Any

from flask import url_for

from app.calls import amending, building, call_file, eligibility, queries, transfer
from app.calls.asked_views import readers_words
from app.calls.conditions import ATTRIBUTES, Condition, Test, conditions_of
from app.calls.kinds import Asked
from app.calls.kinds.group import columns_of
from app.calls.models import Audience, Call, CallState
from app.calls.sheet import FormSheet, differences
from app.calls.views import attribute_words, kind_words, local, test_words
from app.core.money import Money
from app.core.words import _, plural

Values = dict[str, Any]


def form_page(call: Call) -> Values:
    """Return what the builder shows."""
    sheet = building.worked_on(call)
    can_build = building.can_build(call)
    return {
        "sections": sections(sheet, call.currency),
        "criteria": [
            {
                "key": c.key,
                "label": c.label,
                "guidance": c.guidance,
                "weight": c.weight,
                "own_anchors": bool(c.anchors),
                "threshold": c.threshold,
            }
            for c in sheet.criteria
        ],
        "can_build": can_build,
        "drafting": call.state is CallState.DRAFTING,
        "planned": planned_changes(call),
        "amendments": amendments(call),
        "problems": building.problems(call, sheet),
    }


def sections(sheet: FormSheet, currency: str) -> list[Values]:
    """Return the questions by section, each told in words."""
    labels = {asked.key: asked.label for asked in sheet.questions}
    return [
        {
            "place": place,
            "title": section.title,
            "guidance": section.guidance,
            "questions": [
                _question(asked, labels, currency)
                for asked in sheet.questions
                if asked.section == section.title
            ],
        }
        for place, section in enumerate(sheet.sections)
    ]


def public_extra(call: Call) -> Values:
    """Return what the public page tells besides views.public_page."""
    return {"amendments": amendments(call), "has_rules": bool(call.eligibility)}


def desk_extra(call: Call) -> Values:
    """Return what the desk's page of a call tells besides views.desk_of."""
    return {"planned": building.plan_of(call) is not None}


def public_sections(call: Call) -> list[Values]:
    """Return the form as it stands, for everybody to read before they begin."""
    return sections(building.sheet_of(call), call.currency)


def _question(asked: Asked, labels: dict[str, str], currency: str) -> Values:
    return {
        "key": asked.key,
        "label": asked.label,
        "hint": asked.hint,
        "kind": kind_words(asked.kind),
        "facts": _facts(asked, currency),
        "readers": readers_words(asked.audience),
        "audience": asked.audience.value,
        "science": asked.audience is Audience.SCIENTIFIC,
        "required": asked.required,
        "lines": _lines(asked, currency),
        "asked_if": [_condition(c, labels) for c in conditions_of(asked)],
        "word_limit": asked.word_limit,
    }


def _facts(asked: Asked, currency: str) -> list[str]:
    """Say what is allowed, in a few words each."""
    settings, found = asked.settings, []
    if asked.word_limit:
        found.append(plural("up to %(num)s word", "up to %(num)s words", asked.word_limit))
    if settings.get("min"):
        found.append(_("at least %(n)s", n=settings["min"]))
    if settings.get("max"):
        found.append(_("at most %(n)s", n=settings["max"]))
    if settings.get("most"):
        found.append(_("at most %(n)s", n=settings["most"]))
    if settings.get("min_rows"):
        found.append(plural("at least %(num)s row", "at least %(num)s rows", settings["min_rows"]))
    if settings.get("max_rows"):
        found.append(plural("at most %(num)s row", "at most %(num)s rows", settings["max_rows"]))
    if asked.kind.value in {"budget", "costs-by-rate"}:
        found.append(_("in %(code)s", code=settings.get("currency") or currency))
    return found


def _lines(asked: Asked, currency: str) -> list[str]:
    """Return the choices, columns or rates, one a line."""
    own = str(asked.settings.get("currency") or currency)
    rates = [
        f"{rate['label']}: {Money.of(rate['amount'], own).show()}"
        for rate in asked.settings.get("rates", [])
    ]
    columns = [
        f"{column.label} ({kind_words(column.kind)}{_choices(column)})"
        for column in columns_of(asked)
    ]
    return [*asked.choices, *columns, *rates]


def _choices(column: Asked) -> str:
    return f": {', '.join(column.choices)}" if column.choices else ""


def _condition(condition: Condition, labels: dict[str, str]) -> str:
    subject = labels.get(condition.subject, condition.subject)
    if condition.subject in ATTRIBUTES:
        subject = attribute_words(condition.subject)
    test = test_words(condition.test)
    if condition.test is Test.ANSWERED:
        return _("only if “%(subject)s” %(test)s", subject=subject, test=test)
    return _(
        "only if “%(subject)s” %(test)s “%(value)s”",
        subject=subject,
        test=test,
        value=condition.value,
    )


def planned_changes(call: Call) -> list[str]:
    plan = building.plan_of(call)
    if plan is None:
        return []
    return [amending.words_of(one) for one in differences(building.sheet_of(call), plan)]


def amendments(call: Call) -> list[Values]:
    """Return what was changed after publication, the latest first."""
    return [
        {
            "number": row.number,
            "at": local(call, row.made_at),
            "reason": row.reason,
            "changes": row.changes,
            "before": row.before_sha256,
            "after": row.after_sha256,
        }
        for row in reversed(queries.amendments_of(call.id))
    ]


# --- templates -----------------------------------------------------------------------------------


def template_cards() -> list[Values]:
    return [
        {
            "name": told.template.get("name", name),
            "for": told.template.get("for", ""),
            "contains": told.template.get("contains", []),
            "questions": len(told.form.questions),
            "url": url_for("desk.begin_from_template", name=name),
        }
        for name, told in transfer.library().items()
    ]


def template_page(told: call_file.CallFile) -> Values:
    currency = told.call["currency"]
    return {
        "name": told.template.get("name", ""),
        "for": told.template.get("for", ""),
        "contains": told.template.get("contains", []),
        "sections": sections(told.form, currency),
        "criteria": [
            {"label": c.label, "weight": c.weight, "guidance": c.guidance}
            for c in told.form.criteria
        ],
        "eligibility": [eligibility.asks(rule, currency) for rule in told.call["eligibility"]],
    }
