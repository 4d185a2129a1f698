"""`flask organisations load FILE`: the local list that names are typed ahead from."""

import csv
from pathlib import Path

import click

from app.accounts.actor import SYSTEM_ACTOR
from app.cli.plainly import UsageProblem
from app.core.countries import is_country
from app.core.ror import ror
from app.core.work import unit_of_work
from app.proposals.models import Organisation
from app.proposals.queries import name_key
from app.proposals.service import load_organisations

COUNTRY = ("country", "iso2", "country_code")


@click.group("organisations")
def organisations() -> None:
    """The local list of organisations."""


@organisations.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Replace the list by a CSV file with the columns name, and city, country and ror if known."""
    rows = _read(file)
    with unit_of_work():
        load_organisations(SYSTEM_ACTOR, rows)
    click.echo(f"{len(rows)} organisations are in the list.")


def _read(file: Path) -> list[Organisation]:
    with file.open(newline="", encoding="utf-8-sig") as lines:
        reader = csv.DictReader(lines)
        if "name" not in (reader.fieldnames or []):
            raise UsageProblem(f"{file.name} has no column “name” in its first line.")
        found: dict[tuple[str, str], Organisation] = {}
        for number, row in enumerate(reader, 2):
            made = _organisation(row, f"{file.name}, line {number}")
            if made.name:
                found.setdefault((made.name_key, made.country), made)
    return list(found.values())


def _organisation(row: dict[str, str], where: str) -> Organisation:
    country = next((row[name].strip().upper() for name in COUNTRY if row.get(name)), "")
    if country and not is_country(country):
        raise UsageProblem(f"{where}: “{country}” is no ISO 3166 code of a country.")
    given = (row.get("ror") or "").strip()
    key = ror(given) if given else ""
    if key is None:
        raise UsageProblem(f"{where}: “{given}” is no ROR identifier; its check digits differ.")
    name = " ".join((row["name"] or "").split())
    return Organisation(
        name=name,
        name_key=name_key(name),
        city=(row.get("city") or "").strip(),
        country=country,
        ror=key,
    )


COMMANDS = (organisations,)
