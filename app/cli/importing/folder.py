"""Reading a whole folder: the four files, then what they say about each other."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.accounts.rules import email_key
from app.calls.importing import CallSheet
from app.calls.models import Audience, QuestionKind
from app.calls.service import QuestionDraft
from app.cli.importing import rows
from app.cli.importing.call_file import FILE, CallFile, read_call
from app.cli.importing.problems import Problems
from app.cli.importing.rows import ReviewRow
from app.cli.importing.tables import Table, read_table
from app.core.words import _
from app.proposals.importing import ProposalSheet
from app.reviewers.importing import ReviewerSheet
from app.reviewers.rules import Applied, Found, Judge, Organisation, find_conflicts

PROPOSALS, REVIEWERS, REVIEWS = "proposals.csv", "reviewers.csv", "reviews.csv"
FILES = (FILE, PROPOSALS, REVIEWERS, REVIEWS)


@dataclass(frozen=True, slots=True)
class Folder:
    """Everything the files say, checked."""

    call: CallSheet
    proposals: Sequence[ProposalSheet]
    reviewers: Sequence[ReviewerSheet]
    reviews: Sequence[ReviewRow]
    conflicts: Sequence[Found]  # by the files' own ids


def read_folder(path: Path, problems: Problems) -> Folder | None:
    """Return what the folder says, or None when `problems` has any."""
    call = read_call(path / FILE, problems)
    criteria = [criterion.key for criterion in call.criteria] if call else []
    tables = [
        read_table(path / PROPOSALS, rows.PROPOSAL_COLUMNS, problems),
        read_table(path / REVIEWERS, rows.REVIEWER_COLUMNS, problems),
        read_table(path / REVIEWS, (*rows.REVIEW_COLUMNS, *criteria), problems),
    ]
    if call is None or any(table is None for table in tables):
        return None
    applied, judges, judged = (table for table in tables if table)
    proposals = rows.proposals(applied.rows, call.draft)
    reviewers = rows.reviewers(judges.rows)
    reviews = rows.reviews(judged.rows, criteria, call.draft)
    _refuse_strangers(judged, proposals, reviewers)
    _refuse_wrong_counts(call, applied, judges, reviews, problems)
    conflicts = _conflicts(proposals, reviewers)
    _refuse_conflicted(judged, conflicts)
    _refuse_unfound(call, conflicts, problems)
    if problems:
        return None
    return Folder(_sheet(call, proposals, path), proposals, reviewers, reviews, conflicts)


def _sheet(call: CallFile, proposals: Sequence[ProposalSheet], path: Path) -> CallSheet:
    return CallSheet(
        draft=call.draft,
        questions=_questions(proposals),
        criteria=call.criteria,
        contributions=call.contributions,
        fictional=call.fictional,
        sources={
            name.replace(".", "_"): hashlib.sha256((path / name).read_bytes()).hexdigest()
            for name in FILES
        },
    )


def _questions(proposals: Sequence[ProposalSheet]) -> tuple[QuestionDraft, ...]:
    """Return the form that the columns amount to; what no row answers is not asked."""
    kinds = tuple(sorted({sheet.science["proposal_type"] for sheet in proposals} - {""}))
    asked = [
        ("organisation", _("Organisation"), QuestionKind.TEXT, Audience.IDENTITY, ()),
        ("abstract", _("Abstract"), QuestionKind.LONG_TEXT, Audience.SCIENTIFIC, ()),
        ("keywords", _("Keywords"), QuestionKind.TEXT, Audience.SCIENTIFIC, ()),
        ("proposal_type", _("Kind of proposal"), QuestionKind.CHOICE, Audience.SCIENTIFIC, kinds),
    ]
    return tuple(
        QuestionDraft(
            key=key,
            section="",
            label=label,
            hint="",
            kind=kind,
            audience=audience,
            required=key in {"organisation", "abstract"},
            word_limit=None,
            choices=choices,
        )
        for key, label, kind, audience, choices in asked
        if any({**sheet.science, **sheet.identity}[key] for sheet in proposals)
    )


# --- between files -------------------------------------------------------------------------------


def _refuse_strangers(
    judged: Table, proposals: Sequence[ProposalSheet], reviewers: Sequence[ReviewerSheet]
) -> None:
    numbers = {sheet.number for sheet in proposals}
    keys = {sheet.key for sheet in reviewers}
    for row in judged.rows:
        if row["proposal_no"] not in numbers:
            row.wrong("proposal_no", _("is not in proposals.csv."))
        if row["reviewer_id"] not in keys:
            row.wrong("reviewer_id", _("is not in reviewers.csv."))


def _refuse_wrong_counts(
    call: CallFile,
    applied: Table,
    judges: Table,
    reviews: Sequence[ReviewRow],
    problems: Problems,
) -> None:
    """A file that was cut short disagrees with what the others announce."""
    for key, table in (("proposals", applied), ("reviewers", judges)):
        announced = call.counts.get(key, len(table.rows))
        if announced != len(table.rows):
            problems.add(
                f"{key}.csv",
                1,
                "",
                str(len(table.rows)),
                _("rows are whole, but call.json announces %(n)s.", n=announced),
            )
    given = Counter(review.reviewer for review in reviews)
    for row in judges.rows:
        said = row["reviews"]
        if said.isdigit() and int(said) != given[row["reviewer_id"]]:
            row.wrong(
                "reviews", _("but reviews.csv has %(n)s of them.", n=given[row["reviewer_id"]])
            )


def _conflicts(
    proposals: Sequence[ProposalSheet], reviewers: Sequence[ReviewerSheet]
) -> list[Found]:
    judges = [
        Judge(sheet.key, email_key(sheet.email), Organisation(sheet.organisation, sheet.country))
        for sheet in reviewers
    ]
    applied = [
        Applied(
            proposal_id=sheet.number,
            organisations=(Organisation(sheet.organisation, sheet.country),),
            email_keys=frozenset([email_key(sheet.lead_email)]),
        )
        for sheet in proposals
    ]
    return find_conflicts(judges, applied)


def _refuse_conflicted(judged: Table, conflicts: Sequence[Found]) -> None:
    known = {(found.proposal_id, found.account_id): found for found in conflicts}
    for row in judged.rows:
        found = known.get((row["proposal_no"], row["reviewer_id"]))
        if found is not None:
            row.wrong(
                "reviewer_id",
                _("has a conflict of interest with this proposal (%(what)s).", what=found.detail),
            )


def _refuse_unfound(call: CallFile, conflicts: Sequence[Found], problems: Problems) -> None:
    known = {(found.account_id, found.proposal_id) for found in conflicts}
    for planted in call.planted:
        if (planted.reviewer, planted.proposal) not in known:
            problems.add(
                FILE,
                1,
                "planted_conflicts",
                f"{planted.reviewer} – {planted.proposal}",
                _("this conflict is announced, but the other files do not show it."),
            )
