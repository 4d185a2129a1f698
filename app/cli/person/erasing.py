"""Forgetting who somebody is: the cells that say so are emptied, what was decided stands.

Grades, proposals, sums and hashes stay, so that a ranking can still be computed and the ledger
still holds. What lawfully keeps a name (signed reports and minutes, who approved, who was paid)
is listed by `remaining`.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import CursorResult, and_, delete, or_, select, update
from sqlalchemy.sql.expression import Delete, Update

from app.accounts.actor import SYSTEM_ACTOR
from app.accounts.events import PersonErased
from app.accounts.models import Account, AccountState, Person
from app.accounts.rules import FORGOTTEN
from app.allocation.models import Feedback
from app.calls.models import Call
from app.cli.person import leading, looking
from app.cli.person.holding import GONE
from app.cli.person.looking import NOBODY
from app.cli.person.refusing import OVER
from app.core.db import Model, db, table_of
from app.ledger import service as ledger
from app.notifications.models import Letter
from app.proposals.models import (
    DraftComment,
    DraftSave,
    EqualityAnswer,
    Invitation,
    Partner,
    ProposalMember,
    Signatory,
)
from app.reviewers.models import (
    Conflict,
    Decline,
    PoolMember,
    ReviewInvitation,
    Seat,
    SeatHolder,
    Suggestion,
    Tie,
)
from app.reviews.models import ShownReviewer

ERASED = "(erased)"


def erase(account_id: str, reason: str) -> tuple[int, int]:
    """Forget the person; return how many cells were emptied and how many files removed."""
    values = looking.identity_of(account_id)
    person = db.session.get_one(Person, account_id)
    email_key, orcid = person.email_key, person.orcid
    keys = leading.files_of(account_id)
    cells = sum(_changed(statement) for statement in _statements(account_id, email_key, orcid))
    cells += sum(_changed(delete(model).where(_account(model) == account_id)) for model in GONE)
    cells += leading.empty_identities(account_id)
    cells += sum(_changed(statement) for statement in leading.statements(account_id))
    files = leading.remove_files(keys)
    cells += looking.forget_facts(values)
    person.name, person.email, person.confirmed_at = NOBODY, f"{account_id}{FORGOTTEN}", None
    person.email_key = person.email
    person.organisation, person.country, person.orcid, person.zone = "", "", "", "UTC"
    db.session.get_one(Account, account_id).state = AccountState.DEACTIVATED
    ledger.record(SYSTEM_ACTOR, PersonErased(cells, files, reason), about=f"person:{account_id}")
    return cells, files


def _account(model: type[Model]) -> Any:  # noqa: ANN401 - a column
    return table_of(model).c.account_id


def _changed(statement: Any) -> int:  # noqa: ANN401 - an update or a delete
    found = db.session.execute(statement, execution_options={"synchronize_session": False})
    return found.rowcount if isinstance(found, CursorResult) else 0


def _statements(account_id: str, email_key: str, orcid: str) -> Iterator[Update | Delete]:
    """What stands under the account or the address, wherever it is."""
    seats = select(SeatHolder.seat_id).where(SeatHolder.account_id == account_id)
    for model, values in (
        (Letter, {"subject": ERASED, "body": ERASED, "attachments": []}),
        (ReviewInvitation, {"reason": ""}),
        (Conflict, {"detail": ""}),
        (PoolMember, {"expertise": ""}),
        (ProposalMember, {"name": NOBODY}),
        (DraftComment, {"author": NOBODY}),
        (DraftSave, {"author": NOBODY}),
    ):
        yield update(model).where(_account(model) == account_id).values(**values)
    yield update(EqualityAnswer).where(EqualityAnswer.account_id == account_id).values(answers={})
    yield delete(Tie).where(
        or_(
            Tie.account_id == account_id,
            Tie.email_key == email_key,
            and_(Tie.orcid == orcid, Tie.orcid != ""),
        )
    )
    yield from _out_of_pools(account_id)
    yield update(Decline).where(Decline.seat_id.in_(seats)).values(reason=ERASED)
    yield update(ShownReviewer).where(ShownReviewer.seat_id.in_(seats)).values(name=NOBODY)
    yield (
        update(Feedback)
        .where(
            Feedback.reviewer != "",
            select(Seat.id)
            .where(
                Seat.id.in_(seats),
                Seat.proposal_id == Feedback.proposal_id,
                Seat.letter == Feedback.letter,
            )
            .exists(),
        )
        .values(reviewer=NOBODY)
    )
    yield update(Invitation).where(Invitation.email_key == email_key).values(email="", email_key="")
    yield (
        update(Suggestion)
        .where(looking.spells(Suggestion.email, email_key))
        .values(name=NOBODY, email="", why="")
    )
    yield (
        update(Partner)
        .where(looking.spells(Partner.contact_email, email_key))
        .values(contact_name="", contact_email="", answered_by="")
    )
    yield (
        update(Signatory)
        .where(looking.spells(Signatory.email, email_key))
        .values(name="", email="", signed_by="")
    )


def _out_of_pools(account_id: str) -> Iterator[Update | Delete]:
    """Take the person out of the pools that are still asked; of a decided call they were in it."""
    going = select(Call.id).where(Call.state.not_in(OVER))
    yield (
        update(PoolMember)
        .where(PoolMember.mentor_id == account_id, PoolMember.call_id.in_(going))
        .values(mentor_id=None)
    )
    yield delete(PoolMember).where(
        PoolMember.account_id == account_id, PoolMember.call_id.in_(going)
    )
