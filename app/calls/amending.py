"""Amendments: changes of the form after publication, with their reason, for everybody to see."""

from itertools import pairwise

from app.accounts.actor import Actor
from app.calls import building, policy, queries, rules, service
from app.calls.events import CallAmended
from app.calls.models import Amendment, Call, FormPlan
from app.calls.sheet import Difference, differences
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.jobs import enqueue
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record

JOB = "calls.amended"  # telling those who write; handled where it is known who they are


def amend(actor: Actor, call: Call, reason: str) -> Amendment:
    """Publish the planned changes: applicants see them at once, and are told by mail."""
    enforce(policy.may_run_call(actor, call))
    hold(call)
    if queries.phase(call) not in building.AMENDABLE:
        enforce(refused(_("The form can be amended until the deadline, and not after it.")))
    plan = building.plan_of(call)
    if plan is None:
        enforce(refused(_("There are no changes to publish.")))
        raise AssertionError
    if not reason.strip():
        enforce(refused(_("Give the reason; it stands on the public page.")))
    for problem in problems(call):
        enforce(refused(problem))
    changes = [words_of(change) for change in differences(building.sheet_of(call), plan)]
    if not changes:
        enforce(refused(_("The form is as it was; there is nothing to publish.")))
    building.store(call, plan)
    before, call.rules_sha256 = call.rules_sha256, service.rules_sha256(call)
    amendment = Amendment(
        call_id=call.id,
        number=len(queries.amendments_of(call.id)) + 1,
        made_at=clock.now(),
        reason=reason.strip(),
        changes=changes,
        before_sha256=before,
        after_sha256=call.rules_sha256,
    )
    db.session.add(amendment)
    db.session.delete(db.session.get_one(FormPlan, call.id))
    record(
        actor,
        CallAmended(
            number=amendment.number,
            reason=amendment.reason,
            before_sha256=before,
            after_sha256=call.rules_sha256,
        ),
        about=call,
    )
    enqueue(JOB, {"call_id": call.id, "number": amendment.number})
    return amendment


def problems(call: Call) -> list[str]:
    """Say what keeps the planned changes from being published."""
    plan = building.worked_on(call)
    weighed = [rules.Weighed(c.key, c.label, c.weight) for c in plan.criteria]
    found = [
        *building.problems(call, plan),
        rules.weight_problem(weighed),
        rules.tie_problem(call.tie_rules, [item.key for item in weighed]),
    ]
    if not plan.questions:
        found.append(_("Add at least one question."))
    return [problem for problem in found if problem]


def words_of(change: Difference) -> str:
    """Say one change in a sentence."""
    thing = {
        "section": _("section"),
        "question": _("question"),
        "criterion": _("criterion"),
    }[change.thing]
    match change.what:
        case "added":
            return _("New %(thing)s: “%(label)s”", thing=thing, label=change.label)
        case "removed":
            return _("Taken out, %(thing)s: “%(label)s”", thing=thing, label=change.label)
        case "moved":
            return _("The order of the form changed.")
    fields = ", ".join(_field_words(name) for name in change.parts)
    return _(
        "Changed, %(thing)s “%(label)s”: %(fields)s", thing=thing, label=change.label, fields=fields
    )


def _field_words(name: str) -> str:
    return {
        "key": _("its key"),
        "label": _("its words"),
        "title": _("its title"),
        "hint": _("the guidance"),
        "guidance": _("the guidance"),
        "kind": _("the kind of answer"),
        "required": _("whether an answer is needed"),
        "word_limit": _("the word limit"),
        "choices": _("the choices"),
        "section": _("its section"),
        "audience": _("who reads the answer"),
        "settings": _("what is allowed"),
        "condition": _("when it is asked"),
        "weight": _("the weight"),
        "anchors": _("what the grades mean"),
        "threshold": _("the grade needed"),
    }.get(name, name)


def chain_breaks(call: Call) -> str:
    """Say where the amendments of a call do not lead to the rules it has, or nothing."""
    amendments = queries.amendments_of(call.id)
    for one, following in pairwise(amendments):
        if one.after_sha256 != following.before_sha256:
            return f"{call.code} amendment {following.number}"
    if amendments and amendments[-1].after_sha256 != call.rules_sha256:
        return f"{call.code} rules"
    return ""


__all__ = ["JOB", "amend", "chain_breaks", "problems", "words_of"]
