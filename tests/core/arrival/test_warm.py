"""Before a preloading server forks: what is made once, and what must not be shared."""

import pytest

from app.core.arrival import warm
from app.core.db import db
from app.core.web import EquipoiseApp
from tests.engines import both_engines


@both_engines
def test_the_first_pages_are_answered_once_and_no_connection_outlives_it(
    app: EquipoiseApp, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["TRUSTED_HOSTS"] = [".grants.example"]
    asked: list[str] = []
    app.before_request_funcs.setdefault(None, []).append(lambda: asked.append("one"))
    loaded = set(app.jinja_env.cache or ())
    warm.warm(app)
    warm.warm(app)  # for a worker that takes another's place
    assert not caplog.records, "both were answered"
    assert len(asked) == len(warm.PAGES)
    assert set(app.jinja_env.cache or ()) > loaded
    with app.app_context():
        assert {engine.pool.checkedin() for engine in db.engines.values()} == {0}  # type: ignore[attr-defined]
