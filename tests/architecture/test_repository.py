"""What the tracked files may not hold, and what they must keep saying of each other."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from config import PREFIX, Config
from tests.architecture.tracked import ROOT, name_of, tracked

# Each is put together here, so that this file does not hold what it looks for.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "deb.debian" + ".org",
    "index" + "-url",
    "find" + "-links",
]
MACHINE_PATHS = ["/" + "work/", "/" + "root/", "/" + "home/", "/" + "Users/"]
REAL_DATA = "shared" + "/data"
BINARY = {".png", ".pdf", ".ttf", ".otf", ".woff2", ".ico", ".mo", ".zip", ".jpg", ".icc", ".xlsx"}


def _lines() -> list[tuple[str, int, str]]:
    return [
        (name_of(file), number, line)
        for file in tracked()
        if file.suffix.lower() not in BINARY
        for number, line in enumerate(file.read_text("utf-8", "replace").splitlines(), start=1)
    ]


def _holding(*texts: str, before: str = "") -> list[str]:
    wanted = re.compile(f"{before}(?:{'|'.join(re.escape(text) for text in texts)})")
    return [
        f"{name}:{number}: {line[:100]}" for name, number, line in _lines() if wanted.search(line)
    ]


def _words_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_no_file_names_a_package_registry() -> None:
    # The recipe that writes the lists has to say that it wants no address in them.
    assert [hit for hit in _holding(*REGISTRIES) if "--no-emit-" not in hit] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    # After a word they are folders of ours (templates/home/), and we have such addresses.
    found = _holding(*MACHINE_PATHS, before=r"(?<!\w)")
    assert [hit for hit in found if not hit.startswith("docs/reference/routes.md:")] == []


def test_no_file_names_the_real_data_or_holds_a_part_of_it() -> None:
    assert _holding(REAL_DATA) == []


def test_no_file_holds_a_secret_key() -> None:
    assert _holding("-----BEGIN " + "PRIVATE KEY", "-----BEGIN " + "RSA", "AK" + "IA") == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_required_package_is_pinned_with_hashes(name: str) -> None:
    requirements = re.split(r"\n(?=[a-z0-9])", _words_of(name))[1:]
    assert len(requirements) > 60
    loose = [
        requirement.splitlines()[0]
        for requirement in requirements
        if not re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==\S+", requirement)
        or "--hash=sha256:" not in requirement
    ]
    assert loose == []


def _pinned(name: str) -> set[str]:
    return set(
        re.findall(r"^([a-z0-9-]+==\S+)", re.sub(r"\[[a-z,]+\]", "", _words_of(name)), re.MULTILINE)
    )


def test_what_the_tests_install_holds_all_that_serving_installs() -> None:
    assert _pinned("requirements.txt") - _pinned("requirements-dev.txt") == set()


def test_every_direct_dependency_has_a_floor_that_the_pinned_list_meets() -> None:
    project = tomllib.loads(_words_of("pyproject.toml"))
    direct = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    direct += [
        each for extra in project["project"]["optional-dependencies"].values() for each in extra
    ]
    pinned = {pin.partition("==")[0] for pin in _pinned("requirements-dev.txt")}
    assert [
        each for each in direct if not re.fullmatch(r"[a-z0-9-]+(\[[a-z,]+\])?>=[\d.]+", each)
    ] == []
    assert {re.split(r"[\[>]", each)[0] for each in direct} - pinned == set(), "run `make lock`"


def test_every_setting_has_a_meaning() -> None:
    silent = [
        item.name
        for item in fields(Config)
        if not re.fullmatch(r"\S+ .+\.", item.metadata.get("meaning", ""))
    ]
    assert silent == []


def test_every_setting_that_a_text_names_exists() -> None:
    known = {item.name.upper() for item in fields(Config)}
    # Read by tests and by `flask` itself, not settings of the product.
    known |= {"REAL_DATA"}
    unknown = [
        f"{name}:{number}: {PREFIX}{found}"
        for name, number, line in _lines()
        if not name.startswith("tests/")
        for found in re.findall(PREFIX + r"([A-Z][A-Z_]*[A-Z])", line)
        if found not in known and found.removesuffix("_FILE") not in known
    ]
    assert unknown == []


def test_every_make_word_that_a_text_names_is_in_the_makefile() -> None:
    words = set(re.findall(r"^([a-z-]+):", _words_of("Makefile"), re.MULTILINE))
    named = {
        (name_of(page), word)
        for page in tracked("*.md", "scripts", ".ci")
        for word in re.findall(r"(?:`|^ *|\$ )make ([a-z-]+)", page.read_text(), re.MULTILINE)
    }
    assert {"run", "test", "check"} <= {word for _, word in named}
    assert sorted((page, word) for page, word in named if word not in words) == []


def test_every_link_between_pages_leads_to_a_file() -> None:
    dead = [
        f"{name_of(page)}: {target}"
        for page in tracked("*.md")
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text())
        if not (page.parent / target).resolve().exists()
    ]
    assert dead == []


def _migrations() -> tuple[Path, ...]:
    return tracked("migrations/versions/*.py")


def test_migrations_are_numbered_without_a_gap() -> None:
    numbers = sorted(file.name[:5] for file in _migrations())
    assert numbers == [f"{number:04}_" for number in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("migration", _migrations(), ids=name_of)
def test_a_migration_says_what_it_does_and_goes_both_ways(migration: Path) -> None:
    text = migration.read_text()
    assert re.match(r'"""[A-Z][^"]+\."""', text)
    assert (
        f'revision = "{migration.stem.partition("_")[0]}' in text or f'"{migration.stem}"' in text
    )
    back = text.partition("def downgrade()")[2]
    assert back.strip()
    assert not re.search(r"^    pass$", back, re.MULTILINE)


def test_scripts_can_be_run() -> None:
    scripts = [*tracked("scripts"), ROOT / ".ci/run"]
    assert [name_of(script) for script in scripts if not script.stat().st_mode & 0o100] == []
