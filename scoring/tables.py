"""REVIEWS.csv and CRITERIA.json: read, checked, and refused with the row and column to mend.

CRITERIA.json: `{"scale": {"best", "worst", "step"}, "criteria": [{"key", "label", "weight"}]}` and
optionally `"thresholds": [{"key" or null, "limit"}]`, `"allow_partial": false` (leave out reviews
with a criterion not judged), `"confidence": "ignore"`, `"shared_reviewers": true` (the same
reviewer id in two panels is the same person).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scoring.errors import InputError
from scoring.reading import MOST, read_json, told
from scoring.weighting import (
    Criterion,
    ReviewTotal,
    Scale,
    Threshold,
    check_confidence,
    check_grade,
    check_weights,
    review_total,
)

if TYPE_CHECKING:
    import _csv

PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
PROPOSAL, REVIEWER, CONFIDENCE, PANEL = "proposal_id", "reviewer_id", "confidence", "panel"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a call publishes about its scoring before it opens."""

    scale: Scale
    criteria: tuple[Criterion, ...]
    thresholds: tuple[Threshold, ...] = ()
    allow_partial: bool = True
    use_confidence: bool = True
    shared_reviewers: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """One row of REVIEWS.csv; a grade of `None` means that the reviewer could not judge."""

    proposal: str
    reviewer: str
    grades: Mapping[str, Decimal | None]
    confidence: Decimal | None = None
    panel: str | None = None
    row: int | None = None

    def total(self, rules: Rules) -> ReviewTotal:
        return review_total(rules.criteria, self.grades)

    def counts(self, rules: Rules) -> bool:
        """Return whether the review has a total that the call lets count."""
        total = self.total(rules)
        return total.total is not None and (rules.allow_partial or total.complete)

    def weight(self, rules: Rules) -> Decimal:
        """Return the declared confidence, 1 where none is declared or the call ignores it."""
        if self.confidence is None or not rules.use_confidence:
            return Decimal(1)
        return self.confidence


def read_rules(file: Path) -> Rules:
    """Read CRITERIA.json."""
    try:
        return rules_from(read_json(file))
    except InputError as error:
        raise error.at(source=str(file)) from error


def rules_from(content: object) -> Rules:
    """Return the rules in the content of a CRITERIA.json, checked."""
    described = _mapping(content, "the criteria file")
    scale = _mapping(_needed(described, "scale", "the criteria file"), "“scale”")
    best, worst, step = (_number(scale, name, "“scale”") for name in ("best", "worst", "step"))
    criteria = tuple(_criteria(_needed(described, "criteria", "the criteria file")))
    check_weights(criteria)
    return Rules(
        scale=Scale(best, worst, step),
        criteria=criteria,
        thresholds=tuple(_thresholds(described.get("thresholds", []), criteria)),
        allow_partial=_flag(described, "allow_partial", default=True),
        use_confidence=_confidence_counts(described),
        shared_reviewers=_flag(described, "shared_reviewers", default=False),
    )


def _criteria(listed: object) -> Iterator[Criterion]:
    for number, item in enumerate(_sequence(listed, "“criteria”"), start=1):
        where = f"criterion {number}"
        criterion = _mapping(item, where)
        key = _needed(criterion, "key", where)
        if not isinstance(key, str) or not key:
            raise InputError(f"The key of {where} must be a word.")
        if key in {PROPOSAL, REVIEWER, CONFIDENCE, PANEL}:
            raise InputError(f"A criterion cannot be called “{key}”; that column is taken.")
        weight = _number(criterion, "weight", f"“{key}”")
        yield Criterion(key, str(criterion.get("label", key)), weight)


def _thresholds(listed: object, criteria: Sequence[Criterion]) -> Iterator[Threshold]:
    known = {criterion.key for criterion in criteria}
    for number, item in enumerate(_sequence(listed, "“thresholds”"), start=1):
        threshold = _mapping(item, f"threshold {number}")
        key = threshold.get("key")
        if key is not None and (not isinstance(key, str) or key not in known):
            raise InputError(f"Threshold {number} names {told(key)}, which is not a criterion.")
        yield Threshold(key, _number(threshold, "limit", f"threshold {number}"))


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"There must be an object with names and values at {where}.")
    return value


def _sequence(value: object, where: str) -> Sequence[object]:
    if not isinstance(value, list):
        raise InputError(f"There must be a list at {where}.")
    return value


def _needed(described: Mapping[str, Any], name: str, where: str) -> Any:  # noqa: ANN401
    if name not in described:
        raise InputError(f"“{name}” is missing in {where}; add it.")
    return described[name]


def _number(described: Mapping[str, Any], name: str, where: str) -> Decimal:
    value = _needed(described, name, where)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise InputError(f"“{name}” in {where} must be a number, not {told(value)}.")
    if not abs(number := Decimal(value)) <= MOST:
        raise InputError(f"“{name}” in {where} is too large; give at most {MOST}.")
    return number


def _flag(described: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = described.get(name, default)
    if not isinstance(value, bool):
        raise InputError(f"“{name}” must be true or false, not {told(value)}.")
    return value


def _confidence_counts(described: Mapping[str, Any]) -> bool:
    value = described.get("confidence", "weight")
    if value not in ("weight", "ignore"):
        raise InputError(f"“confidence” must be “weight” or “ignore”, not {told(value)}.")
    return bool(value == "weight")


def read_reviews(file: Path, rules: Rules) -> list[Review]:
    """Read REVIEWS.csv; columns that are no criterion and have no meaning here are ignored."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return reviews_from(stream, rules)
    except OSError as error:
        raise InputError(f"The file cannot be read: {error.strerror}.", source=str(file)) from error
    except UnicodeDecodeError as error:
        raise InputError(
            "The file is not UTF-8 text; save it as UTF-8.", source=str(file)
        ) from error
    except InputError as error:
        raise error.at(source=str(file)) from error


def reviews_from(lines: Iterable[str], rules: Rules) -> list[Review]:
    """Return the reviews in the lines of a REVIEWS.csv, each row checked, then all together."""
    table = csv.reader(lines, strict=True)
    try:
        header = [name.strip() for name in next(table, [])]
        _check_header(header, rules)
        reviews = [_review(row, rules, table.line_num) for row in _rows(table, header)]
    except csv.Error as error:
        raise InputError(f"This is not CSV: {error}.", row=table.line_num) from error
    check_reviews(reviews, rules)
    return reviews


def _check_header(header: Sequence[str], rules: Rules) -> None:
    needed = [PROPOSAL, REVIEWER, *(criterion.key for criterion in rules.criteria)]
    for name in needed:
        if name not in header:
            raise InputError("This column is missing; add it.", row=1, column=name)
    for name in [*needed, CONFIDENCE, PANEL]:
        if header.count(name) > 1:
            raise InputError("This column is there twice; keep one.", row=1, column=name)


def _rows(table: "_csv.Reader", header: Sequence[str]) -> Iterator[dict[str, str]]:
    for cells in table:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise InputError(
                f"This row has {len(cells)} cells, the header {len(header)}.", row=table.line_num
            )
        yield {name: cell.strip() for name, cell in zip(header, cells, strict=True)}


def _review(cells: Mapping[str, str], rules: Rules, row: int) -> Review:
    for column in (PROPOSAL, REVIEWER):
        if not cells[column]:
            raise InputError("This cell is empty; it needs an id.", row=row, column=column)
    if PANEL in cells and not cells[PANEL]:
        raise InputError("Name the panel in every row or in none.", row=row, column=PANEL)
    return Review(
        proposal=cells[PROPOSAL],
        reviewer=cells[REVIEWER],
        grades={c.key: _grade(cells[c.key], rules.scale, row, c.key) for c in rules.criteria},
        confidence=_confidence(cells.get(CONFIDENCE, ""), row),
        panel=cells.get(PANEL),
        row=row,
    )


def _grade(cell: str, scale: Scale, row: int, column: str) -> Decimal | None:
    if not cell:
        return None
    try:
        grade = _plain_number(cell)
        check_grade(scale, grade)
    except InputError as error:
        raise error.at(row=row, column=column) from error
    return grade


def _confidence(cell: str, row: int) -> Decimal | None:
    if not cell:
        return None
    try:
        confidence = _plain_number(cell)
        check_confidence(confidence)
    except InputError as error:
        raise error.at(row=row, column=CONFIDENCE) from error
    return confidence


def _plain_number(cell: str) -> Decimal:
    if not PLAIN_NUMBER.fullmatch(cell):
        raise InputError(f"“{cell}” is not a plain decimal number such as 3 or 2.5.")
    return Decimal(cell)


def check_reviews(reviews: Sequence[Review], rules: Rules) -> None:
    """Refuse what only shows when all reviews are seen together.

    That is: no review at all, two reviews of one proposal by one reviewer, one reviewer id in two
    panels, a proposal that no review says anything about.
    """
    if not reviews:
        raise InputError("There is no review; add at least one row below the header.")
    seen: dict[tuple[str, str], Review] = {}
    panel_of: dict[str, Review] = {}
    for review in reviews:
        first = seen.setdefault((review.proposal, review.reviewer), review)
        if first is not review:
            raise InputError(
                f"“{review.reviewer}” has already reviewed “{review.proposal}”"
                f"{_in_row(first)}; keep one of the two.",
                row=review.row,
                column=REVIEWER,
            )
        home = panel_of.setdefault(review.reviewer, review)
        if home.panel != review.panel and not rules.shared_reviewers:
            raise InputError(
                f"“{review.reviewer}” is in panel “{review.panel}” here and in panel "
                f"“{home.panel}”{_in_row(home)}. Give every person an id of their own, or say "
                "“shared_reviewers”: true in the criteria file if it is one person.",
                row=review.row,
                column=REVIEWER,
            )
    _check_coverage(reviews, rules)


def _in_row(review: Review) -> str:
    return "" if review.row is None else f" in row {review.row}"


def _check_coverage(reviews: Sequence[Review], rules: Rules) -> None:
    covered = {review.proposal for review in reviews if review.counts(rules)}
    for review in reviews:
        if review.proposal not in covered:
            raise InputError(
                f"The proposal “{review.proposal}” has no usable review; "
                "get one, or take the proposal out.",
                row=review.row,
                column=PROPOSAL,
            )
