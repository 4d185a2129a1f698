"""The story of one call, from its first draft as far as its plan goes."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from app.calls import award_rule, service, starter
from app.calls import queries as calls
from app.calls.models import Blinding, Call, CallState
from app.calls.rules import ORDER, Phase
from app.calls.service import CallDraft, ContributionDraft
from app.cli.demo import applying, deciding, meeting, planning, reviewing
from app.cli.demo.stage import Stage, Story
from app.cli.demo.world import Idea, Plan
from app.core.lens import Lens
from app.core.money import Money
from app.funds.models import FunderKind

OFFICER = "officer"
RATES_SOURCE = "Invented for the demonstration"


class Acts(Protocol):
    """What people do inside a call's story, each at the time the story has come to."""

    def created(self, stage: Stage, plan: Plan, call_id: str) -> None: ...
    def applied(self, stage: Stage, plan: Plan, call_id: str, idea: Idea) -> None: ...
    def assigned(self, stage: Stage, plan: Plan, call_id: str) -> None: ...
    def reviewed(self, stage: Stage, plan: Plan, call_id: str, begins: datetime) -> Story: ...
    def closed(self, stage: Stage, call_id: str) -> None: ...
    def panel(self, stage: Stage) -> Sequence[str]: ...


class DemoActs:
    """Everybody in the pool reviews; who gives up and what is graded is drawn."""

    def created(self, stage: Stage, plan: Plan, call_id: str) -> None:
        pass

    def applied(self, stage: Stage, plan: Plan, call_id: str, idea: Idea) -> None:
        del plan
        applying.apply(stage, call_id, idea)

    def assigned(self, stage: Stage, plan: Plan, call_id: str) -> None:
        reviewing.fill_pool(stage, call_id, stage.world.reviewers)
        still = plan.until is Phase.ASSIGNING
        reviewing.assign(stage, call_id, plan.each, partly=still)
        if still:
            planning.ask_for_bids(stage, call_id)
            planning.propose(stage, call_id)

    def reviewed(self, stage: Stage, plan: Plan, call_id: str, begins: datetime) -> Story:
        partly = plan.until is Phase.REVIEWING
        yield from reviewing.review(stage, call_id, plan, begins=begins, partly=partly)
        if partly:
            yield stage.today
            planning.remind(stage, call_id)
            reviewing.take_along(stage, call_id)

    def closed(self, stage: Stage, call_id: str) -> None:
        reviewing.rate(stage, call_id)

    def panel(self, stage: Stage) -> Sequence[str]:
        """Return who sits in a panel: the first is its chair, the second its secretary."""
        return [figure.key for figure in stage.world.reviewers][: len(meeting.OFFICES)]


def story_of(stage: Stage, plan: Plan, acts: Acts) -> Story:
    """Tell the call's story; each `yield` says when it goes on."""
    yield day(stage, plan, plan.began)
    call_id = _create(stage, plan)
    acts.created(stage, plan, call_id)
    if not _reaches(plan, Phase.ANNOUNCED):
        return
    yield day(stage, plan, plan.began + 2)
    with stage.act(OFFICER, Lens.STAFF) as officer:
        service.publish(officer, _call(call_id))
    if not _reaches(plan, Phase.OPEN):
        return
    for when, idea in days_of_applying(stage, plan):
        yield when
        acts.applied(stage, plan, call_id, idea)
    if not _reaches(plan, Phase.CLOSED):
        return
    yield day(stage, plan, plan.closes + 1)
    applying.screen(stage, call_id, partly=plan.until is Phase.CLOSED)
    if not _reaches(plan, Phase.ASSIGNING):
        return
    yield from _review(stage, plan, call_id, acts)


def _review(stage: Stage, plan: Plan, call_id: str, acts: Acts) -> Story:
    yield day(stage, plan, plan.closes + 4)
    with stage.act(OFFICER, Lens.STAFF) as officer:
        service.move(officer, _call(call_id), CallState.ASSIGNING)
    yield day(stage, plan, plan.closes + 6)
    acts.assigned(stage, plan, call_id)
    if not _reaches(plan, Phase.REVIEWING):
        return
    yield day(stage, plan, plan.closes + 8)
    with stage.act(OFFICER, Lens.STAFF) as officer:
        service.move(officer, _call(call_id), CallState.REVIEWING)
    yield from acts.reviewed(stage, plan, call_id, day(stage, plan, plan.closes + 10))
    if not _reaches(plan, Phase.RANKING):
        return
    yield day(stage, plan, plan.closes + 40)
    with stage.act(OFFICER, Lens.STAFF) as officer:
        service.move(officer, _call(call_id), CallState.RANKING)
    acts.closed(stage, call_id)
    yield from _decide(stage, plan, call_id, acts)


def _decide(stage: Stage, plan: Plan, call_id: str, acts: Acts) -> Story:
    if not _reaches(plan, Phase.ALLOCATING):
        if plan.panel:
            yield day(stage, plan, plan.closes + 41)
            yield from meeting.meet(stage, call_id, acts.panel(stage), {}, finished=False)
        return
    yield day(stage, plan, plan.closes + 42)
    deciding.rank(stage, call_id)
    deciding.look_closer(stage, call_id)
    if plan.award_rule:
        yield day(stage, plan, plan.closes + 43)
        deciding.try_and_draw(stage, call_id)
    if not _reaches(plan, Phase.APPROVING):
        return
    if plan.panel:
        yield day(stage, plan, plan.closes + 44)
        otherwise = deciding.to_depart(call_id) if plan.departure else {}
        yield from meeting.meet(stage, call_id, acts.panel(stage), otherwise, finished=True)
    yield day(stage, plan, plan.closes + 45)
    deciding.propose(stage, call_id, departing=plan.departure)
    yield day(stage, plan, plan.closes + 50)
    deciding.approve(stage, call_id, "approver")
    if not _reaches(plan, Phase.RELEASED):
        return
    yield day(stage, plan, plan.closes + 53)
    deciding.approve(stage, call_id, "approver.second")
    yield day(stage, plan, plan.closes + 57)
    deciding.release(stage, call_id)
    if not _reaches(plan, Phase.ARCHIVED):
        return
    yield day(stage, plan, plan.closes + 60)
    with stage.act(OFFICER, Lens.STAFF) as officer:
        service.move(officer, _call(call_id), CallState.ARCHIVED)


def days_of_applying(stage: Stage, plan: Plan) -> Iterator[tuple[datetime, Idea]]:
    """Spread those who apply over the days that the call is open."""
    last = min(plan.closes, 0) - 1
    for place, idea in enumerate(plan.ideas, 1):
        share = place / (len(plan.ideas) + 1)
        yield day(stage, plan, plan.opens + share * (last - plan.opens), hour=8 + place % 11), idea


def _reaches(plan: Plan, phase: Phase) -> bool:
    return ORDER.index(plan.until) >= ORDER.index(phase)


def day(stage: Stage, plan: Plan, days: float, hour: int = 10) -> datetime:
    """Return an instant `days` from today, at `hour` where the call lives; never after now."""
    local = _local(stage, plan, days)
    return min(local.replace(hour=hour, minute=17, second=5), stage.today)


def _local(stage: Stage, plan: Plan, days: float) -> datetime:
    """Return the instant as the clocks of the call show it; its date may be another than here."""
    return (stage.today + timedelta(days=days)).astimezone(ZoneInfo(plan.zone))


def _call(call_id: str) -> Call:
    call = calls.get_call(call_id)
    assert call is not None
    return call


# --- making the call -----------------------------------------------------------------------------


def _create(stage: Stage, plan: Plan) -> str:
    with stage.act(OFFICER, Lens.STAFF) as officer:
        call = service.create_call(officer, draft_of(stage, plan))
        call.fictional = True
        for given in plan.contributions:
            draft = ContributionDraft(
                funder=given["funder"],
                kind=FunderKind(given["kind"]),
                amount_minor=Money.of(given["amount"], plan.currency).minor,
            )
            service.add_contribution(officer, call, draft)
        if plan.award_rule:
            rule = award_rule.from_data(plan.award_rule)
            service.edit_award_rule(officer, call, rule, goes_on=plan.goes_on)
        return call.id


def draft_of(stage: Stage, plan: Plan) -> CallDraft:
    opens, closes = (
        datetime.combine(_local(stage, plan, days).date(), at)
        for days, at in ((plan.opens, time(9)), (plan.closes, time(17)))
    )
    ceiling = Money.of(Decimal(plan.ceiling), plan.currency).minor if plan.ceiling else None
    return CallDraft(
        code=plan.code,
        title=plan.title,
        summary=plan.summary,
        zone=plan.zone,
        opens=opens,
        closes=closes,
        reviews_due=closes + timedelta(days=38 if plan.until is not Phase.REVIEWING else 60),
        blinding=Blinding(plan.blinding),
        reviewers_each=plan.each,
        scale_best="6",
        scale_worst="1",
        scale_step="1",
        anchors=starter.anchors(),
        tie_rules=("criterion:approach", "spread", "hash"),
        currency=plan.currency,
        ceiling_minor=ceiling,
        rates=plan.rates,
        rates_source=RATES_SOURCE,
        when_unaffordable="stop",
        threshold="3",
        reserve_places=plan.reserve,
        approvals_needed=plan.approvals,
    )
