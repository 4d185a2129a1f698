"""By what proposals are judged: the scale, the criteria with their weights, how ties are broken."""

import re
from decimal import Decimal

from app.calls import rules
from app.calls.service import CriterionDraft
from app.cli.importing.call_file.values import FileValues, number_of
from app.core.words import _

_KEY = re.compile(r"[a-z][a-z0-9_]{0,40}")


def scale_of(file: FileValues) -> tuple[str, str, str]:
    scale = file.mapping("score_scale")
    ends = []
    for end in ("best", "worst", "step"):
        ends.append(number_of(scale.get(end)))
        if not ends[-1]:
            file.wrong(f"score_scale.{end}", scale.get(end), _("must be a number."))
    if not all(ends):
        return "0", "0", "0"
    best, worst, step = ends
    problem = rules.scale_problem(best, worst, step)
    if problem:
        file.wrong("score_scale", f"{best} – {worst} / {step}", problem)
        return "0", "0", "0"
    lower = scale.get("lower_is_better")
    if lower is not None and lower != (Decimal(best) < Decimal(worst)):
        file.wrong(
            "score_scale.lower_is_better", lower, _("does not agree with the best and worst grade.")
        )
    return best, worst, step


def criteria_of(file: FileValues) -> tuple[CriterionDraft, ...]:
    found: list[CriterionDraft] = []
    for nth, item in enumerate(file.items("criteria")):
        key, weight = item.get("key"), number_of(item.get("weight"))
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            file.wrong("criteria.key", key, _("must be small letters, digits and _."), nth)
            continue
        if key in {criterion.key for criterion in found}:
            file.wrong("criteria.key", key, _("stands there twice."), nth)
            continue
        if not weight:
            file.wrong("criteria.weight", item.get("weight"), _("must be a number."), nth)
            continue
        label, guidance = str(item.get("label") or key), str(item.get("guidance") or "")
        found.append(CriterionDraft(key=key, label=label, guidance=guidance, weight=weight))
    problem = rules.weight_problem([rules.Weighed(c.key, c.label, c.weight) for c in found])
    if problem:
        file.wrong("criteria", " + ".join(c.weight for c in found), problem)
    return tuple(found)


def tie_rules_of(file: FileValues, criteria: tuple[CriterionDraft, ...]) -> tuple[str, ...]:
    """Return the rules named, or: the criterion that counts most, then spread, then hash."""
    if "tie_rules" not in file.data:
        most = max(criteria, key=lambda c: Decimal(c.weight), default=None)
        return (*([f"criterion:{most.key}"] if most else []), "spread", "hash")
    named = file.data["tie_rules"]
    known = {"spread", "hash", *(f"criterion:{c.key}" for c in criteria)}
    if not isinstance(named, list) or not set(map(str, named)) <= known:
        file.wrong(
            "tie_rules", named, _("must be a list of: %(known)s.", known=", ".join(sorted(known)))
        )
        return ()
    return tuple(map(str, named))


def threshold_of(file: FileValues, best: str, worst: str) -> str:
    if "threshold" not in file.data or file.data["threshold"] == "":
        return ""
    limit = number_of(file.data["threshold"])
    ends = sorted((Decimal(best), Decimal(worst)))
    if not limit or not ends[0] <= Decimal(limit) <= ends[1]:
        file.wrong("threshold", file.data["threshold"], _("must lie on the scale."))
    return limit
