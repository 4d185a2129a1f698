"""Pieces of pages that are drawn once and then only filled in.

A piece is kept under a key that names everything its words depend on: language, roles, page. What
differs from person to person or request to request (a name, a token) is not in the key but is
put into marked places each time, escaped. So nothing of one person is ever kept for another.
"""

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from threading import Lock

from flask import current_app
from markupsafe import Markup, escape

_MARK = secrets.token_hex(8)  # nobody outside can write it into a text that is kept
_MOST = 512  # pieces; the one not used for the longest time goes first

Piece = list[str]  # text, name, text, name, … text
Draw = Callable[[Mapping[str, str]], str]


class Kept:
    """The pieces one process keeps, the most recently used."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._pieces: OrderedDict[Hashable, Piece] = OrderedDict()
        self._lock = Lock()

    def filled(self, key: Hashable, values: Mapping[str, str], draw: Draw) -> Markup:
        """Return the piece of `key` with `values` in their places.

        `draw` gets a stand-in for each name of `values` and is called only where the piece is
        not kept yet. A value that is Markup goes in as it is, any other is escaped.
        """
        with self._lock:
            piece = self._pieces.get(key)
            if piece is not None:
                self._pieces.move_to_end(key)
        if piece is None:
            piece = _cut(draw({name: f"{_MARK}-{name}-" for name in values}))
            with self._lock:
                self._pieces[key] = piece
                if len(self._pieces) > self._most:
                    self._pieces.popitem(last=False)
        texts = [
            str(escape(values[part])) if place % 2 else part for place, part in enumerate(piece)
        ]
        return Markup("".join(texts))  # noqa: S704 - drawn by a template, filled with escaped text

    def clear(self) -> None:
        with self._lock:
            self._pieces.clear()


def kept_pieces() -> Kept:
    """Return the pieces that this application keeps."""
    kept: Kept = current_app.extensions["kept"]
    return kept


def _cut(text: str) -> Piece:
    return re.split(f"{_MARK}-([a-z_]+)-", text)
