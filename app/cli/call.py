"""`flask call`: bring a call in from files, and take it to its end by commands."""

from pathlib import Path

import click

from app.accounts.actor import Actor
from app.allocation import queries, service
from app.allocation.models import Allocation, Decision, SignOffAct
from app.calls import call_file, transfer
from app.calls import queries as calls
from app.calls.models import Call
from app.cli.acting import OPERATOR, actor_at, actor_of
from app.cli.exporting import export_call
from app.cli.importing.storing import Imported, Unusable, import_folder
from app.cli.plainly import Finding, UsageProblem
from app.core.lens import Lens
from app.core.money import Money
from app.core.work import Mode, unit_of_work

AS = click.option("--as", "email", default="", help="Act as the person with this address.")
AS_SOMEBODY = click.option(
    "--as", "email", required=True, help="Act as the person with this address."
)
SHOWN = 12  # places of a ranking


@click.group()
def call() -> None:
    """Import a call, rank it, allocate, approve and release."""


@call.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--approvals", type=click.IntRange(1, 9), help="Signatures needed, whatever the file says."
)
@AS
def import_(folder: Path, approvals: int | None, email: str) -> None:
    """Bring in a call from FOLDER: call.json, proposals.csv, reviewers.csv, reviews.csv.

    Everything is checked first. With one problem or more they are listed and nothing is stored.
    """
    try:
        came = import_folder(_actor(email), folder, approvals=approvals)
    except Unusable as unusable:
        for problem in unusable.problems:
            click.echo(problem.sentence())
        count = len(unusable.problems)
        noun = "problem" if count == 1 else "problems"
        raise Finding(f"{count} {noun}; nothing was imported.") from unusable
    _tell(came)


@call.command()
@click.argument("code")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@AS
def write(code: str, file: Path, email: str) -> None:
    """Write the rules, form and criteria of CODE to FILE, which `read` and the desk understand."""
    actor = _actor(email)
    with unit_of_work():
        text = transfer.export(actor, _call(code))
    file.write_text(text, encoding="utf-8")
    click.echo(f"Wrote the rules, form and criteria of {code} to {file}.")


@call.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--code", default="", help="Code of the new call; the file's where not given.")
@click.option("--opens", default="", help="Wall time in the call's zone, like 2027-03-01T09:00.")
@click.option("--closes", default="", help="Wall time in the call's zone.")
@AS
def read(file: Path, code: str, opens: str, closes: str, email: str) -> None:
    """Begin a call in drafting from FILE."""
    try:
        told = call_file.read(file.read_bytes())
    except call_file.CallFileError as error:
        for problem in error.problems:
            click.echo(problem)
        raise Finding("The file cannot be used; nothing was made.") from error
    start, actor = transfer.Beginning(code=code, opens=opens, closes=closes), _actor(email)
    with unit_of_work():
        made = transfer.begin(actor, told, start)
    click.echo(f"{made.code} is a draft with {len(told.form.questions)} questions.")


def _actor(email: str) -> Actor:
    if not email:
        return OPERATOR
    with unit_of_work(mode=Mode.READ):
        return actor_at(email)


def _tell(came: Imported) -> None:
    made = came.call
    click.echo(
        f"Imported {made.code}: {came.proposals} proposals, {came.reviewers} reviewers, "
        f"{came.reviews} reviews; ties are broken by {', then '.join(made.tie_rules)}."
    )
    for conflict in came.conflicts:
        click.echo(
            f"Conflict of interest found: {conflict.name} and {conflict.number} "
            f"({conflict.kind.value}: {conflict.detail})"
        )
    click.echo(f"Next: flask call rank {made.code} --as EMAIL")


@call.command()
@click.argument("code")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@AS
def export(code: str, folder: Path, email: str) -> None:
    """Write CODE to FOLDER as the files that import reads: with who applied and who reviewed."""
    actor = _actor(email)
    with unit_of_work():
        counts = export_call(actor, _call(code), folder)
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    click.echo(f"Wrote {code} to {folder}: {told}.")


@call.command()
@click.argument("code")
@AS
def rank(code: str, email: str) -> None:
    """Make the ranking of CODE."""
    actor = _actor(email)
    with unit_of_work(Lens.STAFF):
        found = _call(code)
        made = service.make_ranking(actor, found)
    places = made.result["places"]
    click.echo(f"Ranking {made.number} of {code}: {len(places)} proposals.")
    for place in places[:SHOWN]:
        tied = " (tied)" if place["tied_with"] else ""
        click.echo(f"{place['position']:>4}  {place['proposal']:<14} {place['shown']}{tied}")
    if len(places) > SHOWN:
        click.echo(f"      … and {len(places) - SHOWN} more")
    for place in places:
        if place["tied_with"] and place["decided_by"]:
            others = ", ".join(place["tied_with"])
            click.echo(
                f"Tie at {place['shown']}: {place['proposal']} with {others}; "
                f"place {place['position']} by {place['decided_by']}."
            )
    click.echo(f"SHA-256 of the result: {made.result_sha256}")


@call.command()
@click.argument("code")
@AS_SOMEBODY
def allocate(code: str, email: str) -> None:
    """Propose the allocation of CODE by its rule."""
    actor = _actor(email)
    with unit_of_work(Lens.STAFF):
        made = service.propose(actor, _call(code))
        lines = queries.lines_of(made.id)
    awards = [row for row in lines if row.line.decision is Decision.AWARD]
    click.echo(f"Allocation {made.number} of {code}: {len(awards)} of {len(lines)} are funded.")
    for row in awards:
        amount = Money(row.line.amount_minor, made.currency).show()
        click.echo(f"{row.line.position:>4}  {row.number:<14} {amount}")
    if awards:
        click.echo(f"The funding line lies after place {len(awards)} ({awards[-1].number}).")
    _tell_money(made)


def _tell_money(made: Allocation) -> None:
    budget, spent, left = (
        Money(minor, made.currency).show()
        for minor in (made.budget_minor, made.spent_minor, made.budget_minor - made.spent_minor)
    )
    click.echo(f"Spent {spent} of {budget}; left {left}.")
    click.echo(f"SHA-256 that approvers sign: {made.sha256}")


@call.command()
@click.argument("code")
@click.option("--sha256", default="", help="Sign only if the allocation is exactly this one.")
@AS_SOMEBODY
def approve(code: str, sha256: str, email: str) -> None:
    """Sign the proposed allocation of CODE."""
    actor = _actor(email)
    with unit_of_work(Lens.STAFF):
        found = _call(code)
        made = _allocation(found)
        service.approve(actor, found, made, seen_sha256=sha256 or made.sha256)
        needed = found.approvals_needed
        signed = [s for s in queries.signatures_of(made.id) if s.act.value == "approve"]
    click.echo(f"{actor.name} approved allocation {made.number}: {len(signed)} of {needed}.")


@call.command("approve-departure")
@click.argument("code")
@click.argument("number")
@click.option("--sha256", default="", help="Agree only if the allocation is exactly this one.")
@AS_SOMEBODY
def approve_departure(code: str, number: str, sha256: str, email: str) -> None:
    """Agree to the departure from the rule for NUMBER in the allocation of CODE."""
    actor = _actor(email)
    with unit_of_work(Lens.STAFF):
        found = _call(code)
        made = _allocation(found)
        service.approve_departure(actor, found, made, number, seen_sha256=sha256 or made.sha256)
    click.echo(f"{actor.name} agreed to the departure for {number}.")


@call.command("propose-release")
@click.argument("code")
@AS_SOMEBODY
def propose_release(code: str, email: str) -> None:
    """Propose the release of CODE; another person confirms it with `flask call release`."""
    actor = _actor(email)
    with unit_of_work(Lens.STAFF):
        found = _call(code)
        service.propose_release(actor, found, _allocation(found))
    click.echo(f"{actor.name} proposes the release of {code}. Next, as somebody else: release")


@call.command()
@click.argument("code")
@click.option(
    "--second",
    default="",
    metavar="EMAIL",
    help="Who proposes the release, if nobody has: by default the last who approved.",
)
@AS_SOMEBODY
def release(code: str, second: str, email: str) -> None:
    """Release the approved allocation of CODE: applicants, funders and the public see it.

    It takes two people: one who proposes the release, and the one who runs this as --as.
    """
    actor = _actor(email)
    with unit_of_work(Lens.STAFF):
        found = _call(code)
        made = _allocation(found)
        proposer = _proposer(made, actor, second)
        if proposer is not None:
            service.propose_release(proposer, found, made)
        service.release(actor, found, made, may_compute=True)
    if proposer is not None:
        click.echo(f"{proposer.name} proposed the release, {actor.name} confirmed it.")
    click.echo(f"Released {code}: {found.results['awards']} awards.")
    _tell_money(made)


@call.command()
@click.argument("code")
def status(code: str) -> None:
    """Say where CODE stands and what comes next."""
    with unit_of_work(mode=Mode.READ):
        found = _call(code)
        phase = calls.phase(found).value
        ranking, made = queries.latest_ranking(found.id), queries.latest_allocation(found.id)
        click.echo(f"{found.code}: {found.title}")
        click.echo(f"Phase: {phase}")
        if ranking is not None:
            click.echo(f"Ranking {ranking.number}: {len(ranking.result['places'])} proposals.")
        if made is not None:
            click.echo(f"Allocation {made.number}: {made.state.value}.")
            for signed in queries.signatures_of(made.id):
                click.echo(f"  {signed.act.value}: {signed.name}")
            _tell_money(made)


def _proposer(made: Allocation, actor: Actor, second: str) -> Actor | None:
    """Return who is to propose the release, if nobody has: a person other than who confirms."""
    signatures = queries.signatures_of(made.id)
    if any(one.act is SignOffAct.PROPOSE_RELEASE for one in signatures):
        return None
    if second:
        return actor_at(second)
    approved = [
        one.account_id
        for one in signatures
        if one.act is SignOffAct.APPROVE and one.account_id != actor.id
    ]
    return actor_of(approved[-1]) if approved else None


def _call(code: str) -> Call:
    found = calls.call_with_code(code)
    if found is None:
        raise UsageProblem(f"There is no call with the code {code}.")
    return found


def _allocation(found: Call) -> Allocation:
    made = queries.latest_allocation(found.id)
    if made is None:
        raise UsageProblem(f"Nothing is proposed in {found.code}. Run: flask call allocate")
    return made


COMMANDS = (call,)
