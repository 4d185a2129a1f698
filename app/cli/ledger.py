"""`flask ledger`: write the ledger for the offline verifier, which anybody can run elsewhere."""

from pathlib import Path

import click

from app.core.work import unit_of_work
from app.ledger import service


@click.group()
def ledger() -> None:
    """Export what was recorded."""


@ledger.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write the whole ledger to FOLDER and sign a checkpoint over it."""
    with unit_of_work():
        size = service.export(folder)
        key = service.own_verifier_key()
    click.echo(f"Wrote {size} records to {folder}, with checkpoints and the public key:")
    click.echo(f"  {key}")
    click.echo(f"Check them anywhere: python app/ledger/verify.py {folder}")


COMMANDS = (ledger,)
