"""For those who run it: is the process alive, can it work, and what has it been doing."""

import ipaddress
from collections.abc import Callable

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from app.core import metrics
from app.core.access import anyone
from app.core.db import db
from app.core.web import not_found

bp = Blueprint("health", __name__)

_NEWEST = "schema_is_newest"  # in app.extensions: found so once, it stays so while we run


@bp.get("/healthz")
@anyone(never_turned_away=True)
def healthz() -> ResponseReturnValue:
    """The process answers; nothing else is asked."""
    return {"status": "alive"}


@bp.get("/readyz")
@anyone(never_turned_away=True)
def readyz() -> ResponseReturnValue:
    """Database, schema and files can be used; else 503 with the names of what cannot."""
    wrong = [name for name, works in NEEDS.items() if not works()]
    return {"status": "not ready" if wrong else "ready", "wrong": wrong}, 503 if wrong else 200


@bp.get("/metrics")
@anyone(never_turned_away=True)
def show_metrics() -> ResponseReturnValue:
    """Counts for Prometheus, to this machine alone; others find no such page."""
    if not _from_this_machine():
        return not_found()
    return Response(generate_latest(metrics.REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _database_answers() -> bool:
    try:
        return bool(db.session.execute(text("SELECT 1")).scalar() == 1)
    except Exception:
        current_app.logger.exception("the database does not answer")
        return False


def _schema_is_newest() -> bool:
    known: bool = current_app.extensions.get(_NEWEST, False)
    if not known:
        from app.core import migrate  # noqa: PLC0415 - pages never need Alembic

        try:
            known = migrate.current() == migrate.head()
        except Exception:
            current_app.logger.exception("the schema cannot be read")
        current_app.extensions[_NEWEST] = known
    return known


def _files_are_there() -> bool:
    try:
        current_app.extensions["files"].exists("readyz/00/" + "0" * 64)
    except Exception:
        current_app.logger.exception("the file store does not answer")
        return False
    return True


NEEDS: dict[str, Callable[[], bool]] = {
    "database": _database_answers,
    "schema": _schema_is_newest,
    "files": _files_are_there,
}


def _from_this_machine() -> bool:
    if not current_app.extensions["equipoise"].proxy_hops and "X-Forwarded-For" in request.headers:
        return False  # a proxy on this machine that we were not told of: anybody may be behind it
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
