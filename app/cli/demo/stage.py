"""Where stories are told: who is on stage, what time it is there, and one work for each act."""

import heapq
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from app.accounts.actor import Actor
from app.cli.acting import actor_at
from app.cli.demo.world import Figure, World
from app.core import clock
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work

Story = Iterator[datetime]  # yields when it goes on


@dataclass
class Stage:
    """The cast by key, the chance that decides small things, and when today is."""

    world: World
    seed: int | str
    today: datetime
    cast: dict[str, Figure] = field(init=False)
    chance: Random = field(init=False)

    def __post_init__(self) -> None:
        self.cast = {figure.key: figure for figure in self.world.everybody()}
        self.chance = Random(self.seed)  # noqa: S311 - a story, not a secret

    def alone(self, code: str) -> "Stage":
        """Return the stage for the story of one call, with a chance of its own: what happens in it
        does not hang on the hour at which the stories meet."""
        return Stage(self.world, f"{self.seed} {code}", self.today)

    def actor(self, key: str) -> Actor:
        """Return the person with the roles they hold by now."""
        with unit_of_work(mode=Mode.READ):
            return actor_at(self.cast[key].email)

    @contextmanager
    def act(self, key: str, lens: Lens) -> Iterator[Actor]:
        """Let somebody do something through the lens their page would have."""
        actor = self.actor(key)
        with unit_of_work(lens):
            yield actor


def tell(stories: Iterable[Story]) -> None:
    """Tell all stories together in the order of their times: the ledger never goes back."""
    waiting = [(next(story), number, story) for number, story in enumerate(stories)]
    heapq.heapify(waiting)
    while waiting:
        when, number, story = heapq.heappop(waiting)
        with clock.story_at(when):
            later = next(story, None)
        if later is not None:
            heapq.heappush(waiting, (later, number, story))
