"""`flask check`: look whether every invariant of the data holds."""

import json

import click

from app.cli.checks import INVARIANTS
from app.cli.plainly import Finding
from app.core.work import Mode, unit_of_work

SHOWN = 5  # findings of one invariant


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, with every finding.")
@click.option("--only", default="", help="Only invariants whose name begins so.")
def check(*, as_json: bool, only: str) -> None:
    """Check the data; exit with 1 where something does not hold."""
    chosen = [one for name, one in INVARIANTS.items() if name.startswith(only)]
    with unit_of_work(mode=Mode.READ):
        found = {one.name: one.findings() for one in chosen}
    broken = sum(bool(findings) for findings in found.values())
    if as_json:
        rows = [
            {"name": one.name, "sentence": one.sentence, "findings": found[one.name]}
            for one in chosen
        ]
        told = {"checked": len(chosen), "broken": broken, "invariants": rows}
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        for one in chosen:
            _tell(one.name, one.sentence, found[one.name])
    if broken:
        raise Finding(f"{broken} of {len(chosen)} invariants do not hold.")
    if not as_json:
        click.echo(f"All {len(chosen)} invariants hold.")


def _tell(name: str, sentence: str, findings: list[str]) -> None:
    if findings:
        click.echo(f"{name}: {sentence}")
        for finding in findings[:SHOWN]:
            click.echo(f"  {finding}")
        if len(findings) > SHOWN:
            click.echo(f"  … and {len(findings) - SHOWN} more")


COMMANDS = (check,)
