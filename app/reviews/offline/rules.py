"""The form file: its columns, what each row may hold, and what it adds to a review. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _
from app.reviewers.rules.sheets import Row, Wrong, rows_in
from app.reviews.offline.models import PackState
from app.reviews.rules import CONFIDENCES, MOST_LETTERS, Measure, Written, grade_problem

COLUMNS = ("proposal", "title", "about", "grade", "words", "key", "revision")
NEEDED = ("proposal", "grade", "words", "key", "revision")
CRITERION = "criterion:"
CONFIDENCE = "confidence"
COMMENTS = ("to_applicant", "to_panel", "to_staff")
CANNOT = "cannot judge"
Table = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Filled:
    """What the file says about one proposal. `revision` is the review's as the pack was made."""

    number: str
    line: int
    revision: int
    grades: Mapping[str, str | None] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    confidence: int | None = None
    comments: Mapping[str, str] = field(default_factory=dict)


def can_ask(states: Collection[PackState]) -> Verdict:
    """Whether another pack may be made for somebody in a call."""
    if PackState.ASKED in states:
        return refused(_("Your pack is being made. Wait for it, or look again."))
    return ALLOWED


def read(
    table: Table, measure: Measure, open_now: Collection[str]
) -> tuple[list[Filled], list[Wrong]]:
    """Return what a table says about each proposal, and everything that is wrong with it.

    `open_now` are the numbers of the proposals that the person may write about now.
    """
    wrong: list[Wrong] = []
    found: dict[str, Filled] = {}
    seen: set[tuple[str, str]] = set()
    for row in rows_in(table, COLUMNS, NEEDED, wrong):
        number, key = row.needed("proposal"), row.needed("key")
        if not number or not key:
            continue
        if number not in open_now:
            row.object_to(
                "proposal",
                _("“%(number)s” is no proposal that you can write about now.", number=number[:40]),
            )
            continue
        if (number, key) in seen:
            row.object_to("key", _("This row is there twice."))
            continue
        seen.add((number, key))
        before = found.get(number) or Filled(number, row.line, _revision(row))
        found[number] = _with(before, row, key, measure)
    return list(found.values()), wrong


def _revision(row: Row) -> int:
    text = row.text("revision").removesuffix(".0")
    if text.isascii() and text.isdigit():
        return int(text)
    row.object_to("revision", _("This column must stay as it was."))
    return 0


def _with(filled: Filled, row: Row, key: str, measure: Measure) -> Filled:
    grade, words = row.text("grade", 40), row.text("words", MOST_LETTERS)
    if key.startswith(CRITERION):
        return _criterion(filled, row, key.removeprefix(CRITERION), measure)
    if key == CONFIDENCE:
        return replace(filled, confidence=_confidence(row, grade))
    if key in COMMENTS:
        if grade:
            row.object_to("grade", _("A comment has no grade. Write in the column “words”."))
        return replace(filled, comments={**filled.comments, key: words})
    row.object_to("key", _("This is no row of the form; the column must stay as it was."))
    return filled


def _criterion(filled: Filled, row: Row, key: str, measure: Measure) -> Filled:
    criterion = next((one for one in measure.criteria if one.key == key), None)
    if criterion is None:
        row.object_to("key", _("This is no criterion of the call; the column must stay as it was."))
        return filled
    reasons = {**filled.reasons, key: row.text("words", MOST_LETTERS)}
    typed = row.text("grade", 40)
    if not typed:
        return replace(filled, reasons=reasons)
    if typed.casefold() in {CANNOT, _("cannot judge").casefold()}:
        return replace(filled, reasons=reasons, grades={**filled.grades, key: None})
    grade = measure.tidy(_number(typed))
    if sentence := grade_problem(measure, criterion.label, grade):
        row.object_to("grade", sentence)
    return replace(filled, reasons=reasons, grades={**filled.grades, key: grade})


def _number(typed: str) -> str:
    """Return a number as a spreadsheet may have rewritten it: 4.0 is 4."""
    try:
        number = Decimal(typed.replace(",", "."))
        return f"{number.normalize():f}" if number.is_finite() else typed
    except InvalidOperation:
        return typed


def _confidence(row: Row, grade: str) -> int | None:
    if not grade:
        return None
    number = _number(grade)
    if number in {str(one) for one in CONFIDENCES}:
        return int(number)
    row.object_to("grade", _("Write 1 (low), 2 (medium) or 3 (high)."))
    return None


def merged(online: Written, filled: Filled) -> Written:
    """Return the review with what the file says. What is empty there stays as it is online."""
    words = {key: text for key, text in filled.reasons.items() if text.strip()}
    comments = {key: text for key, text in filled.comments.items() if text.strip()}
    return replace(
        online,
        grades={**online.grades, **filled.grades},
        reasons={**online.reasons, **words},
        confidence=filled.confidence or online.confidence,
        **comments,
    )
