"""A decision as it is published: a bundle from which anyone computes it again with `scoring/`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.allocation import computing
from app.allocation.computing import Data
from scoring.allocation.decide import least_of, rank_points
from scoring.errors import InputError
from scoring.publishing import to_json

NOBODY_YET = "nobody yet"  # approved a departure
RULED = ("objective", "constraints", "requires", "least_percent")  # where a call says more
PUBLISHED = ("id", "funder", "amount_minor", "earmark")  # of a contribution


@dataclass(frozen=True, slots=True)
class Decision:
    """What was computed, and the hash of each part as the ledger holds it: `inputs`, `ranking`,
    `rule` and `allocation`, which is what approvers sign."""

    inputs: Data
    ranking: Data
    rule: Data
    given: Data  # by the rule alone
    result: Data  # with departures
    hashes: Mapping[str, str]

    def places(self) -> dict[str, Data]:
        return {place["proposal"]: place for place in self.ranking["places"]}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A decision that came out again, and the parts of its bundle that follow from the others."""

    decision: Decision
    derived: Data


def decide(inputs: Data, rule: Data, departures: Sequence[Data]) -> Decision:
    """Compute ranking and allocation from their inputs; departures as in allocation_result.

    Raises ValueError (scoring.InputError among them) where nothing can be computed.
    """
    ranking = computing.ranking_result(inputs)
    given = computing.by_rule(ranking, rule)
    result = computing.departed(given, rule, departures)
    ranked = computing.sha256_of(ranking)
    signed = {"call": inputs["call"], "ranking_sha256": ranked, "rule": rule, "result": result}
    hashes = {
        "inputs": computing.sha256_of(inputs),
        "ranking": ranked,
        "rule": computing.sha256_of(rule),
        "allocation": computing.sha256_of(signed),
    }
    return Decision(inputs, ranking, rule, given, result, hashes)


def published(
    decision: Decision,
    departures: Sequence[Data],
    *,
    call: Mapping[str, str],
    conflicts: Sequence[Data],
    approvals: Sequence[Data],
    ledger: Data,
    versions: Mapping[str, str],
    entrants: Data | None = None,
    derived: Data | None = None,
) -> Data:
    """Return the whole bundle of a decision, in an order that no database changes.

    `call` tells more of the call than its code and currency; `conflicts` are counts; `approvals`
    name act and person; a departure names who agreed to it (`approver`). `derived` gives the parts
    that follow from the others where they were computed before. Raises ValueError where the bundle
    comes to another decision.
    """
    from scoring.replay import FORMAT, complete  # noqa: PLC0415 - numpy is for jobs alone

    inputs, rule = decision.inputs, decision.rule
    limits = {name: rule[name] for name in ("budget_minor", "when_unaffordable", "reserve")}
    limits |= {"threshold": rule["threshold"]} if rule["threshold"] else {}
    limits |= {name: rule[name] for name in RULED if name in rule}
    stated = {
        "format": FORMAT,
        "call": {**call, "id": inputs["call"], "currency": rule["currency"]},
        "rules": {
            "name": rule["name"],
            "order_by": "expected_rank" if "order" in rule else "raw",
            "tie_rules": inputs["tie_rules"],
            "allocation": limits,
            **({"ranking": rule["calibration"]} if "calibration" in rule else {}),
        },
        "criteria": {
            name: inputs[name] for name in ("scale", "criteria", "thresholds") if name in inputs
        },
        "proposals": [_proposal(ask, rule) for ask in rule["asks"]],
        "reviews": inputs["reviews"],
        "conflicts": list(conflicts),
        "contributions": [{name: pot[name] for name in PUBLISHED} for pot in rule["contributions"]],
        **({"draw_entrants": entrants} if "draw" in rule else {}),
        "departures": [
            {**one, "approver": one.get("approver") or NOBODY_YET} for one in departures
        ],
        "approvals": list(approvals),
        "ledger": ledger,
        "versions": dict(versions),
    }
    bundle = complete({name: _in_order(part) for name, part in stated.items()}, derived)
    if _decided(bundle["allocation"]["lines"], "id") != _decided(decision.result["lines"]):
        raise ValueError("the published bundle comes to another decision")
    return bundle


def derived(decision: Decision, departures: Sequence[Data], entrants: Data | None) -> Data:
    """Return the parts of a bundle that follow from the decision, whatever else it will state."""
    from scoring.replay import DERIVED  # noqa: PLC0415 - numpy is for jobs alone

    bundle = published(
        decision,
        departures,
        call={},
        conflicts=[],
        approvals=[],
        ledger={},
        versions={},
        entrants=entrants,
    )
    return {name: bundle[name] for name in DERIVED}


def _proposal(ask: Data, rule: Data) -> Data:
    """Return a proposal as its decision needs it: amounts, and what it counts towards."""
    found = {"id": ask["proposal"], "ask_minor": ask["minor"]}
    least = least_of(ask["minor"], rule.get("least_percent", 100))
    if least is not None:
        found["minimum_minor"] = least
    told = computing.attributes_in(rule).get(ask["proposal"])
    return {**found, "attributes": told} if told else found


def _decided(lines: Sequence[Data], name: str = "proposal") -> list[tuple[str, str, int]]:
    return [(line[name], line["decision"], line["amount_minor"]) for line in lines]


def _in_order(part: Any) -> Any:  # noqa: ANN401 - any JSON
    """Sort the keys of objects; lists keep their order."""
    if isinstance(part, Mapping):
        return {key: _in_order(part[key]) for key in sorted(part)}
    return [_in_order(one) for one in part] if isinstance(part, list) else part


def to_bytes(bundle: Data) -> bytes:
    """Write a bundle in the one form that a replay gives again."""
    return to_json(bundle).encode()


def decision_in(bundle: Data) -> Decision:
    """Decide again from what a bundle states; the hashes are those of what comes out.

    Raises KeyError, TypeError or ValueError for what is no bundle of ours.
    """
    call, rules, criteria = bundle["call"], bundle["rules"], bundle["criteria"]
    scale, limits = criteria["scale"], rules["allocation"]
    inputs = {
        "call": call["id"],
        "scale": scale,
        "criteria": criteria["criteria"],
        **({"thresholds": criteria["thresholds"]} if "thresholds" in criteria else {}),
        "tie_rules": rules["tie_rules"],
        "reviews": bundle["reviews"],
    }
    rule = {
        "name": rules["name"],
        "currency": call["currency"],
        **{name: limits[name] for name in ("budget_minor", "when_unaffordable", "reserve")},
        "threshold": limits.get("threshold", ""),
        "lower_is_better": Decimal(scale["best"]) < Decimal(scale["worst"]),
        "asks": [{"proposal": p["id"], "minor": p["ask_minor"]} for p in bundle["proposals"]],
        "contributions": bundle["contributions"],
        **_more_of(bundle),
    }
    departures = [
        {name: value for name, value in one.items() if name != "approver"}
        for one in bundle["departures"]
    ]
    return decide(inputs, rule, departures)


def _more_of(bundle: Data) -> Data:
    """Return what a stated rule adds to rank order, as it was kept when it was proposed."""
    limits = bundle["rules"]["allocation"]
    found = {name: limits[name] for name in RULED if name in limits}
    if "objective" in found:
        scale = bundle["criteria"]["scale"]
        found["call"] = bundle["call"]["id"]
        found["scale"] = {"best": scale["best"], "worst": scale["worst"]}
    told = [
        {"proposal": p["id"], "told": p["attributes"]}
        for p in bundle["proposals"]
        if "attributes" in p
    ]
    found |= {"attributes": told} if told else {}
    asked = bundle["rules"].get("ranking")
    if asked:
        found["calibration"] = asked
    if bundle["rules"]["order_by"] == "expected_rank":
        found["order"] = bundle["order"]
        ranked = bundle["ranking"]["proposals"]
        found["merits"] = [
            {
                "proposal": one["id"],
                "points": rank_points(Fraction(str(one["expected_rank"])), len(ranked)),
            }
            for one in sorted(ranked, key=lambda one: str(one["id"]))
        ]
    if bundle.get("draw"):
        names = ("label", "mode", "commitment", "seed", "surely", "selected")
        found["draw"] = {name: bundle["draw"][name] for name in names}
    return found


def differences(content: bytes) -> list[str]:
    """Replay a bundle as anybody would; say where it does not agree with itself."""
    from scoring.replay import replay  # noqa: PLC0415 - numpy is for jobs alone

    try:
        return [str(one) for one in replay(content).differences]
    except InputError as error:
        return [str(error)]
