"""The description of the interface says what the routes declare: it cannot drift."""

import json
from collections.abc import Iterator
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from app.core.api.document import routes_of, text_of
from app.core.api.problems import PREFIXES, is_for_programs
from app.core.api.scopes import WORDS, TokenScope
from app.core.web import EquipoiseApp
from tests.programs import Program


def _document(app: EquipoiseApp) -> dict[str, Any]:
    found: dict[str, Any] = Program(app).get("/openapi.json").get_json()
    return found


def _operations(app: EquipoiseApp) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in _document(app)["paths"].items():
        for method, told in methods.items():
            yield path, method.upper(), told


def test_it_is_a_valid_document(app: EquipoiseApp) -> None:
    assert list(OpenAPIV31SpecValidator(_document(app)).iter_errors()) == []


def test_every_route_for_programs_stands_in_it(app: EquipoiseApp) -> None:
    there = {
        (text_of(rule), method)
        for rule in app.url_map.iter_rules()
        if is_for_programs(rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert len(there) >= 8
    assert {(path, method) for path, method, _told in _operations(app)} == there
    assert {(text_of(rule), method) for rule, method, _told in routes_of(app)} == there


def test_every_operation_says_what_it_is_and_who_may(app: EquipoiseApp) -> None:
    for path, method, told in _operations(app):
        where = f"{method} {path}"
        assert told["summary"], where
        open_to_all = {} in told["security"]
        declared = app.access_of(_endpoint(app, path, method))
        assert declared is not None, where
        assert declared.open_to_anyone is open_to_all, where
        assert {"400", "401", "429", "503"} <= set(told["responses"]), where
        assert ("404" in told["responses"]) or (open_to_all and "{" not in path), where
        if not open_to_all:
            assert "403" in told["responses"], where


def _endpoint(app: EquipoiseApp, path: str, method: str) -> str:
    return next(
        str(rule.endpoint)
        for rule, one, _told in routes_of(app)
        if (text_of(rule), one) == (path, method)
    )


def test_the_document_shows_no_schema_without_use_and_names_every_scope(app: EquipoiseApp) -> None:
    document = _document(app)
    text = json.dumps(document)
    for name in document["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, name
    assert set(WORDS) == set(TokenScope)
    assert all(f"`{scope}`" in text for scope in TokenScope)
    assert set(document["paths"]) == {
        path for path in document["paths"] if path.startswith(PREFIXES)
    }
