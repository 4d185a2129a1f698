"""House rules that a linter does not know, held against every module."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.tracked import name_of, parsed, tracked

MODULES = tracked("app/*.py", "scoring/*.py", "config.py", "wsgi.py")
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
THE_ONE_COMMIT = "app/core/work.py"


def test_there_are_modules_to_look_at() -> None:
    assert any(name_of(module) == THE_ONE_COMMIT for module in MODULES)


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_says_in_one_sentence_what_it_is(module: Path) -> None:
    tree = parsed(module)
    if not tree.body:
        return  # an empty __init__.py marks a package
    said = ast.get_docstring(tree) or ""
    first = said.partition("\n\n")[0].replace("\n", " ")
    assert re.search(r"[.?!]['\")»”]?$", first), f"docstring begins with no sentence: {first!r}"


def test_the_session_is_committed_in_one_place() -> None:
    committing = {
        name_of(module)
        for module in MODULES
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and "session" in ast.unparse(node.func.value).lower()
    }
    assert committing == {THE_ONE_COMMIT}


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = [
        name_of(file)
        for file in tracked()
        if NAMES_THAT_SAY_NOTHING & {part.lower() for part in (*file.parts[-3:-1], file.stem)}
    ]
    assert vague == []


def test_time_is_read_from_the_one_clock() -> None:
    reads = re.compile(r"\b(?:datetime\.(?:now|utcnow|today)|date\.today)\(")
    elsewhere = [
        name_of(module)
        for module in MODULES
        if name_of(module) != "app/core/clock.py" and reads.search(module.read_text())
    ]
    assert elsewhere == []


def test_a_service_knows_neither_request_nor_template() -> None:
    web = {"request", "render_template", "render_template_string", "flash", "redirect", "abort"}
    found = {
        f"{name_of(module)} uses {alias.name}"
        for module in MODULES
        if module.stem in {"service", "queries", "policy", "rules", "models", "events"}
        or {"service", "queries", "policy"} & set(module.parts)
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        for alias in node.names
        if alias.name in web
    }
    assert found == set()


def test_print_is_for_commands_alone() -> None:
    printing = {
        name_of(module)
        for module in tracked("app/*.py")
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
        and name_of(module) != "app/ledger/verify.py"
    }
    assert printing == set()
