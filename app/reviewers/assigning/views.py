"""Plans as the staff's pages need them: plain values in words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from app.calls import views as call_views
from app.calls.models import Call
from app.core import paging
from app.core.ids import ID_LENGTH
from app.core.words import _, plural
from app.reviewers.assigning import rules
from app.reviewers.assigning.inputs import LeftOut, Wishes
from app.reviewers.assigning.models import AssignmentPlan, PlanState
from app.reviewers.assigning.plans import NOBODY, Cost, Standing
from app.reviewers.assigning.sheets import MICRO, Parts, Sheet
from app.reviewers.queries import PoolRow

Values = dict[str, Any]
PER_PAGE = 50
_ACCOUNT = re.compile(rf"\b[a-z2-7]{{{ID_LENGTH}}}\b")
BARS = 8  # of the picture of how well proposals are served


def shown(millionths: int) -> str:
    """Write an affinity or a sum of them with two decimals."""
    return f"{millionths / MICRO:.2f}"


def state_chip(state: PlanState) -> Values:
    words, tone, stage = {
        PlanState.ASKED: (_("being computed"), "active", "part"),
        PlanState.READY: (_("to be decided"), "wait", "part"),
        PlanState.FAILED: (_("failed"), "bad", "stop"),
        PlanState.STOPPED: (_("stopped"), "neutral", "stop"),
        PlanState.GIVING: (_("seats are being given"), "active", "part"),
        PlanState.ACCEPTED: (_("accepted"), "good", "done"),
        PlanState.SET_ASIDE: (_("set aside"), "neutral", "stop"),
    }[state]
    return {"words": words, "tone": tone, "stage": stage}


def plan_row(call: Call, plan: AssignmentPlan) -> Values:
    figures = plan.figures
    return {
        "id": plan.id,
        "number": plan.number,
        "chip": state_chip(plan.state),
        "asked": call_views.local(call, plan.asked_at),
        "total": shown(figures["total"]) if figures else "–",
        "worst": shown(figures["worst"]) if figures else "–",
        "empty": figures.get("empty", "–"),
        "edits": len(plan.edits),
        "revision": plan.revision,
        "ready": plan.state is PlanState.READY,
        "accepted": plan.state is PlanState.ACCEPTED,
        "asked_for": wishes_words(Wishes(**plan.wishes)),
        "seed": plan.seed,
        "inputs_sha256": plan.inputs_sha256,
        "sheet_sha256": plan.sheet_sha256,
        "trouble": plan.trouble,
        "seats_given": plan.seats_given,
        "url": url_for("plans.show", call_id=call.id, plan_id=plan.id),
    }


def wishes_words(wishes: Wishes) -> list[str]:
    told = [
        plural("%(num)s reviewer for each", "%(num)s reviewers for each", wishes.each),
        _("a patient or public reviewer on each") if wishes.patient else "",
        _("never all of one organisation") if wishes.organisations else "",
        _("never all of one country") if wishes.countries else "",
        _("never all of one gender, where it is known") if wishes.genders else "",
        _("at least %(n)s for everybody", n=wishes.least) if wishes.least else "",
        rules.cap_words(wishes.cap) if wishes.cap != "1" else "",
    ]
    return [words for words in told if words]


# --- the whole plan ------------------------------------------------------------------------------


def tiles(standing: Standing) -> list[Values]:
    """Return the figures of quality: what is reached, and what could be at most."""
    figures = standing.sheet.figures
    total, most = standing.total, figures["bound_total"]
    share = 100 * total / most if most else 100.0
    return [
        {
            "label": _("Total fit"),
            "value": shown(total),
            "note": _(
                "%(share)s %% of %(most)s, the most that any plan could reach",
                share=f"{share:.1f}",
                most=shown(most),
            ),
        },
        {
            "label": _("Worst-served proposal"),
            "value": shown(standing.worst),
            "note": _("no plan could lift it above %(most)s", most=shown(figures["bound_worst"])),
        },
        {
            "label": _("New seats"),
            "value": str(len(standing.new_seats())),
            "note": plural(
                "%(num)s seat that was there stays", "%(num)s seats that were there stay",
                len(standing.sheet.fixed),
            ),
        },
        {
            "label": _("Empty seats"),
            "value": str(sum(one.missing for one in standing.sheet.unmet)),
            "note": _("where nobody may sit"),
        },
    ]  # fmt: skip


def left_out(sheet: Sheet, names: Mapping[str, str]) -> list[str]:
    """Say who of the pool gets nothing new, and why."""
    said = {
        LeftOut.DECLINED: _("declined the invitation to this call: %(names)s."),
        LeftOut.AWAY: _("away on most days until the reviews are due: %(names)s."),
    }
    found = []
    for why, words in said.items():
        people = sorted(
            names.get(sheet.people[j], "–") for j, reason in sheet.left_out if reason == why
        )
        if people:
            found.append(words % {"names": ", ".join(people)})
    return found


def unmet(sheet: Sheet, names: Mapping[str, str], *, asked_genders: bool = False) -> list[str]:
    """Say what the plan does not meet, by how much, where, and why."""
    said = [rules.over_demand(sheet.figures["needed"], sheet.figures["places"])]
    if sheet.unmet:
        numbers = [sheet.numbers[one.place] for one in sheet.unmet]
        said.append(rules.lacking(numbers, sum(one.missing for one in sheet.unmet)))
        patients = [sheet.numbers[one.place] for one in sheet.unmet if one.patient]
        if patients:
            said.append(
                _("A patient or public reviewer is missing at: %(n)s.", n=", ".join(patients))
            )
    if asked_genders and not sheet.figures.get("genders"):
        said.append(_("Too few people of the pool told their gender, so the plan did not use it."))
    said += [_sentence(with_names(words, names)) for words in sheet.why_unmet]
    return [sentence for sentence in said if sentence]


def with_names(words: str, names: Mapping[str, str]) -> str:
    """Return kept words, which name people by their accounts, as a page says them."""
    return _ACCOUNT.sub(lambda found: names.get(found.group(), found.group()), words)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def distribution(standing: Standing) -> list[Values]:
    """Return how many proposals are served how well, for bars from the worst to the best."""
    scores = standing.scores
    if not scores:
        return []
    low, high = min(scores), max(scores)
    width = max((high - low) / BARS, 1)
    counts = [0] * BARS
    for score in scores:
        counts[min(int((score - low) / width), BARS - 1)] += 1
    return [
        {
            "label": _(
                "%(low)s to %(high)s", low=shown(round(low + place * width)),
                high=shown(round(low + (place + 1) * width)),
            ),
            "value": count,
            "shown": plural("%(num)s proposal", "%(num)s proposals", count),
        }
        for place, count in enumerate(counts)
        if count or low != high
    ]  # fmt: skip


def rows(
    call: Call,
    plan: AssignmentPlan,
    standing: Standing,
    *,
    names: Mapping[str, str],
    titles: Mapping[str, str],
    page: int,
) -> list[Values]:
    """Return one page of proposals, the worst served first."""
    sheet = standing.sheet
    order = sorted(range(len(sheet.proposals)), key=lambda i: (standing.scores[i], i))
    missing = {one.place: one.missing for one in sheet.unmet}
    return [
        {
            "number": sheet.numbers[i],
            "title": titles.get(sheet.proposals[i], ""),
            "score": shown(standing.scores[i]),
            "people": [
                {"name": names.get(sheet.people[j], "–"), "stays": standing.stays(i, j)}
                for j in standing.people_of(i)
            ],
            "missing": missing.get(i, 0),
            "breaks": ", ".join(broken_words(name) for name in standing.broken(i)),
            "url": url_for(
                "plans.proposal", call_id=call.id, plan_id=plan.id, proposal_id=sheet.proposals[i]
            ),
        }
        for i in order[(page - 1) * PER_PAGE : page * PER_PAGE]
    ]


def broken_words(name: str) -> str:
    return {
        "patient": _("no patient or public reviewer"),
        "country": _("all of one country"),
        "organisation": _("all of one organisation"),
        "gender": _("all of one gender"),
    }[name]


def pages_of(standing: Standing) -> int:
    return paging.pages_of(len(standing.sheet.proposals), PER_PAGE)


def unsupported(standing: Standing, names: Mapping[str, str]) -> list[Values]:
    """Return the wishes that expertise does not bear out, for staff to look at."""
    sheet = standing.sheet
    return [
        {
            "name": names.get(sheet.people[j], "–"),
            "number": sheet.numbers[i],
            "planned": j in standing.people_of(i),
        }
        for i, j in sheet.unsupported
    ]


# --- one proposal of it --------------------------------------------------------------------------


def why(parts: Parts | None) -> str:
    """Say what an affinity is made of."""
    if parts is None:
        return _("chosen by hand")
    told = [_("words %(n)s", n=shown(parts.words))]
    if parts.codes is not None:
        told.append(_("codes %(n)s", n=shown(parts.codes)))
    if parts.bid:
        told.append(_("bid %(sign)s%(n)s", sign="+" if parts.bid > 0 else "", n=shown(parts.bid)))
    if parts.unsupported:
        told.append(_("asked for without expertise that bears it out"))
    return ", ".join(told)


def sitting(standing: Standing, place: int, people: Mapping[str, PoolRow]) -> list[Values]:
    sheet = standing.sheet
    return [
        {
            "place": j,
            **_person(people.get(sheet.people[j])),
            "fit": shown(standing.merit(place, j)),
            "why": why(sheet.parts.get((place, j))),
            "stays": standing.stays(place, j),
            "load": f"{standing.loads[j]}/{sheet.most[j]}",
        }
        for j in standing.people_of(place)
    ]


def coming(
    standing: Standing, place: int, people: Mapping[str, PoolRow], most: int = 40
) -> list[Values]:
    """Return who may come, the best first, with what it costs to put them in place of the one
    who fits least."""
    sheet = standing.sheet
    new = [j for j in standing.people_of(place) if not standing.stays(place, j)]
    least = min(new, key=lambda j: standing.merit(place, j), default=NOBODY)
    return [
        {
            "place": j,
            **_person(people.get(sheet.people[j])),
            "fit": shown(merit),
            "load": f"{standing.loads[j]}/{sheet.most[j]}",
            "cost": cost_short(standing.cost((place, least, j))),
        }
        for j, merit in standing.may_take(place)[:most]
    ]


def _person(row: PoolRow | None) -> Values:
    if row is None:
        return {"name": _("has left the pool"), "organisation": "", "country": ""}
    return {"name": row.name, "organisation": row.organisation, "country": row.country}


def cost_short(cost: Cost) -> str:
    return f"−{shown(cost.total)}" if cost.total > 0 else f"+{shown(-cost.total)}"


def cost_words(cost: Cost, number: str) -> str:
    """Say what a change costs: of the total, for this proposal, and for the worst-served."""
    first = (
        _("It costs %(n)s of the total.", n=shown(cost.total))
        if cost.total > 0
        else _("It adds %(n)s to the total.", n=shown(-cost.total))
    )
    here = (
        _("%(number)s falls from %(before)s to %(after)s.")
        if cost.after < cost.before
        else _("%(number)s goes from %(before)s to %(after)s.")
    ) % {"number": number, "before": shown(cost.before), "after": shown(cost.after)}
    said = [first, here]
    if cost.worst_after < cost.worst_before:
        said.append(
            _(
                "The worst-served proposal falls from %(before)s to %(after)s.",
                before=shown(cost.worst_before),
                after=shown(cost.worst_after),
            )
        )
    if cost.breaks:
        broken = ", ".join(broken_words(name) for name in cost.breaks)
        said.append(_("It breaks what you asked for: %(what)s.", what=broken))
    return " ".join(said)


def names_of(people: Sequence[PoolRow]) -> dict[str, str]:
    return {row.account_id: row.name for row in people}
