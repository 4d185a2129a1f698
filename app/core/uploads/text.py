"""Read the words of each page, as far as a limited time allows."""

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from types import FrameType


class OutOfTime(Exception):  # noqa: N818 — read as a fact
    """The time for reading words is used up."""


def read_text(data: bytes, pages: int, *, seconds: float, most: int) -> list[str | None]:
    """Return the words of each page; None for one that could not be read in `seconds` of work.

    Never fails: a page that cannot be read is for human eyes.
    """
    found: list[str | None] = []
    try:
        with _stopwatch(seconds):
            for words in _pages(data):
                kept = words[: max(0, most)]
                most -= len(kept)
                found.append(kept)
    except OutOfTime:
        pass
    return (found + [None] * pages)[:pages]


def _pages(data: bytes) -> Iterator[str]:
    import pypdf  # noqa: PLC0415 — costs as much as the whole scrubbing; a refused file never pays

    logging.disable(logging.CRITICAL)
    for page in pypdf.PdfReader(BytesIO(data)).pages:
        try:
            yield page.extract_text()
        except OutOfTime:
            raise
        except Exception:  # noqa: BLE001 — whatever a font trips over, the next page may be sound
            yield ""


@contextmanager
def _stopwatch(seconds: float) -> Iterator[None]:
    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, max(seconds, 0.01))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
