"""Telling the seeded world: the people first, then all calls together in the order of time."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pyotp

from app.accounts import passwords
from app.accounts.service import ProfileDraft, change_profile, close_account, set_second_factor
from app.calls.rules import Phase
from app.cli.demo.stage import Stage, Story, tell
from app.cli.demo.story import story_of
from app.cli.demo.telling import enter
from app.cli.demo.world import World, read_world
from app.cli.seed.acts import SeedActs
from app.cli.seed.cast import Player
from app.cli.seed.plans import plans
from app.core import clock
from app.core.lens import Lens
from app.core.work import unit_of_work

CLOSED = "deactivated"
Players = Mapping[str, Player]


def tell_calls(players: Players, *, seed: int) -> None:
    """Fill an empty installation with every call of the seeded world."""
    tell_all(stage_for(players, seed), players)


def tell_all(stage: Stage, players: Players) -> None:
    """Tell the stories of the stage's calls, and before them that of the people."""
    acts = SeedActs(players)
    begins = stage.today + timedelta(days=min(plan.began for plan in stage.world.plans) - 5)
    tell(
        [
            people(stage, players, begins),
            *(story_of(stage.alone(plan.code), plan, acts) for plan in stage.world.plans),
        ]
    )


def stage_for(players: Players, seed: int, *, only: Phase | None = None) -> Stage:
    """Return the stage with the cast on it, the demonstration's texts for them to say, and the
    calls of every phase or of one."""
    told = read_world()
    figures = [player.figure for player in players.values()]
    funder = players["funder"].figure.organisation
    world = World(
        staff=figures,
        applicants=(),
        reviewers=(),
        plans=[plan for plan in plans(told, funder) if only in {None, plan.until}],
        sentences=told.sentences,
    )
    return Stage(world, seed, clock.now())


def people(stage: Stage, players: Players, begins: datetime) -> Story:
    """Enter everybody, fill their profiles in, set second factors, and close one account."""
    yield begins
    hashes = {player.password: passwords.hashed(player.password) for player in players.values()}
    with unit_of_work():
        for player in players.values():
            enter(player.figure, hashes[player.password])
    yield begins + timedelta(hours=1)
    for player in players.values():
        _fill_in(stage, player)
    yield begins + timedelta(hours=2)
    closed = stage.actor(CLOSED)
    with stage.act("administrator", Lens.ADMIN) as administrator:
        close_account(administrator, closed.id)


def _fill_in(stage: Stage, player: Player) -> None:
    with stage.act(player.figure.key, Lens.PUBLIC) as actor:
        draft = ProfileDraft(
            name=actor.name,
            organisation=actor.organisation,
            country=actor.country,
            orcid=player.orcid,
            zone=actor.zone,
        )
        change_profile(actor, draft)
        if player.totp_secret is not None:
            code = pyotp.TOTP(player.totp_secret).at(clock.now())
            set_second_factor(actor, player.totp_secret, code)
