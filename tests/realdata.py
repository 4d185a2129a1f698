"""Where the real data lies, for tests that run on it; they skip with a reason without it."""

import os
from pathlib import Path

import pytest

REAL_DATA = Path(
    os.environ.get(
        "EQUIPOISE_REAL_DATA",
        Path(__file__).resolve().parents[2] / "shared" / "data",
    )
)


def real_data(*parts: str) -> Path:
    """Return the path of a real file or folder, or skip the test that asks for it."""
    path = REAL_DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"real data is not here: {'/'.join(parts)} (set EQUIPOISE_REAL_DATA)")
    return path
