"""Whole pages that are drawn once and then only filled in with the tokens of each request.

As with pieces (kept.py), the key names everything the page depends on. The two tokens of a page,
that of its forms and that of its scripts, are never kept: they are put into marked places. The
bytes kept are bounded, and the page not asked for the longest time goes first.
"""

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from threading import Lock
from typing import NamedTuple

from flask import current_app, g

from app.core import clock
from app.core.cookies import form_token
from app.core.web import EquipoiseApp, csp_nonce

_MARK = secrets.token_hex(8)  # nobody outside can write it into a page
_MOST_BYTES = 8 * 1024 * 1024  # in each process; a list of a thousand takes half a megabyte


class Drawn(NamedTuple):
    """A page, and until when it holds where the clock alone will change it."""

    text: str
    until: datetime | None = None


class KeptPage(NamedTuple):
    parts: list[bytes]  # text, name, text, name, … text
    until: datetime | None
    size: int
    at: bytes = b""  # where the ledger ended

    def filled(self, values: dict[bytes, bytes]) -> bytes:
        return b"".join(values[part] if at % 2 else part for at, part in enumerate(self.parts))


class KeptPages:
    """The pages one process keeps."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self.most_bytes, self.size = most_bytes, 0
        self._pages: OrderedDict[Hashable, KeptPage] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> KeptPage | None:
        """Return the page of `key` where it still holds."""
        with self._lock:
            page = self._pages.get(key)
            if page is None or (page.until is not None and clock.now() >= page.until):
                return None
            self._pages.move_to_end(key)
            return page

    def keep(self, key: Hashable, page: KeptPage) -> None:
        with self._lock:
            self._drop(self._pages.pop(key, None))
            self._pages[key] = page
            self.size += page.size
            while self.size > self.most_bytes:
                self._drop(self._pages.popitem(last=False)[1])

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self.size = 0

    def _drop(self, page: KeptPage | None) -> None:
        self.size -= page.size if page else 0


def install(app: EquipoiseApp) -> None:
    app.extensions["kept_pages"] = KeptPages()


def page(
    key: Hashable,
    draw: Callable[[], Drawn],
    *,
    at: bytes = b"",
    stands: Callable[[bytes], bool] = lambda _at: False,
) -> bytes:
    """Return the page of `key` with this request's tokens; `draw` is called where none is kept
    that was drawn `at` this end of the ledger, or at one since which it still `stands`.

    What `draw` shows of forms it makes itself: a form made before carries its own token.
    """
    kept: KeptPages = current_app.extensions["kept_pages"]
    found = kept.find(key)
    if found is None or (found.at != at and not stands(found.at)):
        found = _with_gaps(draw, at)
        kept.keep(key, found)
    elif found.at != at:
        kept.keep(key, found._replace(at=at))
    return found.filled({b"csrf": form_token().encode(), b"nonce": csp_nonce().encode()})


def _with_gaps(draw: Callable[[], Drawn], at: bytes) -> KeptPage:
    """Draw a page with marks in the places of its tokens, and cut it there."""
    own = form_token(), csp_nonce()
    g.csrf_token, g.csp_nonce = f"{_MARK}-csrf-", f"{_MARK}-nonce-"
    try:
        text, until = draw()
    finally:
        g.csrf_token, g.csp_nonce = own
    parts = [part.encode() for part in re.split(f"{_MARK}-([a-z]+)-", text)]
    return KeptPage(parts, until, sum(map(len, parts)), at)
