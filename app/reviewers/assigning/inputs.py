"""What a plan is computed from, as plain values. Nobody who applies is named in it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

Pair = tuple[int, int]  # place of the proposal, place of the person


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the officer asks of a plan.

    `cap` is the largest probability of any pair as decimal text; 1 leaves nothing to chance.
    """

    each: int
    least: int = 0  # proposals for everybody, as far as possible
    patient: bool = False  # at least one patient reviewer on each
    countries: bool = False  # not all of one country
    organisations: bool = True  # not all of one organisation
    genders: bool = False  # not all of one gender, where it is known
    cap: str = "1"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class LeftOut(StrEnum):
    """Why somebody of the pool gets nothing new."""

    DECLINED = "declined"  # their last invitation
    AWAY = "away"  # most of the days there are


@dataclass(frozen=True, slots=True)
class Judgeable:
    """A proposal that needs reviews; `texts` are what reviewers will read, `codes` what it chose
    of the coding scheme, like cso:5.3 and cancer:breast."""

    id: str
    number: str
    texts: tuple[str, ...]
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the pool. `held` counts seats in the call that stay theirs; who is `left_out`
    may have no more than those."""

    account_id: str
    patient: bool
    country: str
    organisation: str  # a key: equal for what counts as one organisation
    gender: str
    most: int
    held: int
    texts: tuple[str, ...]
    codes: tuple[str, ...] = ()
    left_out: LeftOut | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that decides: the same inputs and seed give the same plan.

    `ruled_out` are pairs with a conflict, or that were declined or taken back; `fixed` are seats
    that stay; `bids` are place of the proposal, place of the person and yes, maybe or no.
    """

    wishes: Wishes
    proposals: tuple[Judgeable, ...]
    people: tuple[Person, ...]
    ruled_out: frozenset[Pair]
    fixed: tuple[Pair, ...]
    bids: tuple[tuple[int, int, str], ...]

    def sha256(self) -> str:
        """Return the hash of the inputs as canonical JSON: what the ledger vouches for.

        Genders are not in it: whoever knows all else could try what they must have been.
        """
        told = {
            "wishes": self.wishes.as_json(),
            "proposals": [asdict(one) for one in self.proposals],
            "people": [{**asdict(one), "gender": ""} for one in self.people],
            "ruled_out": sorted(self.ruled_out),
            "fixed": sorted(self.fixed),
            "bids": sorted(self.bids),
        }
        text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
