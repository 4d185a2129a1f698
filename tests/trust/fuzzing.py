"""Requests made up from the description of the interface, as each role with a token of all scopes.

What is answered has to be what the document says: no failure of ours, no status, content type or
shape that it does not name, nothing for whoever sends no token.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from app.core.limits import tries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from app.core.web import EquipoiseApp

load_all_checks()
HELD = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
)


@dataclass
class Fuzzed:
    """What was tried and found."""

    tried: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)


def fuzz(
    app: EquipoiseApp, token: str, known: Mapping[str, str], *, examples: int, part: str = ""
) -> Fuzzed:
    """Try every operation whose path `part` is found in, with as many right and wrong requests.

    `known` are values of arguments in addresses that name something of the asker's.
    """
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", _of_its_own_context(app))
    head = {"Authorization": f"Bearer {token}"} if token else {}
    checks = [CHECKS.get_one(name) for name in HELD]
    told = Fuzzed()
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        if not re.search(part, operation.path):
            continue
        named = [one.name for one in operation.path_parameters]
        ways = [dict.fromkeys(named)] if not named else [{n: known.get(n) for n in named}, {}]
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            for way in ways:
                fixed = {name: value for name, value in way.items() if value}
                strategy = operation.as_strategy(mode, path_parameters=fixed or None)
                _try(strategy, head, checks, told, examples)
    return told


def _try(
    strategy: st.SearchStrategy[Any],
    head: Mapping[str, str],
    checks: list[Any],
    told: Fuzzed,
    examples: int,
) -> None:
    @seed(1)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def once(case: Any) -> None:
        # a parameter that is an empty list sends nothing, so nothing wrong would be sent
        assume([] not in (case.query or {}).values())
        tries.reset()
        answer = case.call(headers=dict(head))
        told.tried += 1
        told.answers[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=checks, headers=dict(head))
        except BaseExceptionGroup as group:
            told.found += [_line(case, answer, one) for one in group.exceptions]

    try:
        once()
    except BaseException as error:  # an operation of which nothing wrong can be made
        if "Unsatisfiable" not in type(error).__name__:
            raise


def _line(case: Any, answer: Any, failure: BaseException) -> str:
    sent = f"{case.method} {case.formatted_path} {case.query or ''} {str(case.body)[:200]}"
    said = answer.content.decode("utf-8", "replace")[:300]
    return f"{sent} -> {answer.status_code} {said}\n   {str(failure)[:400]}"


class _of_its_own_context:  # noqa: N801 - it reads as a function
    """Answers each request in a context of its own, as a server does: the test's is open."""

    def __init__(self, app: EquipoiseApp) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        with self.app.app_context():
            return self._whole(self.app(environ, start))

    @staticmethod
    def _whole(answer: Iterable[bytes]) -> Iterator[bytes]:
        return iter(list(answer))
