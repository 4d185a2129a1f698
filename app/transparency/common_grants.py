"""Calls in the words of CommonGrants 0.4.0, so that finders of grants read them with all others.

The protocol's required routes: the list of opportunities and one of them. Names of its fields are
its own.
"""

# ruff: noqa: N815 - the protocol writes names like this

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint

from app.calls import policy, queries, views
from app.calls.api import public_address
from app.calls.feed import EMPTY_SINCE
from app.calls.models import Call
from app.calls.rules import Phase
from app.core import clock
from app.core.api import Says, operation
from app.core.api.listing import LAST_PAGE, MOST, page_links
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.money import Money
from app.core.paging import pages_of
from app.core.web import require
from app.core.words import _

bp = Blueprint("api_common_grants", __name__, url_prefix="/common-grants")
GOOD = "Success"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunitiesAsked:
    """Which page of the opportunities."""

    page: Annotated[int, Says("The page to return, from 1.", least=1, most=LAST_PAGE)] = 1
    pageSize: Annotated[int, Says("Opportunities on a page.", least=1, most=MOST)] = MOST


@dataclass(frozen=True, slots=True)
class OppStatus:
    """How far an opportunity is."""

    value: Literal["forecasted", "open", "closed"]
    description: Annotated[str, Says("The same in our words.")]


@dataclass(frozen=True, slots=True)
class OppMoney:
    """An amount."""

    amount: Annotated[str, Says("Decimal number.")]
    currency: Annotated[str, Says("ISO 4217.")]


@dataclass(frozen=True, slots=True)
class OppFunding:
    """The money."""

    LACKS_RATHER_THAN_NULL: ClassVar[bool] = True
    details: Annotated[str, Says("How it is given.")]
    maxAwardAmount: OppMoney | None = None


@dataclass(frozen=True, slots=True)
class OppEvent:
    """A moment, as the clocks of the call's zone show it."""

    name: str
    eventType: Literal["singleDate"]
    date: Annotated[str, Says("YYYY-MM-DD")]
    time: Annotated[str, Says("HH:MM:SS")]
    description: Annotated[str, Says("The time zone.")]


@dataclass(frozen=True, slots=True)
class OppTimeline:
    """Its dates."""

    postDate: OppEvent
    closeDate: OppEvent


@dataclass(frozen=True, slots=True)
class OppOwnValue:
    """What the protocol has no word for."""

    name: str
    fieldType: Literal["boolean", "string"]
    value: object
    description: str


@dataclass(frozen=True, slots=True)
class Opportunity:
    """A call as an opportunity."""

    id: Annotated[str, Says("A UUID: the call's id, written as one.")]
    title: str
    status: OppStatus
    description: str
    funding: OppFunding
    keyDates: OppTimeline
    source: Annotated[str, Says("Its page.")]
    customFields: Mapping[str, OppOwnValue]
    createdAt: Annotated[datetime, Says("When it opened; of one announced the year 2026.")]
    lastModifiedAt: Annotated[datetime, Says("When readers last learnt something new.")]


@dataclass(frozen=True, slots=True)
class OppPages:
    """Which part of the list this is."""

    page: int
    pageSize: int
    totalItems: int
    totalPages: int


@dataclass(frozen=True, slots=True)
class Opportunities:
    """A page of opportunities."""

    status: int
    message: str
    items: Sequence[Opportunity]
    paginationInfo: OppPages


@dataclass(frozen=True, slots=True)
class OneOpportunity:
    """An opportunity."""

    status: int
    message: str
    data: Opportunity


@bp.get("/opportunities")
@operation(Lens.PUBLIC, None, None, answers=Opportunities, asks=OpportunitiesAsked)
def list_opportunities(asked: OpportunitiesAsked) -> Opportunities:
    """List opportunities, the last modified first (CommonGrants)."""
    amended = queries.amended_last()
    ordered = sorted(
        queries.published_calls(),
        key=lambda call: (_changed_at(call, amended.get(call.id)), call.id),
        reverse=True,
    )
    start = (asked.page - 1) * asked.pageSize
    shown = ordered[start : start + asked.pageSize]
    pages = pages_of(len(ordered), asked.pageSize)
    page_links(asked.page, pages)
    return Opportunities(
        status=200,
        message=GOOD,
        items=[_opportunity(call, amended.get(call.id)) for call in shown],
        paginationInfo=OppPages(asked.page, asked.pageSize, len(ordered), pages),
    )


@bp.get("/opportunities/<uuid:opp_id>")
@operation(Lens.PUBLIC, None, None, answers=OneOpportunity)
def show_opportunity(opp_id: UUID) -> OneOpportunity:
    """Read one opportunity (CommonGrants)."""
    call = require(queries.get_call(_id_of(opp_id)))
    enforce(policy.may_see_call(None, call))
    found = _opportunity(call, queries.amended_last().get(call.id))
    return OneOpportunity(status=200, message=GOOD, data=found)


def uuid_of(call_id: str) -> UUID:
    """Return the 128 random bits of an id of ours as a UUID."""
    return UUID(bytes=base64.b32decode(f"{call_id.upper()}======"))


def _id_of(opp_id: UUID) -> str:
    return base64.b32encode(opp_id.bytes).decode().rstrip("=").lower()


STATUS: Mapping[Phase, Literal["forecasted", "open", "closed"]] = {
    Phase.ANNOUNCED: "forecasted",
    Phase.OPEN: "open",
}


def _opportunity(call: Call, amended: datetime | None) -> Opportunity:
    phase, words = views.told_phase(call)
    ceiling = call.award_ceiling_minor
    largest = (
        OppMoney(str(Money(ceiling, call.currency).amount), call.currency) if ceiling else None
    )
    made_up = OppOwnValue(
        "fictional",
        "boolean",
        call.fictional,
        _("Whether it is there to show and try things alone."),
    )
    return Opportunity(
        id=str(uuid_of(call.id)),
        title=call.title,
        status=OppStatus(STATUS.get(phase, "closed"), words),
        description=call.summary,
        funding=OppFunding(_("By the rules on the page of the call."), largest),
        keyDates=OppTimeline(
            _event(_("Opens"), call.opens_at, call.zone),
            _event(_("Closes"), call.closes_at, call.zone),
        ),
        source=public_address("calls.show_call", code=call.code),
        customFields={"fictional": made_up},
        createdAt=_opened(call),
        lastModifiedAt=_changed_at(call, amended),
    )


def _opened(call: Call) -> datetime:
    """Return when the public first could apply; when staff entered a call is not told."""
    return call.opens_at if call.opens_at <= clock.now() else EMPTY_SINCE


def _changed_at(call: Call, amended: datetime | None) -> datetime:
    told = (_opened(call), amended, call.released_at)
    return max(moment for moment in told if moment is not None)


def _event(name: str, moment: datetime, zone: str) -> OppEvent:
    local = moment.astimezone(ZoneInfo(zone))
    return OppEvent(name, "singleDate", f"{local:%Y-%m-%d}", f"{local:%H:%M:%S}", zone)
