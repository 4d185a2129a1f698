#!/usr/bin/env python3
"""Collect every text that people read into app/translations/messages.pot, for translators."""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

ROOT = Path(__file__).resolve().parents[1]
CATALOG = ROOT / "app" / "translations" / "messages.pot"
METHODS = [("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2"), ("**.py", "python")]
OPTIONS = {"templates/**.html": {"silent": "false"}, "templates/**.txt": {"silent": "false"}}
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    **dict.fromkeys(("_", "lazy", "gettext", "lazy_gettext")),
    **dict.fromkeys(("plural", "ngettext"), (1, 2)),
}


def extracted() -> Catalog:
    """Return the texts of app/, with the files they stand in and the comments for translators."""
    catalog = Catalog(project="Equipoise", copyright_holder="the Equipoise contributors")
    found = extract_from_dir(
        ROOT / "app", METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("Translators:",)
    )
    for file, _line, text, comments, context in sorted(found, key=lambda row: (row[0], row[1])):
        catalog.add(text, locations=[(f"app/{file}", 0)], auto_comments=comments, context=context)
    return catalog


def main() -> None:
    catalog = extracted()
    out = BytesIO()
    # No lines and no date: the file changes when a text does, and not otherwise.
    write_po(out, catalog, width=100, include_lineno=False, sort_output=True, omit_header=True)
    CATALOG.parent.mkdir(exist_ok=True)
    header = "# Every text of Equipoise that people read. Written by `make messages`.\n"
    plain = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    CATALOG.write_text(header + plain + out.getvalue().decode(), encoding="utf-8")
    sys.stdout.write(f"{CATALOG.relative_to(ROOT)}: {len(catalog)} texts\n")


if __name__ == "__main__":
    main()
