"""Forgetting who somebody is: the cells that say so are emptied, what was decided stands.

Grades, proposals, sums and hashes stay, so that a ranking can still be computed and the ledger
still holds. What lawfully keeps a name (signed reports and minutes, who approved, who was paid)
is listed by `remaining`.
"""

from collections.abc import Iterator
from typing import Any

from flask import current_app
from sqlalchemy import CursorResult, String, Text, cast, delete, func, or_, select, update
from sqlalchemy.sql.expression import Update

from app.accounts.actor import SYSTEM_ACTOR
from app.accounts.events import PersonErased
from app.accounts.models import Account, AccountState, Person
from app.accounts.rules import FORGOTTEN
from app.allocation.models import Feedback
from app.cli.person.holding import GONE
from app.core.db import Model, db, table_of
from app.core.words import _
from app.core.work import current_work
from app.ledger import service as ledger
from app.ledger.models import LedgerPayload
from app.notifications.models import Letter
from app.proposals.models import (
    Background,
    Draft,
    DraftComment,
    DraftSave,
    EqualityAnswer,
    Invitation,
    MemberRole,
    Partner,
    ProposalMember,
    Signatory,
    Upload,
    Version,
    VersionIdentity,
)
from app.reviewers.models import (
    Conflict,
    Decline,
    PoolMember,
    ReviewInvitation,
    Seat,
    SeatHolder,
    ShownIdentity,
    Suggestion,
    Tie,
)
from app.reviews.models import ShownReviewer

NOBODY, ERASED = "Erased person", "(erased)"
SHORTEST = 4  # letters of a value that is looked for: less is found everywhere
_OF_A_CONTACT = ("name", "ror", "contact_name", "contact_email", "answered_by")


def identity_of(account_id: str) -> list[str]:
    """Return the values that tell who the person is."""
    person = db.session.get_one(Person, account_id)
    values = {person.name, person.email, person.orcid} - {"", NOBODY}
    return sorted(one for one in values if len(one) >= SHORTEST)


def erase(account_id: str, reason: str) -> tuple[int, int]:
    """Forget the person; return how many cells were emptied and how many files removed."""
    values = identity_of(account_id)
    email_key = db.session.get_one(Person, account_id).email_key
    files = _remove_files(account_id)
    cells = sum(_changed(statement) for statement in _statements(account_id, email_key))
    cells += sum(_changed(delete(model).where(_account(model) == account_id)) for model in GONE)
    cells += _leads(account_id)
    cells += _forget_facts(values)
    person = db.session.get_one(Person, account_id)
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


def _statements(account_id: str, email_key: str) -> Iterator[Update]:
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
    yield (
        update(Tie)
        .where(Tie.account_id == account_id)
        .values(name="", name_key="", email_key="", orcid="")
    )
    yield (
        update(Tie)
        .where(Tie.email_key == email_key)
        .values(name=NOBODY, name_key="", email_key="", orcid="")
    )
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
        .where(func.lower(Suggestion.email) == email_key)
        .values(name=NOBODY, email="", why="")
    )
    yield (
        update(Partner)
        .where(func.lower(Partner.contact_email) == email_key)
        .values(contact_name="", contact_email="", answered_by="")
    )
    yield (
        update(Signatory)
        .where(func.lower(Signatory.email) == email_key)
        .values(name="", email="", signed_by="")
    )


def _leads(account_id: str) -> int:
    """Empty who applied in what the person led: organisation, answers about people, partners."""
    led = select(ProposalMember.proposal_id).where(
        ProposalMember.account_id == account_id, ProposalMember.role == MemberRole.LEAD
    )
    versions = select(Version.id).where(Version.proposal_id.in_(led))
    seats = select(Seat.id).where(Seat.proposal_id.in_(led))
    done = 0
    for identity in db.session.scalars(
        select(VersionIdentity).where(VersionIdentity.version_id.in_(versions))
    ):
        identity.lead_name, identity.organisation, identity.answers = NOBODY, "", {}
        identity.consortium = _without_contacts(identity.consortium)
        done += 1
    for statement in (
        update(Draft).where(Draft.proposal_id.in_(led)).values(identity={}, organisation=""),
        update(Partner)
        .where(Partner.proposal_id.in_(led))
        .values(contact_name="", contact_email="", answered_by=""),
        update(Signatory)
        .where(Signatory.proposal_id.in_(led))
        .values(name="", email="", signed_by=""),
        update(ShownIdentity)
        .where(ShownIdentity.seat_id.in_(seats))
        .values(lead_name=NOBODY, organisation=""),
        delete(Background).where(Background.proposal_id.in_(led)),
        delete(DraftSave).where(DraftSave.proposal_id.in_(led)),
        delete(Upload).where(Upload.proposal_id.in_(led)),
    ):
        done += _changed(statement)
    return done


def _without_contacts(consortium: dict[str, Any]) -> dict[str, Any]:
    partners = [
        {**partner, **dict.fromkeys(_OF_A_CONTACT, "")}
        for partner in consortium.get("partners", [])
    ]
    return {**consortium, **({"partners": partners} if partners else {})}


def _remove_files(account_id: str) -> int:
    """Remove the files as they were handed in, which no other upload names; the copies stay."""
    led = select(ProposalMember.proposal_id).where(
        ProposalMember.account_id == account_id, ProposalMember.role == MemberRole.LEAD
    )
    own = set(db.session.scalars(select(Upload.file_key).where(Upload.proposal_id.in_(led))))
    others = db.session.scalars(
        select(Upload.file_key).where(Upload.file_key.in_(own), Upload.proposal_id.not_in(led))
    )
    alone = own - set(others)
    store = current_app.extensions["files"]
    current_work().after_commit.extend(_removing(store, key) for key in sorted(alone))
    return len(alone)


def _removing(store: Any, key: str) -> Any:  # noqa: ANN401 - the store of files
    return lambda: store.delete(key)


def _forget_facts(values: list[str]) -> int:
    """Forget the facts of events that say one of the values; that they were is an event.

    A name of one word may be a word of anybody's: for its sake nothing is forgotten.
    """
    sure = [one for one in values if " " in one or "@" in one or "-" in one]
    found = db.session.scalars(
        select(LedgerPayload.seq).where(
            or_(*(LedgerPayload.payload.contains(one, autoescape=True) for one in sure))
        )
    ).all()
    for seq in found:
        ledger.erase_payload(SYSTEM_ACTOR, seq, _("A person was forgotten."))
    return len(found)


def remaining(values: list[str]) -> dict[str, int]:
    """Return where one of the values can still be read: `table.column` and in how many rows."""
    told: dict[str, int] = {}
    for table in Model.metadata.sorted_tables:
        for column in table.c:
            if not isinstance(column.type, String) and "JSON" not in str(column.type).upper():
                continue
            text = cast(column, Text)
            spelt = {*values, *(one.encode("ascii", "backslashreplace").decode() for one in values)}
            count = db.session.scalar(
                select(func.count()).where(
                    or_(*(text.contains(one, autoescape=True) for one in spelt))
                )
            )
            if count:
                told[f"{table.name}.{column.name}"] = count
    return told
