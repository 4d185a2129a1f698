"""The form and the criteria of a call as one plain value, and what can be changed in it. Pure.

The builder, amendments, templates, cloning and the call file all work on this value; only
building.py reads it from the tables and writes it back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from app.calls.kinds import Asked
from app.calls.models import Audience, QuestionKind


@dataclass(frozen=True, slots=True)
class SectionSheet:
    title: str
    guidance: str = ""


@dataclass(frozen=True, slots=True)
class CriterionSheet:
    key: str
    label: str
    weight: str
    guidance: str = ""
    anchors: Mapping[str, str] = field(default_factory=dict)  # empty for those of the call
    threshold: str = ""  # mean needed, empty for none
    plain_label: str = ""  # as patients and the public read it
    plain_guidance: str = ""


@dataclass(frozen=True, slots=True)
class FormSheet:
    sections: tuple[SectionSheet, ...] = ()
    questions: tuple[Asked, ...] = ()
    criteria: tuple[CriterionSheet, ...] = ()

    def question(self, key: str) -> Asked | None:
        return next((asked for asked in self.questions if asked.key == key), None)

    def criterion(self, key: str) -> CriterionSheet | None:
        return next((item for item in self.criteria if item.key == key), None)

    def section(self, title: str) -> SectionSheet | None:
        return next((item for item in self.sections if item.title == title), None)

    def before(self, key: str) -> tuple[Asked, ...]:
        """Return the questions asked before one; all of them where there is none of this key."""
        keys = [asked.key for asked in self.questions]
        return self.questions[: keys.index(key)] if key in keys else self.questions


def in_order(sheet: FormSheet) -> FormSheet:
    """Return the sheet with its questions in the order of their sections; none is without one."""
    sections = list(sheet.sections)
    for asked in sheet.questions:
        if asked.section not in {section.title for section in sections}:
            place = len(sections) if asked.section else 0  # without a section: before all others
            sections.insert(place, SectionSheet(asked.section))
    order = {section.title: n for n, section in enumerate(sections)}
    questions = sorted(sheet.questions, key=lambda asked: order[asked.section])
    return replace(sheet, sections=tuple(sections), questions=tuple(questions))


# --- changes -------------------------------------------------------------------------------------


def with_question(sheet: FormSheet, asked: Asked, instead_of: str = "") -> FormSheet:
    """Put a question in place of another, or at the end of its section."""
    if instead_of:
        questions = [asked if q.key == instead_of else q for q in sheet.questions]
        if asked.key != instead_of:
            questions = [_renamed(q, instead_of, asked.key) for q in questions]
    else:
        questions = [*sheet.questions, asked]
    return in_order(replace(sheet, questions=tuple(questions)))


def _renamed(asked: Asked, old: str, new: str) -> Asked:
    """Let conditions follow a question whose key changed."""
    follow = tuple(
        {**condition, "subject": new} if condition.get("subject") == old else condition
        for condition in asked.condition
    )
    return replace(asked, condition=follow)


def without_question(sheet: FormSheet, key: str) -> FormSheet:
    return replace(sheet, questions=tuple(q for q in sheet.questions if q.key != key))


def moved_question(sheet: FormSheet, key: str, by: int) -> FormSheet:
    """Move a question up (-1) or down (1) inside its section."""
    questions = list(sheet.questions)
    keys = [asked.key for asked in questions]
    here = keys.index(key) if key in keys else -1
    there = here + by
    if here < 0 or not 0 <= there < len(questions):
        return sheet
    if questions[here].section != questions[there].section:
        return sheet
    questions[here], questions[there] = questions[there], questions[here]
    return replace(sheet, questions=tuple(questions))


def with_section(sheet: FormSheet, section: SectionSheet, instead_of: str | None) -> FormSheet:
    """Put a section in place of another, whose questions follow, or at the end."""
    if instead_of is None:
        return replace(sheet, sections=(*sheet.sections, section))
    return replace(
        sheet,
        sections=tuple(section if s.title == instead_of else s for s in sheet.sections),
        questions=tuple(
            replace(q, section=section.title) if q.section == instead_of else q
            for q in sheet.questions
        ),
    )


def without_section(sheet: FormSheet, title: str) -> FormSheet:
    """Take a section out with its questions."""
    return replace(
        sheet,
        sections=tuple(s for s in sheet.sections if s.title != title),
        questions=tuple(q for q in sheet.questions if q.section != title),
    )


def moved_section(sheet: FormSheet, title: str, by: int) -> FormSheet:
    sections = list(sheet.sections)
    titles = [section.title for section in sections]
    here = titles.index(title) if title in titles else -1
    there = here + by
    if here < 0 or not 0 <= there < len(sections):
        return sheet
    sections[here], sections[there] = sections[there], sections[here]
    return in_order(replace(sheet, sections=tuple(sections)))


def with_criterion(sheet: FormSheet, criterion: CriterionSheet, instead_of: str = "") -> FormSheet:
    if instead_of:
        criteria = [criterion if c.key == instead_of else c for c in sheet.criteria]
    else:
        criteria = [*sheet.criteria, criterion]
    return replace(sheet, criteria=tuple(criteria))


def without_criterion(sheet: FormSheet, key: str) -> FormSheet:
    return replace(sheet, criteria=tuple(c for c in sheet.criteria if c.key != key))


# --- as plain data -------------------------------------------------------------------------------

_LEFT_OUT: tuple[object, ...] = (None, "", [], {}, ())


def to_data(sheet: FormSheet) -> dict[str, Any]:
    """Return the sheet as JSON; what says nothing is left out."""
    return {
        "sections": [_lean(asdict(section)) for section in sheet.sections if section.title],
        "questions": [_question_data(asked) for asked in sheet.questions],
        "criteria": [_lean({**asdict(c), "anchors": dict(c.anchors)}) for c in sheet.criteria],
    }


def _lean(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in _LEFT_OUT}


def _question_data(asked: Asked) -> dict[str, Any]:
    return _lean(
        {
            "key": asked.key,
            "section": asked.section,
            "label": asked.label,
            "hint": asked.hint,
            "kind": asked.kind.value,
            "audience": asked.audience.value,
            "required": asked.required,
            "word_limit": asked.word_limit,
            "choices": list(asked.choices),
            "settings": dict(asked.settings),
            "condition": [dict(condition) for condition in asked.condition],
        }
    )


def from_data(data: Mapping[str, Any]) -> FormSheet:
    """Return what `to_data` wrote. For files from outside see call_file.py, which checks first."""
    return in_order(
        FormSheet(
            tuple(
                SectionSheet(section.get("title", ""), section.get("guidance", ""))
                for section in data.get("sections", ())
            ),
            tuple(_question_of(question) for question in data.get("questions", ())),
            tuple(CriterionSheet(**criterion) for criterion in data.get("criteria", ())),
        )
    )


def _question_of(data: Mapping[str, Any]) -> Asked:
    return Asked(
        **{
            **data,
            "kind": QuestionKind(data["kind"]),
            "audience": Audience(data["audience"]),
            "choices": tuple(data.get("choices", ())),
            "condition": tuple(data.get("condition", ())),
        }
    )


# --- what changed --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs between two sheets: `what` is added, removed, changed or moved."""

    what: str
    thing: str  # section, question or criterion
    label: str
    parts: tuple[str, ...] = ()


def differences(before: FormSheet, after: FormSheet) -> list[Difference]:
    """List what an amendment changes, in the order of the form."""
    found = []
    for thing, old, new in (
        ("section", _by_title(before.sections), _by_title(after.sections)),
        ("question", _by_key(before.questions), _by_key(after.questions)),
        ("criterion", _by_key(before.criteria), _by_key(after.criteria)),
    ):
        for key, item in new.items():
            if key not in old:
                found.append(Difference("added", thing, _label(item)))
            elif fields := _changed(old[key], item):
                found.append(Difference("changed", thing, _label(item), fields))
        found += [Difference("removed", thing, _label(old[key])) for key in old if key not in new]
        if not found and list(old) != list(new):
            found.append(Difference("moved", thing, ""))
    return found


def _by_title(sections: Sequence[SectionSheet]) -> dict[str, Any]:
    return {section.title: section for section in sections}


def _by_key(items: Sequence[Any]) -> dict[str, Any]:
    return {item.key: item for item in items}


def _label(item: Any) -> str:  # noqa: ANN401 - a section, question or criterion
    return str(getattr(item, "label", "") or getattr(item, "title", ""))


def _changed(old: Any, new: Any) -> tuple[str, ...]:  # noqa: ANN401
    names = [one.name for one in fields(new)]
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))
