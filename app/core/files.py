"""The one place where files are kept: by content, in a folder, in memory or in an S3-like store."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from app.core.words import _

KIND_SHAPE = re.compile(r"[a-z][a-z0-9-]{0,31}")
KEY_SHAPE = re.compile(r"[a-z][a-z0-9-]{0,31}/[0-9a-f]{2}/[0-9a-f]{64}")
PREFIX_SHAPE = re.compile(r"|[a-z][a-z0-9-]{0,31}(/([0-9a-f]{2}/?)?)?")
REMOTE_SCHEMES = {"s3", "s3a", "gs", "az"}


class FileStoreError(Exception):
    """The store could not do what was asked; the text is a sentence."""


class FileMissing(FileStoreError):  # noqa: N818 — said as it is
    """Nothing is kept under this key."""


class FileDamaged(FileStoreError):  # noqa: N818
    """What is kept under this key is not what was stored."""


@dataclass(frozen=True)
class Stored:
    """A kept file: its key `kind/ab/<sha256>`, its SHA-256 in hex, its size in bytes."""

    key: str
    sha256: str
    size: int


class FileStore:
    """Files by content: the key follows from the bytes, so the same bytes are kept once.

    Whoever holds a key may read the file; who may hold it is decided by the domain, never here.
    `delete` removes the object for every holder of the key: a domain that drops a file asks
    first whether another of its rows still names it.
    """

    def __init__(self, objects: ObjectStore, *, folder: Path | None = None) -> None:
        """Keep files in `objects`; `folder` is where they lie when that is a local disk."""
        self._objects = objects
        self._folder = folder

    def put(self, data: bytes, *, kind: str) -> Stored:
        """Keep `data`; once this returns it survives a power cut (on a local disk: fsync)."""
        if not KIND_SHAPE.fullmatch(kind):
            raise ValueError(_("“%(kind)s” is not a kind of file.", kind=kind))
        digest = sha256(data).hexdigest()
        key = f"{kind}/{digest[:2]}/{digest}"
        try:
            obstore.put(self._objects, key, data, mode="create")
        except AlreadyExistsError:
            self._mend(key, data)
        except (BaseError, OSError) as error:
            raise FileStoreError(
                _("The file could not be stored: %(why)s.", why=_reason(error))
            ) from error
        self._settle(key)
        return Stored(key=key, sha256=digest, size=len(data))

    def get(self, key: str) -> bytes:
        """Return the bytes, checked against the SHA-256 in the key."""
        data = self._read(_known_shape(key))
        if sha256(data).hexdigest() != key[-64:]:
            raise FileDamaged(_("The file %(key)s is damaged. Restore it from a backup.", key=key))
        return data

    def exists(self, key: str) -> bool:
        try:
            obstore.head(self._objects, _known_shape(key))
        except FileNotFoundError:
            return False
        return True

    def delete(self, key: str, *, before: datetime | None = None) -> None:
        """Remove the file; one that is already gone is no error.

        `before` keeps what was put since, if only once more.
        """
        try:
            if before is not None:
                found = obstore.head(self._objects, _known_shape(key))
                if found["last_modified"] >= before:
                    return
            obstore.delete(self._objects, _known_shape(key))
        except FileNotFoundError:
            return
        self._settle_folder(key)

    def keys(self, prefix: str = "", *, before: datetime | None = None) -> Iterator[str]:
        """Yield the keys under a kind (`"original"`), in no promised order.

        `before` leaves out what was put since, if only once more.
        """
        if not PREFIX_SHAPE.fullmatch(prefix):
            raise ValueError(_("“%(key)s” is not the address of a stored file.", key=prefix))
        for page in obstore.list(self._objects, prefix=prefix or None):
            for found in page:
                new = before is not None and found["last_modified"] >= before
                if KEY_SHAPE.fullmatch(found["path"]) and not new:
                    yield found["path"]

    def _read(self, key: str) -> bytes:
        try:
            return bytes(obstore.get(self._objects, key).bytes())
        except FileNotFoundError as error:
            raise FileMissing(_("The file %(key)s is not in the store.", key=key)) from error

    def _mend(self, key: str, data: bytes) -> None:
        # A power cut between link and sync can leave a torn object under a right name; and what
        # is put once more is new again, so that nobody takes it for something left.
        if self._folder is None or self._read(key) != data:
            obstore.put(self._objects, key, data, mode="overwrite")
        else:
            os.utime(self._folder / key)

    def _settle(self, key: str) -> None:
        # obstore does not sync; without this an acknowledged upload could vanish with the power.
        if self._folder is not None:
            _sync(self._folder / key)
            self._settle_folder(key)

    def _settle_folder(self, key: str) -> None:
        if self._folder is not None:
            leaf = (self._folder / key).parent
            for folder in (leaf, leaf.parent, self._folder):
                _sync(folder)


def open_store(url: str) -> FileStore:
    """Open `file:///folder`, a plain path, `memory://` or `s3://bucket/prefix`.

    Keys of an S3-like store come from its usual environment (`AWS_ACCESS_KEY_ID`,
    `AWS_ENDPOINT_URL`, …). Raises ValueError for an address of any other shape.
    """
    parts = urlsplit(url)
    if parts.scheme == "memory":
        return FileStore(MemoryStore())
    if parts.scheme in REMOTE_SCHEMES and parts.netloc:
        return FileStore(from_url(url))
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path:
        return _in_folder(Path(unquote(parts.path)))
    if url and "://" not in url:
        return _in_folder(Path(url))
    raise ValueError(
        _(
            "“%(url)s” is not a place for files. Give a folder, file:///folder, memory:// "
            "or s3://bucket/prefix.",
            url=url,
        )
    )


def _in_folder(folder: Path) -> FileStore:
    folder = folder.expanduser().resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return FileStore(LocalStore(folder), folder=folder)


def _known_shape(key: str) -> str:
    if not KEY_SHAPE.fullmatch(key):
        raise ValueError(_("“%(key)s” is not the address of a stored file.", key=key))
    return key


def _reason(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
