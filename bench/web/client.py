"""A small HTTP/1.1 client for this machine alone: a few kept connections, one request at a time."""

import asyncio
import gzip
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; `form` makes it a POST, or `raw` with the `token` of a form beside it.
    `expect` is the status that counts as well answered."""

    path: str
    cookie: str = ""
    form: Mapping[str, str] | None = None
    expect: int = 200
    raw: bytes | None = None
    token: str = ""

    def text(self) -> bytes:
        lines = ["Host: 127.0.0.1", "Connection: keep-alive", "Accept-Encoding: gzip"]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        body = b""
        if self.form is not None:
            body = urlencode(self.form).encode()
            lines += ["Content-Type: application/x-www-form-urlencoded"]
            lines += [f"Content-Length: {len(body)}"]
        if self.raw is not None:
            body = self.raw
            lines += ["Content-Type: application/octet-stream", f"X-CSRFToken: {self.token}"]
            lines += [f"Content-Length: {len(body)}"]
        method = "GET" if self.form is None and self.raw is None else "POST"
        head = f"{method} {self.path} HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n"
        return head.encode() + body


@dataclass(slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def plain(self) -> bytes:
        """Return the body as it was before it was compressed for the way."""
        packed = self.headers.get("content-encoding") == "gzip"
        return gzip.decompress(self.body) if packed else self.body


@dataclass(slots=True)
class Burst:
    """What came of many requests."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    took: float = 0.0


async def answered(port: int, ask: Ask) -> Answer:
    """Return the whole answer to one request over a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    try:
        began = time.perf_counter()
        writer.write(ask.text())
        status, headers, body = await _read(reader)
        return Answer(status, headers, body, time.perf_counter() - began)
    finally:
        writer.close()


async def _read(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ", 2)[1])
    pairs = (line.split(":", 1) for line in head[1:] if line)
    headers = {name.strip().lower(): value.strip() for name, value in pairs}
    if headers.get("transfer-encoding") == "chunked":
        parts = []
        while size := int((await reader.readline()).split(b";")[0], 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readline()
        return status, headers, b"".join(parts)
    return status, headers, await reader.readexactly(int(headers.get("content-length", "0")))


async def _connection(port: int, asks: Iterator[Ask], burst: Burst) -> None:
    reader = writer = None
    for ask in asks:
        if writer is None or reader is None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        began = time.perf_counter()
        writer.write(ask.text())
        try:
            status, headers, _body = await _read(reader)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            burst.wrong.append(f"{ask.path}: {error}")
            writer = None
            continue
        burst.seconds.append(time.perf_counter() - began)
        if status != ask.expect:
            burst.wrong.append(f"{ask.path}: {status}")
        if headers.get("connection", "").lower() == "close":
            writer.close()
            writer = None
    if writer is not None:
        writer.close()


def send(port: int, asks: Sequence[Ask], connections: int = 4) -> Burst:
    """Send `asks` over so many kept connections, dealt out like cards.

    So requests for one thing, where things take turns, stay in their order on one connection.
    """
    burst = Burst()

    async def everybody() -> None:
        hands = (iter(asks[place::connections]) for place in range(connections))
        await asyncio.gather(*(_connection(port, hand, burst) for hand in hands))

    began = time.perf_counter()
    asyncio.run(everybody())
    burst.took = time.perf_counter() - began
    return burst


def fetch(port: int, ask: Ask) -> Answer:
    """Return the whole answer to one request."""
    return asyncio.run(answered(port, ask))
