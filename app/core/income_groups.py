"""Countries by income, as the World Bank groups them for its fiscal year 2026.

A call that speaks of low- and middle-income countries means this list, by its name: it is part
of the published rules (`NAME`), and a newer list is a change to this file. Territories and the
countries that the World Bank leaves unclassified are in no group.
"""

NAME = "World Bank, fiscal year 2026"


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


LOW = _codes("AF BF BI CD CF ER GM GW KP LR MG ML MW MZ NE RW SD SL SO SS SY TD TG UG YE")
LOWER_MIDDLE = _codes(
    "AO BD BJ BO BT CG CI CM DJ EG FM GH GN HN HT IN JO KE KG KH KI KM LA LB LK LS MA MM MR "
    "NA NG NI NP PG PH PK PS SB SN ST SZ TJ TL TN TZ UZ VN VU ZM ZW"
)
UPPER_MIDDLE = _codes(
    "AL AM AR AZ BA BR BW BY BZ CN CO CU CV DM DO DZ EC FJ GA GD GE GQ GT ID IQ IR JM KZ LC "
    "LY MD ME MH MK MN MU MV MX MY PE PY RS SR SV TH TM TO TR TV UA VC WS XK ZA"
)
HIGH = _codes(
    "AD AE AG AS AT AU AW BB BE BG BH BM BN BS CA CH CL CR CW CY CZ DE DK EE ES FI FO FR GB "
    "GI GL GR GU GY HK HR HU IE IL IM IS IT JP KN KR KW KY LI LT LU LV MC MF MO MP MT NC NL "
    "NO NR NZ OM PA PF PL PR PT PW QA RO RU SA SC SE SG SI SK SM SX TC TT TW US UY VG VI"
)
GROUPS = {
    "low": LOW,
    "lower-middle": LOWER_MIDDLE,
    "upper-middle": UPPER_MIDDLE,
    "high": HIGH,
}


def income_group(country: str) -> str:
    """Return the group of a country by its ISO code; empty for one that is in none."""
    return next((name for name, codes in GROUPS.items() if country in codes), "")
