"""A long document: its parts drawn side by side in processes of their own, then joined."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from app.core.pdf import drawing
from app.core.pdf.attachment import Attachment
from app.core.pdf.drawing import Told
from app.core.pdf.joining import Joined
from app.core.pdf.parts import Part, Progress, numbers, split, with_pages
from app.core.pdf.rendering import About

Result = TypeVar("Result")
PROCESSES = 2  # at once
WARM = "app.core.pdf.warm"
LOOK_EVERY = 1.0  # seconds between two looks at whether anybody still wants it
LAST_STEPS = 2  # the first part with the contents, and the page numbers


def render_long(
    html: str, about: About, attachments: tuple[Attachment, ...], progress: Progress
) -> bytes:
    """Return the file of a document with cuts: the same bytes each time, whoever is done first.

    The first part holds the contents and comes last, when it is known what is on which page.
    """
    with TemporaryDirectory(prefix="equipoise-pdf-") as folder, _processes() as pool:
        return _Long(Path(folder), pool, about, progress).rendered(html, attachments)


class _Processes:
    """One process for each piece of work, some at once.

    What was laid out leaves a process's memory in pieces, so none is used twice. A pool that
    replaces its own after some tasks can wait for ever (Python gh-115634).
    """

    def __init__(self) -> None:
        # Each is a copy of one process that has loaded the engine and has no threads, as ours has.
        self._apart = multiprocessing.get_context("forkserver")
        self._apart.set_forkserver_preload([drawing.__name__, WARM])
        self._turns = ThreadPoolExecutor(PROCESSES, thread_name_prefix="pdf-part")

    def submit(self, work: Callable[..., Result], *given: object) -> Future[Result]:
        return self._turns.submit(self._alone, work, *given)

    def _alone(self, work: Callable[..., Result], *given: object) -> Result:
        with ProcessPoolExecutor(1, self._apart) as process:
            return process.submit(work, *given).result()

    def end(self) -> None:
        self._turns.shutdown(cancel_futures=True)


@contextmanager
def _processes() -> Iterator[_Processes]:
    processes = _Processes()
    try:
        yield processes
    finally:
        processes.end()


class _Long:
    def __init__(self, folder: Path, pool: _Processes, about: About, progress: Progress) -> None:
        self._folder, self._pool, self._about, self._progress = folder, pool, about, progress
        self._done, self._of = 0, 0

    def rendered(self, html: str, attachments: tuple[Attachment, ...]) -> bytes:
        first, *others = split(html)
        self._of = len(others) + LAST_STEPS
        target = self._folder / "joined.pdf"
        with target.open("wb") as file:
            joined = Joined(file)
            counted = self._pool.submit(drawing.count, first)
            told = self._drawn(joined, others)
            beginning = counted.result()
            every = [beginning, *told]
            before = [0, *accumulate(one.pages for one in every)]
            last = [
                self._draw(with_pages(first, _pages_of(every, before)), attachments),
                self._draw_numbers(html, every, before),
            ]
            self._wait(last)
            if last[0].result() != beginning.pages:
                raise RuntimeError("the contents changed their length when pages were told")
            joined.add(0, self._path(0))
            joined.add_numbers(self._folder / "numbers")
            joined.finish(self._about.identifier)
        return target.read_bytes()

    def _drawn(self, joined: Joined, parts: list[Part]) -> list[Told]:
        """Draw parts side by side; write each as soon as all before it are written."""
        futures = [
            self._pool.submit(drawing.draw, p, self._about, (), self._path(p.place)) for p in parts
        ]
        told: list[Told] = []
        for part, future in zip(parts, futures, strict=True):
            self._wait([future])
            told.append(future.result())
            joined.add(part.place, self._path(part.place))
            self._path(part.place).unlink()
        return told

    def _draw(self, first: Part, attachments: tuple[Attachment, ...]) -> Future[int]:
        return self._pool.submit(
            drawing.pages_drawn, first, self._about, attachments, self._path(0)
        )

    def _draw_numbers(self, html: str, every: list[Told], before: list[int]) -> Future[int]:
        numbered = [
            start + page + 1
            for start, one in zip(before, every, strict=False)
            for page in one.numbered
        ]
        page = numbers(html, numbered, before[-1])
        return self._pool.submit(drawing.draw_numbers, page, self._folder / "numbers")

    def _wait(self, futures: Sequence[Future[Any]]) -> None:
        """Wait for all, and look now and then whether anybody still wants it."""
        going = set(futures)
        while going:
            done, going = wait(going, LOOK_EVERY, FIRST_COMPLETED)
            self._done += len(done)
            self._progress(self._done, self._of)

    def _path(self, place: int) -> Path:
        return self._folder / f"part-{place}"


def _pages_of(every: list[Told], before: list[int]) -> dict[str, int]:
    """Return the page of each anchor in the whole document."""
    return {
        name: start + page + 1
        for start, one in zip(before, every, strict=False)
        for name, page in one.anchors.items()
    }
