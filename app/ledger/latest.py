"""The last answer of a process to a large question, brought up to date by what happened since.

A list of a thousand is read anew in some ten milliseconds; one review of it changes one line. Each
event names its kind and what it is about. So where since the last answer nothing happened but
events of kinds whose reach is known, only what they are about is read; where anything else did,
all is. Who asks has checked permission before: whoever may ask through this lens is told the same.
"""

from collections.abc import Callable, Hashable
from typing import Any, Generic, NamedTuple, TypeVar
from weakref import WeakSet

from app.core.work import Mode, current_work
from app.ledger import news
from app.ledger import service as ledger
from app.ledger.events import Kinds

Answer = TypeVar("Answer")


class _Known(NamedTuple, Generic[Answer]):
    at: bytes  # where the ledger ended
    key: Hashable
    answer: Answer


_all: WeakSet["Latest[Any]"] = WeakSet()


def forget_all() -> None:
    """Forget every answer, where the database was changed behind the back of the ledger."""
    for each in _all:
        each.forget()


class Latest(Generic[Answer]):
    """One answer, for that of a large call takes some megabytes.

    `quiet`: kinds of events that change nothing of it. `of_one`: those that change what they are
    about, and nothing else of it.
    """

    def __init__(self, *, quiet: Kinds, of_one: Kinds) -> None:
        self._quiet = {kind.action() for kind in quiet}
        self._of_one = {kind.action() for kind in of_one}
        self._known: _Known[Answer] | None = None
        _all.add(self)

    def forget(self) -> None:
        self._known = None

    def find(
        self,
        key: Hashable,
        read: Callable[[], Answer],
        again: Callable[[Answer, list[str]], Answer | None],
    ) -> Answer:
        """Return the answer to `key` as of now. `again` returns an earlier one with the things of
        these keys read anew, or None where that is not enough. Where nothing that counts happened,
        it is the same object."""
        work = current_work()
        if work.mode is Mode.WRITE:  # what this work changes is nobody else's yet
            return read()
        at, seen = ledger.position(), (work.lens, key)
        found = self._brought_up_to(at, seen, again)
        answer = read() if found is None else found
        self._known = _Known(at, seen, answer)
        return answer

    def _brought_up_to(
        self,
        at: bytes,
        key: Hashable,
        again: Callable[[Answer, list[str]], Answer | None],
    ) -> Answer | None:
        known = self._known
        if known is None or known.key != key:
            return None
        happened = news.between(known.at, at)
        if happened is None or not {one.action for one in happened} <= self._quiet | self._of_one:
            return None
        changed = [one.about.partition(":")[2] for one in happened if one.action in self._of_one]
        return again(known.answer, changed) if changed else known.answer
