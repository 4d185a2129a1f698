"""`draw ENTRANTS.json --seed HEX`: chances, the draw, and a transcript to repeat it by."""

import json
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path

from scoring.charts import Bar, Frame, bar_chart
from scoring.commands import Answer
from scoring.draw.document import draw_from, request_from
from scoring.draw.seed import PastDraw, seed_from_hex
from scoring.errors import InputError
from scoring.fields import Fields
from scoring.publishing import to_json
from scoring.reading import read_json

SUMMARY = "fair chances at the funding line, and a draw that anyone can verify"
CHART = True


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("entrants", type=Path, metavar="ENTRANTS.json")
    parser.add_argument("--seed", metavar="HEX", help="the seed; without one only the chances")
    parser.add_argument(
        "--register", type=Path, help="file of past draws; this one is refused twice and noted"
    )


def run(arguments: Namespace) -> Answer:
    try:
        request = request_from(read_json(arguments.entrants))
        if arguments.seed:
            request = replace(request, seed=seed_from_hex(arguments.seed))
        record = draw_from(request, _register(arguments.register))
    except InputError as error:
        raise error.at(source=str(arguments.entrants)) from error
    held = None
    if arguments.register and "seed" in record:
        line = json.dumps({"label": record["label"], "seed": record["seed"]})
        held = (arguments.register, f"{line}\n")
    return Answer(to_json(record), chart=draw_chart(record), register=held)


def _register(file: Path | None) -> list[PastDraw]:
    if file is None or not file.exists():
        return []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("The register of past draws cannot be read.", source=str(file)) from error
    past = []
    for row, line in enumerate(lines, start=1):
        try:
            fields = Fields(json.loads(line), f"row {row} of {file}")
        except json.JSONDecodeError as error:
            raise InputError("This is not JSON.", source=str(file), row=row) from error
        past.append(PastDraw(fields.text("label"), fields.text("seed")))
    return past


def draw_chart(record: dict[str, object]) -> str:
    """Return the chances of those who are neither certain nor out; who was selected is marked."""
    chances = record["probabilities"]
    assert isinstance(chances, dict)
    chosen = record.get("selected", [])
    assert isinstance(chosen, list)
    parts = {name: tuple(map(int, text.split("/"))) for name, text in chances.items()}
    rows = [
        Bar(name, above / below, f"{above}/{below}, selected", "fund")
        if name in chosen
        else Bar(name, above / below, f"{above}/{below}", "draw")
        for name, (above, below) in parts.items()
        if 0 < above < below
    ]
    frame = Frame(
        f"Draw {record['label']}",
        f"{len(rows)} proposals have a chance, {sum(row.kind == 'fund' for row in rows)} of them "
        "are selected.",
        "probability",
        0.0,
        1.7,
        legend="Who is certain of a place, and who has none, is not shown.",
        ticks_to=1.0,
    )
    return bar_chart(frame, rows)
