"""The public page of a call: everything that applicants and reviewers go by."""

from decimal import Decimal

from flask import current_app, url_for

from app.calls import award_rule, eligibility, queries
from app.calls.asides import asides
from app.calls.models import Audience, Call
from app.calls.rules import tie_sentence
from app.calls.views.told import Values, call_row, timeline
from app.calls.views.words import kind_words, who_learns_whom
from app.core.money import Money
from app.core.words import _, plural


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


def eligibility_choices(call: Call) -> list[tuple[str, str]]:
    """Return the call's rules of eligibility by name, for a list to choose from."""
    return [(rule["rule"], eligibility.asks(rule, call.currency)) for rule in call.eligibility]


def _conditions(call: Call) -> list[str]:
    """Say who may apply and what else applying asks for, one sentence each."""
    told = [eligibility.asks(rule, call.currency) for rule in call.eligibility]
    if call.partners_confirm:
        told.append(_("Every partner confirms that it takes part"))
    if call.signatory_required:
        told.append(
            _("The supervisor at home signs off before submission")
            if eligibility.is_fellowship(call.eligibility)
            else _("A signatory of the lead organisation signs off before submission")
        )
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
        "apply_url": url_where_there("proposals.start", code=call.code),
        "results_url": url_where_there("transparency.results", code=call.code),
        "asides": asides(call),
    }


def url_where_there(endpoint: str, **values: str) -> str:
    """Return the address of a page, or nothing where its room does not exist."""
    exists = endpoint in current_app.view_functions
    return url_for(endpoint, **values) if exists else ""  # type: ignore[arg-type]
