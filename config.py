"""Every setting, its default and its meaning, read from the environment once."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "EQUIPOISE_"


class SettingError(ValueError):
    """A setting is missing or wrong; the sentence says which and what to do."""


def setting(default: Any, meaning: str) -> Any:  # noqa: ANN401 - any type of default
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What an installation decides. Each field is read from EQUIPOISE_<NAME> or the file
    that EQUIPOISE_<NAME>_FILE names."""

    data_dir: Path = setting(Path("var"), "Folder for the database, files and keys.")
    database_url: str = setting(
        "", "SQLAlchemy URL; empty means an SQLite file in DATA_DIR (postgresql+psycopg://…)."
    )
    storage_url: str = setting("", "Where files lie; empty means a folder in DATA_DIR (s3://…).")
    queue_url: str = setting(
        "", "Transport of job messages; empty means SQLite in DATA_DIR (postgresql://, redis://)."
    )
    redis_url: str = setting("", "Shared rate limits; empty means memory of one process.")
    secret_key: str = setting(
        "", "Signs cookies; empty makes one in DATA_DIR/keys, refused when PRODUCTION is on."
    )
    secret_key_fallbacks: str = setting("", "Earlier secret keys, comma separated, while rotating.")
    base_url: str = setting("http://127.0.0.1:8000", "Public address; links in mail use it alone.")
    smtp_url: str = setting(
        "", "smtp://user:password@host:port; empty writes mail to DATA_DIR/mail."
    )
    mail_from: str = setting("Equipoise <no-reply@localhost>", "Sender of all mail.")
    tsa_url: str = setting("", "RFC 3161 time-stamp service for signed reports; empty means none.")
    clamd: str = setting("", "clamd socket for upload scans (unix:/… or tcp:host:port).")
    organisation: str = setting("Equipoise demonstration", "Name of the installation on its pages.")
    log_origin: str = setting("equipoise.local/ledger", "Origin line of ledger checkpoints.")
    production: bool = setting(default=False, meaning="Refuse unsafe defaults and show no demo.")
    max_upload_mb: int = setting(20, "Largest upload in megabytes.")
    session_days: int = setting(14, "A sign-in unused for so long ends.")
    proxy_hops: int = setting(0, "Number of trusted proxies in front of the server.")
    trusted_hosts: str = setting("", "Host names answered, comma separated; empty: BASE_URL's.")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Read the environment; an unknown EQUIPOISE_ name or bad value raises SettingError."""
        environ = os.environ if environ is None else environ
        known = {item.name: item for item in fields(cls)}
        values: dict[str, Any] = {}
        for name, raw in environ.items():
            if not name.startswith(PREFIX) or name == f"{PREFIX}REAL_DATA":
                continue
            key = name.removeprefix(PREFIX).lower()
            text = raw
            if key not in known and key.endswith("_file"):
                key, text = key.removesuffix("_file"), _read(name, raw)
            if key not in known:
                raise SettingError(f"{name} is not a setting; see config.py for the list.")
            values[key] = _parse(name, text, known[key].default)
        return cls(**values).checked()

    def checked(self) -> Config:
        """Refuse combinations that would be unsafe to start with."""
        if self.production and not self.secret_key:
            raise SettingError(
                f"Set {PREFIX}SECRET_KEY to 32 random characters or more: production does not "
                "start with a key of its own making."
            )
        if self.secret_key and len(self.secret_key) < 32:  # noqa: PLR2004
            raise SettingError(f"{PREFIX}SECRET_KEY is too short: use 32 characters or more.")
        return self

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{(self.data_dir / 'equipoise.db').resolve()}"

    @property
    def storage(self) -> str:
        return self.storage_url or str((self.data_dir / "files").resolve())

    @property
    def keys(self) -> Path:
        return self.data_dir / "keys"

    def cookie_key(self) -> str:
        """Return the key that signs cookies, made on first use where none is set."""
        return self.secret_key or kept_secret(self.keys / "cookie.key")


def kept_secret(path: Path) -> str:
    """Return the secret stored at `path`, created readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _read(name: str, path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise SettingError(f"{name} names a file that cannot be read: {error.strerror}.") from error


def _parse(name: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() not in {"0", "1", "true", "false", "yes", "no", ""}:
            raise SettingError(f"{name} must be yes or no, not {text!r}.")
        return text.lower() in {"1", "true", "yes"}
    if isinstance(default, int):
        if not text.isdigit():
            raise SettingError(f"{name} must be a whole number, not {text!r}.")
        return int(text)
    return Path(text) if isinstance(default, Path) else text
