import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.ledger import verify
from app.ledger.checkpoint import verifier_key
from tests.ledger.logs import ORIGIN, an_honest_log, write_export
from tests.ledger.tampering import OPERATORS, Case, World, cases


def verdict(case: Case, folder: Path) -> list[str]:
    write_export(folder, case.lines, case.notes, case.key)
    receipts = []
    for number, text in enumerate(case.receipts):
        receipts.append(folder / f"receipt{number}.txt")
        receipts[-1].write_text(text)
    return verify.check(folder, receipts, [], case.known_key)


def named(line: str) -> int:
    found = re.match(r"Record (\d+) is (bad|missing)", line)
    return int(found[1]) if found else 0


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=2026)


def test_there_are_two_thousand_cases() -> None:
    assert sum(OPERATORS.values()) >= 2_000


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.__name__)
def test_every_tampering_is_found_and_its_first_bad_record_named(
    operator: Callable[[World], Case], world: World, tmp_path: Path
) -> None:
    for case in cases(operator, world):
        lines = verdict(case, tmp_path)
        if case.bad is None:
            assert lines[0].startswith("OK: "), lines
        else:
            assert not lines[0].startswith("OK: ")
            assert case.bad in (0, named(lines[0])), lines
        assert any(case.says in line for line in lines), (case.says, lines)


def test_a_hundred_honest_histories_raise_no_alarm(tmp_path: Path) -> None:
    for seed in range(100):
        log = an_honest_log(seed, 20 + seed, erasures=seed % 7)
        size = log.sealed[seed % len(log.sealed)]
        proof = log.proofs()
        receipts = [proof(seq, size, seq % 2 == 0).as_text() for seq in (1, size)]
        key = verifier_key(ORIGIN, log.key).text()
        case = Case(log.lines(), log.notes(), key, None, receipts)
        assert verdict(case, tmp_path)[0].startswith(f"OK: {20 + seed} records"), seed
