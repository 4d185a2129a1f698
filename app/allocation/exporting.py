"""The ranking and the allocation as tables to keep. They name proposals by number and title, and
nobody."""

from app.allocation import queries, rules, service
from app.allocation.computing import Data
from app.allocation.models import AllocationState, Calibration
from app.calls import queries as calls
from app.calls.models import Call
from app.core.gate import enforce
from app.core.table_file import Cell, Table
from app.proposals import queries as proposals
from app.proposals.models import ProposalState

RANKED = (
    ProposalState.ELIGIBLE,
    ProposalState.AWARDED,
    ProposalState.RESERVE,
    ProposalState.DECLINED,
)


def ranking_table(call: Call, result: Data) -> Table:
    """Return every ranked proposal with its exact total, its means and how ties were broken."""
    titles = proposals.titles_by_number(call.id, *RANKED)
    keys = [criterion.key for criterion in calls.criteria_of(call.id)]
    head = (
        *("rank", "proposal", "title", "total", "exact", "reviews", "spread"),
        *(f"mean_{key}" for key in keys),
        *("tied_with", "decided_by"),
    )
    rows: list[list[Cell]] = [
        [
            *(one["rank"], one["proposal"], titles.get(one["proposal"], "")),
            *(one["shown"], one["total"], one["reviews"], str(one["spread"])),
            *(one["means"][key] or "" for key in keys),
            *(", ".join(one["tied_with"]), one["decided_by"]),
        ]
        for one in result["places"]
    ]
    return Table(f"{call.code}-ranking", head, rows)


def allocation_table(call: Call) -> Table:
    """Return the allocation that is proposed, or what the rule would give: one row for each
    proposal, with where it could stand. A refusal says why nothing can be given."""
    made, allocation = queries.latest_ranking(call.id), queries.latest_allocation(call.id)
    assert made is not None
    if allocation is not None and allocation.state is not AllocationState.RETURNED:
        given: list[Data] = [
            {
                "proposal": row.number,
                "decision": row.line.decision.value,
                "amount_minor": row.line.amount_minor,
                "reason": row.line.reason,
                "departure": row.line.departure,
            }
            for row in queries.lines_of(allocation.id)
        ]
    else:
        found = service.outlook_for_page(call, made).result
        enforce(rules.can_read_computed(computed=found is not None))
        given = found["lines"] if found else []
    return _allocation(call, made.result, queries.calibration_of(made.id), given)


def _allocation(
    call: Call, ranking: Data, calibration: Calibration | None, given: list[Data]
) -> Table:
    places = {one["proposal"]: one for one in ranking["places"]}
    known = {p.number: p for p in proposals.in_review(call.id, *RANKED)}
    found = {one["id"]: one for one in calibration.result["proposals"]} if calibration else {}
    head = (
        *("place", "proposal", "title", "rank", "total", "calibrated", "expected_rank"),
        *("rank_50", "rank_90", "asked_minor", "decision", "amount_minor", "currency"),
        *("reason", "departure"),
    )
    rows: list[list[Cell]] = []
    for place, line in enumerate(given, 1):
        number = line["proposal"]
        one, about = found.get(number), known.get(number)
        rows.append(
            [
                *(place, number, about.title if about else ""),
                *(places[number]["rank"], places[number]["shown"]),
                *(how_sure(one) if one else ("", "", "", "")),
                *(about.requested_minor if about else None, line["decision"]),
                *(line["amount_minor"], call.currency, line["reason"], line["departure"]),
            ]
        )
    return Table(f"{call.code}-allocation", head, rows)


def how_sure(one: Data) -> tuple[str, str, str, str]:
    """Return the calibrated total, the expected rank and both intervals as cells."""
    half, most = one["rank_50"], one["rank_90"]
    return (
        f"{one['calibrated']:.4f}",
        f"{one['expected_rank']:.2f}",
        f"{half[0]}–{half[1]}",
        f"{most[0]}–{most[1]}",
    )
