"""Questions and answers as pages draw them: plain values for components/questions.html."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from app.calls.conditions import conditions_of, shown_keys
from app.calls.form_rules import answer_faults
from app.calls.kinds import Asked, Shown, kind_of
from app.calls.models import Audience, QuestionKind
from app.core.words import _

Values = dict[str, Any]


def readers_words(audience: Audience) -> str:
    """Say beside a question who reads its answer, where that is not reviewers and staff."""
    return {
        Audience.IDENTITY: _("not shown to reviewers"),
        Audience.STAFF: _("read by the call's staff only"),
        Audience.EQUALITY: _("only counted"),
        Audience.SCIENTIFIC: "",
    }[audience]


def question_values(asked: Asked, answer: str, *, hidden: bool = False) -> Values:
    """Return what the macro of a question's kind draws. An empty answer is not yet a fault."""
    kind = kind_of(asked.kind)
    faults = [] if kind.is_empty(answer) else answer_faults(asked, answer)
    return {
        "key": asked.key,
        "name": asked.name,
        "label": asked.label,
        "hint": asked.hint,
        "kind": asked.kind.value,
        "required": asked.required,
        "readers": readers_words(asked.audience),
        "problems": {fault.part: fault.sentence for fault in reversed(faults)},
        "conditions": [
            {"subject": c.subject, "test": c.test.value, "value": c.value}
            for c in conditions_of(asked)
        ],
        "hidden": hidden,
        **kind.control(asked, answer),
    }


def form_sections(
    form: Sequence[Asked],
    answers: Mapping[str, str],
    applicant: Mapping[str, str],
    guidance: Mapping[str, str],
) -> list[Values]:
    """Return the form by section, as it is written in: what is not asked now is hidden."""
    shown = shown_keys(form, answers, applicant)
    written = [asked for asked in form if asked.audience is not Audience.EQUALITY]
    return [
        {
            "title": title,
            "guidance": guidance.get(title, ""),
            "questions": [
                question_values(q, answers.get(q.key, ""), hidden=q.key not in shown) for q in group
            ],
        }
        for title, group in groupby(written, key=lambda asked: asked.section)
    ]


def answer_values(asked: Asked, answer: str, file: Values | None = None) -> Values:
    """Return an answer as it is read."""
    shown = kind_of(asked.kind).shown(asked, answer)
    return {
        "key": asked.key,
        "label": asked.label,
        "text": shown.as_text(),
        "paragraphs": paragraphs(shown.text),
        "table": _table(shown),
        "file": file,
        "is_file": asked.kind is QuestionKind.FILE,
        "is_plan": asked.kind is QuestionKind.DATA_PLAN,
    }


def _table(shown: Shown) -> Values | None:
    if not shown.rows:
        return None
    return {"head": shown.head, "rows": shown.rows, "foot": shown.foot}


def paragraphs(text: str) -> list[list[str]]:
    """Split text into paragraphs of lines, so that pages need no markup in it."""
    return [block.split("\n") for block in text.split("\n\n") if block.strip()]
