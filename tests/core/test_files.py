"""The file store: by content, atomic, checked on reading, deaf to foreign addresses."""

import os
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from app.core.files import FileDamaged, FileMissing, FileStore, FileStoreError, open_store

STRANGE_KEYS = [
    "",
    "/",
    "..",
    "../secret",
    "original/../../etc/passwd",
    "/etc/passwd",
    "original",
    "original/ab",
    "original/ab/" + "0" * 63,
    "original/ab/" + "0" * 65,
    "original/ab/" + "g" * 64,
    "original/AB/" + "0" * 64,
    "original//" + "0" * 64,
    "original/ab/" + "0" * 64 + "\n",
    "original/ab/" + "0" * 64 + "/../x",
    "origin\x00al/ab/" + "0" * 64,
    "%2e%2e/ab/" + "0" * 64,
    "Original/ab/" + "0" * 64,
]


@pytest.fixture(params=["folder", "file url", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    address = {
        "folder": str(tmp_path / "a folder"),
        "file url": (tmp_path / "a folder").as_uri(),
        "memory": "memory://",
    }
    return open_store(address[request.param])


@pytest.mark.parametrize("data", [b"", b"x", os.urandom(3_000_000)], ids=["empty", "one", "3 MB"])
def test_what_is_put_is_what_is_got(store: FileStore, data: bytes) -> None:
    stored = store.put(data, kind="original")
    assert stored.sha256 == sha256(data).hexdigest()
    assert stored.key == f"original/{stored.sha256[:2]}/{stored.sha256}"
    assert stored.size == len(data)
    assert store.get(stored.key) == data
    assert store.exists(stored.key)


def test_the_same_content_twice_is_one_object(store: FileStore) -> None:
    first = store.put(b"same", kind="original")
    assert store.put(b"same", kind="original") == first
    assert list(store.keys("original")) == [first.key]


def test_the_same_content_under_two_kinds_is_two_objects(store: FileStore) -> None:
    original = store.put(b"same", kind="original")
    blinded = store.put(b"same", kind="blinded")
    assert sorted(store.keys()) == sorted([original.key, blinded.key])
    assert list(store.keys("blinded")) == [blinded.key]


def test_a_kind_is_not_mistaken_for_another_that_begins_alike(store: FileStore) -> None:
    short = store.put(b"a", kind="report")
    store.put(b"a", kind="report-draft")
    assert list(store.keys("report")) == [short.key]


def test_a_deleted_file_is_gone_and_deleting_again_is_no_error(store: FileStore) -> None:
    key = store.put(b"gone", kind="original").key
    store.delete(key)
    store.delete(key)
    assert not store.exists(key)
    with pytest.raises(FileMissing, match="not in the store"):
        store.get(key)


@pytest.mark.parametrize("key", STRANGE_KEYS)
def test_an_address_of_another_shape_is_refused(store: FileStore, key: str) -> None:
    for ask in (store.get, store.exists, store.delete):
        with pytest.raises(ValueError, match="not the address of a stored file"):
            ask(key)


@pytest.mark.parametrize("prefix", ["..", "/", "a/..", "Original", "original/ab/00", "a b"])
def test_a_listing_of_another_shape_is_refused(store: FileStore, prefix: str) -> None:
    with pytest.raises(ValueError, match="not the address"):
        list(store.keys(prefix))


@pytest.mark.parametrize("kind", ["", "..", "a/b", "Original", "a b", "-a", "a" * 33, "a\n"])
def test_a_kind_of_another_shape_is_refused(store: FileStore, kind: str) -> None:
    with pytest.raises(ValueError, match="not a kind of file"):
        store.put(b"x", kind=kind)


def test_a_flipped_bit_on_disk_is_found_on_reading(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    key = store.put(b"award letter", kind="report").key
    (tmp_path / key).write_bytes(b"award lettes")
    with pytest.raises(FileDamaged, match="Restore it from a backup"):
        store.get(key)


def test_putting_again_mends_a_torn_file(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    key = store.put(b"award letter", kind="report").key
    (tmp_path / key).write_bytes(b"awa")
    store.put(b"award letter", kind="report")
    assert store.get(key) == b"award letter"


def test_fifty_hands_storing_the_same_file_leave_one_whole_object(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    data = os.urandom(200_000)
    with ThreadPoolExecutor(8) as pool:
        keys = {stored.key for stored in pool.map(lambda _: store.put(data, kind="a"), range(50))}
    assert len(keys) == 1
    assert store.get(keys.pop()) == data
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_stray_file_in_the_folder_is_not_listed(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    key = store.put(b"x", kind="original").key
    (tmp_path / "original" / "notes.txt").write_text("by hand")
    assert list(store.keys()) == [key]


def test_the_folder_is_closed_to_other_accounts_of_the_machine(tmp_path: Path) -> None:
    open_store(str(tmp_path / "new"))
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


def test_a_store_that_cannot_write_says_so_and_keeps_nothing(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    (tmp_path / "original").write_text("a file where a folder should be")
    with pytest.raises(FileStoreError, match="could not be stored"):
        store.put(b"x", kind="original")
    assert list(store.keys()) == []


@pytest.mark.parametrize("url", ["", "ftp://host/x", "file://host/x", "s3://", "http://host/x"])
def test_an_unknown_place_is_refused_with_the_known_ones(url: str) -> None:
    with pytest.raises(ValueError, match="Give a folder"):
        open_store(url)


def test_an_s3_address_is_understood_without_a_connection() -> None:
    assert isinstance(open_store("s3://bucket/prefix"), FileStore)
