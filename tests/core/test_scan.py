"""The virus scan: the real protocol against a listener that speaks it, and every bad answer."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.scan import refuse_malware
from app.core.uploads import UploadRefused
from tests.core.uploads.built import EICAR, honest


class Daemon(socketserver.StreamRequestHandler):
    """Speaks INSTREAM as clamd does: framed pieces, an empty one ends, then one answer."""

    behaviour = "honest"

    def handle(self) -> None:
        if self.behaviour == "hangs up":
            return
        assert self.rfile.read(10) == b"zINSTREAM\0"
        body = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            body += self.rfile.read(size)
        self.wfile.write(self.answer(body))

    def answer(self, body: bytes) -> bytes:
        match self.behaviour:
            case "too large":
                return b"INSTREAM size limit exceeded. ERROR\0"
            case "babbles":
                return b"\xff" * 10_000
            case "silent":
                return b""
            case _ if EICAR in body:
                return b"stream: Eicar-Signature FOUND\0"
            case _:
                return b"stream: OK\0"


@pytest.fixture(params=["honest"])
def clamd(request: pytest.FixtureRequest) -> Iterator[str]:
    """A daemon on a free port; `indirect` parameters name its behaviour."""
    handler = type("Behaving", (Daemon,), {"behaviour": request.param})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"tcp:127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("data", [b"", honest(), bytes(1_000_000)], ids=["nothing", "pdf", "1 MB"])
def test_a_clean_file_passes(clamd: str, data: bytes) -> None:
    refuse_malware(data, clamd)


@pytest.mark.parametrize("before", [0, 65_500, 65_536, 200_000])
def test_a_harmful_file_is_refused_wherever_it_hides(clamd: str, before: int) -> None:
    with pytest.raises(UploadRefused, match="harmful content") as caught:
        refuse_malware(bytes(before) + EICAR, clamd)
    assert caught.value.code == "malware"


@pytest.mark.parametrize("clamd", ["too large", "babbles", "silent", "hangs up"], indirect=True)
def test_a_scanner_without_a_clear_answer_lets_nothing_through(clamd: str) -> None:
    with pytest.raises(UploadRefused, match="did not answer") as caught:
        refuse_malware(honest(), clamd)
    assert caught.value.code == "unscanned"


def test_a_unix_socket_is_asked_as_well(tmp_path: Path) -> None:
    path = tmp_path / "clamd.ctl"
    with socketserver.ThreadingUnixStreamServer(str(path), Daemon) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            refuse_malware(honest(), f"unix:{path}")
            with pytest.raises(UploadRefused, match="harmful"):
                refuse_malware(EICAR, f"unix:{path}")
        finally:
            server.shutdown()
            thread.join()


def test_a_scanner_that_is_not_there_lets_nothing_through(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, never listening
        places = [f"tcp:127.0.0.1:{held.getsockname()[1]}", f"unix:{tmp_path}/nobody"]
        for place in places:
            with pytest.raises(UploadRefused, match="Try again in a minute"):
                refuse_malware(b"x", place)


def test_without_a_scanner_nothing_is_asked() -> None:
    refuse_malware(EICAR, "")


@pytest.mark.parametrize("place", ["clamd", "http://x:1", "tcp:x", "unix:relative", "tcp:a b:1"])
def test_a_strange_address_is_refused_with_the_right_shapes(place: str) -> None:
    with pytest.raises(ValueError, match="unix:/run"):
        refuse_malware(b"x", place)
