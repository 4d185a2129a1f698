"""The child process: little memory, little time, no network, and every end is a plain answer."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.uploads import LIMITS, Limits, UploadRefused, child, scrub_pdf
from tests.core.uploads import built

PLAYS = Path(__file__).with_name("plays.py")


@pytest.fixture
def plays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the child find plays.py as a module: a copy of inside.py with one more folder."""
    stage = tmp_path / "app" / "core" / "uploads"
    stage.mkdir(parents=True)
    (stage / "inside.py").write_text(child.INSIDE.read_text())
    (stage / "plays.py").write_text(PLAYS.read_text())
    monkeypatch.setattr(child, "INSIDE", stage / "inside.py")


def play(name: str, data: bytes = b"", limits: Limits = LIMITS) -> tuple[dict[str, object], bytes]:
    return child.run(f"app.core.uploads.plays:{name}", data, limits)


def failure(name: str, limits: Limits) -> str:
    with pytest.raises(child.ChildFailure) as caught:
        play(name, limits=limits)
    return caught.value.code


@pytest.mark.usefixtures("plays")
def test_facts_and_bytes_come_back_as_they_were_given() -> None:
    data = os.urandom(3_000_000)
    facts, answer = play("echo", data)
    assert facts == {"size": len(data), "words": "Ω"}
    assert answer == data


@pytest.mark.usefixtures("plays")
@pytest.mark.parametrize(
    ("name", "limits", "code"),
    [
        ("eat_memory", {}, "memory"),
        ("think_forever", {"cpu_seconds": 1}, "time"),
        ("sleep_forever", {"wall_seconds": 1}, "time"),
        ("fall_over", {}, "crash"),
        ("raise_something", {}, "crash"),
        ("leave_early", {}, "crash"),
        ("say_nothing", {}, "crash"),
        ("say_nonsense", {}, "crash"),
        ("talk_forever", {"answer_bytes": 1 << 20}, "crash"),
        ("no_such_play", {}, "crash"),
    ],
)
def test_every_bad_end_has_a_name(name: str, limits: dict[str, int], code: str) -> None:
    started = time.monotonic()
    assert failure(name, replace(LIMITS, **limits)) == code
    assert time.monotonic() - started < 5


@pytest.mark.usefixtures("plays")
def test_the_child_sees_no_settings_no_files_of_ours_and_no_network() -> None:
    facts, _ = play("look_around")
    assert facts["environment"] in (["LC_ALL"], ["LC_ALL", "LC_CTYPE"])
    assert facts["open"] == [0, 1, 2]
    assert facts["folder"] == "/"
    assert facts["session"] is True
    assert facts["modules"] == []
    assert facts["memory"] == Limits().memory_bytes
    if _can_unshare():
        assert facts["network"] == "closed"


def _can_unshare() -> bool:
    return (
        subprocess.run(["unshare", "-n", "true"], check=False, capture_output=True).returncode == 0
    )


@pytest.mark.usefixtures("plays")
def test_ten_callers_at_once_all_get_their_own_answer() -> None:
    answers: dict[int, bytes] = {}

    def ask(number: int) -> None:
        answers[number] = play("echo", b"%d" % number)[1]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: b"%d" % number for number in range(10)}


def test_a_child_that_cannot_start_asks_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(UploadRefused, match="Try again in a minute") as caught:
        scrub_pdf(built.honest())
    assert caught.value.code == "unavailable"


@pytest.mark.usefixtures("plays")
@pytest.mark.parametrize(
    "answer",
    ["no facts", "pages that lie", "bytes that are no pdf", "words of another kind"],
)
def test_an_answer_that_does_not_hold_together_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    facts: dict[str, dict[str, object]] = {
        "no facts": {"pages": None},
        "pages that lie": {"pages": 3, "text": ["a"], "removed": []},
        "bytes that are no pdf": {"pages": 1, "text": ["a"], "removed": []},
        "words of another kind": {"pages": 1, "text": "a", "removed": []},
    }
    pdf = b"<html>" if answer == "bytes that are no pdf" else b"%PDF-1.7"
    monkeypatch.setattr(child, "run", lambda *_: (facts[answer], pdf))
    with pytest.raises(UploadRefused) as caught:
        scrub_pdf(built.honest())
    assert caught.value.code == "crash"
