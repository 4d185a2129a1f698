"""The file of a backup: a tar archive, and after its end one line with the SHA-256 of all before.

The last member is `manifest.json`, with the SHA-256 and size of every other. `tar` reads the file
too; the line behind the archive is what finds a changed byte wherever it lies.
"""

import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

FORMAT = "equipoise-backup/1"
MANIFEST = "manifest.json"
PIECE = 1 << 20
SEAL = 65  # bytes of the last line: 64 hexadecimal digits and a line end

Manifest = dict[str, Any]


class Unusable(Exception):  # noqa: N818 - it says what is wrong
    """The archive is not whole, or not one of ours; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Part:
    sha256: str
    size: int


class Writer:
    """Writes an archive piece by piece, hashing as it goes; nothing is there until it is whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._partial = path.with_name(f"{path.name}.partial")
        handle = os.open(self._partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(handle, "wb")
        self._tar = tarfile.open(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.parts: dict[str, Part] = {}

    def add(self, name: str, content: bytes) -> None:
        self._add(name, io.BytesIO(content), len(content), sha256(content).hexdigest())

    def add_file(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            digest = _digest(file)
            file.seek(0)
            self._add(name, file, path.stat().st_size, digest)

    def _add(self, name: str, content: IO[bytes], size: int, digest: str) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, content)
        self.parts[name] = Part(digest, size)

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest and the seal, and put the file where it is wanted."""
        parts = {name: {"sha256": p.sha256, "size": p.size} for name, p in self.parts.items()}
        whole = {"format": FORMAT, **manifest, "parts": parts}
        self.add(MANIFEST, json.dumps(whole, ensure_ascii=False, indent=1).encode())
        self._tar.close()
        self._file.flush()
        with self._partial.open("rb") as written:
            seal = _digest(written)
        self._file.write(f"{seal}\n".encode())
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._partial.replace(self._path)
        folder = os.open(self._path.resolve().parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def abandon(self) -> None:
        self._file.close()
        self._partial.unlink(missing_ok=True)


def _digest(file: IO[bytes]) -> str:
    found = sha256()
    while piece := file.read(PIECE):
        found.update(piece)
    return found.hexdigest()


def verified(path: Path) -> Manifest:
    """Read a whole archive and return its manifest; raise Unusable where one byte is not right."""
    _check_seal(path)
    found: dict[str, Part] = {}
    manifest: Manifest = {}
    for name, content in members(path):
        if name == MANIFEST:
            manifest = json.loads(content.read())
            continue
        counted = _Counted(content)
        digest = _digest(counted)  # type: ignore[arg-type]
        found[name] = Part(digest, counted.size)
    if manifest.get("format") != FORMAT:
        raise Unusable(f"{path} is no backup of the form {FORMAT}.")
    told = {name: Part(one["sha256"], one["size"]) for name, one in manifest["parts"].items()}
    if told != found:
        differing = sorted(name for name in {*told, *found} if told.get(name) != found.get(name))
        raise Unusable(f"{path} does not hold what its manifest says: {differing[0]}.")
    return manifest


class _Counted:
    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.size = file, 0

    def read(self, size: int) -> bytes:
        piece = self._file.read(size)
        self.size += len(piece)
        return piece


def _check_seal(path: Path) -> None:
    left = path.stat().st_size - SEAL
    found = sha256()
    with path.open("rb") as file:
        while left > 0:
            piece = file.read(min(PIECE, left))
            found.update(piece)
            left -= len(piece)
        if left < 0 or file.read() != f"{found.hexdigest()}\n".encode():
            raise Unusable(
                f"{path} is not whole, or was changed: its bytes do not give the SHA-256 in its "
                "last line. Use another backup."
            )


def members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the name and content of every member, in order; only plain files are taken."""
    with tarfile.open(path, "r:") as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if content is None or not _is_inside(member.name):
                raise Unusable(f"{path} holds {member.name!r}, which no backup has.")
            yield member.name, content


def _is_inside(name: str) -> bool:
    parts = Path(name).parts
    return not Path(name).is_absolute() and ".." not in parts and bool(parts)
