"""Who is in the seeded world: the part each person plays, and what must be known of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.accounts.models import Role
from app.cli.demo.world import Figure, Paper


@dataclass(frozen=True, slots=True)
class Part:
    """A part: the roles held everywhere, and whether its player applies or reviews."""

    roles: tuple[Role, ...] = ()
    applies: bool = False
    reviews: bool = False


PARTS: Mapping[str, Part] = {
    "officer": Part((Role.OFFICER,)),
    "officer-of-one-call": Part(),
    "approver": Part((Role.APPROVER,)),
    "second-approver": Part((Role.APPROVER,)),
    "funder": Part(),
    "auditor": Part((Role.AUDITOR,)),
    "administrator": Part((Role.ADMINISTRATOR,)),
    "deactivated": Part((Role.OFFICER,)),
    "applicant-owner": Part(applies=True),
    "co-applicant": Part(applies=True),
    "other-applicant": Part(applies=True),
    "third-applicant": Part(applies=True),
    "ineligible-applicant": Part(applies=True),
    "withdrawn-applicant": Part(applies=True),
    "applicant-reviewer": Part(applies=True, reviews=True),
    "reviewer-assigned": Part(reviews=True),
    "reviewer-second": Part(reviews=True),
    "reviewer-third": Part(reviews=True),
    "reviewer-unassigned": Part(reviews=True),
    "reviewer-conflicted": Part(reviews=True),
    "reviewer-declined": Part(reviews=True),
    "reviewer-removed": Part(reviews=True),
    "reviewer-of-earlier-call": Part(reviews=True),
}

ON_STAGE = {"second-approver": "approver.second"}  # as the stories call them

ALWAYS = ("name", "email", "orcid", "organisation", "country")
OF_APPLICANTS = ("position", "team", "file")
OF_REVIEWERS = ("expertise", "note")
OPTIONAL = ("password", "totp_secret")
OF_FILES = ("name", "author", "title", "xmp", "comment")


def needed(part: Part) -> tuple[str, ...]:
    """Return what must be known of whoever plays a part."""
    return (
        *ALWAYS,
        *(OF_APPLICANTS if part.applies else ()),
        *(OF_REVIEWERS if part.reviews else ()),
    )


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody of the world: the figure of the stories, and how they sign in."""

    key: str
    figure: Figure
    orcid: str
    note: str
    password: str
    totp_secret: str | None

    @property
    def part(self) -> Part:
        return PARTS[self.key]


Told = Mapping[str, object]


def player(key: str, told: Told, *, password: str, totp_secret: str | None) -> Player:
    """Return the player that a checked entry of the specification tells of."""
    part, text = PARTS[key], {k: v for k, v in told.items() if isinstance(v, str)}
    file = told.get("file")
    figure = Figure(
        key=ON_STAGE.get(key, key),
        name=text["name"],
        organisation=text["organisation"],
        country=text["country"],
        roles=tuple(role.value for role in part.roles),
        expertise=text.get("expertise", ""),
        address=text["email"],
        position=text.get("position", ""),
        team=text.get("team", ""),
        paper=Paper(**file) if isinstance(file, dict) else None,
    )
    return Player(
        key,
        figure,
        text["orcid"],
        text.get("note", ""),
        text.get("password", password),
        text.get("totp_secret", totp_secret),
    )
