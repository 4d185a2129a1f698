"""Many writers at once make one unbroken ledger, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from app.accounts.actor import Actor
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.ledger import queries, service, verify
from app.ledger.checkpoint import VerifierKey
from app.ledger.events import Event
from app.ledger.proof import Proof
from tests.engines import both_engines

WRITERS, TURNS = 6, 8


@dataclass(frozen=True)
class Counted(Event):
    writer: int
    turn: int


@both_engines
def test_writers_at_once_leave_no_hole_and_every_receipt_holds(
    app: EquipoiseApp, tmp_path: Path
) -> None:
    def write(writer: int) -> list[Proof]:
        proofs = []
        for turn in range(TURNS):
            with app.app_context(), unit_of_work(Lens.APPLICANT):
                service.record(Actor(str(writer), ""), Counted(writer, turn), about="thing:1")
                if turn % 3 == writer % 3:
                    proofs.append(service.seal())
        return proofs

    with ThreadPoolExecutor(WRITERS) as pool:
        proofs = [proof for made in pool.map(write, range(WRITERS)) for proof in made]

    key = VerifierKey.parse(service.own_verifier_key())
    assert all(proof.holds(key) for proof in proofs)
    with unit_of_work(mode=Mode.READ):
        facts = [entry.facts or {} for entry in queries.entries_after(0, 1_000)]
    for writer in range(WRITERS):
        turns = [fact["turn"] for fact in facts if fact["writer"] == writer]
        assert turns == list(range(TURNS))

    with unit_of_work():
        assert service.export(tmp_path) == WRITERS * TURNS
    receipts = []
    for number, proof in enumerate(proofs):
        receipts.append(tmp_path / f"receipt{number}")
        receipts[-1].write_text(proof.as_text())
    assert verify.check(tmp_path, receipts, [], None)[0].startswith("OK: 48 records")
