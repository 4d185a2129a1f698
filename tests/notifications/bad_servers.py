"""SMTP servers that misbehave, each in its own way."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.services import free_port

if TYPE_CHECKING:
    from collections.abc import Callable

Step = str  # "connect", a verb such as "RCPT", or "." for the end of the data
Answer = str | None  # None hangs up without a word

GOOD: dict[Step, Answer] = {
    "connect": "220 ready",
    "EHLO": "250 hello",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    ".": "250 kept",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


class BadServer:
    """Answers as told; `letters` are the bodies it was handed, `recipients` what RCPT named."""

    def __init__(self, **answers: Answer) -> None:
        named = {"end": "."}
        self.answers: dict[Step, Answer] = {
            **GOOD, **{named.get(step, step): answer for step, answer in answers.items()},
        }  # fmt: skip
        self.letters: list[str] = []
        self.recipients: list[str] = []
        self.drip = 0.0  # seconds between two bytes of the greeting
        self._socket = socket.create_server(("127.0.0.1", free_port()))
        self.url = f"smtp://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def stop(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the one who waits in accept
        self._socket.close()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError), connection.makefile("rb") as lines:
            say = self._sayer(connection)
            if not say("connect"):
                return
            for line in lines:
                verb = line.decode(errors="replace").strip().upper().split(" ")[0]
                if verb == "RCPT":
                    self.recipients.append(line.decode().strip())
                if not say(verb):
                    return
                if verb == "DATA" and (self.answers["DATA"] or "").startswith("3"):
                    self.letters.append(_read_data(lines))
                    if not say("."):
                        return

    def _sayer(self, connection: socket.socket) -> Callable[[Step], bool]:
        def say(step: Step) -> bool:
            answer = self.answers.get(step, "502 what?")
            if answer is None:
                return False
            if step == "connect" and self.drip:
                for letter in answer:
                    connection.sendall(letter.encode())
                    time.sleep(self.drip)
            connection.sendall(f"{answer}\r\n".encode())
            return not answer.startswith("421")

        return say


def _read_data(lines: object) -> str:
    read = []
    for line in lines:  # type: ignore[attr-defined]
        if line == b".\r\n":
            break
        read.append(line.decode())
    return "".join(read)
