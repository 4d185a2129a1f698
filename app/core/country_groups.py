"""Which income group a country belongs to, and whether it may receive development assistance.

Facts of two published lists, by ISO 3166-1 code. When a list changes, change it here and its name
with it: calls print which list they go by.
"""

from enum import StrEnum
from functools import cache

from app.core.words import _

INCOME_SOURCE = "World Bank country classification by income, fiscal year 2026"
DAC_SOURCE = "OECD DAC list of ODA recipients (DAC and CRS code lists)"


class Income(StrEnum):
    LOW = "low"
    LOWER_MIDDLE = "lower-middle"
    UPPER_MIDDLE = "upper-middle"
    HIGH = "high"


_GROUPS = {
    Income.LOW: """
    AF BF BI CD CF ER GM GW KP LR MG ML MW MZ NE RW SD SL SO SS SY TD TG UG YE
    """,
    Income.LOWER_MIDDLE: """
    AO BD BJ BO BT CG CI CM DJ EG FM GH GN HN HT IN JO KE KG KH KI KM LA LB LK LS MA MM MR NA
    NG NI NP PG PH PK PS SB SN ST SZ TJ TL TN TZ UZ VN VU ZM ZW
    """,
    Income.UPPER_MIDDLE: """
    AL AM AR AZ BA BR BW BY BZ CN CO CU CV DM DO DZ EC FJ GA GD GE GQ GT ID IQ IR JM KZ LC LY
    MD ME MH MK MN MU MV MX MY PE PY RS SR SV TH TM TO TR TV UA VC WS ZA
    """,
    Income.HIGH: """
    AD AE AG AS AT AU AW BB BE BG BH BM BN BS CA CH CL CR CW CY CZ DE DK EE ES FI FO FR GB GI
    GL GR GU GY HK HR HU IE IL IM IS IT JP KN KR KW KY LI LT LU LV MC MF MO MP MT NC NL NO NR
    NZ OM PA PF PL PR PT PW QA RO RU SA SC SE SG SI SK SM SX TC TT TW US UY VG VI
    """,
}

_DAC = """
    AF AL AM AO AR AZ BA BD BF BI BJ BO BR BT BW BY BZ CD CF CG CI CM CN CO CR CU CV DJ DM DO
    DZ EC EG ER ET FJ FM GA GD GE GH GM GN GQ GT GW GY HN HT ID IN IQ IR JM JO KE KG KH KI KM
    KP KZ LA LB LC LK LR LS LY MA MD ME MG MH MK ML MM MN MR MS MU MV MW MX MY MZ NA NE NG NI
    NP NR NU PA PE PG PH PK PS PW PY RS RW SB SD SH SL SN SO SR SS ST SV SY SZ TD TG TH TJ TK
    TL TM TN TO TR TV TZ UA UG UZ VC VE VN VU WF WS YE ZA ZM ZW
"""


@cache
def _by_country() -> dict[str, Income]:
    return {code: group for group, codes in _GROUPS.items() for code in codes.split()}


@cache
def dac_recipients() -> frozenset[str]:
    return frozenset(_DAC.split())


def income_of(country: str) -> Income | None:
    """Return the income group of a country; None where the list has none for it."""
    return _by_country().get(country)


def income_name(country: str) -> str:
    """Return the income group as conditions of a form name it; empty where there is none."""
    group = income_of(country)
    return group.value if group else ""


def income_words(group: Income) -> str:
    return {
        Income.LOW: _("low income"),
        Income.LOWER_MIDDLE: _("lower-middle income"),
        Income.UPPER_MIDDLE: _("upper-middle income"),
        Income.HIGH: _("high income"),
    }[group]
