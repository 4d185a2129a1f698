"""Recording, sealing, proving, erasing and exporting, on both engines."""

import json
import stat
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from app.accounts.actor import SYSTEM_ACTOR, Actor
from app.accounts.models import Account
from app.core.db import db
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.money import Money
from app.core.verdict import ALLOWED
from app.core.web import EquipoiseApp
from app.core.work import Mode, abandon_changes, unit_of_work
from app.ledger import keys, queries, service, tree, verify
from app.ledger.canonical import NotCanonicalError
from app.ledger.checkpoint import VerifierKey, read
from app.ledger.events import Event
from app.ledger.models import LedgerEntry, LedgerPayload
from app.ledger.writing import LedgerBroken
from tests.engines import both_engines

ADA = Actor(id="a" * 26, name="Ada")
pytestmark = both_engines


@dataclass(frozen=True)
class ThingHappened(Event):
    note: str = ""
    amount: object = None

    @classmethod
    def name(cls) -> str:
        return "tests.ThingHappened"


@pytest.fixture(autouse=True)
def _application(app: EquipoiseApp) -> None:
    assert app


def happened(*notes: str, lens: Lens = Lens.STAFF) -> None:
    with unit_of_work(lens):
        for note in notes:
            service.record(ADA, ThingHappened(note), about="thing:1")


def entries() -> list[queries.Entry]:
    with unit_of_work(mode=Mode.READ):
        return queries.entries_after(0, 1_000)


def test_events_of_one_unit_are_written_in_order_just_before_the_commit() -> None:
    happened("first", "second")
    happened("third")

    assert [entry.facts["note"] for entry in entries() if entry.facts] == [
        "first",
        "second",
        "third",
    ]
    assert [entry.seq for entry in entries()] == [1, 2, 3]
    first, second, third = (entry.record for entry in entries())
    assert first["action"] == "tests.thing_happened"
    assert first["object"] == "thing:1"
    assert first["role"] == "staff"
    assert first["req"] == second["req"] != third["req"]
    assert first["ts"] <= second["ts"] <= third["ts"]


def test_a_person_stands_in_the_record_under_a_pseudonym() -> None:
    happened("x")
    with unit_of_work():
        service.record(None, ThingHappened(), about="thing:1")
        service.record(SYSTEM_ACTOR, ThingHappened(), about="thing:1")

    actors = [entry.record["actor"] for entry in entries()]
    assert actors == [keys.pseudonym(ADA.id), "", "system"]
    assert ADA.id not in json.dumps([entry.record for entry in entries()])


def test_a_row_is_named_by_its_table_and_key_even_before_it_is_stored() -> None:
    with unit_of_work():
        account = Account(created_at=datetime.now(UTC))
        db.session.add(account)
        enforce(ALLOWED)
        service.record(ADA, ThingHappened(), about=account)

    with unit_of_work(mode=Mode.READ):
        (entry,) = queries.entries_about(f"account:{account.id}")
    assert entry.facts == {"note": "", "amount": None}


@pytest.mark.parametrize(
    ("value", "fact"),
    [
        (Decimal("1.50"), "1.50"),
        (Decimal("1E+3"), "1000"),
        (Money(1250, "EUR"), "12.50 EUR"),
        (Money(7, "JPY"), "7 JPY"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05.000000Z"),
        (Lens.STAFF, "staff"),
        (b"\xff", "ff"),
        (("e\u0301", {"b", "a"}), ["é", ["a", "b"]]),
        (ThingHappened("inner"), {"note": "inner", "amount": None}),
        (True, True),
    ],
)
def test_facts_are_written_exactly(value: object, fact: object) -> None:
    with unit_of_work(Lens.APPLICANT):
        service.record(ADA, ThingHappened(amount=value), about="thing:1")
    (entry,) = entries()
    assert entry.facts == {"note": "", "amount": fact}


@pytest.mark.parametrize("value", [0.5, 2**53, object(), "a\0", {"Bad key": 1}])
def test_facts_without_an_exact_form_stop_the_work(value: object) -> None:
    with pytest.raises((NotCanonicalError, TypeError)), unit_of_work():
        service.record(ADA, ThingHappened(amount=value), about="thing:1")
    assert entries() == []


def test_nothing_stays_of_work_that_failed_or_was_abandoned() -> None:
    with suppress(ZeroDivisionError), unit_of_work():
        service.record(ADA, ThingHappened("lost"), about="thing:1")
        assert service.seal().index == 0
        raise ZeroDivisionError
    with unit_of_work():
        service.record(ADA, ThingHappened("given up"), about="thing:1")
        abandon_changes()
    assert entries() == []
    happened("kept")
    assert [entry.seq for entry in entries()] == [1]


@pytest.mark.parametrize("lens", [lens for lens in Lens if lens is not Lens.SYSTEM])
def test_every_lens_can_record_seal_and_prove(lens: Lens) -> None:
    happened("before")
    with unit_of_work(lens):
        service.record(ADA, ThingHappened("sealed"), about="thing:1")
        proof = service.seal()
        again = service.seal()
        earlier = service.prove(1)
        service.record(ADA, ThingHappened("after"), about="thing:1")

    key = VerifierKey.parse(service.own_verifier_key())
    assert proof == again
    assert proof.index == 1
    assert proof.size == 2
    assert json.loads(proof.payload or "")["note"] == "sealed"
    assert proof.holds(key)
    assert earlier.index == 0
    assert earlier.holds(key)
    assert len(entries()) == 3


def test_a_page_that_only_reads_may_still_record() -> None:
    with unit_of_work(Lens.REVIEWER, Mode.READ_RECORDED):
        service.record(ADA, ThingHappened("read"), about="thing:1")
    assert len(entries()) == 1


def test_every_event_can_be_proven_at_every_checkpoint() -> None:
    sizes = []
    for turn in range(12):
        happened(*[str(turn)] * (turn % 3 + 1))
        with unit_of_work():
            assert service.issue_checkpoint() == service.issue_checkpoint()
            sizes.append(queries.head().size)
    key = VerifierKey.parse(service.own_verifier_key())
    with unit_of_work(mode=Mode.READ):
        notes = list(queries.checkpoint_notes())
        stated = [read(note) for note in notes]
        assert [one.size for one in stated] == sizes
        for seq in range(1, sizes[-1] + 1):
            assert service.prove(seq).holds(key)
            for one, note in zip(stated, notes, strict=True):
                if one.size >= seq:
                    assert queries.proof_against(seq, one.size, note).holds(key)
        for old, new in pairwise(stated):
            path = queries.consistency(old.size, new.size)
            assert tree.extends(old.size, old.root, new.size, new.root, path)


def test_what_is_not_sealed_cannot_be_proven_yet() -> None:
    with pytest.raises(LookupError, match="nothing to seal"), unit_of_work():
        service.seal()
    with unit_of_work():
        assert service.issue_checkpoint() is None
    happened("x")
    with pytest.raises(LookupError, match="No checkpoint covers event 1"), unit_of_work():
        service.prove(1)


def _verified(folder: Path, *options: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", verify.__file__, folder, *options],
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_export_verifies_offline_with_erasures_and_a_receipt(tmp_path: Path) -> None:
    happened("one", "two")
    with unit_of_work():
        service.record(ADA, ThingHappened("a secret"), about="thing:2")
        receipt = service.seal()
    (tmp_path / "receipt.txt").write_text(f"Receipt: 1\n\n{receipt.as_text()}", encoding="utf-8")
    with unit_of_work():
        service.erase_payload(ADA, 3, "asked by the person")
    with unit_of_work():
        assert service.export(tmp_path / "out") == 4

    result = _verified(tmp_path / "out", "--receipt", tmp_path / "receipt.txt")
    assert result.stdout.startswith("OK: 4 records (1 erased), 2 checkpoints, 1 proofs")
    assert result.returncode == 0
    assert "a secret" not in (tmp_path / "out" / "entries.jsonl").read_text()
    with unit_of_work(mode=Mode.READ):
        assert queries.payload_of(3) is None
        erased, erasure = queries.entries_after(2)
        assert service.prove(3).payload is None
    assert erased.facts is None
    assert erasure.facts == {"seq": 3, "reason": "asked by the person"}
    assert erasure.record["object"] == "entry:3"


def test_an_empty_ledger_exports_and_verifies(tmp_path: Path) -> None:
    with unit_of_work():
        assert service.export(tmp_path) == 0
    assert _verified(tmp_path).stdout.startswith("OK: 0 records")


@pytest.mark.parametrize(
    ("seq", "error"), [(9, "no event 9"), (1, "erased already"), (2, "its own facts stay")]
)
def test_an_erasure_that_makes_no_sense_is_refused(seq: int, error: str) -> None:
    happened("x")
    with unit_of_work():
        service.erase_payload(ADA, 1, "first")
    with pytest.raises((LookupError, ValueError), match=error), unit_of_work():
        service.erase_payload(ADA, seq, "again")
    assert len(entries()) == 2


def test_one_changed_byte_between_writing_and_commit_stops_the_commit() -> None:
    happened("before")

    def flip(
        _conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: object
    ) -> tuple[str, Any]:
        if not statement.startswith("INSERT INTO ledger_append"):
            return statement, parameters
        return statement, _changed(parameters)

    with unit_of_work(mode=Mode.READ):
        target = db.session.connection().engine
    event.listen(target, "before_cursor_execute", flip, retval=True)
    try:
        with pytest.raises(LedgerBroken), unit_of_work():
            service.record(ADA, ThingHappened("changed"), about="thing:1")
    finally:
        event.remove(target, "before_cursor_execute", flip)
    assert len(entries()) == 1


def _changed(parameters: Any) -> Any:
    if isinstance(parameters, dict):
        return {
            key: value.replace("changed", "chanced") if isinstance(value, str) else value
            for key, value in parameters.items()
        }
    if isinstance(parameters, (list, tuple)):
        return type(parameters)(
            item.replace("changed", "chanced") if isinstance(item, str) else _changed(item)
            for item in parameters
        )
    return parameters


def test_a_ledger_refuses_to_go_on_with_another_signing_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    happened("x")
    with unit_of_work():
        service.issue_checkpoint()
    happened("y")
    monkeypatch.setattr(keys, "origin", lambda: "somebody.else/ledger")
    with pytest.raises(LedgerBroken, match="not the one it was begun with"), unit_of_work():
        service.issue_checkpoint()


def test_the_keys_are_readable_by_their_owner_alone(app: EquipoiseApp) -> None:
    happened("x")
    with unit_of_work():
        service.issue_checkpoint()
    folder = app.extensions["equipoise"].keys
    for name in ("ledger-signing.pem", "ledger-pseudonyms.key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert not [path for path in folder.iterdir() if path.name.count(".") > 1]


def test_all_guards_are_in_place_and_the_tables_agree_in_number() -> None:
    happened("x", "y", "z")
    with unit_of_work(mode=Mode.READ):
        assert queries.missing_guards() == []
        assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == 3
        assert db.session.scalar(select(func.count()).select_from(LedgerPayload)) == 3
