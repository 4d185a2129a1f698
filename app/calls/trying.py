"""Filling a form in without leaving a trace: the applicants' page and checks, and nothing kept."""

from dataclasses import dataclass
from typing import Any

from app.calls import building
from app.calls.asked_views import answer_values, form_sections
from app.calls.asking import read_blinded
from app.calls.conditions import ATTRIBUTES, shown_keys
from app.calls.form_rules import Problem, answer_problems
from app.calls.kinds import Asked, Sent, kind_of
from app.calls.kinds.base import first
from app.calls.kinds.rows import changed_rows
from app.calls.models import Audience, Call, QuestionKind
from app.core.countries import countries
from app.core.country_groups import income_name


@dataclass(frozen=True, slots=True)
class Tried:
    """A form as it was tried: the page again, what is wrong, what reviewers would see."""

    sections: list[dict[str, Any]]
    problems: list[Problem]
    science: list[dict[str, Any]]
    country: str
    countries: list[tuple[str, str]]
    applicant: dict[str, str]


def tried(call: Call, sent: Sent) -> Tried:
    """Run the form as it is worked on, with what was sent for it, if anything."""
    sheet = building.worked_on(call)
    form = building.with_currency(sheet, call.currency)
    country = first(sent, "country")
    applicant = dict(zip(ATTRIBUTES, (country, income_name(country)), strict=True))
    answers = {
        asked.key: answer
        for asked in form
        if (answer := kind_of(asked.kind).collect(asked.name, sent)) is not None
    }
    _key, answers = changed_rows(form, answers, first(sent, "rows"))
    guidance = {section.title: section.guidance for section in sheet.sections}
    # A file cannot be tried: its copy for reviewers belongs to a proposal.
    asked_for = [asked for asked in form if asked.kind is not QuestionKind.FILE]
    shown = shown_keys(form, answers, applicant)
    return Tried(
        sections=form_sections(form, answers, applicant, guidance),
        problems=answer_problems(asked_for, answers, applicant) if sent else [],
        science=[
            {
                "title": section.title,
                "answers": [
                    answer_values(asked, _as_reviewers_read(asked, answers.get(asked.key, "")))
                    for asked in form
                    if asked.section == section.title
                    and (asked.audience is Audience.SCIENTIFIC or read_blinded(asked))
                    and asked.key in shown
                ],
            }
            for section in sheet.sections
        ],
        country=country,
        countries=countries(),
        applicant=applicant,
    )


def _as_reviewers_read(asked: Asked, answer: str) -> str:
    return kind_of(asked.kind).blinded(answer) if read_blinded(asked) else answer
