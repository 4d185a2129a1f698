"""What a web server loads before its first page: engines wait until something needs them."""

import subprocess
import sys
from pathlib import Path

# Each is used by some page, job or command, and loaded by it.
NOT_AT_THE_START = (
    "alembic",
    "app.core.api.document",
    "cryptography",
    "fontTools",
    "huey",
    "jsonschema",
    "lxml",
    "numpy",
    "openpyxl",
    "pikepdf",
    "psycopg",
    "pyhanko",
    "scipy",
    "segno",
    "weasyprint",
    "xlsxwriter",
)
START = (
    "import gc, sys; from wsgi import app; app.test_client().get('/sign-in');"
    "assert gc.isenabled(); assert gc.get_freeze_count();"
    "print(*sys.modules)"
)


def _loaded(code: str, folder: Path) -> list[str]:
    """Return the names of all modules that a fresh process has loaded after running this."""
    settings = {"EQUIPOISE_DATA_DIR": str(folder), "EQUIPOISE_SECRET_KEY": "for a start, " * 4}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        env=settings,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()


def test_a_web_server_starts_without_the_engines_that_few_pages_need(tmp_path: Path) -> None:
    loaded = _loaded(START, tmp_path)
    assert "app.accounts.session" in loaded
    assert [name for name in NOT_AT_THE_START if name in loaded] == []


def test_sending_a_job_over_sqlite_loads_no_other_driver(tmp_path: Path) -> None:
    sending = (
        "import sys; from wsgi import app; from app.core.jobs.transport import install_transport;"
        "install_transport(app).send('job'); print(*sys.modules)"
    )
    loaded = _loaded(sending, tmp_path)
    assert "huey" in loaded
    assert [name for name in ("redis", "psycopg", "cryptography") if name in loaded] == []
