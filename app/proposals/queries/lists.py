"""A call's proposals. These lists are long: plain rows, and statements built once."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, func, literal, select

from app.core.db import Json, db, table_of
from app.core.plain import rows
from app.proposals.models import Proposal, ProposalState, Version, VersionIdentity

_proposal, _version, _identity = map(table_of, (Proposal, Version, VersionIdentity))


class DeskRow(NamedTuple):
    """A submitted proposal as the staff's list shows it."""

    id: str
    number: str
    state: ProposalState
    title: str
    requested_minor: int
    organisation: str  # empty where it was not asked for or is hidden, as the country is
    country: str


_SCIENCE = (
    _proposal.c.id,
    func.coalesce(_proposal.c.number, "").label("number"),
    _proposal.c.state,
    _version.c.title,
    _version.c.requested_minor,
)
_SUBMITTED = (
    select(*_SCIENCE)
    .join(_version, _version.c.id == _proposal.c.version_id)
    .where(_proposal.c.call_id == bindparam("call"))
    .order_by(_proposal.c.number)
)
# In a table of its own: where nobody is told who applies, it is not even asked.
_WITH_NAMES = _SUBMITTED.outerjoin(_identity, _identity.c.version_id == _version.c.id).add_columns(
    func.coalesce(_identity.c.organisation, "").label("organisation"),
    func.coalesce(_identity.c.country, "").label("country"),
)
_NAMELESS = _SUBMITTED.add_columns(literal("").label("organisation"), literal("").label("country"))


def submitted_in(call_id: str, *, names: bool = False) -> Sequence[DeskRow]:
    """Return the proposals handed in, as plain rows; who applies only where `names` are asked."""
    asked = _WITH_NAMES if names else _NAMELESS
    found: Sequence[DeskRow] = rows(asked, {"call": call_id})
    return found


_TITLES = (
    select(func.coalesce(_proposal.c.number, ""), _version.c.title)
    .join(_version, _version.c.id == _proposal.c.version_id)
    .where(
        _proposal.c.call_id == bindparam("call"),
        _proposal.c.state.in_(bindparam("states", expanding=True)),
    )
    .order_by(_proposal.c.number)
)


def titles_by_number(call_id: str, *states: ProposalState) -> dict[str, str]:
    """Return number and title of the call's proposals in `states`, in the order of numbers."""
    return dict(map(tuple, rows(_TITLES, {"call": call_id, "states": states})))


class Judged(NamedTuple):
    """What is in review: number, title and amount, and nothing of who applies."""

    id: str
    number: str
    title: str
    requested_minor: int
    answers: Json


def in_review(call_id: str, *states: ProposalState) -> list[Judged]:
    """Return the call's proposals in `states` (default: eligible), by number."""
    wanted = states or (ProposalState.ELIGIBLE,)
    rows = db.session.execute(
        select(
            Proposal.id,
            func.coalesce(Proposal.number, ""),
            Version.title,
            Version.requested_minor,
            Version.answers,
        )
        .join(Version, Version.id == Proposal.version_id)
        .where(Proposal.call_id == call_id, Proposal.state.in_(wanted))
        .order_by(Proposal.number)
    )
    return [Judged(*row) for row in rows]


def unscreened_in(call_id: str) -> int:
    """Return how many proposals of a call wait for a decision on eligibility."""
    return int(
        db.session.scalar(
            select(func.count(Proposal.id)).where(
                Proposal.call_id == call_id,
                Proposal.state.in_([ProposalState.SUBMITTED, ProposalState.RETURNED]),
            )
        )
        or 0
    )
