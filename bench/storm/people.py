"""What each person does in a browser, and what they were told: as a client on this machine."""

import asyncio
import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TypeGuard

from app.core.ids import new_id
from bench.storm.world import FILE, PASSWORD, Applicant, World, digest
from bench.web.client import Answer, Ask, answered

PIECE = 256 * 1024
TRIES = 40  # while a server comes back, somebody clicks again
PAUSE = 0.25
OUR_FAULT, BUSY = 500, 503
TOKEN = re.compile(rb'name="csrf_token"[^>]* value="([^"]+)"')
CLOSED = b"This call closed on"


@dataclass(frozen=True, slots=True)
class Told:
    """One answer to one attempt to submit; times are those of this machine's clock."""

    proposal: str
    key: str
    sent: float
    answered: float
    status: int
    receipt: str  # id in the address that a submission leads to

    @property
    def acknowledged(self) -> bool:
        return bool(self.receipt)


@dataclass
class Heard:
    """All that the clients were told."""

    submits: list[Told] = field(default_factory=list)
    refused: list[Told] = field(default_factory=list)  # with the sentence about the deadline
    strange: list[str] = field(default_factory=list)  # neither a receipt nor that sentence
    seconds: dict[str, list[float]] = field(default_factory=dict)  # of those served
    statuses: Counter[int] = field(default_factory=Counter)
    broken: int = 0  # connections without an answer
    turned: dict[str, list[float]] = field(default_factory=dict)  # seconds until asked to come back
    saved: dict[str, tuple[int, str]] = field(default_factory=dict)  # proposal: revision, text
    files: dict[str, str] = field(default_factory=dict)  # proposal whose file was accepted: hash


class People:
    """The crowd. `patient` ones try again when a connection breaks, as after a killed server."""

    def __init__(self, port: int, world: World, *, patient: bool) -> None:
        self.port, self.world, self.heard = port, world, Heard()
        self.closes = float("inf")  # from then on saves are refused
        self.tries = TRIES if patient else 1
        self.busy: dict[str, asyncio.Lock] = {}
        self.turns: Counter[str] = Counter()

    async def ask(self, what: str, ask: Ask) -> Answer | None:
        """Return the answer, or None where no connection held or we were asked to come back."""
        began = time.perf_counter()
        for _ in range(self.tries):
            try:
                answer = await answered(self.port, ask)
            except (OSError, EOFError):
                self.heard.broken += 1
                await asyncio.sleep(PAUSE)
                continue
            self.heard.statuses[answer.status] += 1
            if answer.status == BUSY and "retry-after" in answer.headers:
                self.heard.turned.setdefault(what, []).append(time.perf_counter() - began)
                return None
            if answer.status >= OUR_FAULT:
                self.heard.strange.append(f"{what}: {answer.status}")
            self.heard.seconds.setdefault(what, []).append(time.perf_counter() - began)
            return answer
        self.heard.strange.append(f"{what}: no answer")
        return None

    def next(self, what: str, people: list[Applicant]) -> Applicant:
        self.turns[what] += 1
        return people[self.turns[what] % len(people)]

    # --- what they do ----------------------------------------------------------------------------

    async def view(self) -> None:
        one = self.next("view", self.world.writing)
        pages = (
            "/proposals",
            f"/proposals/{one.proposal}",
            f"/proposals/{one.proposal}/write",
            "/calls/STM",
        )
        path = pages[self.turns["view"] % len(pages)]
        answer = await self.ask("page", Ask(path, one.who.cookie))
        over = time.time() > self.closes  # then a page to write on is refused
        if answer is not None and answer.status != 200 and not over:  # noqa: PLR2004
            self.heard.strange.append(f"{path}: {answer.status}")

    async def sign_in(self) -> None:
        one = self.next("sign in", self.world.submitting)
        page = await self.ask("sign-in page", Ask("/sign-in"))
        if page is None:
            return
        cookie = page.headers.get("set-cookie", "").partition(";")[0]
        found = TOKEN.search(page.plain)
        form = {
            "csrf_token": found.group(1).decode() if found else "",
            "email": one.email,
            "password": PASSWORD,
        }
        answer = await self.ask("sign in", Ask("/sign-in", cookie, form))
        if answer is not None and answer.status != 303:  # noqa: PLR2004
            self.heard.strange.append(f"sign in: {answer.status}")

    async def autosave(self, one: Applicant | None = None) -> None:
        one = one or self.next("autosave", self.world.writing)
        async with self.busy.setdefault(one.proposal, asyncio.Lock()):
            revision, _text = self.heard.saved.get(one.proposal, (0, ""))
            text = f"Words number {revision} of {one.proposal}, and {new_id()}."
            form = {
                "csrf_token": one.who.csrf,
                "version": str(revision),
                "title": f"Project {one.number}",
                "organisation": "Institute 1",
                "country": "NO",
                "currency": "EUR",
                "requested": "250000",
                "months": "24",
                "q_aims": text,
            }
            path = f"/proposals/{one.proposal}/autosave"
            answer = await self.ask("autosave", Ask(path, one.who.cookie, form))
            if answer is None:
                return
            told = json.loads(answer.plain) if answer.status in {200, 409} else {}
            if answer.status == 200:  # noqa: PLR2004
                self.heard.saved[one.proposal] = (told["version"], text)
            elif answer.status == 409:  # noqa: PLR2004
                # A save whose answer was lost with its server; the page shows both texts.
                self.heard.saved[one.proposal] = (told["version"], "")
                if self.tries == 1:
                    self.heard.strange.append(f"autosave: overtaken by nobody at {revision}")
            elif answer.status < OUR_FAULT and time.time() < self.closes:
                self.heard.strange.append(f"autosave: {answer.status}")

    async def upload(self) -> None:
        one = self.next("upload", self.world.sending)
        page = f"/proposals/{one.proposal}/files/{FILE}"
        async with self.busy.setdefault(one.proposal, asyncio.Lock()):
            data = self.world.pdf + f"\n% {new_id()}".encode()
            told = {
                "csrf_token": one.who.csrf,
                "name": "plan.pdf",
                "size": str(len(data)),
                "sha256": digest(data),
            }
            begun = await self.ask("upload, begin", Ask(f"{page}/pieces", one.who.cookie, told))
            if not self._taken(begun, 200):
                return
            known = json.loads(begun.plain)
            at = known["received"]
            while at < len(data):
                path = f"{page}/pieces/{known['id']}?at={at}"
                raw = data[at : at + PIECE]
                answer = await self.ask(
                    "upload, piece", Ask(path, one.who.cookie, raw=raw, token=one.who.csrf)
                )
                if not self._taken(answer, 200, 409):
                    return
                at = json.loads(answer.plain)["received"]
            form = {"csrf_token": one.who.csrf, "partial": known["id"]}
            done = await self.ask("upload, end", Ask(page, one.who.cookie, form))
            # 200: sent again after a killed server had attached it, and its pieces are gone.
            again = (200,) if self.tries > 1 else ()
            if self._taken(done, 303, *again) and done.status == 303:  # noqa: PLR2004
                self.heard.files[one.proposal] = digest(data)

    def _taken(self, answer: Answer | None, *good: int) -> TypeGuard[Answer]:
        """Whether a part of an upload was taken; before the deadline it is to be."""
        if answer is None:
            return False
        if answer.status in good:
            return True
        if time.time() < self.closes:
            self.heard.strange.append(f"upload: {answer.status} {answer.plain[:80]!r}")
        return False

    async def submit(self) -> None:
        """Save the last words, look at the page, and press the button: one in three twice."""
        place = self.turns["submit"]
        one = self.next("submit", self.world.submitting)
        if place < len(self.world.submitting):
            await self.autosave(one)
        await self.ask("submit page", Ask(f"/proposals/{one.proposal}/submit", one.who.cookie))
        key, clicks = new_id(), 2 if place % 3 == 0 else 1
        await asyncio.gather(*(self._click(one, key) for _ in range(clicks)))

    async def _click(self, one: Applicant, key: str) -> None:
        path = f"/proposals/{one.proposal}/submit"
        form = {"csrf_token": one.who.csrf, "key": key, "submit": "y"}
        for _ in range(self.tries):
            sent, broken = time.time(), self.heard.broken
            answer = await self._once(path, one, form)
            if answer is None:
                self.heard.broken = broken + 1
                await asyncio.sleep(PAUSE)
                continue
            receipt = answer.headers.get("location", "").rpartition("/receipts/")[2]
            receipt = receipt if answer.status == 303 else ""  # noqa: PLR2004
            told = Told(one.proposal, key, sent, time.time(), answer.status, receipt)
            if receipt:
                self.heard.submits.append(told)
            elif CLOSED in answer.plain:
                self.heard.refused.append(told)
            else:
                self.heard.strange.append(f"submit: {answer.status}")
            return
        self.heard.strange.append("submit: no answer")

    async def _once(self, path: str, one: Applicant, form: dict[str, str]) -> Answer | None:
        try:
            answer = await answered(self.port, Ask(path, one.who.cookie, form))
        except (OSError, EOFError):
            return None
        self.heard.seconds.setdefault("submit", []).append(answer.seconds)
        self.heard.statuses[answer.status] += 1
        return answer
