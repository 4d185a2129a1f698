"""The pages of docs/reference/ say what the code does, and every policy they name is there."""

import pytest

from app.cli.routes import listed
from app.core.web import EquipoiseApp
from docs.generated import FOLDER, PAGES, an_app, policy_named


@pytest.fixture(scope="module")
def described() -> EquipoiseApp:
    return an_app()


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_page_is_up_to_date(described: EquipoiseApp, name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert written == PAGES[name](described), (
        f"docs/reference/{name} is stale: run `.venv/bin/python -m docs reference`, "
        "read the difference, and commit it with the change"
    )


def test_every_policy_that_a_page_names_exists(described: EquipoiseApp) -> None:
    named = {row["policy"] for row in listed(described)} - {"anyone"}
    assert len(named) > 20
    assert {name for name in named if not callable(policy_named(name))} == set()


def test_a_policy_that_is_not_there_is_not_found() -> None:
    assert policy_named("calls.policy.may_do_anything") is None
    assert policy_named("nowhere.policy.may_see_desk") is None
