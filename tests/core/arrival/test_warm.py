"""Before a preloading server forks: what is made once, and what must not be shared."""

import pytest

from app.core.arrival import warm
from app.core.db import db
from app.core.web import EquipoiseApp
from tests.engines import both_engines


@both_engines
def test_the_first_pages_are_answered_once_and_no_connection_outlives_it(
    app: EquipoiseApp, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", [".grants.example"])
    hooks = [*app.before_request_funcs.get(None, []), lambda: asked.append("one")]
    monkeypatch.setitem(app.before_request_funcs, None, hooks)
    warm.warm.cache_clear()  # another test may have warmed this application up
    warm.warm(app)
    warm.warm(app)  # for a worker that takes another's place
    assert not caplog.records, "both were answered"
    assert len(asked) == len(warm.PAGES)
    with app.app_context():
        assert {engine.pool.checkedin() for engine in db.engines.values()} == {0}  # type: ignore[attr-defined]
