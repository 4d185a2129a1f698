"""What a panel reads of the desk as a table to keep: of the proposals that are open to who asks."""

from collections.abc import Sequence

from app.allocation.computing import Data
from app.allocation.exporting import how_sure
from app.allocation.for_panels.outlook import OWN
from app.calls import queries as calls
from app.calls.models import Call
from app.core.table_file import Cell, Table

HEAD = (
    *("place", "proposal", "title", "rank", "total", "exact", "reviews", "spread"),
    *("calibrated", "expected_rank", "rank_50", "rank_90", "tied_with"),
    *("asked_minor", "by_the_rule", "amount_minor", "currency", "reason"),
    *("departs", "proposed", "proposed_minor"),
)


def table(call: Call, content: Data, departures: Sequence[Data]) -> Table:
    """Return each proposal with its place, where it could stand, what the rule would give, and
    what the officer proposes otherwise: `departures` as the page shows them."""
    keys = [criterion.key for criterion in calls.criteria_of(call.id)]
    places = {one["proposal"]: one for one in content["ranked"]["places"]}
    calibration = content["calibration"] or {"proposals": []}
    sure = {one["id"]: one for one in calibration["proposals"]}
    own: Data = next((one["result"] for one in content["tried"] if one["number"] == OWN), {})
    given = own.get("lines") or [{"proposal": number} for number in places]
    otherwise = {one["proposal"]: one for one in departures}
    proposed: bool = content.get("beside", {}).get("proposed", False)
    rows = [
        [
            *(at, line["proposal"], content["titles"][line["proposal"]]),
            *_placed(places[line["proposal"]]),
            *how_sure(sure[line["proposal"]]),
            ", ".join(places[line["proposal"]]["tied_with"]),
            *(content["asks"][line["proposal"]], line.get("decision", "")),
            *(line.get("amount_minor"), call.currency, line.get("reason", "")),
            *_departing(otherwise.get(line["proposal"]), proposed=proposed),
            *(places[line["proposal"]]["means"][key] or "" for key in keys),
        ]
        for at, line in enumerate(given, 1)
    ]
    return Table(f"{call.code}-desk", (*HEAD, *(f"mean_{key}" for key in keys)), rows)


def _placed(one: Data) -> tuple[Cell, ...]:
    return one["rank"], one["shown"], one["total"], one["reviews"], str(one["spread"])


def _departing(one: Data | None, *, proposed: bool) -> tuple[Cell, ...]:
    if one is None:
        return "no" if proposed else "", "", None
    return "yes", one["decision"], one["amount_minor"]
