from collections.abc import Callable
from dataclasses import replace

import pytest

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls.rules import Phase
from app.core.verdict import Verdict
from app.proposals.models import ProposalState
from app.reviewers.models import SeatState
from app.reviews import policy
from app.reviews.rules import Place

PLACE = Place("me", "the call", SeatState.ACCEPTED, ProposalState.ELIGIBLE, Phase.REVIEWING)
ME = Actor(id="me", name="Ada", grants=frozenset({(Role.REVIEWER, "the call")}))
POLICIES = (
    policy.may_see,
    policy.may_answer,
    policy.may_give_up,
    policy.may_read,
    policy.may_write,
)
OTHERS = [
    Actor(id="other", name="Another reviewer", grants=ME.grants),
    Actor(id="me", name="Role taken away"),
    Actor(id="me", name="Reviewer elsewhere", grants=frozenset({(Role.REVIEWER, "a call")})),
    *(Actor(id="x", name=role.value, grants=frozenset({(role, "")})) for role in Role),
]


@pytest.mark.parametrize("may", POLICIES)
@pytest.mark.parametrize("actor", OTHERS, ids=lambda actor: actor.name)
def test_a_seat_does_not_exist_for_anybody_but_its_holder(
    may: Callable[[Actor, Place], Verdict], actor: Actor
) -> None:
    verdict = may(actor, PLACE)

    assert not verdict
    assert verdict.hidden


@pytest.mark.parametrize("may", POLICIES)
@pytest.mark.parametrize("state", [SeatState.CONFLICTED, SeatState.REMOVED, SeatState.DECLINED])
def test_a_closed_seat_does_not_exist_even_for_its_holder(
    may: Callable[[Actor, Place], Verdict], state: SeatState
) -> None:
    assert may(ME, replace(PLACE, state=state)).hidden


def test_the_holder_reads_and_writes_what_was_accepted() -> None:
    assert policy.may_see(ME, PLACE)
    assert policy.may_read(ME, PLACE)
    assert policy.may_write(ME, PLACE)
    everywhere = Actor(id="me", name="Ada", grants=frozenset({(Role.REVIEWER, "")}))
    assert policy.may_write(everywhere, PLACE)


def test_a_refusal_to_the_holder_says_why() -> None:
    for place, may, words in (
        (replace(PLACE, state=SeatState.INVITED), policy.may_read, "conflict of interest"),
        (replace(PLACE, phase=Phase.ASSIGNING), policy.may_read, "has not begun"),
        (replace(PLACE, phase=Phase.RANKING), policy.may_write, "over"),
        (PLACE, policy.may_answer, "already"),
        (replace(PLACE, state=SeatState.SUBMITTED), policy.may_give_up, "office"),
    ):
        verdict = may(ME, place)
        assert not verdict
        assert not verdict.hidden
        assert words in verdict.reason


@pytest.mark.parametrize("role", list(Role))
def test_only_reviewers_have_a_page_of_reviews(role: Role) -> None:
    actor = Actor(id="x", name="X", grants=frozenset({(role, "somewhere")}))

    assert bool(policy.may_list(actor)) is (role is Role.REVIEWER)
