"""Whether the approvals of ethics committees speak of every country of an application."""

from collections.abc import Sequence

from app.calls.conditions import shown_keys
from app.calls.kinds import Asked
from app.calls.kinds.ethics import without_a_line
from app.calls.models import QuestionKind
from app.core.words import _
from app.proposals.answering import answers_in, applicant_of
from app.proposals.models import Draft, Partner
from app.proposals.rules import Problem


def countries_without_line(
    form: Sequence[Asked], draft: Draft, partners: Sequence[Partner]
) -> dict[str, str]:
    """Say of each question about approvals which countries have no line in it, where any lack."""
    countries = {draft.country, *(partner.country for partner in partners)}
    answers = answers_in(draft)
    return {
        asked.name: _(
            "“%(label)s”: there is no line yet for %(countries)s. Every country of the "
            "application needs one, also where no approval is needed.",
            label=asked.label,
            countries=", ".join(lacking),
        )
        for asked in form
        if asked.kind is QuestionKind.ETHICS
        and (lacking := without_a_line(answers.get(asked.key, ""), countries))
    }


def problems_of_approvals(
    form: Sequence[Asked], draft: Draft, partners: Sequence[Partner]
) -> list[Problem]:
    """List what keeps a draft from being submitted."""
    shown = shown_keys(form, answers_in(draft), applicant_of(draft))
    asked = [question for question in form if question.key in shown]
    return [
        Problem(field, sentence)
        for field, sentence in countries_without_line(asked, draft, partners).items()
    ]
