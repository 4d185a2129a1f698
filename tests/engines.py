"""Run a test on SQLite and on PostgreSQL: `@both_engines` above it."""

import pytest

both_engines = pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)
