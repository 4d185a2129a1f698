"""Computing what a panel reads of the desk, once for each choice of proposals open to some."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.accounts.actor import Actor
from app.allocation import calibrating
from app.allocation import queries as allocations
from app.allocation.computing import Data
from app.allocation.for_panels import beside, blind, drawn, outlook, queries
from app.allocation.for_panels.models import PanelOutlook
from app.allocation.for_panels.outlook import OWN, Given, Tried
from app.allocation.models import Draw, Ranking
from app.allocation.queries import DepartureRow
from app.allocation.service.exploring import kept_terms, seats_in, terms_of
from app.allocation.service.terms import Terms, own_terms, rule_of, usable_by
from app.calls import queries as calls
from app.calls.award_rule import RESERVED
from app.calls.models import Audience, Call
from app.core import clock
from app.core.db import Json, db
from app.core.gate import Refused, enforce
from app.core.jobs import end_if_stopped, handles, is_due, report_progress
from app.core.verdict import ALLOWED
from app.funds.queries import ContributionRow
from app.panels import policy
from app.panels import queries as panels
from app.panels.models import Panel
from app.panels.queries import Sitting
from app.panels.service import OUTLOOK, is_awaited, look_again, look_once
from app.proposals import queries as proposals
from app.proposals.queries import Judged

DECIDING = policy.DECIDING


def ask_again(actor: Actor, sitting: Sitting) -> str:
    """Have it computed anew for everybody of the panel; what still holds is not touched.

    Return what `still_to_come` knows it by.
    """
    enforce(policy.may_see_desk(actor, sitting))
    return look_once(sitting.panel, queries.made_last(sitting.panel.id))


def still_to_come(sitting: Sitting, asked: str) -> bool:
    """Whether what was asked for is not computed yet."""
    return bool(asked) and is_awaited(sitting.panel, queries.made_last(sitting.panel.id), asked)


def known_to_reviewers(call: Call) -> frozenset[str]:
    """Return the keys of the questions whose answers reviewers read.

    Where an older call has a question “country”, a rule by that name still goes by the lead's.
    """
    asked = calls.questions_of(call.id)
    return frozenset(one.key for one in asked if one.audience is Audience.SCIENTIFIC) - RESERVED


class Closed(NamedTuple):
    """One choice of proposals on the agenda that are closed to some of a panel."""

    key: str
    ids: frozenset[str]


class Made(NamedTuple):
    """An outlook that is to be kept; without content where the one that is there still holds, and
    then with what the officer does beside it alone."""

    key: str
    of_sha256: str
    content: Data | None
    beside: Data = {}  # noqa: RUF012 - beside.told; never changed in place


class Found(NamedTuple):
    """What one run computed, of which ranking, and when it began to read."""

    ranking_id: str
    read_at: datetime
    made: list[Made]


def _compute(payload: Json) -> Found | None:
    """Compute for each choice; nothing where the same is asked for again and waits already."""
    panel = db.session.get(Panel, payload["panel_id"])
    if panel is None or is_due(OUTLOOK, "panel_id", panel.id):
        return None
    call, read_at = db.session.get_one(Call, panel.call_id), clock.now()
    ranking = allocations.latest_ranking(call.id)
    if ranking is None or calls.phase(call) not in DECIDING:
        return None
    agenda, closed = panels.agenda_of(panel.id), sorted(_choices(panel))
    before = {one.closed_sha256: one for one in queries.outlooks_of(panel.id)}
    desk = _Desk.of(call, ranking, agenda)
    made = []
    for place, one in enumerate(closed):
        report_progress(100 * place // len(closed))
        made.append(desk.seen_without(one, before.get(one.key)))
    return Found(ranking.id, read_at, made)


def _choices(panel: Panel) -> set[Closed]:
    """Return every choice of proposals on the agenda that are closed to somebody now."""
    agenda = panels.agenda_of(panel.id)
    choices = {one.barred & agenda for one in panels.members_of(panel)}
    return {Closed(queries.key_of(agenda, ids), ids) for ids in choices}


@dataclass(frozen=True, slots=True)
class _Desk:
    """A ranking with the rules tried on it: what is on the agenda, before anything is closed."""

    call: Call
    ranking: Ranking
    people: calibrating.Seats
    here: Sequence[Judged]
    terms: Sequence[tuple[int, Terms, Data]]
    known: frozenset[str]
    money: Sequence[ContributionRow]
    draw: Draw | None
    waiting: Sequence[DepartureRow] | None

    @classmethod
    def of(cls, call: Call, ranking: Ranking, agenda: Collection[str]) -> "_Desk":
        own = own_terms(call)
        tried = [
            (one.number, terms_of(one.terms) or own, one.terms)
            for one in allocations.scenarios_of(ranking.id)
            if one.number != OWN
        ]
        return cls(
            call,
            ranking,
            seats_in(call, ranking),
            [one for one in proposals.in_review(call.id) if one.id in agenda],
            [(OWN, own, kept_terms(own)), *tried],
            known_to_reviewers(call),
            usable_by(call),
            allocations.draw_of(ranking.id),
            beside.waiting_in(call.id),
        )

    def seen_without(self, closed: Closed, before: PanelOutlook | None) -> Made:
        seen = [one for one in self.here if one.id not in closed.ids]
        inputs, people = outlook.open_inputs(
            self.ranking.inputs, self.people, {one.number for one in seen}
        )
        ranked = {review["proposal"] for review in inputs["reviews"]}
        asks = {one.number: one.requested_minor for one in seen if one.number in ranked}
        titles = {one.number: one.title for one in seen if one.number in ranked}
        tried = [self._tried(one, asks) for one in self.terms]
        withheld = blind.earmarked(self.money, self.known)
        given = Given(inputs, people, titles, tried, withheld, drawn.stated(self.draw))
        told = beside.told(self.waiting, self.draw, set(titles))
        if before is not None and given.sha256 == before.of_sha256:
            return Made(closed.key, before.of_sha256, None, told)
        kept = before.content if before else {}
        made = outlook.computed(given, asks, kept, beat=end_if_stopped)
        return Made(closed.key, given.sha256, made, told)

    def _tried(self, one: tuple[int, Terms, Data], asks: dict[str, int]) -> Tried:
        number, terms, kept = one
        shown = Terms(
            blind.rule(terms.rule, self.known),
            terms.when_unaffordable,
            terms.threshold,
            terms.reserve,
            terms.budget_minor,
        )
        money = blind.money(self.money, self.known)
        try:
            rule = rule_of(self.call, asks, shown, money)
        except Refused as refusal:  # who applies is sealed
            return Tried(number, kept, {}, terms.rule.order_by, str(refusal))
        return Tried(number, kept, rule, terms.rule.order_by)


@handles(OUTLOOK, prepare=_compute)
def _keep(payload: Json, found: Found | None) -> None:
    """Keep what was computed for the choices of now, unless a run that read later kept its own."""
    panel = db.session.get(Panel, payload["panel_id"])
    if found is None or panel is None:
        return
    enforce(ALLOWED)  # the ranking is made, and whoever sits in the panel may read what is open
    ranking = allocations.latest_ranking(panel.call_id)
    if ranking is None or ranking.id != found.ranking_id:
        look_again(panel)  # ranked anew meanwhile
        return
    now = {one.key for one in _choices(panel)}
    there = {one.closed_sha256: one for one in queries.outlooks_of(panel.id)}
    for key in set(there) - now:
        db.session.delete(there[key])
    put = [
        _put(panel, there.get(made.key), made, found.read_at)
        for made in found.made
        if made.key in now
    ]
    if not all(put):
        look_again(panel)


def _put(panel: Panel, row: PanelOutlook | None, made: Made, read_at: datetime) -> bool:
    """Keep one outlook; False where it was to stay as it is and another run changed it since."""
    if row is not None and row.made_at > read_at:
        return True
    if made.content is None and (row is None or row.of_sha256 != made.of_sha256):
        return False
    if row is None:
        row = PanelOutlook(panel_id=panel.id, closed_sha256=made.key)
        db.session.add(row)
    content = row.content if made.content is None else made.content
    row.of_sha256, row.content = made.of_sha256, {**content, "beside": made.beside}
    row.made_at = read_at
    return True
