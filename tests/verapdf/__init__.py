"""veraPDF's verdict on files: PDF/A-3a and PDF/UA-1."""

import fcntl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from shutil import which

import pytest

_HERE = Path(__file__).resolve().parent
_TOOLS = _HERE.parent.parent / ".tools" / "verapdf"
_JAVA = Path("/usr/share/java")
_JAXB = ("jaxb-runtime", "jaxb-core", "jaxb-api", "istack-commons-runtime", "txw2")
_TIME = 300


def complaints(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Return what veraPDF finds wrong in the files, by name, for both profiles; empty is PASS.

    Skips the test, with the reason, where the validator can neither be found nor installed.
    """
    if reason := _why_not():
        pytest.skip(f"veraPDF is not installed and could not be: {reason}")
    for name, content in files.items():
        (folder / f"{name}.pdf").write_bytes(content)
    found = subprocess.run(
        [
            *(str(which("java")), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
            *("-cp", ":".join(map(str, _classes())), "VeraCheck", "3a,ua1"),
            *(f"{name}.pdf" for name in files),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_TIME,
        check=False,
    )
    lines = found.stdout.splitlines()
    judged = [line for line in lines if line.startswith(("PASS ", "FAIL "))]
    assert len(judged) == 2 * len(files), found.stderr
    return [line for line in lines if not line.startswith("PASS ")]


def _classes() -> list[Path]:
    jaxb = [_JAVA / f"{name}.jar" for name in (*_JAXB, "javax.activation")]
    return [_TOOLS / "validator.jar", *jaxb, _TOOLS]


@cache
def _why_not() -> str:
    """Install the validator once for all test processes; return why that failed, or nothing."""
    with _alone():
        try:
            tried = subprocess.run(
                ["/bin/sh", str(_HERE / "install.sh")],
                capture_output=True,
                text=True,
                timeout=_TIME,
                env={"PYTHON": sys.executable, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "installing took too long"
    return "" if tried.returncode == 0 else (tried.stderr.strip().splitlines() or ["unknown"])[-1]


@contextmanager
def _alone() -> Iterator[None]:
    _TOOLS.mkdir(parents=True, exist_ok=True)
    with (_TOOLS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
