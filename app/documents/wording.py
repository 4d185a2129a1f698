"""The pages of documents: templates, their words, and numbers as each language writes them."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.core.clock import to_text
from app.core.compiled import CompiledTemplates
from app.core.money import Money, digits
from app.documents.facts import Issue

APP = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Words:
    """Where translations come from: gettext and ngettext for the language of the document."""

    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]

    @classmethod
    def of(cls, language: str) -> "Words":
        """Return the catalogue of a BCP 47 tag, or untranslated English where there is none."""
        found = _catalogue(language)
        return cls(found.gettext, found.ngettext)


@lru_cache(maxsize=32)
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(APP / "translations", [language.replace("-", "_")])


@dataclass(frozen=True, slots=True)
class Writing:
    """How one language and one time zone write figures and instants. Nothing is rounded here."""

    locale: Locale
    zone: tzinfo

    def decimal(self, value: Decimal | int) -> str:
        """Write every digit that the value has, trailing zeros included."""
        places = max(0, -int(Decimal(value).as_tuple().exponent))
        return self._number(Decimal(value), places)

    def percent(self, share: Decimal) -> str:
        """Write a share of 1 as a percentage with the digits it has."""
        hundredfold = (share * 100).normalize()
        places = max(0, -int(hundredfold.as_tuple().exponent))
        return f"{self._number(hundredfold, places)}\N{NO-BREAK SPACE}%"

    def money(self, money: Money) -> str:
        return money.show(str(self.locale))

    def figure(self, money: Money) -> str:
        """Write an amount for a column of one currency: no code, always its decimals."""
        return self._number(money.amount, digits(money.currency))

    def country(self, code: str) -> str:
        return str(self.locale.territories.get(code, code)) if code else ""

    def language_direction(self) -> str:
        return str(self.locale.text_direction)

    def day(self, when: date | datetime) -> str:
        if isinstance(when, datetime):
            when = when.astimezone(self.zone).date()
        return format_date(when, "long", locale=self.locale)

    def moment(self, instant: datetime) -> str:
        """Write an instant in the zone of the call, to the second, with the zone."""
        return format_datetime(instant, "long", tzinfo=self.zone, locale=self.locale)

    def series(self, items: Iterable[str]) -> str:
        return format_list(list(items), locale=self.locale)

    def _number(self, value: Decimal, places: int) -> str:
        pattern = "#,##0" + ("." + "0" * places if places else "")
        return format_decimal(value, pattern, locale=self.locale, decimal_quantization=False)


def _locale(language: str) -> Locale:
    """Read a BCP 47 tag; plain English dates and times are written as most of the world does."""
    return Locale.parse("en_GB" if language == "en" else language.replace("-", "_"))


class Page:
    """The templates of documents in the language and zone of one issue."""

    def __init__(self, issue: Issue, words: Words | None = None) -> None:
        self.words = words or Words.of(issue.language)
        self.writing = Writing(_locale(issue.language), ZoneInfo(issue.zone))
        self._environment = environment(issue.language, self.writing, self.words)

    def gettext(self, text: str) -> str:
        return self.words.gettext(text)

    def fill(self, template: str, **facts: object) -> str:
        """Return the HTML of `documents/<template>.html`."""
        return self._environment.get_template(f"documents/{template}.html").render(**facts)


def direction(text: str) -> str:
    """Return rtl or ltr, after the first letter that has a direction."""
    for letter in text:
        match unicodedata.bidirectional(letter):
            case "L":
                return "ltr"
            case "R" | "AL":
                return "rtl"
    return "ltr"


@lru_cache(maxsize=32)  # a release prints hundreds of documents; their templates compile once
def environment(language: str, writing: Writing, words: Words) -> Environment:
    """Return the templates of documents in one language, whatever request is running."""
    made = Environment(
        loader=FileSystemLoader(APP / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=CompiledTemplates(APP / "templates", "documents"),
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]  # comes with the extension
        words.gettext, words.ngettext, newstyle=True
    )
    made.filters |= {
        "decimal": writing.decimal,
        "percent": writing.percent,
        "money": writing.money,
        "figure": writing.figure,
        "country": writing.country,
        "day": writing.day,
        "moment": writing.moment,
        "utc": to_text,
        "series": writing.series,
        "direction": direction,
    }
    made.globals |= {"language": language, "page_direction": writing.language_direction()}
    return made
