"""What reviewers do in the stories, and how officers fill the pool and give seats."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from app.accounts.actor import Actor
from app.calls import queries as calls
from app.calls.models import Call
from app.cli.demo.stage import Stage, Story
from app.cli.demo.world import Figure, Idea, Plan
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.proposals import queries as proposals
from app.proposals.models import Proposal
from app.reviewers import queries, service
from app.reviewers.models import ConflictKind, ReviewerKind, SeatState
from app.reviewers.rules import Away, Profile
from app.reviewers.service import ReviewerDraft
from app.reviews import queries as seats
from app.reviews import service as reviews
from app.reviews.history import queries as history
from app.reviews.history import service as rating
from app.reviews.offline import service as offline
from app.reviews.queries import Opened
from app.reviews.rules import Written

DECLINED = "I am on leave for most of these weeks, and somebody else should have the time it needs."
COLLEAGUE = "We wrote a paper together two years ago (fictional)."
GOOD, FAIR = 5, 3  # grades from here on are high, and middle
BEST, WORST = 6, 1


AWAY = (40, 54)  # days from today, of whoever stands last in the pool
STATEMENT = "I read what I know from my own work, and say where I do not (fictional)."
RATINGS = (3, 2, 3, 1, 2)  # how much reviews helped, in turn
RATED = 5  # proposals whose reviews the office has rated


def fill_pool(stage: Stage, call_id: str, figures: Iterable[Figure]) -> None:
    emails = {figure.key: figure.email for figure in stage.world.reviewers}
    last = next((figure.key for figure in reversed(stage.world.reviewers)), "")
    with stage.act("officer", Lens.STAFF) as officer:
        for figure in figures:
            mentor = emails.get(figure.mentor, "")
            draft = ReviewerDraft(
                name=figure.name,
                email=figure.email,
                organisation=figure.organisation,
                country=figure.country,
                kind=ReviewerKind(figure.kind),
                expertise=figure.expertise,
                most=9,
                profile=Profile(
                    codes=figure.codes,
                    cancers=figure.cancers,
                    languages=figure.languages,
                    statement=STATEMENT if figure.key == last else "",
                    away=_away(stage) if figure.key == last else (),
                ),
                mentor_id=queries.emails_in_pool(call_id).get(mentor) if mentor else None,
            )
            service.enter_reviewer(officer, _call(call_id), draft)


def _away(stage: Stage) -> tuple[Away, ...]:
    first, last = ((stage.today + timedelta(days=days)).date() for days in AWAY)
    return (Away(first, last),)


def assign(stage: Stage, call_id: str, each: int, *, partly: bool) -> None:
    """Give every eligible proposal its reviewers, those with least to do first."""
    with stage.act("officer", Lens.STAFF) as officer:
        call = _call(call_id)
        judged = proposals.in_review(call_id)
        for row in judged[: len(judged) // 2 + 1] if partly else judged:
            for account_id in _free(stage, call_id, row.id)[:each]:
                service.assign(officer, call, _proposal(row.id), account_id)


def _free(stage: Stage, call_id: str, proposal_id: str) -> list[str]:
    """Return who may judge a proposal and does not yet, those with least to do first."""
    conflicted = {
        account
        for proposal, account, _ in queries.known_conflicts(call_id)
        if proposal == proposal_id
    }
    there = {seat.account_id for seat in queries.seats_of(call_id, proposal_id)}
    free = [row for row in queries.pool_of(call_id) if row.account_id not in conflicted | there]
    chance = {row.account_id: stage.chance.random() for row in sorted(free, key=lambda r: r.email)}
    return [
        row.account_id for row in sorted(free, key=lambda row: (row.load, chance[row.account_id]))
    ]


def review(stage: Stage, call_id: str, plan: Plan, *, begins: datetime, partly: bool) -> Story:
    """Let reviewers decline, declare, read and submit; `partly` leaves about half undone."""
    ideas = {idea.title: idea for idea in plan.ideas}
    yield begins
    _give_up_two(stage, call_id)
    given: dict[str, list[dict[str, str | None]]] = {}
    for place, figure in enumerate(stage.world.reviewers):
        yield begins + timedelta(days=1 + place * 1.5, hours=stage.chance.randrange(9))
        if partly and not place % 2:
            _accept_some(stage, call_id, figure.key)
            continue
        actor = stage.actor(figure.key)
        for seat_id in _seats_of(call_id, actor, {SeatState.INVITED}):
            _judge(stage, actor, seat_id, ideas, given)


def _give_up_two(stage: Stage, call_id: str) -> None:
    """One reviewer declines and one declares a conflict; both seats are given to others."""
    keys = {figure.email: figure.key for figure in stage.world.reviewers}
    with unit_of_work(mode=Mode.READ):
        emails = {row.account_id: row.email for row in queries.pool_of(call_id)}
        numbers = {row.id: row.number for row in proposals.in_review(call_id)}
        held = sorted(
            queries.seats_of(call_id),
            key=lambda seat: (numbers[seat.proposal_id], emails[seat.account_id]),
        )
    chosen = stage.chance.sample(held, 2)
    for seat, conflicted in zip(chosen, (False, True), strict=True):
        with stage.act(keys[emails[seat.account_id]], Lens.REVIEWER) as actor:
            opened = opened_by(actor, seat.id)
            if conflicted:
                reviews.declare_conflict(actor, opened, ConflictKind.COLLABORATOR, COLLEAGUE)
            else:
                reviews.decline(actor, opened, DECLINED)
        with stage.act("officer", Lens.STAFF) as officer:
            other = _free(stage, call_id, seat.proposal_id)[0]
            service.assign(officer, _call(call_id), _proposal(seat.proposal_id), other)


def _accept_some(stage: Stage, call_id: str, key: str) -> None:
    actor = stage.actor(key)
    for seat_id in _seats_of(call_id, actor, {SeatState.INVITED})[:1]:
        with unit_of_work(Lens.REVIEWER):
            reviews.accept(actor, opened_by(actor, seat_id))


def _seats_of(call_id: str, actor: Actor, states: set[SeatState]) -> list[str]:
    """Return a person's seats by the numbers of their proposals."""
    with unit_of_work(mode=Mode.READ):
        own = [one for one in seats.own_seats(actor.id) if one.call.id == call_id]
        return [one.id for one in sorted(own, key=lambda one: one.number) if one.state in states]


def _judge(
    stage: Stage,
    actor: Actor,
    seat_id: str,
    ideas: dict[str, Idea],
    given: dict[str, list[dict[str, str | None]]],
) -> None:
    """Accept, read, write and submit one review."""

    def write(opened: Opened) -> Written:
        idea = ideas[opened.version.title]
        keys = [criterion.key for criterion in seats.measure_of(opened.call).criteria]
        grades = _grades(stage, idea, keys, given.setdefault(idea.title, []), ideas, given)
        return written_about(stage, idea, grades)

    judge(actor, seat_id, write)


def judge(
    actor: Actor, seat_id: str, write: Callable[[Opened], Written], *, finish: bool = True
) -> None:
    """Accept a seat, read the proposal and write; submit unless the review is left a draft."""
    with unit_of_work(Lens.REVIEWER):
        reviews.accept(actor, opened_by(actor, seat_id))
        opened = opened_by(actor, seat_id)
        reviews.note_reading(actor, opened)
        reviews.save(actor, opened, reviews.Change(revision=0, written=write(opened)))
        if finish:
            opened = opened_by(actor, seat_id)
            reviews.submit(
                actor, opened, seats.measure_of(opened.call), looked=True, no_conflict=True
            )


def rate(stage: Stage, call_id: str) -> None:
    """Let the officer say of some reviews how much they helped."""
    with stage.act("officer", Lens.STAFF) as officer:
        call = _call(call_id)
        for row in proposals.in_review(call_id)[:RATED]:
            judged = sorted(history.reviews_of(row.id), key=lambda one: one.letter)
            ratings = {
                one.review.seat_id: RATINGS[place % len(RATINGS)]
                for place, one in enumerate(judged)
            }
            rating.rate(officer, call, row.id, ratings)


def take_along(stage: Stage, call_id: str) -> None:
    """Let one reviewer ask for a pack; the worker makes it."""
    actor = stage.actor(stage.world.reviewers[0].key)
    with unit_of_work(Lens.REVIEWER):
        own = seats.own_in_call(actor.id, call_id)
        if own:
            offline.ask(actor, own[0].call, own)


def opened_by(actor: Actor, seat_id: str) -> Opened:
    opened = seats.opened(actor.id, seat_id)
    assert opened is not None
    return opened


def _grades(  # noqa: PLR0917
    stage: Stage,
    idea: Idea,
    keys: Sequence[str],
    own: list[dict[str, str | None]],
    ideas: dict[str, Idea],
    given: dict[str, list[dict[str, str | None]]],
) -> dict[str, str | None]:
    """Draw grades around the idea's quality; of equals the later gets what the first got, so
    that their totals are exactly the same."""
    twin = next(
        (
            other
            for title, other in ideas.items()
            if other is not idea and other.quality == idea.quality and title in given
        ),
        None,
    )
    told = given[twin.title] if twin else []
    taken = Counter(str(one) for one in own)
    left = [one for one in told if not taken[str(one)]]
    if left and (len(told) > len(own)):
        grades = left[0]
    else:
        mood = stage.chance.gauss(0, 0.5)
        grades = {
            key: str(min(BEST, max(WORST, round(idea.quality + mood + stage.chance.gauss(0, 0.7)))))
            for key in keys
        }
        if stage.chance.random() < 0.04:  # noqa: PLR2004 - now and then somebody cannot judge
            grades[stage.chance.choice(list(keys))] = None
    own.append(grades)
    return dict(grades)


def written_about(stage: Stage, idea: Idea, grades: dict[str, str | None]) -> Written:
    """Return a review with sentences that fit its grades."""
    sentences, chance = stage.world.sentences, stage.chance
    known = [int(grade) for grade in grades.values() if grade is not None]
    mean = sum(known) / len(known)

    def say(what: str, grade: float) -> str:
        level = "high" if grade >= GOOD else "middle" if grade >= FAIR else "low"
        return chance.choice(sentences[what][level]).replace("{topic}", idea.topic)

    return Written(
        grades=grades,
        reasons={key: say(key, int(grade)) for key, grade in grades.items() if grade is not None},
        confidence=chance.choice((1, 2, 2, 3, 3)),
        to_applicant=say("comment", round(mean)),
        to_panel=chance.choice(sentences["panel"]["all"]),
    )


def _call(call_id: str) -> Call:
    call = calls.get_call(call_id)
    assert call is not None
    return call


def _proposal(proposal_id: str) -> Proposal:
    proposal = proposals.get_proposal(proposal_id)
    assert proposal is not None
    return proposal
