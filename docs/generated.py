"""Reference pages written from the code itself: addresses, tables, events, settings, commands."""

import inspect
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import cast

import click

from app import create_app
from app.cli import install
from app.cli.routes import listed
from app.cli.routes import routes as own_routes
from app.core.db import Model
from app.core.lens import Lens, Scope, Sees
from app.core.web import EquipoiseApp
from app.ledger.events import Event
from config import PREFIX, Config

FOLDER = Path(__file__).parent / "reference"
_NOTE = "*This page is written from the code: `python -m docs reference`. Do not edit it by hand.*"
_NOT_OURS = frozenset({"limiter", "run", "shell"})


def write() -> None:
    """Write every reference page anew."""
    FOLDER.mkdir(exist_ok=True)
    app = an_app()
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(app), encoding="utf-8")


def an_app() -> EquipoiseApp:
    """Return the application with its commands; its data folder is gone at once."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(data_dir=Path(folder), secret_key="for reference pages alone " * 2))
    install(app)
    return app


def _page(title: str, about: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", about, _NOTE, *parts]) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _first_sentence(text: str | None) -> str:
    return " ".join((text or "").strip().partition("\n\n")[0].split())


# --- addresses -----------------------------------------------------------------------------------


def policy_named(name: str) -> Callable[..., object] | None:
    """Return the function that a page's declaration names, None where there is none."""
    module, _, function = name.rpartition(".")
    try:
        return cast("Callable[..., object]", getattr(import_module(f"app.{module}"), function))
    except (ImportError, AttributeError):
        return None


def routes(app: EquipoiseApp) -> str:
    rows = listed(app)
    parts = []
    for lens in sorted({row["lens"] for row in rows}, key=_place_of_lens):
        own = [row for row in rows if row["lens"] == lens]
        table = _table(
            ("address", "method", "who may", "recorded"),
            (
                (
                    f"`{row['rule']}`",
                    row["method"],
                    row["policy"] if row["policy"] == "anyone" else f"`{row['policy']}`",
                    "yes" if _reading_is_recorded(app, row["endpoint"]) else "",
                )
                for row in own
            ),
        )
        title = "No lens: files of ours" if lens == "none" else f"Lens `{lens}`"
        parts.append(f"## {title}\n\n{table}")
    named = sorted({row["policy"] for row in rows} - {"anyone"})
    rules = _table(
        ("policy", "in words"),
        ((f"`{name}`", _first_sentence(inspect.getdoc(policy_named(name)))) for name in named),
    )
    return _page(
        "Addresses",
        "Every address the application answers, by the lens it reads through, with the policy it"
        " enforces. *Recorded* marks a GET whose reading is an event in the ledger. The diff of"
        " this page is what a reviewer of a change reads "
        "([decision 0005](../adr/0005-access-at-the-view.md)).",
        *parts,
        f"## The policies\n\nWhere no words stand, the name says it.\n\n{rules}",
    )


def _place_of_lens(name: str) -> int:
    order = [lens.value for lens in Lens]
    return order.index(name) if name in order else len(order)


def _reading_is_recorded(app: EquipoiseApp, endpoint: str) -> bool:
    access = app.access_of(endpoint)
    return access is not None and access.recorded


# --- tables --------------------------------------------------------------------------------------


def tables(_app: EquipoiseApp) -> str:
    declared = {m.class_.__tablename__: m.class_.__lens__ for m in Model.registry.mappers}
    rows = [
        (f"`{name}`", sees.holds.value, *_scopes(sees)) for name, sees in sorted(declared.items())
    ]
    return _page(
        "Tables and lenses",
        "What each table holds at its most sensitive, and which audience may read it, append to it"
        " or change it. The database engine refuses everything else"
        " ([decision 0003](../adr/0003-lenses-and-doors.md)). *Everyone* is every lens; commands"
        " and jobs run under the lens `system`, which may do all.",
        _table(("table", "holds", "read", "append", "change", "doors"), rows),
    )


def _scopes(sees: Sees) -> Iterator[str]:
    some = ", ".join(scope.value.removeprefix("door_") for scope in sees.columns)
    yield _names(sees.read) + (f" (some columns: {some})" if some else "")
    for lenses in (sees.append, sees.change):
        yield _names(lenses)
    yield ", ".join(
        f"{door.name.lower()}: {(may.name or '').replace('|', ' + ').lower()}"
        for door, may in sees.doors.items()
    )


def _names(scopes: Iterable[Scope]) -> str:
    found = set(scopes)
    if found >= set(Lens) - {Lens.SYSTEM}:
        return "everyone"
    return ", ".join(lens.value for lens in Lens if lens in found)


# --- events --------------------------------------------------------------------------------------


def events(_app: EquipoiseApp) -> str:
    rows = [
        (
            f"`{kind.action()}`",
            _first_sentence(kind.__doc__) if not _is_made(kind) else "",
            ", ".join(f"`{item.name}`" for item in fields(kind)),
        )
        for kind in _kinds(Event)
        if kind.__module__.startswith("app.")
    ]
    return _page(
        "Events of the ledger",
        "Everything the ledger can say. The name, the thing it is about and the references of an"
        " event stay for ever; its facts can be erased"
        " ([decision 0007](../adr/0007-ledger.md)).",
        _table(("event", "meaning", "facts"), sorted(rows)),
    )


def _kinds(root: type[Event]) -> Iterator[type[Event]]:
    for kind in root.__subclasses__():
        yield kind
        yield from _kinds(kind)


def _is_made(kind: type) -> bool:
    """Whether the docstring is the one that dataclass writes: the signature."""
    return (kind.__doc__ or "").startswith(f"{kind.__name__}(")


# --- settings ------------------------------------------------------------------------------------


def settings(_app: EquipoiseApp) -> str:
    rows = [
        (f"`{PREFIX}{item.name.upper()}`", _default(item.default), str(item.metadata["meaning"]))
        for item in fields(Config)
    ]
    return _page(
        "Settings",
        "All settings are read from the environment, once, at the start. Each can also be given as"
        " a file: `EQUIPOISE_SECRET_KEY_FILE=/run/secrets/secret_key`. An unknown `EQUIPOISE_` name"
        " is refused, so that a misspelt one is not silently without effect.",
        _table(("setting", "default", "meaning"), rows),
    )


def _default(value: object) -> str:
    if isinstance(value, bool):
        return "`yes`" if value else "`no`"
    return f"`{value}`" if str(value) else ""


# --- commands ------------------------------------------------------------------------------------


def commands(app: EquipoiseApp) -> str:
    ours = {name: item for name, item in app.cli.commands.items() if name not in _NOT_OURS}
    ours[str(own_routes.name)] = own_routes
    return _page(
        "Commands",
        "In the project's `.venv`: `.venv/bin/flask COMMAND`. Exit codes: 0 good, 1 a finding,"
        " 2 wrong usage or something you can mend; then one sentence says what to do. Each knows"
        " `--help`.",
        *(_command(f"flask {name}", item) for name, item in sorted(ours.items())),
    )


def _command(name: str, command: click.Command) -> str:
    if isinstance(command, click.Group):
        return "\n\n".join(
            _command(f"{name} {inner}", item) for inner, item in sorted(command.commands.items())
        )
    words = [
        param.make_metavar(click.Context(command))
        for param in command.params
        if isinstance(param, click.Argument)
    ]
    about = " ".join((command.help or "").split())
    options = [
        f"- `{', '.join(param.opts)}` {param.help or ''}".rstrip()
        for param in command.params
        if isinstance(param, click.Option)
    ]
    return "\n\n".join(
        part for part in (f"## `{' '.join([name, *words])}`", about, "\n".join(options)) if part
    )


PAGES: dict[str, Callable[[EquipoiseApp], str]] = {
    "routes.md": routes,
    "tables.md": tables,
    "events.md": events,
    "settings.md": settings,
    "commands.md": commands,
}
