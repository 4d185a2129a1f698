"""Decisions, contributions and the ledger for programs: staff, funders, auditors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from flask import Blueprint, Response

from app.accounts.session import signed_in
from app.allocation import policy as allocation
from app.calls import queries as calls
from app.core import clock
from app.core.api import Listed, PageAsked, Says, TokenScope, operation
from app.core.api.listing import listed, part
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.documents import contributions, policy, service
from app.ledger import queries as ledger
from app.ledger.canonical import canonical
from app.ledger.queries import Entry

bp = Blueprint("api_documents", __name__, url_prefix="/api/v1")


@bp.get("/desk/calls/<id:call_id>/decision")
@operation(
    Lens.STAFF,
    allocation.may_see_ranking,
    TokenScope.DESK_READ,
    answers="application/json",
    recorded=True,
)
def decision(call_id: str) -> Response:
    """Read the bundle of the decision, from which anyone computes it again.

    After the release it is the one in the allocation report, byte for byte. Before, that it was
    read is an event in the ledger.
    """
    call = require(calls.get_call(call_id))
    enforce(allocation.may_see_ranking(signed_in(), call))
    return Response(service.bundle_of(signed_in(), call), mimetype="application/json")


# --- funders -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ContributionTold:
    """What a funder gave to a call, in minor units of its currency."""

    id: str
    funder: str
    given_minor: int
    paid_minor: Annotated[int, Says("Of released awards.")]
    left_minor: int


@dataclass(frozen=True, slots=True)
class FundedAward:
    """An award that your contributions pay for."""

    number: str
    title: str
    organisation: str
    country: str
    amount_minor: int
    paid_minor: Annotated[int, Says("What of it your contributions pay.")]


@dataclass(frozen=True, slots=True)
class FundedCall:
    """A call that you pay for, with what became of it once it is released."""

    code: str
    title: str
    currency: str
    contributions: Sequence[ContributionTold]
    awards: Sequence[FundedAward]


@bp.get("/funding/calls")
@operation(
    Lens.FUNDER,
    policy.may_see_contributions,
    TokenScope.FUNDING_READ,
    answers=Listed[FundedCall],
    asks=PageAsked,
)
def funded(asked: PageAsked) -> Listed[FundedCall]:
    """List the calls your funders pay for, with what they gave and paid."""
    actor = signed_in()
    enforce(policy.may_see_contributions(actor))
    return listed(contributions.given_by(actor), asked, _funded_call)


def _funded_call(told: Mapping[str, Any]) -> FundedCall:
    return FundedCall(
        code=told["code"],
        title=told["title"],
        currency=told["currency"],
        contributions=[
            ContributionTold(one["id"], one["funder"], one["given"], one["paid"], one["left"])
            for one in told["contributions"]
        ],
        awards=[
            FundedAward(
                one["number"],
                one["title"],
                one["organisation"],
                one["country"],
                one["amount_minor"],
                one["paid_minor"],
            )
            for one in told["awards"]
        ],
    )


# --- auditors ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """An event. Record and facts are as `flask ledger export` writes them."""

    seq: int
    at: datetime
    action: str
    about: str
    record: Annotated[str, Says("Its canonical bytes: what is hashed.")]
    facts: Annotated[object, Says("What it says; null once it was erased.")]


@bp.get("/ledger/entries")
@operation(
    Lens.AUDITOR,
    policy.may_read_ledger,
    TokenScope.LEDGER_READ,
    answers=Listed[LedgerRow],
    asks=PageAsked,
)
def entries(asked: PageAsked) -> Listed[LedgerRow]:
    """List the events of the ledger, the oldest first, so that pages stay as they are."""
    enforce(policy.may_read_ledger(signed_in()))
    found = ledger.entries_after((asked.page - 1) * asked.per_page, asked.per_page)
    return part(map(_ledger_row, found), ledger.head().size, asked)


def _ledger_row(entry: Entry) -> LedgerRow:
    told = entry.record
    return LedgerRow(
        seq=entry.seq,
        at=clock.from_text(told["ts"]),
        action=told["action"],
        about=told["object"],
        record=canonical(told).decode(),
        facts=entry.facts,
    )


@dataclass(frozen=True, slots=True)
class CheckpointTold:
    """A signed statement of the ledger's size and root."""

    size: int
    note: Annotated[str, Says("As it was signed.")]


@bp.get("/ledger/checkpoint")
@operation(Lens.AUDITOR, policy.may_read_ledger, TokenScope.LEDGER_READ, answers=CheckpointTold)
def checkpoint() -> CheckpointTold:
    """Read the last signed checkpoint."""
    enforce(policy.may_read_ledger(signed_in()))
    stated = require(ledger.latest_checkpoint())
    return CheckpointTold(stated.size, stated.note)
