"""Whatever is uploaded is either accepted or refused with a reason, soon and in little memory."""

import os
import random
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.uploads import LIMITS, Limits, UploadRefused, scrub_pdf
from app.core.uploads import pdf as inside
from tests.core.uploads import built
from tests.core.uploads.cases import ACCEPTED, CASES

Maker = Callable[[], bytes]
LONGEST = 10.0  # seconds for one file, TRUST.md 3.2
MOST_MEMORY = 64  # mebibytes by which the parent may grow, TRUST.md 3.2


def verdict(data: bytes, limits: Limits = LIMITS) -> tuple[str, str]:
    try:
        scrubbed = scrub_pdf(data, limits)
    except UploadRefused as refused:
        return refused.code, refused.reason
    assert scrubbed.pdf.startswith(b"%PDF-1.7")
    assert scrubbed.pages == len(scrubbed.text) > 0
    return ACCEPTED, ""


@pytest.mark.parametrize("name", CASES)
def test_every_built_file_gets_its_verdict(name: str) -> None:
    make, allowed = CASES[name]
    data = make()
    started = time.monotonic()
    code, reason = verdict(data)
    assert time.monotonic() - started < LONGEST
    assert code in allowed
    if code != ACCEPTED:
        assert_is_advice(reason)


def assert_is_advice(reason: str) -> None:
    """Two sentences at least: what is wrong, and what to do about it."""
    assert reason.endswith(".")
    assert len(reason.split(". ")) >= 2 or ", so " in reason
    assert any(
        word in reason for word in ("upload", "Upload", "Try again", "Choose", "Check", "Shorten")
    )


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="measured by Linux")
def test_the_parent_stays_small_while_bombs_go_off_in_the_child() -> None:
    bombs = [
        CASES[name][0]()
        for name in ("words that grow to 300 MB", "words packed three times", "runs that grow")
    ]
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak of earlier tests
    before = peak_memory()
    assert {verdict(bomb)[0] for bomb in bombs} == {"bomb"}
    assert peak_memory() - before < MOST_MEMORY


def peak_memory() -> float:
    status = Path("/proc/self/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def test_a_file_over_the_limit_of_the_call_is_refused_by_that_limit() -> None:
    code, reason = verdict(built.honest(9), Limits(pages=8))
    assert (code, "9 pages and the limit is 8" in reason) == ("too_many_pages", True)
    code, reason = verdict(built.honest() + b"\n" * (2 << 20), Limits(file_bytes=1 << 20))
    assert (code, "2 MB and the limit is 1 MB" in reason) == ("too_large", True)


def test_two_hundred_pages_are_accepted() -> None:
    scrubbed = scrub_pdf(built.honest(200))
    assert scrubbed.pages == 200
    assert all("We study the tides." in page for page in scrubbed.text)


def mutant(seed: int) -> bytes:
    """A built document with a few seeded wounds; the same seed gives the same bytes."""
    chance = random.Random(seed)
    makers: list[Maker] = (
        [built.altered, built.honest, lambda: built.honest(5), CASES["layers"][0],
         CASES["a filled form"][0], CASES["scripts"][0], CASES["an earlier version"][0],
         CASES["objects in streams"][0], CASES["every action"][0], CASES["half a photograph"][0]]
    )  # fmt: skip
    data = bytearray(chance.choice(makers)())
    for _wound in range(chance.randint(1, 12)):
        at = chance.randrange(9, max(10, len(data) - 8))
        match chance.randrange(6):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randrange(1, 40)]
            case 2:
                data[at:at] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 20)))
            case 3:
                data[at:at] = data[chance.randrange(len(data)) :][: chance.randrange(1, 200)]
            case 4:
                data[at:at] = chance.choice(
                    [b"-", b"99999999999", b" R ", b"<<", b">>", b"[", b"]", b"(", b" obj "]
                )
            case _:
                digits = [
                    place for place, byte in enumerate(data) if 48 <= byte <= 57 and place > 9
                ]
                data[chance.choice(digits)] = chance.randrange(48, 58)
    return bytes(data)


def verdict_in_a_fork(data: bytes) -> str:
    """Ask the child's own function in a fork under its limits: many times faster than a start."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = "crash"
        try:
            memory = LIMITS.memory_bytes * 4
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
            resource.setrlimit(resource.RLIMIT_CPU, (LIMITS.cpu_seconds, LIMITS.cpu_seconds))
            signal.alarm(15)
            facts, _ = inside.scrub(data, LIMITS.to_dict())
            code = str(facts.get("refused", ACCEPTED))
        except MemoryError:
            code = "memory"
        finally:
            os.write(writer, code.encode())
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        code = answer.read().decode()
    os.waitpid(child, 0)
    return code or "killed"


@pytest.mark.parametrize("block", range(6))
def test_three_hundred_mutants_are_accepted_or_refused_and_never_crash(block: int) -> None:
    verdicts = {}
    for seed in range(block * 50, block * 50 + 50):
        started = time.monotonic()
        verdicts[seed] = verdict_in_a_fork(mutant(seed))
        assert time.monotonic() - started < LONGEST
    assert not {seed for seed, code in verdicts.items() if code in ("crash", "killed")}
    assert len(set(verdicts.values())) > 1  # else the wounds were too kind or too deep


@pytest.mark.parametrize("seed", range(1000, 1024))
def test_mutants_get_their_sentence_through_the_whole_way(seed: int) -> None:
    code, reason = verdict(mutant(seed))
    if code != ACCEPTED:
        assert_is_advice(reason)
