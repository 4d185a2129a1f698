"""What a bundle states and what follows from it: scores, ranking, order, draw, allocation, hashes.

The stated parts are published as they are; the derived parts are computed from them here, by the
same functions when a decision is made and when anyone replays it. Every published number is rounded
by a stated rule; later steps start from exact totals or from the rounded figures, so a last digit
that differs between two versions of numpy does not reach a decision. A number may be stated as a
text ("0.40"), which keeps it as it was written.
"""

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from scoring.allocation.decide import Rule, decide, merit_points, rank_points
from scoring.allocation.document import attributes_of, constraint_from, contribution_from
from scoring.allocation.entry import Decision, Entry, Threshold, points_of
from scoring.allocation.programme import Objective
from scoring.allocation.sources import Award, split_over_contributions
from scoring.calibration.priors import Mode
from scoring.draw.document import draw_from, request_from
from scoring.errors import InputError
from scoring.fields import Fields, exact, texts
from scoring.ranking import Options, as_json, rank_reviews, raw_places
from scoring.replay.entrants import entrants_from
from scoring.tables import PLAIN_NUMBER, Review, Rules, reviews_from, rules_from
from scoring.ties import break_ties, tie_rule
from scoring.totals import score_table
from scoring.weighting import criterion_mean, spread

FORMAT = "equipoise-bundle/1"
STATED = (
    "format",
    "call",
    "rules",
    "criteria",
    "proposals",
    "reviews",
    "conflicts",
    "contributions",
    "draw_entrants",
    "departures",
    "approvals",
    "ledger",
    "versions",
)
"""The parts that a bundle states, in the order in which they are written."""
DERIVED = ("scores", "ranking", "order", "draw", "allocation")
"""The parts that follow from them."""

Bundle = dict[str, Any]


def complete(stated: Mapping[str, Any], derived: Mapping[str, Any] | None = None) -> Bundle:
    """Return the whole bundle for its stated parts (those of `STATED`; others are refused).

    Derived: `scores`, `ranking` (null unless rules.ranking is given), `order`, `draw` (null without
    entrants), `allocation` and `hashes`, the SHA-256 of the canonical JSON of each part. `derived`
    gives those parts where they were computed before, from the same.
    """
    fields = Fields(stated, "the bundle")
    if fields.text("format") != FORMAT:
        raise InputError(f"the format is “{fields.text('format')}”; this program reads {FORMAT}")
    unknown = sorted(set(stated) - set(STATED))
    if unknown:
        raise InputError(f"the bundle states {', '.join(unknown)}, which no part of it may be")
    bundle: Bundle = {name: stated.get(name) for name in STATED}
    if derived is None:
        _derive(fields, bundle)
    else:
        bundle |= {name: derived[name] for name in DERIVED}
    bundle["hashes"] = {name: hash_of(part) for name, part in bundle.items()}
    return bundle


def _derive(fields: Fields, bundle: Bundle) -> None:
    rules = rules_from(_read_numbers(_with_decimals(fields.need("criteria"))))
    reviews = _reviews(fields, rules)
    bundle["scores"] = score_table(reviews, rules)
    bundle["ranking"] = _ranking(fields, reviews, rules)
    bundle["order"] = _order(fields, bundle, reviews, rules)
    bundle["draw"] = _draw(bundle["draw_entrants"])
    _refuse_chosen_entrants(fields, bundle)
    bundle["allocation"] = _allocation(fields, bundle)


def stated_of(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stated parts of a whole bundle."""
    return {name: bundle[name] for name in STATED if name in bundle}


def hash_of(part: object) -> str:
    """Return the SHA-256 of the canonical JSON of a part (sorted keys, no spaces, UTF-8)."""
    text = json.dumps(
        part, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _with_decimals(part: object) -> object:
    return json.loads(json.dumps(part), parse_float=Decimal)


NUMBERS = frozenset({"best", "worst", "step", "weight", "limit"})


def _read_numbers(part: object) -> object:
    """Return the criteria with the numbers that are stated as texts read exactly."""
    if isinstance(part, list):
        return [_read_numbers(item) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        name: _number(value) if name in NUMBERS else _read_numbers(value)
        for name, value in part.items()
    }


def _number(value: object) -> object:
    """Return a number stated as a text as a number; anything else is left to be judged."""
    return Decimal(value) if isinstance(value, str) and PLAIN_NUMBER.fullmatch(value) else value


def _reviews(fields: Fields, rules: Rules) -> list[Review]:
    """Read the reviews by way of the same table as REVIEWS.csv, so the same rules hold.

    There may be none at all: a call in which nobody was judged comes to its end too.
    """
    if not fields.items("reviews"):
        return []
    keys = [criterion.key for criterion in rules.criteria]
    optional = [
        name
        for name in ("confidence", "panel")
        if any(one.has(name) for one in fields.objects("reviews"))
    ]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["proposal_id", "reviewer_id", *keys, *optional])
    for one in fields.objects("reviews"):
        grades = one.mapping("grades")
        cells = [grades.get(key) for key in keys] + [one.content.get(name) for name in optional]
        ids = [one.text("proposal"), one.text("seat")]
        table.writerow([*ids, *("" if cell is None else cell for cell in cells)])
    text.seek(0)
    return reviews_from(text, rules)


def _ranking(fields: Fields, reviews: Sequence[Review], rules: Rules) -> dict[str, Any] | None:
    asked = Fields(fields.need("rules"), "“rules”")
    if not asked.has("ranking"):
        return None
    how = Fields(asked.content["ranking"], "“rules.ranking”")
    options = Options(
        k=how.whole("k") if how.has("k") else None,
        mode=Mode(how.choice("mode", [str(mode) for mode in Mode], str(Mode.DEFAULT))),
        draws=how.whole("draws", Options().draws),
        seed=how.whole("seed", Options().seed),
    )
    return as_json(rank_reviews(reviews, rules, options))


def _order(fields: Fields, bundle: Bundle, reviews: Sequence[Review], scoring: Rules) -> list[str]:
    """Return the proposals best first, by the published figure that the rules name.

    Equals are put in order by `rules.tie_rules`, each in turn, where they are given (for raw
    totals alone), else by SHA-256(call id | proposal id). Order by "stated" takes `rules.order`,
    for a panel that ranks by consensus.
    """
    rules = Fields(fields.need("rules"), "“rules”")
    call = Fields(fields.need("call"), "“call”").text("id")
    by = rules.choice("order_by", ["raw", "expected_rank", "stated"], "raw")
    if by == "stated":
        return texts(rules.need("order"), None, "“rules.order”")
    if by == "expected_rank":
        if bundle["ranking"] is None:
            raise InputError(
                "rules.order_by is expected_rank, but rules.ranking is missing; add it"
            )
        place = {one["id"]: one["expected_rank"] for one in bundle["ranking"]["proposals"]}
    elif rules.has("tie_rules"):
        named = texts(rules.content["tie_rules"], None, "“rules.tie_rules”")
        return _by_tie_rules(named, call, reviews, scoring)
    else:
        place = {one["id"]: one["rank"] for one in _placed(bundle)}
    return sorted(place, key=lambda one: (place[one], hash_of([call, one])))


def _by_tie_rules(
    named: Sequence[str], call: str, reviews: Sequence[Review], scoring: Rules
) -> list[str]:
    """Return the proposals by exact total, those that share one as the call's rules say."""
    by_proposal: dict[str, list[Review]] = {}
    for review in reviews:
        by_proposal.setdefault(review.proposal, []).append(review)
    means = {
        criterion.key: {
            name: criterion_mean((review.grades for review in group), criterion.key)
            for name, group in by_proposal.items()
        }
        for criterion in scoring.criteria
    }
    spreads = {
        name: spread(review.total(scoring) for review in group)
        for name, group in by_proposal.items()
    }
    rules = [
        tie_rule(name, call_id=call, means=means, spreads=spreads, scale=scoring.scale)
        for name in named
    ]
    return [one.place.id for one in break_ties(raw_places(reviews, scoring), rules)]


def _placed(bundle: Bundle) -> list[dict[str, Any]]:
    """Return the proposals that have a score at all."""
    return [one for one in bundle["scores"]["proposals"] if one["total"] is not None]


def _draw(entrants: object) -> dict[str, Any] | None:
    if entrants is None:
        return None
    return draw_from(request_from(_with_decimals(entrants)))


def _refuse_chosen_entrants(fields: Fields, bundle: Bundle) -> None:
    """Refuse a draw whose entrants, places or intervals are not those that the ranking gives.

    Where the bundle has no ranking, or leaves a proposal out of the draw for its score, the rest
    is held against it.
    """
    if bundle["draw"] is None or bundle["ranking"] is None:
        return
    stated = Fields(fields.content["draw_entrants"], "“draw_entrants”")
    listed = {str(one[0]): list(one) for one in stated.items("intervals") if isinstance(one, list)}
    out = [one["id"] for one in bundle["ranking"]["proposals"] if one["id"] not in listed]
    places = bundle["ranking"]["method"]["k"]
    mode = stated.choice("mode", ["merit", "uniform"], "merit")
    right = entrants_from(bundle["ranking"], mode, places, out)
    for one in right:
        if listed.pop(str(one[0])) != one:
            raise InputError(
                f"the draw has {one[0]} in another place than the ranking gives; it cannot be "
                "replayed"
            )
    if listed or bundle["draw"]["k"] != places:
        raise InputError("the draw is not for the proposals and places of the ranking")


def _allocation(fields: Fields, bundle: Bundle) -> dict[str, Any]:
    proposals = {one.text("id"): one for one in fields.objects("proposals")}
    rule = _rule(fields)
    scale = Fields(fields.content["criteria"], "criteria").mapping("scale")
    best, worst = (exact(_number(scale[end]), end) for end in ("best", "worst"))
    points = {
        one["id"]: points_of(Fraction(one["exact"]), lower_is_better=best < worst)
        for one in _placed(bundle)
    }
    short = {
        one["id"]: tuple(t["key"] for t in one["below_thresholds"] if t["key"] != "total")
        for one in bundle["scores"]["proposals"]
    }
    entries = [
        _entry(proposals[name], points.get(name), short.get(name, ()))
        for name in _after_draw(bundle["order"], bundle["draw"])
        if name in proposals
    ]
    found = decide(entries, _merits(fields, bundle, Fraction(best), Fraction(worst)), rule)
    lines: list[dict[str, Any]] = [
        {
            "id": line.id,
            "decision": str(line.decision),
            "amount_minor": line.amount_minor,
            "reason": str(line.reason),
        }
        for line in found.lines
    ]
    _depart(lines, fields)
    awards = [
        Award(line["id"], line["amount_minor"], attributes_of(proposals[line["id"]]))
        for line in lines
        if line["decision"] == Decision.AWARD
    ]
    return {
        "lines": lines,
        "line_after": found.line_after,
        "spent_minor": sum(award.amount_minor for award in awards),
        "sources": split_over_contributions(awards, rule.contributions),
    }


def _rule(fields: Fields) -> Rule:
    """Return the rule of the allocation; equal optima are settled by the id of the call."""
    stated = Fields(fields.need("rules"), "“rules”").content.get("allocation") or {}
    rule = Fields(stated, "“rules.allocation”")
    contributions = tuple(contribution_from(one) for one in fields.objects("contributions"))
    scale = Fields(fields.content["criteria"], "criteria").mapping("scale")
    best, worst = (exact(_number(scale[end]), end) for end in ("best", "worst"))
    threshold = None
    if rule.has("threshold"):
        limit = exact(_number(rule.content["threshold"]), "“threshold” in rules.allocation")
        threshold = Threshold(limit, lower_is_better=best < worst)
    return Rule(
        budget_minor=rule.whole("budget_minor", sum(pot.amount_minor for pot in contributions)),
        objective=Objective(rule.choice("objective", [str(one) for one in Objective], "rank")),
        when_unaffordable=rule.choice("when_unaffordable", ["stop", "skip"], "stop"),
        reserve=rule.whole("reserve", 0),
        threshold=threshold,
        contributions=contributions,
        constraints=tuple(
            constraint_from(_with_numbers(one))
            for one in rule.objects("constraints", optional=True)
        ),
        exclusive=tuple(
            tuple(texts(one, None, f"exclusive[{row}]"))
            for row, one in enumerate(rule.items("exclusive", optional=True))
        ),
        requires=tuple(
            (pair[0], pair[1])
            for row, one in enumerate(rule.items("requires", optional=True))
            for pair in [texts(one, 2, f"requires[{row}]")]
        ),
        seed=Fields(fields.need("call"), "“call”").text("id"),
    )


def _with_numbers(fields: Fields) -> Fields:
    """Return a constraint with shares that are stated as texts read exactly."""
    read = {
        name: _number(value) if name.endswith("_share") else value
        for name, value in fields.content.items()
    }
    return Fields(read, fields.where)


def _merits(fields: Fields, bundle: Bundle, best: Fraction, worst: Fraction) -> dict[str, int]:
    """Return whole points of merit, by the published figure that the order goes by."""
    by = Fields(fields.need("rules"), "“rules”").content.get("order_by")
    if by == "expected_rank" and bundle["ranking"] is not None:
        ranked = bundle["ranking"]["proposals"]
        return {
            one["id"]: rank_points(Fraction(str(one["expected_rank"])), len(ranked))
            for one in ranked
        }
    return {one["id"]: merit_points(Fraction(one["exact"]), best, worst) for one in _placed(bundle)}


def _after_draw(order: Sequence[str], draw: Mapping[str, Any] | None) -> list[str]:
    """Put those certain of a place first, then those drawn, then the rest, each in rank order."""
    if draw is None:
        return list(order)
    sure, drawn = set(draw["surely"]), set(draw.get("selected", ()))
    return sorted(order, key=lambda name: (name not in sure, name not in drawn))


def _depart(lines: list[dict[str, Any]], fields: Fields) -> None:
    """Carry out the departures from the rule, each with its reason and its approver."""
    by_id = {line["id"]: line for line in lines}
    for one in fields.objects("departures", optional=True):
        line = by_id.get(one.text("proposal"))
        if line is None:
            raise InputError(f"{one.where} names {one.text('proposal')}, which was not ranked")
        one.text("approver")
        line["decision"] = one.choice("decision", [str(each) for each in Decision], "decline")
        line["amount_minor"] = one.whole("amount_minor", 0)
        line["reason"] = f"departure: {one.text('reason')}"


def _entry(fields: Fields, points: Decimal | None, short_on: tuple[str, ...]) -> Entry:
    return Entry(
        id=fields.text("id"),
        ask_minor=fields.whole("ask_minor"),
        minimum_minor=fields.whole("minimum_minor") if fields.has("minimum_minor") else None,
        eligible=fields.content.get("eligible", True) is not False,
        points=points,
        short_on=short_on,
        attributes=attributes_of(fields),
    )


__all__ = ["FORMAT", "STATED", "complete", "hash_of", "stated_of"]
