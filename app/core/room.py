"""No room left on a disk: told apart from what is broken, for it mends itself without a change."""

import errno
from collections.abc import Iterator

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
DISK_FULL = "53100"  # of PostgreSQL
SAYINGS = ("disk is full", "no space left", "quota exceeded")  # of SQLite and of stores of files


def no_room(error: BaseException | None) -> bool:
    """Whether an error, or one it came from, says that nothing more can be stored."""
    return any(
        getattr(one, "errno", None) in FULL
        or getattr(one, "sqlstate", None) == DISK_FULL
        or any(saying in str(one).lower() for saying in SAYINGS)
        for one in _chain(error)
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__ or getattr(error, "orig", None)
