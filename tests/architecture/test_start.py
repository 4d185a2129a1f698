"""What a web server loads before its first page: engines wait until something needs them."""

import subprocess
import sys
from pathlib import Path

# Each is used by some page, job or command, and loaded by it.
NOT_AT_THE_START = (
    "alembic",
    "cryptography",
    "huey",
    "jsonschema",
    "lxml",
    "numpy",
    "openpyxl",
    "pikepdf",
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


def test_a_web_server_starts_without_the_engines_that_few_pages_need(tmp_path: Path) -> None:
    settings = {"EQUIPOISE_DATA_DIR": str(tmp_path), "EQUIPOISE_SECRET_KEY": "for a start, " * 4}
    loaded = subprocess.run(
        [sys.executable, "-c", START],
        cwd=Path(__file__).parents[2],
        env=settings,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "app.accounts.session" in loaded
    assert [name for name in NOT_AT_THE_START if name in loaded] == []
