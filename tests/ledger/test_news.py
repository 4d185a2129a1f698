"""What a process hears of the ledger: one history without a gap, or nothing."""

import pytest

from app.core.web import EquipoiseApp
from app.core.work import HouseRuleBroken, Mode, unit_of_work
from app.ledger import news
from app.ledger import service as ledger
from app.ledger.events import PayloadErased
from app.ledger.news import Heard, News
from tests.engines import both_engines

START, A, B, C = b"start", b"a", b"b", b"c"


def _news(before: bytes, after: bytes) -> News:
    return News(before, after, f"test.{after.decode()}", "entry:0")


def _heard() -> Heard:
    heard = Heard()
    heard.add(0, 1, START, [])
    heard.add(1, 3, B, [_news(START, A), _news(A, B)])
    return heard


def _between(heard: Heard, start: bytes, end: bytes) -> list[bytes] | None:
    found = heard.between(start, end)
    return None if found is None else [one.after for one in found]


def test_what_happened_between_two_ends_is_told_in_order() -> None:
    heard = _heard()
    assert _between(heard, START, B) == [A, B]
    assert _between(heard, A, B) == [B]
    assert _between(heard, START, A) == [A]
    assert _between(heard, B, B) == []
    assert _between(heard, B, A) is None  # nobody goes back
    assert _between(heard, b"another", B) is None
    assert _between(heard, A, b"another") is None


@pytest.mark.parametrize(
    ("size", "end", "told"),
    [
        (4, C, [_news(A, C)]),  # another history, which ends elsewhere
        (9, C, [_news(B, A)]),  # more than is told at once
        (2, A, []),  # put back from a backup
    ],
)
def test_what_does_not_follow_is_forgotten(size: int, end: bytes, told: list[News]) -> None:
    heard = _heard()
    heard.add(3, size, end, told)
    assert heard.size == size
    assert _between(heard, START, B) is None
    heard.add(size, size + 1, b"d", [_news(end, b"d")])
    assert _between(heard, end, b"d") == [b"d"]


def test_who_asked_before_another_thread_did_adds_nothing() -> None:
    heard = _heard()
    heard.add(1, 4, C, [_news(START, A), _news(A, B), _news(B, C)])
    assert heard.size == 3
    assert _between(heard, A, C) is None  # so who saw that end looks everything up


@both_engines
def test_a_process_hears_of_what_was_committed_since_it_asked(app: EquipoiseApp) -> None:
    with app.app_context():
        ends = [_end()]
        for seq in range(3):
            with unit_of_work():
                ledger.record(
                    None, PayloadErased(seq=seq, reason="of a test"), about=f"entry:{seq}"
                )
            ends.append(_end())
        found = news.between(ends[0], ends[3])
        assert found is not None
        assert [one.about for one in found] == ["entry:0", "entry:1", "entry:2"]
        assert {one.action for one in found} == {"ledger.payload_erased"}
        assert news.between(ends[1], ends[1]) == []
        with unit_of_work() as work:
            for seq in range(200):
                ledger.record(
                    None, PayloadErased(seq=seq, reason="of a test"), about=f"entry:{seq}"
                )
            work.enforced += 1
        assert news.between(ends[3], _end()) is None  # too much at once


def _end() -> bytes:
    with unit_of_work(mode=Mode.READ):
        return ledger.position()


def test_work_that_changes_something_has_no_place_in_the_ledger_yet(app: EquipoiseApp) -> None:
    with app.app_context(), unit_of_work(), pytest.raises(HouseRuleBroken):
        ledger.position()
