"""Telling the whole world: first the people, then all calls together in the order of time."""

from datetime import datetime, timedelta

from app.accounts.actor import SYSTEM_ACTOR
from app.accounts.models import Role
from app.accounts.service import enter_with_password, grant_role
from app.cli.demo import together
from app.cli.demo.stage import Stage, Story, tell
from app.cli.demo.story import DemoActs, story_of
from app.cli.demo.world import Figure, World
from app.core import clock
from app.core.work import unit_of_work


def tell_world(world: World, password_hash: str, *, seed: int) -> None:
    """Fill an empty installation; the same seed gives the same story on any day."""
    today = clock.now()
    stage = Stage(world, seed, today)
    begins = today + timedelta(days=min(plan.began for plan in world.plans) - 5)
    acts = DemoActs()
    people = _people(world, password_hash, begins)
    stories = [story_of(stage.alone(plan.code), plan, acts) for plan in world.plans]
    stories += [together.across(stage), *_second_stage(stage, world)]
    tell([people, *stories])


def _second_stage(stage: Stage, world: World) -> list[Story]:
    closes = [plan.closes for plan in world.plans if plan.code == together.OUTLINES]
    return [together.two_stages(stage, day) for day in closes]


def _people(world: World, password_hash: str, begins: datetime) -> Story:
    yield begins
    with unit_of_work():
        for figure in world.everybody():
            enter(figure, password_hash)


def enter(figure: Figure, password_hash: str) -> str:
    """Enter somebody with the roles they hold everywhere; return the account id."""
    account_id = enter_with_password(
        SYSTEM_ACTOR,
        figure.name,
        figure.email,
        password_hash,
        organisation=figure.organisation,
        country=figure.country,
    )
    for role in figure.roles:
        grant_role(SYSTEM_ACTOR, account_id, Role(role))
    return account_id
