"""The demonstration call from its files to a signed report and an exported ledger."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("EQUIPOISE_REAL_DATA", ROOT.parent / "shared" / "data"))
CALL = "ICR26"
OFFICER, FIRST, SECOND = "officer@example.org", "first@example.org", "second@example.org"


@dataclass(frozen=True, slots=True)
class Shown:
    """A released call as others hold it."""

    path: Path  # the signed report
    ledger: Path  # the exported ledger
    key: bytes  # the certificate that signed


def demo_report(folder: Path) -> Shown | None:
    """Run the call by commands in an installation of its own; None where its data are not here."""
    if not (DATA / "demo_call").exists():
        return None
    from app import cli, create_app  # noqa: PLC0415 - only where there is something to run
    from app.accounts.models import Role  # noqa: PLC0415
    from app.core import clock, migrate  # noqa: PLC0415
    from app.core.jobs import run_due_jobs  # noqa: PLC0415
    from app.documents import keys  # noqa: PLC0415
    from config import Config  # noqa: PLC0415
    from tests.cli.commands import succeed  # noqa: PLC0415
    from tests.factories import a_person  # noqa: PLC0415

    home = folder / "home"
    home.mkdir()
    app = create_app(Config(data_dir=home, secret_key="k" * 64, base_url="https://bench.example"))
    cli.install(app)
    report, ledger = folder / "demo.pdf", folder / "ledger"
    with app.app_context():
        migrate.upgrade()
        a_person(Role.OFFICER, name="Olga Officer", email=OFFICER)
        a_person(Role.APPROVER, name="Fay First", email=FIRST)
        a_person(Role.APPROVER, name="Sam Second", email=SECOND)
    for words in (
        ("call", "import", str(DATA / "demo_call"), "--approvals", "2"),
        ("call", "rank", CALL, "--as", OFFICER),
        ("call", "allocate", CALL, "--as", OFFICER),
        ("call", "approve", CALL, "--as", FIRST),
        ("call", "approve", CALL, "--as", SECOND),
        ("call", "release", CALL, "--as", OFFICER),
    ):
        succeed(app, *words)
    with app.app_context():
        run_due_jobs()
    succeed(app, "report", "render", CALL, str(report))
    succeed(app, "ledger", "export", str(ledger))
    with app.app_context():
        key = keys.report_key(clock.now()).certificate
    return Shown(report, ledger, key)


def altered_reports_found(shown: Shown, count: int) -> int:
    """Change one byte of the signed report after the other; say how often that is seen."""
    from app.core.pdf.signatures import UnreadableSignature, signature_of  # noqa: PLC0415

    content = shown.path.read_bytes()
    assert (whole := signature_of(content, trust=[shown.key])) is not None
    assert whole.good
    covered = re.search(rb"/ByteRange \[0 (\d+) (\d+) \d+\]", content)
    assert covered is not None
    gap = int(covered[1]), int(covered[2])  # the signature itself, which ends in room to spare
    found = 0
    for place in _places(len(content), count, not_in=gap):
        altered = bytearray(content)
        altered[place] ^= 1 << (place % 8)
        try:
            signature = signature_of(bytes(altered), trust=[shown.key])
        except UnreadableSignature:
            found += 1
            continue
        found += signature is None or not signature.good
    return found


def altered_ledgers_found(shown: Shown, count: int) -> int:
    """Change one byte of the exported records after the other; ask the offline verifier."""
    from app.ledger.verify import check  # noqa: PLC0415

    entries = shown.ledger / "entries.jsonl"
    content = entries.read_bytes()
    assert check(shown.ledger, [], [], None)[0].startswith("OK")
    found = 0
    for place in _places(len(content), count):
        altered = bytearray(content)
        altered[place] ^= 1
        entries.write_bytes(altered)
        found += not check(shown.ledger, [], [], None)[0].startswith("OK")
    entries.write_bytes(content)
    return found


def _places(length: int, count: int, not_in: tuple[int, int] = (0, 0)) -> list[int]:
    random = Random(count)
    free = [*range(not_in[0]), *range(not_in[1], length)]
    return random.sample(free, count)
