"""`flask decision export`: the bundle of a decision, and the same as tables beside it."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click
import xlsxwriter

from app.calls import queries as calls
from app.cli.acting import actor_at
from app.cli.plainly import UsageProblem
from app.core.clock import NO_DAY
from app.core.table_file import guarded
from app.core.work import unit_of_work
from app.documents import service

Bundle = dict[str, Any]
Table = tuple[Sequence[str], list[Sequence[object]]]


@click.group()
def decision() -> None:
    """Write decisions to files."""


@decision.command()
@click.argument("code", metavar="CALL")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--as", "email", default="", help="Who of the call's staff asks, before the release.")
def export(code: str, folder: Path, email: str) -> None:
    """Write the decision of CALL to DIR: bundle.json, and as CSV and XLSX beside it.

    After the release the bundle is the one in the allocation report, byte for byte. Check it
    anywhere: python -m scoring replay DIR/bundle.json
    """
    with unit_of_work():
        call = calls.call_with_code(code)
        if call is None:
            raise UsageProblem(f"There is no call with the code {code}.")
        content = service.bundle_of(actor_at(email) if email else None, call)
        released = call.released_at is not None
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bundle.json").write_bytes(content)
    bundle: Bundle = json.loads(content)
    (folder / "criteria.json").write_text(
        json.dumps(_plain(bundle["criteria"]), ensure_ascii=False, indent=1) + "\n",
        encoding="utf-8",
    )
    tables = {
        "proposals": proposals(bundle),
        "reviews": reviews(bundle),
        "sources": sources(bundle),
    }
    for name, table in tables.items():
        _write_csv(folder / f"{name}.csv", table)
    _write_xlsx(folder / "decision.xlsx", tables)
    click.echo(
        f"Wrote the decision of {code} to {folder}: {len(tables['proposals'][1])} proposals."
    )
    if not released:
        click.echo("It is not released: keep it to the staff of the call.")
    click.echo(f"Decide again anywhere: python -m scoring replay {folder / 'bundle.json'}")


# --- tables --------------------------------------------------------------------------------------


def proposals(bundle: Bundle) -> Table:
    """Return a row for every ranked proposal in the order money was offered, exact."""
    scores = {one["id"]: one for one in bundle["scores"]["proposals"]}
    asked = {one["id"]: one["ask_minor"] for one in bundle["proposals"]}
    departures = {one["proposal"]: one["reason"] for one in bundle["departures"] or ()}
    keys = _keys(bundle)
    head = [
        *("place", "proposal", "rank", "total", "exact", "reviews", "spread"),
        *(f"mean_{key}" for key in keys),
        *("asked_minor", "decision", "amount_minor", "currency", "reason", "departure"),
    ]
    rows: list[Sequence[object]] = []
    for place, line in enumerate(bundle["allocation"]["lines"], 1):
        score, number = scores[line["id"]], line["id"]
        rows.append(
            [
                *(place, number, score["rank"], score["total"], score["exact"], score["reviews"]),
                score["spread"],
                *(score["criteria"][key] for key in keys),
                *(asked[number], line["decision"], line["amount_minor"]),
                *(bundle["call"]["currency"], line["reason"], departures.get(number, "")),
            ]
        )
    return head, rows


def reviews(bundle: Bundle) -> Table:
    """Return every review as REVIEWS.csv has it; seats of two proposals are never one person."""
    keys = _keys(bundle)
    rows: list[Sequence[object]] = [
        [one["proposal"], f"{one['proposal']}/{one['seat']}", *(one["grades"].get(k) for k in keys)]
        for one in bundle["reviews"]
    ]
    return ["proposal_id", "reviewer_id", *keys], rows


def sources(bundle: Bundle) -> Table:
    """Return which contribution pays how much of which award."""
    funders = {one["id"]: one.get("funder", "") for one in bundle["contributions"]}
    rows: list[Sequence[object]] = [
        [number, contribution, funders[contribution], minor, bundle["call"]["currency"]]
        for number, paid in bundle["allocation"]["sources"].items()
        for contribution, minor in paid.items()
    ]
    return ["proposal", "contribution", "funder", "amount_minor", "currency"], rows


def _keys(bundle: Bundle) -> list[str]:
    return [criterion["key"] for criterion in bundle["criteria"]["criteria"]]


def _plain(criteria: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the criteria with numbers for texts, as CRITERIA.json has them."""
    scale = {name: float(value) for name, value in criteria["scale"].items()}
    listed = [{**one, "weight": float(one["weight"])} for one in criteria["criteria"]]
    return {"scale": scale, "criteria": listed}


# --- files ---------------------------------------------------------------------------------------


def _write_csv(path: Path, table: Table) -> None:
    head, rows = table
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: object) -> object:
    return guarded(value) if isinstance(value, str) else value


def _write_xlsx(path: Path, tables: dict[str, Table]) -> None:
    """Write a sheet for each table; a text stays a text, whatever it begins with."""
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, safe) as book:
        book.set_properties({"created": NO_DAY.replace(tzinfo=None)})
        for name, (head, rows) in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for place, row in enumerate(_with_head(head, rows)):
                sheet.write_row(place, 0, row)


def _with_head(
    head: Sequence[object], rows: Iterable[Sequence[object]]
) -> Iterable[Sequence[object]]:
    yield head
    yield from rows


COMMANDS = (decision,)
