"""People where the caller gives none: believable ones, or values that can be searched for."""

from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Any

from app.cli.seed.cast import OF_FILES, PARTS, Part, needed

FIRST = (
    "Amara", "Bjørn", "Chiara", "Dmitri", "Esperanza", "Farid", "Greta", "Hamid", "Ines", "Jomo",
    "Katarzyna", "Lwazi", "Maren", "Nkechi", "Oriol", "Priya", "Quentin", "Rosalind", "Siosaia",
    "Tuğçe", "Ulrike", "Viggo", "Wanjiru", "Xiomara", "Yusuf", "Zsófia",
)  # fmt: skip
LAST = (
    "Abernathy", "Bekele", "Castellano", "Dlamini", "Eriksdotter", "Fonseca", "Grzywacz", "Haugen",
    "Iwu", "Jankauskas", "Kipchoge", "Lefèvre", "Moana", "Nakagawa", "Oyelaran", "Pellegrini",
    "Quispe", "Rahimi", "Steinbach", "Tamihana", "Ueda", "Vasquez", "Wickramasinghe", "Xu",
    "Yamamoto", "Zelenka",
)  # fmt: skip
TOWNS = (
    "Aldermoor", "Brightwater", "Calanque", "Dornfeld", "Eastmere", "Fjellby", "Gullhaven",
    "Hinterbach", "Isolaverde", "Juniper Bay", "Kestrel Hill", "Lagoa Branca", "Mirador",
    "Northwick", "Oakenshaw", "Puente Viejo", "Quarrytown", "Ravensholm", "Silverstrand",
    "Tannenau", "Umberleigh", "Valdoria", "Westerfell", "Ysterplaat", "Zonnedaal", "Ambleford",
)  # fmt: skip
KINDS = ("Institute of Oncology", "University Hospital", "Centre for Public Health", "Cancer Trust")
COUNTRIES = ("NO", "KE", "IN", "PL", "BR", "GB", "ZA", "NZ", "PE", "DE", "GH", "VN", "SE", "CA")
FIELDS = ("screening", "radiotherapy", "implementation research", "statistics", "palliative care")

Person = dict[str, Any]


def believable(seed: int) -> dict[str, Person]:
    """Return people with ordinary names; addresses end in .example, which is nobody's."""
    chance = Random(seed)  # noqa: S311 - names, not secrets
    firsts, lasts, towns = (chance.sample(many, len(many)) for many in (FIRST, LAST, TOWNS))
    return {
        key: _person(part, key, first, last, town, chance)
        for (key, part), first, last, town in zip(PARTS.items(), firsts, lasts, towns, strict=False)
    }


def _person(  # noqa: PLR0917
    part: Part, key: str, first: str, last: str, town: str, chance: Random
) -> Person:
    slug = key.replace(".", "-")
    told = {
        "name": f"{first} {last}",
        "email": f"{slug}@{town.replace(' ', '').lower()}.example",
        "orcid": _orcid(chance),
        "organisation": f"{town} {chance.choice(KINDS)} (fictional)",
        "country": chance.choice(COUNTRIES),
        "position": f"Head of the {town} trials unit",
        "team": f"{first} {last} leads; two nurses and a statistician of {town} take part.",
        "expertise": chance.choice(FIELDS),
        "note": f"I spent last summer in {town} with somebody who may be involved.",
        "file": {
            "name": f"{last} {first} final version 3.pdf",
            "author": f"{first} {last}",
            "title": f"{last}: project description",
            "xmp": f"{first} {last}, {town}",
            "comment": f"{first[0]}. {last}",
        },
    }
    return {name: told[name] for name in needed(part)}


def _orcid(chance: Random) -> str:
    """Return an iD with its right check digit (ISO 7064 MOD 11-2), of a range not given out."""
    digits = f"0009{chance.randrange(10**11):011d}"
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    whole = f"{digits}{'X' if check == 10 else check}"  # noqa: PLR2004
    return "-".join(whole[at : at + 4] for at in range(0, 16, 4))


def searchable(seed: int) -> dict[str, Person]:
    """Return people whose every value is a token of its own, `ZQ0017K9f86d081`, found by search."""
    chance = Random(seed)  # noqa: S311 - tokens to find, not secrets
    tokens = _tokens(chance)
    return {key: _canary(part, tokens, chance) for key, part in PARTS.items()}


def _tokens(chance: Random) -> Iterator[str]:
    for number in count(1):
        yield f"ZQ{number:04d}K{chance.getrandbits(32):08x}"


def _canary(part: Part, tokens: Iterator[str], chance: Random) -> Person:
    told: Person = {name: next(tokens) for name in needed(part) if name != "file"}
    told["name"] = f"{told['name']} {next(tokens)}"
    told["email"] = f"{told['email'].lower()}@{next(tokens).lower()}.example"
    told["orcid"] = _orcid(chance)
    told["country"] = chance.choice(COUNTRIES)
    if part.applies:
        told["file"] = {name: next(tokens) for name in OF_FILES}
        told["file"]["name"] += ".pdf"
    return told
