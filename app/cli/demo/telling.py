"""Telling the whole world: first the people, then all calls together in the order of time."""

from datetime import datetime, timedelta
from random import Random

from app.accounts.actor import SYSTEM_ACTOR
from app.accounts.models import Role
from app.accounts.service import enter_with_password, grant_role
from app.cli.demo.stage import Stage, Story, tell
from app.cli.demo.story import story_of
from app.cli.demo.world import World
from app.core import clock
from app.core.work import unit_of_work


def tell_world(world: World, password_hash: str, *, seed: int) -> None:
    """Fill an empty installation; the same seed gives the same story on any day."""
    today = clock.now()
    chance = Random(seed)  # noqa: S311 - a story, not a secret
    stage = Stage(world, chance, today)
    begins = today + timedelta(days=min(plan.began for plan in world.plans) - 5)
    tell([_people(world, password_hash, begins), *(story_of(stage, plan) for plan in world.plans)])


def _people(world: World, password_hash: str, begins: datetime) -> Story:
    yield begins
    with unit_of_work():
        for figure in world.everybody():
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
