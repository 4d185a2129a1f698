"""Storing a checked folder: one use case of each domain after the other, all in one work."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.models import Person
from app.accounts.rules import email_key
from app.calls import queries as calls
from app.calls.importing import begin_import, end_import
from app.calls.models import Call
from app.cli.importing.folder import Folder, read_folder
from app.cli.importing.problems import Problem, Problems
from app.core.db import db
from app.core.words import _
from app.core.work import unit_of_work
from app.proposals.importing import import_proposals
from app.proposals.models import Proposal
from app.reviewers import queries as reviewers
from app.reviewers.importing import import_pool, import_seats
from app.reviewers.queries import ConflictRow
from app.reviewers.service import detect_conflicts
from app.reviews.importing import ReviewSheet, import_reviews


class Unusable(Exception):  # noqa: N818 - it is an answer
    """The folder has problems; nothing was stored."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Imported:
    """What came in."""

    call: Call
    proposals: int
    reviewers: int
    reviews: int
    conflicts: Sequence[ConflictRow]


def import_folder(actor: Actor, path: Path, *, approvals: int | None = None) -> Imported:
    """Read, check and store a folder; raise Unusable with every problem and store nothing."""
    problems = Problems()
    folder = read_folder(path, problems)
    if folder is None:
        raise Unusable(problems.in_order())
    if approvals is not None:
        draft = replace(folder.call.draft, approvals_needed=approvals)
        folder = replace(folder, call=replace(folder.call, draft=draft))
    with unit_of_work():
        _check_against_database(folder, problems)
        if problems:
            raise Unusable(problems.in_order())
        return _store(actor, folder)


def _store(actor: Actor, folder: Folder) -> Imported:
    call = begin_import(actor, folder.call)
    proposals = import_proposals(actor, call, folder.proposals)
    accounts = import_pool(actor, call, folder.reviewers)
    detect_conflicts(actor, call)
    pairs = [(review.proposal, accounts[review.reviewer]) for review in folder.reviews]
    seats = import_seats(actor, call, proposals, pairs)
    sheets = [
        ReviewSheet(seats[pair], review.written, review.beside)
        for pair, review in zip(pairs, folder.reviews, strict=True)
    ]
    import_reviews(actor, call, sheets)
    end_import(actor, call)
    db.session.flush()
    return Imported(
        call=call,
        proposals=len(proposals),
        reviewers=len(accounts),
        reviews=len(sheets),
        conflicts=reviewers.conflicts_of(call.id),
    )


# --- what is here already ------------------------------------------------------------------------


def _check_against_database(folder: Folder, problems: Problems) -> None:
    code = folder.call.draft.code
    if calls.call_with_code(code) is not None:
        problems.add("call.json", 1, "call_id", code, _("There is a call with this code already."))
    numbers = [sheet.number for sheet in folder.proposals]
    for number in db.session.scalars(select(Proposal.number).where(Proposal.number.in_(numbers))):
        problems.add(
            "proposals.csv", 1, "proposal_no", number or "", _("is the number of another proposal.")
        )
    _check_people(folder, problems)


def _check_people(folder: Folder, problems: Problems) -> None:
    """Somebody known here keeps their own organisation, and conflicts are found by it."""
    said = [
        *(("proposals.csv", s.lead_email, s.organisation) for s in folder.proposals),
        *(("reviewers.csv", s.email, s.organisation) for s in folder.reviewers),
    ]
    keys = [email_key(email) for _file, email, _organisation in said]
    known = {
        row.email_key: row.organisation
        for row in db.session.execute(
            select(Person.email_key, Person.organisation).where(
                Person.email_key.in_(keys), Person.confirmed_at.is_not(None)
            )
        )
    }
    for file, email, organisation in said:
        other = known.get(email_key(email), organisation)
        if other != organisation:
            problems.add(
                file,
                1,
                "email",
                email,
                _("is known here at “%(other)s”, not “%(said)s”.", other=other, said=organisation),
            )
