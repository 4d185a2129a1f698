"""The description of the interface, OpenAPI 3.1, made from the declarations of its routes."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from app.core.api.answering import KEY_PATTERN, Operation, operation_of
from app.core.api.bodies import TOO_LARGE, UNMEASURED
from app.core.api.problems import MIMETYPE, SENTENCES, is_for_programs
from app.core.api.scopes import WORDS
from app.core.api.values import Schema, Shapes, hints_of, is_needed, without_null
from app.core.ids import ID_PATTERN

VERSION = "1.0.0"
SECURITY = "token"
ABOUT = (
    "Everything here stands behind the same rules as the pages of Equipoise: a token is never more "
    "than its owner. What is not yours is answered exactly like what does not exist. Instants are "
    "in UTC, amounts of money whole minor units, grades and totals exact decimals as text. Every "
    "answer that is not a success is problem details (RFC 9457). Unknown parameters are refused."
)
_ARGUMENT = re.compile(r"<(?:(?P<kind>[a-z_]+)(?:\([^)]*\))?:)?(?P<name>[a-z_]+)>")
PATTERNS = {
    "id": ID_PATTERN,
    "word": r"[A-Za-z0-9][A-Za-z0-9-]*",
    "uuid": "[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}",
    "question_key": r"[a-z][a-z0-9_]{0,59}",
}
PROBLEM: Schema = {
    "type": "object",
    "description": "Problem details, RFC 9457.",
    "properties": {
        "type": {"type": "string", "description": "A name of this kind of problem."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong and how to mend it."},
        "errors": {
            "type": "array",
            "description": "What is wrong with each part of what was sent.",
            "items": {
                "type": "object",
                "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
                "required": ["where", "what"],
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}


def routes_of(app: Flask) -> Iterator[tuple[Rule, str, Operation]]:
    """Yield every route for programs: its rule, its method, what it declared."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        told = operation_of(app.view_functions.get(rule.endpoint))
        if told is None:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, told


def document_of(app: Flask, server: str) -> Schema:
    """Return the whole document."""
    shapes = Shapes()
    paths: dict[str, Schema] = {}
    for rule, method, told in routes_of(app):
        path = _ARGUMENT.sub(lambda found: f"{{{found['name']}}}", rule.rule)
        paths.setdefault(path, {})[method.lower()] = _operation(app, rule, told, shapes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Equipoise",
            "version": VERSION,
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": {**dict(sorted(shapes.known.items())), "Problem": PROBLEM},
            "securitySchemes": {
                SECURITY: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token from the page of your profile. Scopes: "
                    + "; ".join(f"`{scope.value}` {words}" for scope, words in WORDS.items()),
                }
            },
        },
    }


def _operation(app: Flask, rule: Rule, told: Operation, shapes: Shapes) -> Schema:
    view = app.view_functions[rule.endpoint]
    summary, _, about = inspect.cleandoc(view.__doc__ or "").partition("\n\n")
    needed = "Needs no token." if told.open else "Needs a token."
    if told.scope is not None:
        needed = f"Needs a token with the scope `{told.scope.value}`."
    parameters = [*_of_path(rule), *_of_query(told, shapes), *_of_head(told)]
    answers = {str(told.status): _answer(told, shapes)}
    for status, meaning in sorted(_refusals(rule, told).items()):
        content = {MIMETYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        answers[str(status)] = {"description": meaning, "content": content}
    return {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": " ".join(summary.split()).rstrip("."),
        "description": " ".join(f"{about} {needed}".split()),
        "tags": [rule.endpoint.partition(".")[0].removeprefix("api_").replace("_", " ")],
        **({"parameters": parameters} if parameters else {}),
        **({"requestBody": _body(told.takes, shapes)} if told.takes else {}),
        "responses": answers,
        # The empty one: a token may be sent where none is needed.
        "security": [{SECURITY: []}] if not told.open else [{}, {SECURITY: []}],
    }


def _of_path(rule: Rule) -> Iterator[Schema]:
    for found in _ARGUMENT.finditer(rule.rule):
        pattern = PATTERNS.get(found["kind"] or "")
        schema = {"type": "string", **({"pattern": f"^{pattern}$"} if pattern else {})}
        yield {"name": found["name"], "in": "path", "required": True, "schema": schema}


def _of_query(told: Operation, shapes: Shapes) -> Iterator[Schema]:
    if told.asks is None:
        return
    hints = hints_of(told.asks)
    for item in told.asks.__dataclass_fields__.values():  # type: ignore[attr-defined]
        schema = without_null(shapes.of(hints[item.name]))
        about = schema.pop("description", "")
        if not is_needed(item) and item.default not in (None, ""):
            schema["default"] = getattr(item.default, "value", item.default)
        yield {
            "name": item.name,
            "in": "query",
            "required": is_needed(item),
            "schema": schema,
            **({"description": about} if about else {}),
        }


def _of_head(told: Operation) -> Iterator[Schema]:
    if told.keyed:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "A text of your own for this request: sent again with the same body, "
            "it is answered again and nothing is done twice.",
            "schema": {"type": "string", "pattern": KEY_PATTERN},
        }


def _body(shape: type, shapes: Shapes) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": shapes.of(shape)}}}


def _answer(told: Operation, shapes: Shapes) -> Schema:
    if isinstance(told.answers, str):
        return {"description": "The file.", "content": {told.answers: {}}}
    schema: dict[str, Any] = shapes.of(told.answers)
    return {"description": "As asked.", "content": {"application/json": {"schema": schema}}}


def _refusals(rule: Rule, told: Operation) -> dict[int, str]:
    """Return every status but success that a route may answer, with what it means."""
    found = {
        400: "An unknown or wrong parameter, or a body that is no JSON.",
        401: "The token is missing, unknown, revoked or over.",
        429: SENTENCES[429],
        503: SENTENCES[503],
    }
    if not told.open:
        found[403] = "Not in the scopes of the token, or refused with a reason."
        found[404] = SENTENCES[404]
    if rule.arguments:
        found[404] = SENTENCES[404]
    if told.takes is not None:
        found |= {
            411: UNMEASURED,
            413: TOO_LARGE,
            415: "The body is no application/json.",
            422: "Parts of the body are wrong; each is named.",
        }
    return {**found, **told.refuses}


def text_of(rule: Rule) -> str:
    """Return the address of a route as the document writes it."""
    assert is_for_programs(rule.rule), rule.rule
    return _ARGUMENT.sub(lambda found: f"{{{found['name']}}}", rule.rule)
