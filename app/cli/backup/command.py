"""`flask backup FILE` and `flask restore FILE`."""

from pathlib import Path

import click

from app.cli.backup.archive import Unusable
from app.cli.backup.restoring import restore_from
from app.cli.backup.taking import take
from app.cli.plainly import Finding, UsageProblem


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--without-keys", is_flag=True, help="Leave the keys out; keep them elsewhere.")
def backup(file: Path, *, without_keys: bool) -> None:
    """Write database, files and keys to FILE, while the installation runs.

    Everything that was acknowledged before the instant it prints is in it. With the keys in it
    the file is as secret as they are.
    """
    if file.exists():
        raise UsageProblem(f"{file} is there already; name another file.")
    if not file.resolve().parent.is_dir():
        raise UsageProblem(f"There is no folder {file.resolve().parent}.")
    told = take(file, keys=not without_keys)
    size = file.stat().st_size / 1024**2
    click.echo(f"Wrote {file}: {size:.1f} MB, everything up to {told['stamped_at']}.")
    click.echo(f"The ledger in it ends after event {told['ledger']['size']}.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", "replacing", is_flag=True, help="Take the place of what is here.")
def restore(file: Path, *, replacing: bool) -> None:
    """Put the backup FILE in place, after checking every byte of it.

    Exit code 1, and nothing is changed, when FILE is not whole or does not hold together.
    """
    try:
        told = restore_from(file, replacing=replacing)
    except Unusable as error:
        raise Finding(str(error)) from error
    click.echo(f"Restored everything up to {told['stamped_at']}.")
    click.echo(
        f"The ledger ends after event {told['ledger']['size']}; every link of it was checked."
    )
    if "aside" in told:
        click.echo(f"What was here before is in {told['aside']}.")
    click.echo("Next: flask db upgrade, flask check, then start it again.")


COMMANDS = (backup, restore)
