"""`flask person export` and `flask person erase`: what the law lets a person ask for."""

from contextlib import closing
from pathlib import Path

import click
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import select

from app.accounts.actor import SYSTEM_ACTOR
from app.accounts.events import PersonExported
from app.accounts.models import Person
from app.accounts.rules import email_key
from app.cli.backup import databases
from app.cli.person import erasing, exporting, looking, refusing
from app.cli.plainly import Finding, UsageProblem
from app.core.db import db
from app.core.gate import enforce
from app.core.verdict import ALLOWED
from app.core.work import Mode, unit_of_work
from app.ledger.service import record


@click.group()
def person() -> None:
    """Hand somebody what is held about them, or forget who they are."""


def _account_at(email: str) -> str:
    """Return the account of an address; an unproved registration counts only where it is alone."""
    rows = db.session.execute(
        select(Person.account_id, Person.confirmed_at).where(Person.email_key == email_key(email))
    ).all()
    proved = [row for row in rows if row.confirmed_at is not None] or rows
    if len(proved) != 1:
        raise UsageProblem(f"Nobody here has the address {email}, or nobody has proved it.")
    return str(proved[0].account_id)


@person.command("export")
@click.argument("email")
@click.argument("out", metavar="OUT.zip", type=click.Path(dir_okay=False, path_type=Path))
def export_person(email: str, out: Path) -> None:
    """Write everything held about the person at EMAIL to OUT.zip, for them.

    But for what they wrote themselves, nothing in it tells who somebody else is. Of a proposal
    that somebody else leads it holds their own part alone. Hand it to that person alone: it says
    what they reviewed.
    """
    if out.exists():
        raise UsageProblem(f"{out} is there already. Name a file that is not.")
    with unit_of_work():
        account_id = _account_at(email)
        rows = exporting.write(account_id, out)
        enforce(ALLOWED)  # whoever runs the server
        record(SYSTEM_ACTOR, PersonExported(rows), about=f"person:{account_id}")
    out.chmod(0o600)
    click.echo(f"Wrote {out}: {rows} rows. It is for {email} alone.")


@person.command("erase")
@click.argument("email")
@click.option("--reason", required=True, help="For the ledger, without a name.")
@click.option(
    "--awards-kept",
    default=10,
    show_default=True,
    type=click.IntRange(min=0),
    help="For how many years the books must tell who was paid.",
)
@click.option("--yes", is_flag=True, help="Do not ask: there is no way back.")
def erase_person(email: str, reason: str, awards_kept: int, *, yes: bool) -> None:
    """Forget who the person at EMAIL is; what they did and what was decided stands without a name.

    Refused while they work, apply, review or sit in a panel here, and while the books must tell
    whom an award was paid to. Says what still holds their name, and why.
    """
    with unit_of_work(mode=Mode.READ):
        account_id = _account_at(email)
        enforce(refusing.may_erase(account_id, awards_kept))
    if not yes:
        click.confirm(f"Forget who {email} is? There is no way back.", abort=True)
    with unit_of_work():
        values = looking.identity_of(account_id)
        enforce(refusing.may_erase(account_id, awards_kept))
        cells, files = erasing.erase(account_id, reason)
    with unit_of_work(mode=Mode.READ):
        left = looking.remaining(values)
    click.echo(
        f"Forgotten: {cells} rows emptied or removed, {files} files removed (what was stored "
        "within a day goes with the nightly sweep)."
    )
    for place, count in sorted(left.items()):
        click.echo(f"Still says it: {place} in {count} rows ({_why(place)}).")
    click.echo(
        "Receipts, letters, reports and minutes that were printed, and backups, are as before."
    )
    _let_nothing_lie()


@person.command("vacuum")
def vacuum() -> None:
    """Write the database anew: what was emptied lies in its free pages till then.

    `flask person erase` does it by itself. Where it says that the database was in use, stop the
    web server and the worker, and run this. On PostgreSQL run VACUUM FULL there instead.
    """
    if not databases.is_sqlite():
        raise UsageProblem("This is for SQLite. On PostgreSQL run VACUUM FULL in the database.")
    _let_nothing_lie()
    click.echo("Done: nothing that was emptied lies in the database any more.")


WHY = {
    "award": "who was funded is public",
    "sign_off": "who approved a decision stays with it",
    "departure_approval": "who approved a decision stays with it",
    "draw_entry": "who drew a lot stays with it",
    "panel_member": "approved minutes say who was there",
    "item_presence": "approved minutes say who was there",
    "document": "a report that was signed",
    "version_identity": "in what others lead, as they handed it in",
    "tie": "without the address nobody can tell whether it is them",
}
ELSE = "somebody else’s words, or a part of another word: look at it"
IN_USE = (
    "What was emptied still lies in the free pages of the database, because it is in use. Stop the "
    "web server and the worker, and run: flask person vacuum"
)
PATIENCE = 5.0  # seconds for others to let go of the database


def _why(place: str) -> str:
    return WHY.get(place.partition(".")[0], ELSE)


def _let_nothing_lie() -> None:
    """Write the database anew where it is SQLite: emptied cells lie in its free pages till then."""
    if not databases.is_sqlite():
        return
    place = str(databases.address().database)
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()
    try:
        with closing(sqlite.connect(place, timeout=PATIENCE)) as connection:
            connection.execute("VACUUM")
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite.Error as error:
        raise Finding(f"{IN_USE} ({error})") from error
    if busy:
        raise Finding(IN_USE)


COMMANDS = (person,)
