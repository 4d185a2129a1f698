"""What the demonstration is made of, read from the files of this folder. All of it is invented."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.calls.rules import Phase

FOLDER = Path(__file__).parent
ADDRESSES = "equipoise.example"  # a domain that can never be anybody's (RFC 2606)
WITH_FILES = frozenset({"otieno", "wroblewska", "fernandez", "perera", "khumalo"})


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF that somebody attaches: its name, and what its properties tell."""

    name: str
    author: str
    title: str
    xmp: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """Somebody in the story."""

    key: str
    name: str
    organisation: str
    country: str
    roles: tuple[str, ...] = ()
    expertise: str = ""
    kind: str = "expert"
    mentor: str = ""  # key of somebody before
    codes: tuple[str, ...] = ()
    cancers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    address: str = ""
    position: str = "Principal investigator (fictional)"
    team: str = ""
    paper: Paper | None = None

    @property
    def email(self) -> str:
        return self.address or f"{self.key}@{ADDRESSES}"


@dataclass(frozen=True, slots=True)
class Idea:
    """A proposal: who leads it, what it says, what it asks for and how good it is (1 to 6)."""

    lead: str
    topic: str
    title: str
    lay: str
    aims: str
    approach: str
    amount: str
    currency: str
    months: int
    quality: float
    draft: bool = False  # begun and never submitted


@dataclass(frozen=True, slots=True)
class Plan:
    """A call: days count from today, `until` is the phase where its story stops."""

    code: str
    until: Phase
    title: str
    summary: str
    currency: str
    rates: Mapping[str, str]
    zone: str
    began: int
    opens: int
    closes: int
    contributions: Sequence[Mapping[str, str]]
    ideas: Sequence[Idea]
    each: int = 3
    approvals: int = 1
    reserve: int = 1
    ceiling: str = ""
    departure: bool = False
    panel: bool = False  # a panel meets about it
    blinding: str = "double"
    award_rule: Mapping[str, Any] = field(default_factory=dict)  # as a call keeps it
    goes_on: bool = False  # past a proposal that the money cannot pay


@dataclass(frozen=True, slots=True)
class World:
    staff: Sequence[Figure]
    applicants: Sequence[Figure]
    reviewers: Sequence[Figure]
    plans: Sequence[Plan]
    sentences: Mapping[str, Mapping[str, Sequence[str]]]

    def everybody(self) -> list[Figure]:
        return [*self.staff, *self.applicants, *self.reviewers]


def read_world() -> World:
    people = _read("people.toml")
    return World(
        staff=[_figure(item) for item in people["staff"]],
        applicants=[_figure(item) for item in people["applicant"]],
        reviewers=[_figure(item) for item in people["reviewer"]],
        plans=[_plan(item) for item in _read("calls.toml")["call"]],
        sentences=_read("sentences.toml"),
    )


def _read(name: str) -> dict[str, Any]:
    with (FOLDER / name).open("rb") as file:
        return tomllib.load(file)


def _figure(item: Mapping[str, Any]) -> Figure:
    key, name = item["key"], item["name"]
    paper = Paper(f"{key}-project-final.pdf", key, f"Project description of {key}")
    return Figure(
        **{
            **item,
            **{
                name: tuple(item.get(name, ()))
                for name in ("roles", "codes", "cancers", "languages")
            },
            "team": f"{name} leads; three partners and two patient partners take part.",
            "paper": paper if key in WITH_FILES else None,
        }
    )


def _plan(item: Mapping[str, Any]) -> Plan:
    values = dict(item)
    ideas = values.pop("proposal", [])
    other = values.pop("proposals", "")
    if other:
        ideas = _read(other)["proposal"]
    return Plan(
        **{**values, "until": Phase(values["until"]), "ideas": [Idea(**idea) for idea in ideas]}
    )
