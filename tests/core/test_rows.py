"""Long tables and amounts: drawn the fast way, the same as the slow way."""

import pytest
from babel.localedata import locale_identifiers
from babel.numbers import format_currency
from flask import render_template_string
from markupsafe import Markup, escape

from app.core.kept import Kept
from app.core.money import Money, digits
from app.core.rows import addresses
from app.core.web import EquipoiseApp

TABLE = """{% call(row) many(rows, "number title done", done={true: tick, false: "no"}) -%}
<tr class="{{ row.number }}"><th>{{ row.title }} 100%</th><td>{{ row.done }}</td></tr>
{%- endcall %}"""


@pytest.mark.parametrize(
    "title",
    ["plain", "<script>alert(1)</script>", "a & b", 'say "so"', "\x1e between \x1e", "%s", "", 7],
)
def test_rows_are_escaped_and_their_order_kept(app: EquipoiseApp, title: object) -> None:
    rows = [{"number": n, "title": title, "done": n % 2 == 0} for n in range(3)]
    with app.test_request_context():
        drawn = render_template_string(TABLE, rows=rows, tick=Markup("<b>yes</b>"))
        slow = render_template_string(
            '{% for row in rows %}<tr class="{{ row.number }}"><th>{{ row.title }} 100%</th>'
            '<td>{{ "<b>yes</b>"|safe if row.done else "no" }}</td></tr>{% endfor %}',
            rows=rows,
        )
    assert drawn == slow


KEPT = """{% call(row) many(rows, "number title done", kept=true, done={1: "yes", 0: tick}) -%}
<tr class="{{ row.number }}"><th>{{ row.title }} 100%</th><td>{{ row.done }}{{ row.title }}</td>
{%- endcall %}"""


def test_lines_that_are_kept_are_those_that_would_be_drawn(app: EquipoiseApp) -> None:
    titles: list[list[object]] = [
        ["<b>", "a & b", "x", ""],
        ["<b>", "a & c", "x", "\x1e"],
        [Markup("<b>"), "a & b", Markup("x"), "new"],  # as markup the same text is another line
        ["<b>", "a & b", "x", ""],
        [1, 0, 1, 0],
        [True, False, 1, 0],  # equal to the ones before, written otherwise
        ["1", "True", "1", "0"],
        [],
    ]
    with app.test_request_context():
        for column in titles:
            rows = [{"number": n, "title": t, "done": n % 2} for n, t in enumerate(column)]
            values = {"rows": rows, "tick": Markup("<i>no</i>")}
            drawn = render_template_string(KEPT, **values)
            assert drawn == render_template_string(KEPT.replace("kept=true, ", ""), **values)
            assert drawn.count("<tr") == len(column)
            assert all(f"<th>{escape(title)} 100%" in drawn for title in column)


def test_no_rows_are_nothing(app: EquipoiseApp) -> None:
    with app.test_request_context():
        assert render_template_string(TABLE, rows=[], tick="") == ""


def test_addresses_are_those_of_url_for(app: EquipoiseApp) -> None:
    ids = ["b" * 26, "c" * 26]
    with app.test_request_context():
        found = addresses("proposals_desk.show_proposal", "proposal_id", ids, call_id="d" * 26)
    assert found == [f"/desk/calls/{'d' * 26}/proposals/{each}" for each in ids]


@pytest.mark.parametrize("locale", sorted(locale_identifiers())[::7])
@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_amounts_are_written_as_babel_writes_them(locale: str, currency: str) -> None:
    for minor in (0, 5, 100, -7, 99_999, 100_000, 123_456_789, -100_000_000, 10**14 + 1):
        money = Money(minor, currency)
        places = "." + "0" * digits(currency) if minor % 10 ** digits(currency) else ""
        expected = format_currency(
            money.amount, currency, f"¤¤\u00a0#,##0{places}", locale=locale, currency_digits=False
        )
        assert money.show(locale) == expected


def test_a_kept_piece_holds_no_value_of_the_one_it_was_drawn_for() -> None:
    kept, drawings = Kept(), []

    def draw(places: object) -> str:
        drawings.append(places)
        return "<p title='{name}'>{name}: {word}</p>".format(**places)  # type: ignore[arg-type]

    first = kept.filled("page", {"name": "Ada", "word": Markup("<b>x</b>")}, draw)
    second = kept.filled("page", {"name": "<i>", "word": "&"}, draw)
    assert first == "<p title='Ada'>Ada: <b>x</b></p>"
    assert second == "<p title='&lt;i&gt;'>&lt;i&gt;: &amp;</p>"
    assert len(drawings) == 1
    assert "Ada" not in str(drawings)


def test_pieces_used_the_longest_ago_are_forgotten() -> None:
    kept, drawn = Kept(most=2), []
    for key in ("a", "b", "a", "c", "a", "b"):
        kept.filled(key, {}, lambda _places, key=key: drawn.append(key) or key)  # type: ignore[misc,func-returns-value]
    assert drawn == ["a", "b", "c", "b"]
