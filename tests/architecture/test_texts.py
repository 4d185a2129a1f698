"""Every text that a person reads passes through gettext, and translators are given all of them."""

import ast
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.architecture.tracked import ROOT, name_of, tracked

TEMPLATES = tuple(
    page
    for page in tracked("app/templates/**/*.html", "app/templates/*.html")
    if "patterns" not in page.parts  # sample words of nobody's system
)
MODULES = tuple(
    file
    for file in tracked("app/*.py", "app/**/*.py")
    if not {"cli", "patterns"} & set(file.parts)  # commands are in English
)
# Names, units and the form that every receipt keeps: the same in all languages.
SAME_EVERYWHERE = re.compile(r"Equipoise|SHA-256|UTC|PDF|Receipt:|–")

COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
TRANSLATED = re.compile(r"\{%-?\s*trans\b.*?\{%-?\s*endtrans\s*-?%\}", re.DOTALL)
CLASSES = re.compile(r"\{%-?\s*block page_class\s*-?%\}.*?\{%-?\s*endblock", re.DOTALL)
CODE = re.compile(r"<(code|pre|script|style)\b.*?</\1>", re.DOTALL)
COMPUTED = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAG = re.compile(r"""<(?:"[^"]*"|'[^']*'|[^"'>])*>""")
DATA = re.compile(r'\bdata-[a-z-]+="[^"]*"')
SPOKEN = re.compile(r'\s(?:alt|title|aria-label|aria-description|placeholder)="([^"]*)"')
WORD = re.compile(r"[^\W\d_]{2,}")


def _bare_texts(source: str) -> Iterator[str]:
    """Yield what a template shows in words of its own."""
    for taken in (COMMENT, TRANSLATED, CLASSES, CODE):
        source = taken.sub(" ", source)
    source = DATA.sub(" ", COMPUTED.sub("", source))
    for text in (*SPOKEN.findall(source), *TAG.sub("\n", source).splitlines()):
        plain = SAME_EVERYWHERE.sub("", re.sub(r"&#?\w+;", " ", text)).strip()
        if WORD.search(plain):
            yield plain


@pytest.mark.parametrize("page", TEMPLATES, ids=name_of)
def test_a_template_has_no_words_of_its_own(page: Path) -> None:
    assert list(_bare_texts(page.read_text(encoding="utf-8"))) == []


def test_bare_words_would_be_found() -> None:
    for bare in (
        "<p>Hello there</p>",
        '<img alt="A rose">',
        "{{ x }} years{% if y %} ago{% endif %}",
    ):
        assert list(_bare_texts(bare)), bare
    for good in ('{{ _("Hello") }}', "{% trans %}Hello{% endtrans %}", "<code>python x</code>"):
        assert not list(_bare_texts(good)), good


REFUSALS = {"refused", "refuse", "flash", "MoneyError", "WallTimeError"}
VALIDATORS = {"InputRequired", "DataRequired", "Length", "NumberRange", "Regexp", "Email"}
SHOWN_KEYWORDS = {"message", "label", "description"}


def _untranslated(source: str) -> Iterator[str]:
    """Yield literal texts where a reader's sentence, label or hint is expected."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        given: list[ast.expr] = []
        if name in REFUSALS or name.endswith("Field"):
            given += node.args[:1]
        if name.endswith("Field") or name in VALIDATORS:
            given += [item.value for item in node.keywords if item.arg in SHOWN_KEYWORDS]
        if name in {"_", "lazy", "plural", "gettext"} and node.args:
            given += [arg for arg in node.args[:1] if not isinstance(arg, ast.Constant)]
            given = [arg for arg in given if isinstance(arg, ast.JoinedStr | ast.BinOp)]
        for text in given:
            if isinstance(text, ast.JoinedStr | ast.BinOp) or _says_something(text):
                yield f"line {node.lineno}: {ast.unparse(text)}"


def _says_something(text: ast.expr) -> bool:
    value = text.value if isinstance(text, ast.Constant) else ""
    return isinstance(value, str) and WORD.search(value) is not None


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_sentence_for_a_reader_is_marked_for_translation(module: Path) -> None:
    assert list(_untranslated(module.read_text(encoding="utf-8"))) == []


def test_untranslated_sentences_would_be_found() -> None:
    for bare in (
        'refused("No.")',
        'StringField("Title")',
        'StringField(_("Title"), description="Write")',
        'Length(max=3, message="Shorter")',
        '_(f"{n} words")',
        '_("words " + n)',
    ):
        assert list(_untranslated(bare)), bare
    for good in ('refused(_("No."))', 'StringField("")', '_("%(n)s words", n=3)'):
        assert not list(_untranslated(good)), good


def _texts(catalog: Catalog) -> set[str]:
    return {message.id if isinstance(message.id, str) else message.id[0] for message in catalog}


def test_translators_are_given_every_text() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "messages.py"))
    with script["CATALOG"].open("rb") as file:
        given = _texts(read_po(file)) - {""}
    wanted = _texts(script["extracted"]()) - {""}
    assert len(wanted) > 1000
    missing, gone = sorted(wanted - given), sorted(given - wanted)
    assert (missing, gone) == ([], []), "the catalogue is stale: run `make messages`"
