"""What happened lately, as one process hears of it: so that what it keeps may outlive an event
that changed nothing of it.

Who asks where the ledger ends is told, in the same statement, what came since this process asked
last. Each entry names the end before it, so what was heard is one history without a gap, or it is
forgotten: after a backup was put back, or where too much happened.
"""

from collections import deque
from collections.abc import Sequence
from threading import Lock
from typing import NamedTuple

from sqlalchemy import bindparam, select

from app.core import plain
from app.core.db import door, table_of
from app.core.lens import Door
from app.ledger.models import LedgerEntry, LedgerHead

_AT_ONCE = 128  # of more, all that is kept is looked up anew
_KEPT = 1_024
_head, _entry = table_of(LedgerHead), table_of(LedgerEntry)
_SINCE = (
    select(
        _head.c.size,
        _head.c.chain,
        _entry.c.prev_chain,
        _entry.c.chain.label("after"),
        _entry.c.action,
        _entry.c.about,
    )
    .outerjoin(_entry, _entry.c.seq > bindparam("known"))
    .order_by(_entry.c.seq)
    .limit(_AT_ONCE + 1)
)


class News(NamedTuple):
    """An event: the end of the ledger before it and after it, its kind, what it is about."""

    before: bytes
    after: bytes
    action: str
    about: str


class Heard:
    """The last events that one process knows of, without a gap."""

    def __init__(self) -> None:
        self._size, self._end = 0, b""
        self._news: deque[News] = deque(maxlen=_KEPT)
        self._lock = Lock()

    @property
    def size(self) -> int:
        """How many events there were when this process asked last."""
        return self._size

    def add(self, known: int, size: int, end: bytes, news: Sequence[News]) -> None:
        """Take up what came after the first `known` events; `end` is that of all `size`."""
        with self._lock:
            if known != self._size:  # another thread asked meanwhile, and knows as much
                return
            ends = [self._end, *(one.after for one in news)]
            follow = all(one.before == last for one, last in zip(news, ends, strict=False))
            if follow and ends[-1] == end:
                self._news.extend(news)
            else:  # too much at once, or another history
                self._news.clear()
            self._size, self._end = size, end

    def between(self, start: bytes, end: bytes) -> list[News] | None:
        """Return what happened between two ends, oldest first; None where that is not known."""
        if start == end:
            return []
        with self._lock:
            places = {one.before: place for place, one in enumerate(self._news)}
            places[self._end] = len(self._news)
            first, last = places.get(start), places.get(end)
            if first is None or last is None or last < first:
                return None
            return list(self._news)[first:last]


_heard = Heard()


def end() -> bytes:
    """Return where the ledger ends, as the hash of all before, and hear what came since."""
    known = _heard.size
    with door(Door.LEDGER):
        found = plain.rows(_SINCE, {"known": known})
    if not found:
        return b""
    news = [
        News(bytes(row.prev_chain), bytes(row.after), row.action, row.about)
        for row in found
        if row.action is not None
    ]
    _heard.add(known, found[0].size, bytes(found[0].chain), news)
    return bytes(found[0].chain)


def between(start: bytes, end: bytes) -> list[News] | None:
    """Return what happened between two ends of the ledger, oldest first; None where this process
    does not know that (any more)."""
    return _heard.between(start, end)
