"""Ask a ClamAV daemon about an uploaded file, where the installation has one."""

import re
import socket
from contextlib import closing

from app.core.uploads.refusals import UploadRefused, refusal
from app.core.words import _

PIECE = 1 << 16
SECONDS = 30.0
LONGEST_ANSWER = 4096
PLACE = re.compile(r"unix:(?P<path>/.+)|tcp:(?P<host>[^:/\s]+|\[[0-9a-fA-F:]+\]):(?P<port>\d{1,5})")


def refuse_malware(data: bytes, clamd: str) -> None:
    """Raise UploadRefused when the daemon at `clamd` finds something, or cannot be asked.

    `clamd` is the setting: `unix:/run/clamav/clamd.ctl`, `tcp:host:3310`, or empty for no scan.
    An address of any other shape raises ValueError. The protocol is INSTREAM of clamd(8).
    """
    if not clamd:
        return
    try:
        with closing(_connected(clamd)) as daemon:
            answer = _asked(daemon, data)
    except OSError as error:
        raise _unanswered() from error
    if answer.endswith(" FOUND"):
        raise refusal("malware")
    if answer != "stream: OK":
        raise _unanswered()


def _asked(daemon: socket.socket, data: bytes) -> str:
    daemon.sendall(b"zINSTREAM\0")
    for at in range(0, len(data), PIECE):
        piece = data[at : at + PIECE]
        daemon.sendall(len(piece).to_bytes(4, "big") + piece)
    daemon.sendall(bytes(4))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        if not (part := daemon.recv(LONGEST_ANSWER)):
            break
        answer += part
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def _connected(clamd: str) -> socket.socket:
    place = PLACE.fullmatch(clamd)
    if place is None:
        raise ValueError(
            _(
                "“%(place)s” is not the address of a ClamAV daemon. Give "
                "unix:/run/clamav/clamd.ctl or tcp:host:3310.",
                place=clamd,
            )
        )
    if place["host"]:
        return socket.create_connection((place["host"].strip("[]"), int(place["port"])), SECONDS)
    daemon = socket.socket(socket.AF_UNIX)
    daemon.settimeout(SECONDS)
    try:
        daemon.connect(place["path"])
    except OSError:
        daemon.close()
        raise
    return daemon


def _unanswered() -> UploadRefused:
    return UploadRefused(
        _(
            "The virus scanner did not answer, so the file was not stored. Try again in a minute; "
            "if this goes on, tell whoever runs this site."
        ),
        "unscanned",
    )
