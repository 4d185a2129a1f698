"""Everything as one file, taken while others write, and put back only when it is whole."""

from __future__ import annotations

import json
import shutil
import tarfile
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import select

from app import create_app
from app.accounts import service as accounts
from app.accounts.actor import SYSTEM_ACTOR
from app.accounts.models import Person, SignIn
from app.cli.backup import databases
from app.core import clock, migrate
from app.core.db import db
from app.core.work import Mode, unit_of_work
from app.ledger import service as ledger
from app.ledger.verify import check
from config import Config
from tests.accounts.doors import PASSWORD, a_password, sign_in
from tests.browser_client import Browser
from tests.cli.commands import run, succeed
from tests.conftest import KEY
from tests.engines import both_engines
from tests.factories import a_person, a_released_call

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from app.core.web import EquipoiseApp
    from tests.services import Services


@contextmanager
def installation(
    folder: Path, url: str = "", *, migrated: bool = True, copied: Path | None = None
) -> Iterator[EquipoiseApp]:
    """An installation of its own, with keys of its own; `copied` is a database to begin with."""
    made = create_app(Config(data_dir=folder, secret_key=KEY, database_url=url))
    with made.app_context():
        if copied:
            shutil.copy(copied, folder / "equipoise.db")
        elif migrated:
            migrate.upgrade()
        yield made
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def filled(tmp_path: Path, migrated: Path) -> Iterator[EquipoiseApp]:
    """An installation with a call that was released, a file, and somebody who can sign in."""
    with installation(tmp_path / "first", copied=migrated) as app:
        a_released_call()
        officer = a_person(email="officer@example.org")
        a_password(officer.id)
        assert sign_in(Browser(app), officer.email).status_code == 303
        app.extensions["files"].put(b"%PDF-1.7 of somebody", kind="sealed")
        yield app


def addresses() -> set[str]:
    with unit_of_work(mode=Mode.READ):
        return set(db.session.scalars(select(Person.email)))


def a_backup(app: EquipoiseApp, file: Path, *words: str) -> Path:
    said = succeed(app, "backup", str(file), *words)
    assert said.startswith(f"Wrote {file}")
    assert file.stat().st_mode & 0o077 == 0
    return file


def manifest_of(file: Path) -> dict[str, object]:
    with tarfile.open(file) as tar:
        content = tar.extractfile("manifest.json")
        assert content is not None
        found: dict[str, object] = json.loads(content.read())
    return found


def test_a_restored_installation_serves_and_its_ledger_verifies(
    filled: EquipoiseApp, tmp_path: Path
) -> None:
    with unit_of_work():
        size = ledger.export(tmp_path / "before")
    file = a_backup(filled, tmp_path / "backup.tar")
    before = addresses()

    with installation(tmp_path / "second", migrated=False) as other:
        said = succeed(other, "restore", str(file))
        assert f"ends after event {size};" in said
        assert addresses() == before
        with unit_of_work(mode=Mode.READ):
            assert db.session.scalars(select(SignIn)).all() == []  # nobody stays signed in
        browser = Browser(other)
        assert sign_in(browser, "officer@example.org", PASSWORD).status_code == 303
        assert browser.get("/proposals").status_code == 200
        (sealed,) = other.extensions["files"].keys("sealed")
        assert other.extensions["files"].get(sealed) == b"%PDF-1.7 of somebody"
        with unit_of_work():
            ledger.export(tmp_path / "after")
        assert check(tmp_path / "after", [], [], None)[0].startswith("OK: ")
        assert migrate.differences() == []


def test_what_was_acknowledged_before_the_stamp_is_in_a_backup_taken_under_load(
    filled: EquipoiseApp, tmp_path: Path
) -> None:
    acknowledged: list[tuple[datetime, str]] = []
    enough, stop = Event(), Event()

    def write(name: str) -> None:
        with filled.app_context():
            number = 0
            while not stop.is_set():
                number += 1
                email = f"{name}{number}@example.org"
                with unit_of_work():
                    accounts.ensure_person(SYSTEM_ACTOR, name, email, invite=False)
                acknowledged.append((clock.now(), email))
                if number > 10:
                    enough.set()

    writers = [Thread(target=write, args=(name,)) for name in ("ann", "bob", "cyn")]
    for writer in writers:
        writer.start()
    try:
        assert enough.wait(60)
        file = a_backup(filled, tmp_path / "backup.tar")
        count = len(acknowledged)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    stamp = clock.from_text(str(manifest_of(file)["stamped_at"]))
    promised = {email for at, email in acknowledged if at <= stamp}
    assert 10 < len(promised) <= count

    with installation(tmp_path / "second", migrated=False) as other:
        succeed(other, "restore", str(file))
        assert promised <= addresses()
        assert succeed(other, "check", "--only", "ledger.").startswith("All ")


def test_no_byte_of_a_backup_can_be_changed(filled: EquipoiseApp, tmp_path: Path) -> None:
    file = a_backup(filled, tmp_path / "backup.tar")
    whole = file.read_bytes()
    with installation(tmp_path / "second", migrated=False) as other:
        places = [0, 100, 513, *range(1_000, len(whole), len(whole) // 9), len(whole) - 70]
        for place in (*places, len(whole) - 2):
            changed = bytearray(whole)
            changed[place] ^= 0x04
            file.write_bytes(changed)
            refused = run(other, "restore", str(file))
            assert (refused.exit_code, "is not whole" in refused.output) == (1, True), place
        for short in (whole[:-1], whole[: len(whole) // 2], b"", whole + b"\n"):
            file.write_bytes(short)
            assert run(other, "restore", str(file)).exit_code == 1
        assert not (tmp_path / "second" / "equipoise.db").exists()
        assert not list((tmp_path / "second").glob(".restore-*"))


def resealed(whole: bytes) -> bytes:
    body = whole[:-65]
    return body + f"{sha256(body).hexdigest()}\n".encode()


def test_a_backup_that_was_sealed_anew_is_still_held_against_its_manifest_and_its_ledger(
    filled: EquipoiseApp, tmp_path: Path
) -> None:
    file = a_backup(filled, tmp_path / "backup.tar")
    whole = file.read_bytes()
    place = whole.index(b"%PDF-1.7 of somebody")
    forged = bytearray(whole)
    forged[place + 10] ^= 0x20
    file.write_bytes(resealed(bytes(forged)))
    with installation(tmp_path / "second", migrated=False) as other:
        refused = run(other, "restore", str(file))
        assert "does not hold what its manifest says: files/sealed/" in refused.output

        # Whoever rewrites the manifest as well is found by the ledger.
        rewritten = _with_another_event(whole, tmp_path)
        file.write_bytes(rewritten)
        refused = run(other, "restore", str(file))
        assert refused.exit_code == 1
        assert "breaks a rule of the data" in refused.output
        assert migrate.current() is None


def _with_another_event(whole: bytes, folder: Path) -> bytes:
    """Return the backup with one event told otherwise, every hash of the file put right."""
    from app.cli.backup.archive import MANIFEST, Writer, members  # noqa: PLC0415

    source, forged = folder / "source.tar", folder / "forged.tar"
    source.write_bytes(whole)
    writer, manifest = Writer(forged), manifest_of(source)
    for name, content in members(source):
        data = content.read()
        if name == databases.SQLITE:
            path = folder / "forged.db"
            path.write_bytes(data)
            connection = sqlite.connect(str(path))
            connection.execute("DROP TRIGGER ledger_entry_update")
            connection.execute(
                "UPDATE ledger_entry SET record = replace(record, 'awards', 'losses')"
                " WHERE action LIKE 'awards.%'"
            )
            connection.commit()
            connection.close()
            data = path.read_bytes()
        if name != MANIFEST:
            writer.add(name, data)
    del manifest["parts"]
    writer.finish(manifest)
    return forged.read_bytes()


def test_an_installation_in_use_is_not_overwritten_by_mistake(
    filled: EquipoiseApp, tmp_path: Path
) -> None:
    file = a_backup(filled, tmp_path / "backup.tar")
    again = run(filled, "backup", str(file))
    assert (again.exit_code, "is there already" in again.output) == (2, True)
    with installation(tmp_path / "second") as other:
        a_person(email="mine@example.org")
        refused = run(other, "restore", str(file))
        assert (refused.exit_code, "add --replace" in refused.output) == (2, True)
        assert "mine@example.org" in addresses()

        server = sqlite.connect(str(tmp_path / "second" / "equipoise.db"))
        server.execute("SELECT count(*) FROM person").fetchone()
        running = run(other, "restore", str(file), "--replace")
        assert (running.exit_code, "is running" in running.output) == (2, True)
        assert "mine@example.org" in addresses()
        server.close()

        succeed(other, "restore", str(file), "--replace")
        assert "mine@example.org" not in addresses()
        (aside,) = (tmp_path / "second").glob("before-restore-*")
        kept = sqlite.connect(str(aside / "equipoise.db"))
        assert kept.execute("SELECT email FROM person").fetchall() == [("mine@example.org",)]
        kept.close()


def test_a_backup_without_keys_needs_the_right_ones_in_place(
    filled: EquipoiseApp, tmp_path: Path
) -> None:
    file = a_backup(filled, tmp_path / "backup.tar", "--without-keys")
    assert not any(name.startswith("keys/") for name in manifest_of(file)["parts"])  # type: ignore[attr-defined]
    with installation(tmp_path / "second", migrated=False) as other:
        refused = run(other, "restore", str(file))
        assert (refused.exit_code, "The backup holds no keys" in refused.output) == (1, True)
        config: Config = filled.extensions["equipoise"]
        mine = replace(config, data_dir=tmp_path / "second").keys
        mine.mkdir(exist_ok=True)
        for key in config.keys.iterdir():
            (mine / key.name).write_bytes(key.read_bytes())
        succeed(other, "restore", str(file))
        assert succeed(other, "check", "--only", "ledger.").startswith("All ")


@both_engines
def test_both_kinds_of_database_come_back(
    app: EquipoiseApp, engine: str, tmp_path: Path, services: Services
) -> None:
    a_released_call()
    before, folder = addresses(), tmp_path / "second"
    file = a_backup(app, tmp_path / "backup.tar")
    server = services.postgresql()
    url = server.url(server.create_database()) if engine == "postgresql" else ""

    with installation(folder, url) as other:
        a_person(email="mine@example.org")
        refused = run(other, "restore", str(file))
        assert (refused.exit_code, "add --replace" in refused.output) == (2, True)
        succeed(other, "restore", str(file), "--replace")
        assert addresses() == before
        assert migrate.differences() == []
        assert succeed(other, "check", "--only", "ledger.").startswith("All ")
        with unit_of_work():
            ledger.export(tmp_path / "after")
        assert check(tmp_path / "after", [], [], None)[0].startswith("OK: ")

    unlike = "" if url else server.url(server.create_database())
    with installation(tmp_path / "third", unlike) as other:
        refused = run(other, "restore", str(file))
        assert (refused.exit_code, "of the other kind of database" in refused.output) == (2, True)


def test_a_backup_that_breaks_off_leaves_nothing(filled: EquipoiseApp, tmp_path: Path) -> None:
    store = filled.extensions["files"]
    (key,) = store.keys("sealed")
    config: Config = filled.extensions["equipoise"]
    (config.data_dir / "files" / key).write_bytes(b"damaged")
    refused = run(filled, "backup", str(tmp_path / "backup.tar"))
    assert (refused.exit_code, "is damaged" in refused.output) == (2, True)
    assert list(tmp_path.glob("backup.tar*")) == []
    lost = run(filled, "backup", str(tmp_path / "no" / "backup.tar"))
    assert (lost.exit_code, "There is no folder" in lost.output) == (2, True)
