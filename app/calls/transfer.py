"""Calls from files, from templates and from other calls; and files from calls."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from app.accounts.actor import Actor
from app.calls import (
    asking,
    award_rule,
    building,
    call_file,
    eligibility,
    policy,
    queries,
    rules,
    service,
)
from app.calls.blinding import CHOICES, Identities, columns, identities_of
from app.calls.call_file import CallFile, CallFileError, read_wall
from app.calls.events import CallCreated, CallFileWritten
from app.calls.models import Blinding, Call, Moment
from app.calls.service import CallDraft
from app.core.db import db
from app.core.gate import enforce
from app.core.money import Money, MoneyError
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record

LIBRARY = Path(__file__).parent / "library"
CONDITIONS = ("partners_confirm", "signatory_required", "complete_draft_counts")
PLAIN = (
    *("code", "title", "summary", "zone", "reviewers_each"),
    *("scale_best", "scale_worst", "scale_step", "threshold"),
    *("currency", "rates", "rates_source", "when_unaffordable"),
    *("reserve_places", "approvals_needed"),
)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a person says when a call begins from a file or a template; empty keeps the file's."""

    code: str
    title: str = ""
    zone: str = ""
    opens: str = ""
    closes: str = ""
    currency: str = ""


# --- out -----------------------------------------------------------------------------------------


def as_file(call: Call) -> str:
    """Return a call as the text of its file: rules, form and criteria; no money, nobody's data."""
    ceiling = call.award_ceiling_minor
    due = call.reviews_due_at
    return call_file.write(
        {
            **{name: getattr(call, name) for name in PLAIN},
            "opens": call.opens_wall,
            "closes": call.closes_wall,
            "reviews_due": rules.wall_of(due, call.zone) if due else "",
            "blinding": call.blinding.value,
            "identities": {k: v.value for k, v in columns(identities_of(call)).items()},
            "anchors": dict(call.anchors),
            "tie_rules": list(call.tie_rules),
            "eligibility": list(call.eligibility),
            "award_rule": dict(call.award_rule),
            **{name: getattr(call, name) for name in CONDITIONS},
            "grace_minutes": call.grace_minutes,
            "ceiling": str(Money(ceiling, call.currency).amount) if ceiling is not None else "",
        },
        building.sheet_of(call),
    )


def export(actor: Actor, call: Call) -> str:
    """Hand a call out as its file."""
    enforce(policy.may_see_desk(actor, call))
    record(actor, CallFileWritten(code=call.code), about=call)
    return as_file(call)


# --- in ------------------------------------------------------------------------------------------


def begin(actor: Actor, told: CallFile, start: Beginning, kept: Collection[str] = ()) -> Call:
    """Begin a call in drafting as a file tells it; refuse with every problem of what it means.

    `kept` are keys of a call that this one is made like: they are mended in its builder.
    """
    enforce(policy.may_create_call(actor))
    told = replace(told, call=_with(told.call, start))
    draft = _draft(told.call)
    if queries.call_with_code(draft.code) is not None:
        enforce(
            refused(_("There is a call with the code %(code)s. Choose another.", code=draft.code))
        )
    if problem := eligibility.problem(told.call["eligibility"]):
        enforce(refused(problem))
    call = Call(**service.columns_of(draft))
    call.eligibility = [dict(rule) for rule in told.call["eligibility"]]
    call.award_rule = _award_rule(told.call["award_rule"])
    for name in CONDITIONS:
        setattr(call, name, told.call.get(name, False))
    call.grace_minutes = told.call["grace_minutes"]
    db.session.add(call)
    db.session.flush()
    found = building.problems(call, told.form, kept)
    if found:
        enforce(refused(" ".join(found)))
    building.store(call, told.form)
    record(actor, CallCreated(code=call.code), about=call)
    return call


def clone(actor: Actor, call: Call, start: Beginning, *, second_stage: bool = False) -> Call:
    """Begin a call like another, with its rules, form and criteria; or its second stage."""
    enforce(policy.may_see_desk(actor, call))
    made = begin(actor, call_file.read(as_file(call)), start, asking.kept_keys(call))
    if second_stage:
        if call.first_stage_id:
            enforce(refused(_("This call is a second stage already; there is no third.")))
        if queries.second_stage_of(call.id) is not None:
            enforce(refused(_("This call has its second stage already.")))
        made.first_stage_id = call.id
    return made


def _with(call: Mapping[str, Any], start: Beginning) -> dict[str, Any]:
    said = {
        name: value
        for name in ("code", "title", "zone", "opens", "closes", "currency")
        if (value := getattr(start, name))
    }
    return {**call, **said}


def _draft(call: Mapping[str, Any]) -> CallDraft:
    """Return the draft, or refuse what a call cannot be."""
    opens, closes = read_wall(call["opens"]), read_wall(call["closes"])
    if opens is None or closes is None:
        enforce(refused(_("Say when the call opens and when it closes.")))
        raise AssertionError
    if call["blinding"] not in set(Blinding):
        enforce(refused(_("“%(text)s” is no way of blinding here.", text=call["blinding"])))
    if not call["code"]:
        enforce(refused(_("Give the call a code.")))
    return CallDraft(
        **{name: call[name] for name in PLAIN},
        opens=opens,
        closes=closes,
        reviews_due=read_wall(call["reviews_due"]) if call["reviews_due"] else None,
        blinding=Blinding(call["blinding"]),
        identities=_identities(call["identities"]),
        anchors=dict(call["anchors"]),
        tie_rules=tuple(call["tie_rules"]),
        ceiling_minor=_minor(call["ceiling"], call["currency"]),
    )


def _identities(told: Mapping[str, str]) -> Identities | None:
    """Return who learns whom as it was set one by one; None leaves it to the mode's name."""
    if not told:
        return None
    missing = [name for name in CHOICES if told.get(name) not in set(Moment)]
    if missing:
        enforce(
            refused(
                _("call.identities: “%(name)s” is missing or no moment.", name=", ".join(missing))
            )
        )
    return Identities(**{name: Moment(told[name]) for name in CHOICES})


def _award_rule(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return how money is given as a call keeps it; whether it fits is asked before publishing."""
    try:
        return award_rule.to_data(award_rule.from_data(data))
    except (AttributeError, KeyError, TypeError, ValueError):
        enforce(refused(_("call.award_rule cannot be used: set it on its page instead.")))
        raise


def _minor(text: str, currency: str) -> int | None:
    if not text:
        return None
    try:
        return Money.of(text, currency).minor
    except MoneyError as error:
        enforce(refused(str(error)))
        raise


# --- templates -----------------------------------------------------------------------------------


@cache
def library() -> Mapping[str, CallFile]:
    """Return the templates by name, in the order of their page."""
    found = {
        path.stem: call_file.from_plain(tomllib.loads(path.read_text(encoding="utf-8")))
        for path in sorted(LIBRARY.glob("*.toml"))
    }
    return dict(sorted(found.items(), key=lambda item: item[1].template.get("place", 99)))


__all__ = ["Beginning", "CallFileError", "as_file", "begin", "clone", "export", "library"]
