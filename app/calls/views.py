"""Calls as pages need them: plain values with times in the call's zone."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, url_for

from app.accounts.actor import Actor
from app.calls import award_rule, eligibility, policy, queries, sealing, service, starter
from app.calls.asides import asides
from app.calls.blinding import is_sealed, moment_words
from app.calls.conditions import Test
from app.calls.models import Audience, Blinding, Call, CallState, Moment, QuestionKind
from app.calls.rules import NEXT_STATE, ORDER, Phase, tie_sentence
from app.core.lens import Lens
from app.core.money import Money
from app.core.verdict import Verdict
from app.core.words import _, plural
from app.core.work import current_work

Values = dict[str, Any]


def phase_words(phase: Phase) -> str:
    return {
        Phase.DRAFTING: _("drafting"),
        Phase.ANNOUNCED: _("announced"),
        Phase.OPEN: _("open"),
        Phase.CLOSED: _("closed, screening"),
        Phase.ASSIGNING: _("assigning reviewers"),
        Phase.REVIEWING: _("in review"),
        Phase.RANKING: _("ranking"),
        Phase.ALLOCATING: _("allocating"),
        Phase.APPROVING: _("waiting for approval"),
        Phase.RELEASED: _("results released"),
        Phase.ARCHIVED: _("archived"),
    }[phase]


_TONES = {Phase.OPEN: "active", Phase.RELEASED: "good", Phase.ARCHIVED: "neutral"}


def move_words(to: CallState) -> str:
    return {
        CallState.ASSIGNING: _("Screening is done: begin assigning"),
        CallState.REVIEWING: _("Assignment is done: begin reviewing"),
        CallState.RANKING: _("Reviews are in: close reviewing and rank"),
        CallState.ARCHIVED: _("Archive the call"),
    }[to]


def blinding_words(blinding: Blinding) -> str:
    """Name the model in the field's standard terms."""
    return {
        Blinding.DOUBLE: _(
            "Double anonymised: reviewers do not learn who applied, nor applicants who reviewed"
        ),
        Blinding.SINGLE: _(
            "Single anonymised: reviewers see who applied; applicants do not learn who reviewed"
        ),
        Blinding.UNTIL_SCORED: _(
            "Double anonymised until scored: a reviewer learns who applied once their own review "
            "is in; applicants do not learn who reviewed"
        ),
        Blinding.TRIPLE: _(
            "Triple anonymised: neither reviewers nor the call’s staff learn who applied, nor "
            "applicants who reviewed"
        ),
        Blinding.SIGNED: _(
            "Applicants anonymised: reviewers do not learn who applied; applicants learn who "
            "reviewed"
        ),
        Blinding.OPEN: _("All identities visible"),
    }[blinding]


def kind_words(kind: QuestionKind) -> str:
    return {
        QuestionKind.LONG_TEXT: _("Text in paragraphs"),
        QuestionKind.TEXT: _("One line"),
        QuestionKind.NUMBER: _("Number"),
        QuestionKind.DATE: _("Date"),
        QuestionKind.CHOICE: _("One of several choices"),
        QuestionKind.CHOICES: _("As many choices as fit"),
        QuestionKind.COUNTRY: _("Country"),
        QuestionKind.ORGANISATION: _("Organisation, with ROR id"),
        QuestionKind.PERSON: _("Person, with ORCID iD"),
        QuestionKind.FILE: _("PDF file"),
        QuestionKind.BUDGET: _("Budget in lines"),
        QuestionKind.COSTS_BY_RATE: _("Costs at the call's rates"),
        QuestionKind.GROUP: _("Table, rows added as needed"),
        QuestionKind.DATA_PLAN: _("Data-sharing plan, a row for each data set"),
        QuestionKind.ETHICS: _("Ethics approvals, a row for each country and site"),
    }[kind]


def attribute_words(name: str) -> str:
    return {
        "applicant.country": _("Who applies: country of the lead organisation (two letters)"),
        "applicant.income-group": _(
            "Who applies: its income group (low, lower-middle, upper-middle, high)"
        ),
    }[name]


def test_words(test: Test) -> str:
    return {
        Test.IS: _("is"),
        Test.IS_NOT: _("is answered, but not"),
        Test.CONTAINS: _("contains"),
        Test.ANSWERED: _("is answered"),
        Test.AT_LEAST: _("is at least"),
        Test.AT_MOST: _("is at most"),
    }[test]


def local(call: Call, instant: datetime) -> datetime:
    return instant.astimezone(ZoneInfo(call.zone))


# Whether a ranking is made, or an allocation waits or was sent back, is for those inside to know.
DECIDING = (Phase.RANKING, Phase.ALLOCATING, Phase.APPROVING)
INSIDE = (Lens.STAFF, Lens.AUDITOR, Lens.SYSTEM)


def told_phase(call: Call) -> tuple[Phase, str]:
    """Return the phase with its words, as far as the audience of this page may know it."""
    phase = queries.phase(call)
    if phase in DECIDING and current_work().lens not in INSIDE:
        return Phase.RANKING, _("being decided")
    return phase, phase_words(phase)


def call_row(call: Call) -> Values:
    phase, words = told_phase(call)
    return {
        "id": call.id,
        "code": call.code,
        "title": call.title,
        "summary": call.summary,
        "fictional": call.fictional,
        "phase": phase.value,
        "phase_words": words,
        "tone": _TONES.get(phase, "wait"),
        "opens": local(call, call.opens_at),
        "closes": local(call, call.closes_at),
        "zone": call.zone,
        "open": phase is Phase.OPEN,
        "released": phase in {Phase.RELEASED, Phase.ARCHIVED},
        "url": url_for("calls.show_call", code=call.code),
        "desk_url": url_for("desk.show_call", call_id=call.id),
    }


def _questions(call: Call) -> list[Values]:
    return [
        {
            "id": question.id,
            "key": question.key,
            "label": question.label,
            "hint": question.hint,
            "section": question.section,
            "kind": kind_words(question.kind),
            "identity": question.audience is Audience.IDENTITY,
            "required": question.required,
            "word_limit": question.word_limit,
            "choices": question.choices,
        }
        for question in queries.questions_of(call.id)
    ]


def _criteria(call: Call) -> list[Values]:
    return [
        {
            "id": c.id,
            "key": c.key,
            "label": c.label,
            "guidance": c.guidance,
            "weight": c.weight,
            "needed": c.threshold or "–",
            "anchors": c.anchors,
        }
        for c in queries.criteria_of(call.id)
    ]


def timeline(call: Call) -> list[Values]:
    now, _words = told_phase(call)
    inside = current_work().lens in INSIDE
    dates = {
        Phase.OPEN: call.opens_at,
        Phase.CLOSED: call.closes_at,
        Phase.RELEASED: call.released_at,
    }
    hidden = {Phase.DRAFTING, Phase.ARCHIVED, *(() if inside else DECIDING[1:])}
    shown = [phase for phase in ORDER if phase not in hidden]
    return [
        {
            "label": _label(phase, inside=inside).capitalize(),
            "state": "now"
            if phase is now
            else "past"
            if ORDER.index(phase) < ORDER.index(now)
            else "ahead",
            "when": f"{local(call, moment):%-d %b %Y %H:%M}"
            if (moment := dates.get(phase))
            else "",
        }
        for phase in shown
    ]


def _label(phase: Phase, *, inside: bool) -> str:
    return phase_words(phase) if inside or phase is not Phase.RANKING else _("being decided")


def _rule_rows(call: Call, criteria: list[Values]) -> list[Values]:
    labels = {str(row["key"]): str(row["label"]) for row in criteria}
    rows = [
        *who_learns_whom(call),
        (_("Reviewers for each proposal"), str(call.reviewers_each)),
        (
            _("Scale"),
            _(
                "%(best)s is best, %(worst)s is worst, in steps of %(step)s",
                best=call.scale_best,
                worst=call.scale_worst,
                step=call.scale_step,
            ),
        ),
        (_("Exact ties"), " ".join(tie_sentence(str(name), labels) for name in call.tie_rules)),
        (_("Weighted total needed"), call.threshold or _("none")),
        (_("Currency"), call.currency),
        (_("Largest award"), _ceiling(call)),
        (_("Exchange rates"), _rates(call)),
        (_("Approvals"), _("the officer who proposes, and %(n)s more", n=call.approvals_needed)),
    ]
    return [{"label": label, "value": value} for label, value in rows]


def who_learns_whom(call: Call) -> list[tuple[str, str]]:
    """Say how the call is anonymised, in the terms of ANSI/NISO Z39.106, and each setting."""
    return [
        (_("Identity transparency"), blinding_words(call.blinding)),
        (_("Reviewers learn who applied"), moment_words(call.applicants_to_reviewers)),
        (_("Applicants learn who reviewed"), moment_words(call.reviewers_to_applicants)),
        (_("The call’s staff learn who applied"), moment_words(call.applicants_to_staff)),
        (_("Reviewer interacts with"), interaction_words(call)),
        (_("Review information published"), _("None; applicants get the reviews of their own")),
    ]


def interaction_words(call: Call) -> str:
    """Say with whom reviewers have to do, in the standard's terms."""
    if call.reviews_to_reviewers is Moment.NEVER:
        return _("The call’s staff only; reviewers do not read each other’s reviews")
    if call.reviewers_to_reviewers is Moment.NEVER:
        return _(
            "The call’s staff, and other reviewers of the proposal, by letter, once their own "
            "review is in"
        )
    return _(
        "The call’s staff, and other reviewers of the proposal, by name, once their own "
        "review is in"
    )


def eligibility_choices(call: Call) -> list[tuple[str, str]]:
    """Return the call's rules of eligibility by name, for a list to choose from."""
    return [(rule["rule"], eligibility.asks(rule, call.currency)) for rule in call.eligibility]


def _conditions(call: Call) -> list[str]:
    """Say who may apply and what else applying asks for, one sentence each."""
    told = [eligibility.asks(rule, call.currency) for rule in call.eligibility]
    if call.partners_confirm:
        told.append(_("Every partner confirms that it takes part"))
    if call.signatory_required:
        told.append(_("A signatory of the lead organisation signs off before submission"))
    if call.grace_minutes:
        told.append(
            plural(
                "What arrives within %(num)s minute after the deadline counts too",
                "What arrives within %(num)s minutes after the deadline counts too",
                call.grace_minutes,
            )
        )
    if call.complete_draft_counts:
        told.append(_("A complete draft that nobody submitted is submitted at the deadline"))
    return told


def _ceiling(call: Call) -> str:
    minor = call.award_ceiling_minor
    return Money(minor, call.currency).show() if minor else _("none")


def _rates(call: Call) -> str:
    if not call.rates:
        return _("budgets in %(code)s only", code=call.currency)
    listed = "; ".join(f"1 {code} = {rate} {call.currency}" for code, rate in call.rates.items())
    return f"{listed} ({call.rates_source})" if call.rates_source else listed


def money_sentences(call: Call) -> list[str]:
    """Tell in sentences how the money is given."""
    return award_rule.sentences(
        award_rule.from_data(call.award_rule),
        when_unaffordable=call.when_unaffordable,
        threshold=call.threshold,
        lower_is_better=Decimal(call.scale_best) < Decimal(call.scale_worst),
        reserve=call.reserve_places,
        labels={question.key: question.label for question in queries.questions_of(call.id)},
    )


def public_page(call: Call) -> Values:
    criteria = _criteria(call)
    return {
        **call_row(call),
        "timeline": timeline(call),
        "questions": _questions(call),
        "criteria": criteria,
        "anchors": call.anchors,
        "rules": _rule_rows(call, criteria),
        "conditions": _conditions(call),
        "money_rules": money_sentences(call),
        "results": call.results,
        "rules_sha256": call.rules_sha256,
        "apply_url": _link("proposals.start", code=call.code),
        "results_url": _link("transparency.results", code=call.code),
        "asides": asides(call),
    }


def desk_of(call: Call, actor: Actor) -> Values:
    phase = queries.phase(call)
    following = NEXT_STATE.get(phase)
    drafting = phase is Phase.DRAFTING
    return {
        **public_page(call),
        "drafting": drafting,
        "problems": service.problems(call) if drafting else [],
        "next_state": following.value if following else "",
        "next_words": move_words(following) if following else "",
        "extendable": phase in {Phase.ANNOUNCED, Phase.OPEN},
        "may_run": policy.may_run_call(actor, call),
        "sealed": is_sealed(call),
        "unsealed_at": local(call, call.unsealed_at) if call.unsealed_at else None,
        "may_unseal": sealing.may_unseal(actor, call),
        "rule_url": _link("award_rule.edit", call_id=call.id),
        "currency": call.currency,
    }


def desk_links(call: Call) -> list[Values]:
    """Return the desk's further pages, as far as their rooms exist."""
    pages = (
        ("proposals_desk.list_proposals", _("Proposals and eligibility")),
        ("proposals_desk.list_exemptions", _("Exceptions asked for")),
        ("proposals_desk.list_outlines", _("Invitations to the second stage")),
        ("reviewers.pool", _("Reviewers")),
        ("reviewers.assignment", _("Assignment")),
        ("reviews_desk.progress", _("Progress of reviews")),
        ("allocation.ranking", _("Ranking")),
        ("panel_desk.show", _("Panel")),
        ("allocation.desk", _("Allocation")),
        ("letters.show", _("Letters")),
        ("documents.reports", _("Reports")),
    )
    links = [{"label": label, "url": _link(name, call_id=call.id)} for name, label in pages]
    return [link for link in links if link["url"]]


def _link(endpoint: str, **values: str) -> str:
    exists = endpoint in current_app.view_functions
    return url_for(endpoint, **values) if exists else ""  # type: ignore[arg-type]


def starting_anchors() -> str:
    return "\n".join(f"{grade}: {words}" for grade, words in starter.anchors().items())


__all__ = ["Verdict", "call_row", "desk_links", "desk_of", "phase_words", "public_page"]
