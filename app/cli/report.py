"""`flask report`: render the allocation report again, and check a report without its pages."""

from hashlib import sha256
from pathlib import Path

import click
from flask import current_app

from app.calls import queries as calls
from app.cli.plainly import Finding, UsageProblem
from app.core import clock
from app.core.pdf.signing import NoTimeStampError
from app.core.work import Mode, unit_of_work
from app.documents import checking, keys, queries, reading, rendering
from app.documents.checking import ABSENT, BAD, GOOD, Check
from app.documents.facts import FactsDisagree
from app.documents.models import Document
from app.documents.reading import Evidence, Unreadable

MARKS = {GOOD: "holds", BAD: "DOES NOT HOLD", ABSENT: "not there"}


@click.group()
def report() -> None:
    """Render and check allocation and award reports."""


@report.command()
@click.argument("code", metavar="CALL")
@click.argument("out", metavar="OUT.pdf", type=click.Path(dir_okay=False, path_type=Path))
def render(code: str, out: Path) -> None:
    """Write the allocation report of CALL to OUT.pdf, rendered anew from what was frozen.

    When that gives the bytes that were signed at the release, OUT.pdf is the signed file itself;
    exit code 1 when it comes out differently.
    """
    files = current_app.extensions["files"]
    with unit_of_work(mode=Mode.READ):
        found = _report_of(code)
    again = sha256(rendering.unsigned(found.facts_key, files)).hexdigest()
    if found.rendered_sha256 and found.rendered_sha256 != again:
        raise Finding(
            "The report comes out differently from the one that was handed out "
            f"(before signing {again}, then {found.rendered_sha256}), so nothing was written. "
            "Compare the versions of WeasyPrint and of the fonts."
        )
    try:
        pdf = (
            files.get(found.file_key)
            if found.file_key
            else rendering.rendered(found.facts_key, files).pdf
        )
    except NoTimeStampError as error:
        raise Finding(
            f"{error}. Try again when it answers, or unset EQUIPOISE_TSA_URL to sign without it."
        ) from error
    out.write_bytes(pdf)
    click.echo(f"Wrote {out}: {len(pdf)} bytes, SHA-256 {sha256(pdf).hexdigest()}.")


def _report_of(code: str) -> Document:
    call = calls.call_with_code(code)
    if call is None:
        raise UsageProblem(f"There is no call with the code {code}.")
    found = queries.allocation_report_of(call.id)
    if found is None:
        raise UsageProblem(f"{code} is not released, so there is no report of it yet.")
    return found


@report.command()
@click.argument(
    "file", metavar="FILE.pdf", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def verify(file: Path) -> None:
    """Check FILE.pdf: signature, ledger proof, attached data; decide and render it again.

    Exit code 0 when everything holds, 1 when something does not.
    """
    try:
        evidence = reading.from_pdf(file.read_bytes(), keys.report_key(clock.now()).certificate)
    except Unreadable as error:
        raise Finding(str(error)) from error
    checks = checking.alone(evidence)
    if not checking.wrong_beyond_missing_signature(evidence, checks):
        checks.append(_rendered_again(evidence))
        with unit_of_work(mode=Mode.READ):
            checks.append(checking.against_ledger(evidence))
    for check in checks:
        click.echo(f"{check.name}: {MARKS[check.state]}. {check.words}")
    wrong = [check.name for check in checks if check.bad]
    if wrong:
        raise Finding(f"{file} does not hold: {', '.join(wrong)}.")
    click.echo(f"OK: everything in {file} holds.")


def _rendered_again(evidence: Evidence) -> Check:
    """Print the document anew from its attached data alone, and compare every byte."""
    name = "Rendered again"
    try:
        pdf = checking.printed_again(evidence)
    except (FactsDisagree, ValueError) as error:
        return Check(name, BAD, f"The attached data make no document: {error}")
    if sha256(pdf).hexdigest() != evidence.rendered_sha256:
        words = (
            "The pages are not those that the attached data give here. Where fonts and "
            "WeasyPrint are those of the installation that made it, the pages were changed."
        )
        return Check(name, BAD, words)
    return Check(name, GOOD, "The attached data give the same file, byte for byte.")


COMMANDS = (report,)
