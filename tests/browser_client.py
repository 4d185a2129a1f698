"""A person's browser without scripts: keeps cookies, reads forms, fills them in and sends them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient

from app.accounts import session
from app.core.work import unit_of_work

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from app.core.web import EquipoiseApp

File = tuple[str, bytes]  # name, content
Value = str | list[str] | File
MOST_STEPS = 5  # redirects followed before giving up


@dataclass
class Form:
    """A form as the page offers it: where it goes and what it would send untouched."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)  # of every control, buttons too, checked or not


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select: str | None = None
        self._textarea: str | None = None
        self._text = ""
        self._by_id: dict[str, Form] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(has.get("action", ""), has.get("method", "get").lower())
            self.forms.append(self._open)
            if "id" in has:
                self._by_id[has["id"]] = self._open
            return
        form = self._by_id.get(has["form"]) if "form" in has else self._open
        if form is not None:
            self._read_control(form, tag, has)

    def _read_control(self, form: Form, tag: str, has: dict[str, str]) -> None:
        name = has.get("name", "")
        if tag in {"input", "select", "textarea", "button"} and name and "disabled" not in has:
            form.names.add(name)
        if tag == "input" and name and _is_sent(has):
            form.fields.setdefault(name, []).append(has.get("value", "on"))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in has:
            form.fields.setdefault(self._select, []).append(has.get("value", ""))
        elif tag == "textarea":
            self._textarea, self._text = name, ""

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._textarea is not None:
            if self._open is not None:
                self._open.fields[self._textarea] = [
                    self._text.replace("\r\n", "\n").removeprefix("\n")
                ]
            self._textarea = None


def _is_sent(has: dict[str, str]) -> bool:
    """Whether an input left alone is sent: not a button, nor an unchecked box."""
    kind = has.get("type", "text")
    if kind in {"checkbox", "radio"}:
        return "checked" in has
    return kind not in {"submit", "button", "file", "image"}


def forms_of(html: str) -> list[Form]:
    reader = _FormReader()
    reader.feed(html)
    return reader.forms


class _Client(FlaskClient):
    """Gives each request a context of its own, as a server does: the test's is still open."""

    def run_wsgi_app(self, environ: Any, buffered: bool = False) -> Any:  # noqa: FBT001, FBT002
        with self.application.app_context():
            return super().run_wsgi_app(environ, buffered)


class Browser:
    """`get`, `post` and above all `fill_in`, which opens a page and sends its form."""

    def __init__(self, app: EquipoiseApp) -> None:
        self.app = app
        self.client = _Client(app, app.response_class)

    def sign_in(self, account_id: str) -> Browser:
        """Sign in past the password: the tests of signing in use the form itself."""
        with self.app.test_request_context():
            from flask import session as cookie  # noqa: PLC0415

            with unit_of_work():
                session.begin(account_id)
            token = cookie[session.TOKEN]
        with self.client.session_transaction() as kept:
            kept[session.TOKEN] = token
        return self

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        return self.client.post(path, **options)

    def fill_in(self, path: str, *, form: str | None = None, **values: Any) -> TestResponse:
        """Send the form of `path` and follow to the page it leads to."""
        answer = self.send(path, form=form, **values)
        steps = 0
        while answer.status_code in {301, 302, 303} and steps < MOST_STEPS:
            answer = self.client.get(answer.headers["Location"])
            steps += 1
        return answer

    def send(self, path: str, *, form: str | None = None, **values: Any) -> TestResponse:
        """Open `path`, change the named fields of its form, send it and return the answer.

        `form` picks the form by its action's end; else the one that has all the named fields.
        """
        page = self.get(path)
        assert page.status_code == 200, f"{path}: {page.status_code}"
        chosen = _choose(forms_of(page.text), form, set(values))
        data: dict[str, Any] = dict(chosen.fields)
        for name, value in values.items():
            if isinstance(value, tuple):
                data[name] = (BytesIO(value[1]), value[0])
            else:
                data[name] = value
        target = chosen.action or path
        parts = urlsplit(target)
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        return self.client.post(address, data=data, content_type="multipart/form-data")


def _choose(forms: list[Form], action: str | None, names: set[str]) -> Form:
    posting = [form for form in forms if form.method == "post"]
    if action is not None:
        posting = [form for form in posting if form.action.endswith(action)]
    fitting = [form for form in posting if names <= form.names]
    assert fitting, f"no form for {sorted(names)}; there are {[sorted(f.names) for f in posting]}"
    own = [form for form in fitting if not form.action]  # the page's own before those of its frame
    return (own or fitting)[0]
