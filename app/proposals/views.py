"""Proposals as pages need them. What reviewers see is made here once, for them and for the
applicants' preview alike."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from flask import url_for

from app.calls import asked_views, eligibility
from app.calls.asked_views import answer_values
from app.calls.asking import as_asked, read_blinded
from app.calls.kinds import kind_of
from app.calls.models import Audience, Call, Question
from app.calls.views import local
from app.core.countries import country_name
from app.core.money import Money
from app.core.ror import ror_address
from app.core.uploads import describe_removed
from app.core.words import _
from app.proposals.answering import answers_in
from app.proposals.credit import term_words
from app.proposals.models import (
    BlindedFile,
    Confirmation,
    Draft,
    Exemption,
    Partner,
    Place,
    Proposal,
    ProposalState,
    Upload,
)
from app.proposals.rules import Problem
from app.proposals.sharing import Shares

Values = dict[str, Any]
paragraphs = asked_views.paragraphs  # reviews and comments are split alike

TONES = {
    ProposalState.DRAFT: ("wait", "part"),
    ProposalState.SUBMITTED: ("active", "done"),
    ProposalState.RETURNED: ("wait", "part"),
    ProposalState.ELIGIBLE: ("active", "done"),
    ProposalState.AWARDED: ("good", "done"),
    ProposalState.RESERVE: ("wait", "part"),
    ProposalState.INELIGIBLE: ("bad", "stop"),
    ProposalState.WITHDRAWN: ("neutral", "stop"),
}


def state_words(state: ProposalState) -> str:
    return {
        ProposalState.DRAFT: _("draft"),
        ProposalState.SUBMITTED: _("submitted"),
        ProposalState.RETURNED: _("returned for correction"),
        ProposalState.ELIGIBLE: _("eligible, in review"),
        ProposalState.INELIGIBLE: _("not eligible"),
        ProposalState.AWARDED: _("awarded"),
        ProposalState.RESERVE: _("on the reserve list"),
        ProposalState.DECLINED: _("not funded"),
        ProposalState.WITHDRAWN: _("withdrawn"),
    }[state]


def state_chip(state: ProposalState) -> Values:
    tone, stage = TONES.get(state, ("neutral", "open"))
    return {"words": state_words(state), "tone": tone, "stage": stage}


def sections(
    questions: Sequence[Question],
    answers: Mapping[str, str],
    audience: Audience,
    files: Mapping[str, Values],
    currency: str,
) -> list[Values]:
    """Return the answers of one audience by section; a file's answer is drawn from `files`.

    A conditional question that was not asked has no answer, and is left out.
    """
    science = audience is Audience.SCIENTIFIC
    asked = [
        q
        for q in as_asked(questions, currency)
        if q.audience is audience or (science and q.key in answers and read_blinded(q))
    ]
    shown = [q for q in asked if not q.condition or q.key in answers]
    return [
        {
            "title": title,
            "answers": [
                answer_values(q, answers.get(q.key, ""), files.get(answers.get(q.key, "")))
                for q in group
            ],
        }
        for title, group in groupby(shown, key=lambda q: q.section)
    ]


def science(
    *,
    number: str | None,
    title: str,
    answers: Mapping[str, str],
    questions: Sequence[Question],
    files: Mapping[str, Values],
    requested: Money | None,
    months: int | str,
    currency: str,
    plan_url: str = "",
) -> Values:
    """Return what a reviewer of a blinded call sees, and nothing else."""
    return {
        "number": number or _("a number is given when you submit"),
        "title": title or _("No title yet"),
        "sections": sections(questions, answers, Audience.SCIENTIFIC, files, currency),
        "requested": requested.show() if requested else "",
        "months": str(months),
        "plan_url": plan_url,
    }


def file_values(copy: BlindedFile, url: str) -> Values:
    """Return a blinded file by its neutral name."""
    return {
        "name": f"{copy.question_key.replace('_', '-')}.pdf",
        "url": url,
        "facts": _(
            "PDF, %(pages)s pages, %(size)s kB", pages=copy.pages, size=max(1, copy.size // 1024)
        ),
        "sha256": copy.sha256,
    }


def own_files(proposal_id: str, copies: Sequence[BlindedFile]) -> dict[str, Values]:
    return {
        copy.id: file_values(
            copy, url_for("proposals.blinded_file", proposal_id=proposal_id, file_id=copy.id)
        )
        for copy in copies
    }


def upload_values(upload: Upload) -> Values:
    return {
        "name": upload.original_name,
        "question_key": upload.question_key,
        "removed": describe_removed(tuple(upload.removed)),
        "own_names": upload.own_names,
        "sha256": upload.sha256,
    }


def partner_values(partner: Partner) -> Values:
    """Return a partner as its own side and its contact read it."""
    return {
        "id": partner.id,
        "name": partner.name,
        "country": country_name(partner.country),
        "ror": partner.ror,
        "ror_url": ror_address(partner.ror),
        "place": place_words(partner.place),
        "contact": partner.contact_name,
        "email": partner.contact_email,
        "roles": ", ".join(term_words(term) for term in partner.roles),
        "person_months": partner.person_months,
        "budget": Money(partner.budget_minor, partner.currency).show(),
        "chip": _confirmation_chip(partner.confirmation),
        "answered": partner.confirmation in {Confirmation.CONFIRMED, Confirmation.DECLINED},
        "answered_by": partner.answered_by,
    }


def place_words(place: Place) -> str:
    return {Place.PARTNER: _("partner"), Place.HOST: _("host"), Place.HOME: _("home")}[place]


def _confirmation_chip(confirmation: Confirmation) -> Values:
    words, tone, stage = {
        Confirmation.NONE: (_("not asked to confirm"), "neutral", "open"),
        Confirmation.ASKED: (_("asked to confirm"), "wait", "part"),
        Confirmation.CONFIRMED: (_("confirmed"), "good", "done"),
        Confirmation.DECLINED: (_("does not take part"), "bad", "stop"),
    }[confirmation]
    return {"words": words, "tone": tone, "stage": stage}


def share_rows(shares: Shares | None) -> list[list[str]]:
    """Return who gets what in the call's currency, the lead's part last; rows of a table."""
    if shares is None:
        return []
    rows = [
        [share.name, share.original.show(), share.rate, share.converted.show()]
        for share in shares.partners
    ]
    return [*rows, [_("Left for the lead organisation"), "", "", shares.lead.show()]]


def exemption_values(exemption: Exemption, call: Call) -> Values:
    asks = {rule["rule"]: eligibility.asks(rule, call.currency) for rule in call.eligibility}
    asks["deadline"] = _("More time than the deadline")
    state = {
        None: (_("not decided"), "wait", "part"),
        True: (_("granted"), "good", "done"),
        False: (_("not granted"), "bad", "stop"),
    }[exemption.granted]
    return {
        "id": exemption.id,
        "about": asks.get(exemption.rule, exemption.rule),
        "asked": exemption.asked,
        "reason": exemption.reason,
        "open": exemption.granted is None,
        "chip": dict(zip(("words", "tone", "stage"), state, strict=True)),
        "at": exemption.asked_at,
        "until": local(call, exemption.until) if exemption.until else None,
    }


ELSEWHERE = {
    "consortium": "proposals.consortium",
    "background": "proposals.background",
    "signatory": "proposals.signatory",
}


def page_of(problem: Problem) -> str:
    """Return which part of the application a problem belongs to."""
    if problem.field in {*ELSEWHERE, "eligibility"}:
        return problem.field
    return "write"


def problem_rows(proposal: Proposal, problems: Sequence[Problem]) -> list[Values]:
    """Return each problem with the place where it is mended."""
    return [
        {"sentence": problem.sentence, "url": _where(proposal, problem)} for problem in problems
    ]


def _where(proposal: Proposal, problem: Problem) -> str:
    if problem.field == "eligibility":
        return url_for("proposals.consortium", proposal_id=proposal.id)
    if problem.field in ELSEWHERE:
        return url_for(ELSEWHERE[problem.field], proposal_id=proposal.id)
    return url_for("proposals.write", proposal_id=proposal.id, _anchor=problem.field)


def fixed_labels() -> dict[str, str]:
    """Return the fields of every proposal by name, in the order of the form."""
    return {
        "title": _("Title of the project"),
        "months": _("Duration in months"),
        "currency": _("Currency of your budget"),
        "requested": _("Amount you ask for"),
        "organisation": _("Lead organisation"),
        "country": _("Country of the lead organisation"),
    }


def amount_text(minor: int, currency: str) -> str:
    """Return an amount as a person would type it, to stand beside what was typed."""
    amount = Money(minor, currency).amount
    return str(int(amount)) if amount == int(amount) else str(amount)


def draft_rows(draft: Draft) -> list[Values]:
    """Return the fixed fields of a draft as rows of facts."""
    told = {**draft.__dict__, "requested": f"{draft.currency} {draft.requested}"}
    told["country"] = country_name(draft.country)
    named = ("title", "organisation", "country", "requested", "months")
    labels = fixed_labels()
    return [{"label": labels[name], "value": told[name]} for name in named]


FIXED = ("title", "months", "requested", "currency", "organisation", "country")
FILLED_BY_US = {"currency", "organisation", "country"}  # begun with, so nobody has typed them


def section_tasks(
    proposal: Proposal,
    questions: Sequence[Question],
    draft: Draft,
    problems: Sequence[Problem],
) -> list[Values]:
    """Return the parts of the form as tasks: not started, in progress or done."""
    wrong = {problem.field.partition("-")[0]: problem.field for problem in reversed(problems)}
    typed = {name for name in FIXED if name not in FILLED_BY_US and getattr(draft, name)}
    answers = answers_in(draft)
    typed |= {
        f"q_{question.key}"
        for question in questions
        if not kind_of(question.kind).is_empty(answers.get(question.key, ""))
    }
    parts: dict[str, list[str]] = {}
    for question in questions:
        parts.setdefault(question.section or _("Questions"), []).append(f"q_{question.key}")
    whole = [(_("The project in short"), list(FIXED)), *parts.items()]
    return [_section_task(proposal, title, fields, typed, wrong) for title, fields in whole]


def _section_task(
    proposal: Proposal, title: str, fields: Sequence[str], typed: set[str], wrong: Mapping[str, str]
) -> Values:
    begun = any(field in typed for field in fields)
    missing = next((field for field in fields if field in wrong), "")
    state = ("untouched", "seen")[begun] if missing else ("optional", "done")[begun]
    anchor = wrong.get(missing, fields[0])
    return {
        "label": title,
        "url": url_for("proposals.write", proposal_id=proposal.id, _anchor=anchor),
        "state": state,
    }
