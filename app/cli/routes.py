"""`flask routes`: every page with its method, policy and lens."""

import json
from typing import cast

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core.web import EquipoiseApp

Row = dict[str, str]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As a JSON list.")
@with_appcontext  # as a plug-in it is found before the application is
def routes(*, as_json: bool) -> None:
    """List the pages with what each declares."""
    rows = listed(cast("EquipoiseApp", current_app))
    if as_json:
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    widths = {name: max(len(row[name]) for row in rows) for name in ("method", "rule", "policy")}
    for row in rows:
        start = "  ".join(row[name].ljust(width) for name, width in widths.items())
        click.echo(f"{start}  {row['lens']}")


def listed(app: EquipoiseApp) -> list[Row]:
    """Return a row for each method and rule; static files have neither policy nor lens."""
    rows = []
    for rule in app.url_map.iter_rules():
        access = app.access_of(rule.endpoint)
        if access is None and rule.endpoint != "static":
            continue
        rows += [
            {
                "method": method,
                "rule": rule.rule,
                "endpoint": rule.endpoint,
                "policy": access.policy or "anyone" if access else "anyone",
                "lens": access.lens.value if access else "none",
            }
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]
    return sorted(rows, key=lambda row: (row["rule"], row["method"]))


COMMANDS = (routes,)
