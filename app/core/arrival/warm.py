"""What the first request would make, made once before a preloading server forks its workers.

Mappers put together, templates loaded, statements compiled: made by each worker for itself they
took up memory in each, and writing all over what was loaded took the rest away from what the
workers share. Answering the two pages everybody can read first leaves all of that behind them.
"""

import gc
import logging
from functools import cache
from http import HTTPStatus
from importlib import import_module
from typing import TYPE_CHECKING

from sqlalchemy.orm import configure_mappers

from app.core.db import db

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)
PAGES = ("/sign-in", "/")
# What a change takes and a page does not: commands that only read start quicker without.
LOADED_LATE = ("app.core.jobs.brokers", "cryptography.hazmat.primitives.serialization")


@cache  # a worker that takes the place of one that ended finds it done
def warm(app: "Flask") -> None:
    """Answer `PAGES` to nobody, and let no connection to the database outlive that."""
    configure_mappers()
    for module in LOADED_LATE:
        import_module(module)
    host = app.config["TRUSTED_HOSTS"][0].lstrip(".")
    for page in PAGES:
        answer = app.test_client().get(page, base_url=f"https://{host}")
        if answer.status_code != HTTPStatus.OK:  # people hear of it, too; the workers start cold
            log.warning("%s was answered with %s before the workers began", page, answer.status)
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()  # a connection must not be shared by two processes
    gc.freeze()
