"""`flask seed`: fill an empty installation for checks from outside, and say what is there."""

import json
import os
from pathlib import Path
from random import Random
from time import monotonic

import click

from app.cli.emptiness import is_empty
from app.cli.plainly import UsageProblem
from app.cli.seed import invented
from app.cli.seed.cast import Player, player
from app.cli.seed.manifest import manifest
from app.cli.seed.spec import People, checked, read_spec
from app.cli.seed.storm import tell_storm
from app.cli.seed.telling import tell_calls
from app.core.ids import ids_from
from app.core.settings import settings

PROFILES = ("small", "canary", "storm")
WITH_CODE = ("administrator",)  # who signs in with a second factor where nobody says otherwise
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
WORDS = "bcdfghjkmnpqrstvwxz"


@click.command()
@click.option("--profile", type=click.Choice(PROFILES), required=True, help="How much of what.")
@click.option("--seed", "number", type=int, required=True, help="The same gives the same world.")
@click.option(
    "--spec",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON with the people and every value of theirs to use (docs/reference/seed.md).",
)
@click.option(
    "--manifest",
    "out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="Where to write who can sign in and what there is, as JSON.",
)
def seed(profile: str, number: int, spec: Path | None, out: Path) -> None:
    """Fill an EMPTY installation with a made-up world in every role and state.

    small: 14 calls, one or more in each phase. canary: the same with values that can be searched
    for. storm: 5,000 drafts in one open call, each ready to be submitted. Refused in production.
    """
    if settings().production:
        raise UsageProblem("A production installation takes no made-up world.")
    if not out.parent.is_dir():
        raise UsageProblem(f"There is no folder {out.parent} to write the manifest into.")
    players = _players(_people(profile, number, spec), number)
    if not is_empty():
        raise UsageProblem(
            "There are people or calls here already; seed wants an empty installation. "
            "Name a new folder with EQUIPOISE_DATA_DIR and run: flask db upgrade"
        )
    began = monotonic()
    with ids_from(Random(number)):  # noqa: S311 - the same ids again
        (tell_storm if profile == "storm" else tell_calls)(players, seed=number)
    told = manifest(players, profile=profile, seed=number)
    _write(out, told)
    counts = ", ".join(f"{len(v)} {name}" for name, v in told.items() if isinstance(v, list))
    click.echo(f"Seeded {counts} in {monotonic() - began:.0f} s. Manifest: {out}")


def _people(profile: str, number: int, spec: Path | None) -> People:
    if spec is not None:
        return read_spec(spec)
    made = invented.searchable(number) if profile == "canary" else invented.believable(number)
    return checked(made)


def _players(people: People, number: int) -> dict[str, Player]:
    """Return the cast; a password and a second factor that nobody gave follow from the seed."""
    chance = Random(number)  # noqa: S311 - written into the manifest
    found = {}
    for key, told in people.items():
        password = "-".join("".join(chance.choices(WORDS, k=5)) for _ in range(4))
        code = "".join(chance.choices(LETTERS, k=32)) if key in WITH_CODE else None
        found[key] = player(key, told, password=password, totp_secret=code)
    return found


def _write(out: Path, told: dict[str, object]) -> None:
    """Write the manifest for its owner alone: it holds passwords."""
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(told, file, ensure_ascii=False, indent=1)
        file.write("\n")
