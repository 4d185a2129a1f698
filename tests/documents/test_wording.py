"""Figures and instants as each language writes them, to the last digit."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from app.core.money import Money
from app.documents.wording import Writing, direction


def writing(locale: str, zone: str = "Europe/Brussels") -> Writing:
    return Writing(Locale.parse(locale), ZoneInfo(zone))


@pytest.mark.parametrize(
    ("locale", "value", "written"),
    [
        ("en_GB", "1.4300", "1.4300"),
        ("en_GB", "12345.6789012345678901", "12,345.6789012345678901"),
        ("de", "1234.50", "1.234,50"),
        ("en_GB", "3", "3"),
    ],
)
def test_every_digit_is_written(locale: str, value: str, written: str) -> None:
    assert writing(locale).decimal(Decimal(value)) == written


def test_shares_keep_their_digits() -> None:
    assert writing("en_GB").percent(Decimal("0.35")) == "35\N{NO-BREAK SPACE}%"
    assert writing("en_GB").percent(Decimal("0.1")) == "10\N{NO-BREAK SPACE}%"
    assert writing("de").percent(Decimal("0.12345")) == "12,345\N{NO-BREAK SPACE}%"
    assert writing("en_GB").percent(Decimal(1)) == "100\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize(
    ("money", "written"),
    [
        (Money(123_456_789, "EUR"), "1,234,567.89"),
        (Money(1_234, "JPY"), "1,234"),
        (Money(1_234_567, "KWD"), "1,234.567"),
    ],
)
def test_amounts_in_columns_have_the_digits_of_their_currency(money: Money, written: str) -> None:
    assert writing("en_GB").figure(money) == written


def test_a_moment_is_told_in_the_zone_of_the_call() -> None:
    instant = datetime(2026, 3, 28, 23, 30, 5, tzinfo=UTC)

    assert writing("en_GB").moment(instant) == "29 March 2026, 00:30:05 CET"
    assert writing("en_GB").day(instant) == "29 March 2026"
    assert writing("en_GB").day(date(2026, 3, 28)) == "28 March 2026"
    assert writing("en_GB", "Asia/Kathmandu").moment(instant).startswith("29 March 2026, 05:15:05")


def test_a_text_runs_in_the_direction_of_its_first_letter() -> None:
    assert direction("12 – الكشف المبكر") == "rtl"
    assert direction("«שלום»") == "rtl"
    assert direction("Łódź الكشف") == "ltr"
    assert direction("123") == "ltr"
    assert direction("") == "ltr"


def test_a_country_without_a_name_keeps_its_code() -> None:
    assert writing("en_GB").country("RW") == "Rwanda"
    assert writing("fr").country("EG") == "Égypte"
    assert writing("en_GB").country("QX") == "QX"
    assert writing("en_GB").country("") == ""
