"""One unit of work per request or command: all of it is committed, or none of it.

Three guards make the house rules hard to forget. Work is never committed when it changed
rows that nobody was authorised to change, that nobody recorded in the ledger, or that it had
promised only to read. This file holds the only commit of the system.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from app.core.ids import new_id
from app.core.lens import Lens

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from sqlalchemy import Connection

    from app.core.db import Model


Found = TypeVar("Found")


class HouseRuleBroken(RuntimeError):  # noqa: N818 - it says what happened
    """A mistake of ours, not of the person using the system."""


class Mode(Enum):
    READ = "read"
    READ_RECORDED = "read, and the ledger notes it"
    WRITE = "write"


@dataclass
class UnitOfWork:
    lens: Lens
    mode: Mode = Mode.WRITE
    enforced: int = 0
    recorded: int = 0
    changed: set[str] = field(default_factory=set)
    before_commit: list[Callable[[], object]] = field(default_factory=list)
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)  # what a domain keeps for this work
    answers: dict[Hashable, Any] = field(default_factory=dict)  # of `once`
    connection: Connection | None = None  # of the transaction, once it has begun
    request_id: str = field(default_factory=new_id)

    @property
    def writes(self) -> bool:
        return self.mode is not Mode.READ

    def check(self) -> None:
        """Raise HouseRuleBroken for a change that breaks one of the three rules."""
        if not self.changed:
            return
        tables = ", ".join(sorted(self.changed))
        if self.mode is not Mode.WRITE:
            raise HouseRuleBroken(f"read-only work changed: {tables}")
        if not self.enforced:
            raise HouseRuleBroken(f"nobody checked permission to change: {tables}")
        if not self.recorded:
            raise HouseRuleBroken(f"no ledger entry for the change of: {tables}")


_current: ContextVar[UnitOfWork] = ContextVar("unit_of_work")


def current_work() -> UnitOfWork:
    """Return the unit of work everything now happens in; outside of one there is no database."""
    work = _current.get(None)
    if work is None:
        raise HouseRuleBroken("the database was asked outside a unit of work")
    return work


def at_work() -> bool:
    """Whether a unit of work is open here: error pages outside of one must do without."""
    return _current.get(None) is not None


@contextmanager
def unit_of_work(lens: Lens = Lens.SYSTEM, mode: Mode = Mode.WRITE) -> Iterator[UnitOfWork]:
    """Open the database through `lens`; commit on return, roll back on any exception."""
    from app.core.db import db  # noqa: PLC0415 - the session needs this module first
    from app.core.turn import write_turn  # noqa: PLC0415

    if _current.get(None) is not None:
        raise HouseRuleBroken("a unit of work was opened inside another")
    work = UnitOfWork(lens=lens, mode=mode)
    with write_turn(work):
        token = _current.set(work)
        try:
            yield work
            if db.session.registry.has():
                db.session.flush()
            work.check()
            for prepare in work.before_commit:
                prepare()
            if db.session.registry.has():  # a page may ask the database for nothing
                db.session.commit()
        except BaseException:
            if db.session.registry.has():
                db.session.rollback()
            raise
        finally:
            db.session.remove()  # nothing seen through this lens is loaded further by the next
            _current.reset(token)
    for effect in work.after_commit:
        effect()


def once(key: Hashable, table: str, find: Callable[[], Found]) -> Found:
    """Return what `find` found the first time this work asked for `key`.

    Policies, forms and pages of one request ask for the same rows. After a change of `table` in
    this work they are looked up each time.
    """
    from app.core.db import db  # noqa: PLC0415

    work = current_work()
    if key not in work.answers or db.session.new or db.session.dirty or db.session.deleted:
        db.session.flush()  # what is waiting to be written is a change too
    if table in work.changed:
        return find()
    if key not in work.answers:
        work.answers[key] = find()
    found: Found = work.answers[key]
    return found


def keep(key: Hashable, answer: object) -> None:
    """Keep what another statement found besides, for those who ask for `key` with `once`."""
    current_work().answers[key] = answer


def abandon_changes() -> None:
    """Undo what the current work has changed, and let it go on to answer the person."""
    from app.core.db import db  # noqa: PLC0415

    db.session.rollback()
    work = current_work()
    work.connection = None
    for forgotten in (
        work.changed,
        work.before_commit,
        work.after_commit,
        work.notes,
        work.answers,
    ):
        forgotten.clear()


def _note(model: type[Model]) -> None:
    work = _current.get(None)
    if model.__recorded__ and work is not None:
        work.changed.add(model.__tablename__)


@event.listens_for(Session, "after_flush")
def _note_flushed(session: Session, _context: UOWTransaction) -> None:
    changed = (instance for instance in session.dirty if session.is_modified(instance))
    for instance in (*session.new, *changed, *session.deleted):
        _note(type(instance))


@event.listens_for(Session, "do_orm_execute")
def _note_bulk_statement(state: ORMExecuteState) -> None:
    writes = state.is_insert or state.is_update or state.is_delete
    if writes and state.bind_mapper is not None:
        _note(state.bind_mapper.class_)
