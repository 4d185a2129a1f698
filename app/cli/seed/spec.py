"""Reading `--spec`: the caller's people, every value of theirs named and nothing else."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pyotp

from app.accounts import rules
from app.cli.plainly import UsageProblem
from app.cli.seed.cast import OF_FILES, OPTIONAL, PARTS, Part, needed
from app.core.countries import is_country
from app.reviewers.rules import Organisation, same_organisation

LONGEST = 300  # characters of a value
BASE32 = re.compile(r"[A-Z2-7]{16,64}")
People = Mapping[str, Mapping[str, Any]]


def read_spec(path: Path) -> People:
    """Return the people of a specification file; raise UsageProblem where it is not usable."""
    try:
        found = json.loads(path.read_bytes(), object_pairs_hook=_once)
    except (OSError, ValueError, RecursionError) as error:
        raise UsageProblem(f"{path} is not a JSON file that can be read: {error}.") from error
    if not isinstance(found, dict):
        raise UsageProblem(f'{path} must hold one object: {{"people": {{…}}}}.')
    _exactly(found, ["people"], "the specification")
    return checked(_mapping(found["people"], "people"))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"“{twice}” stands twice in one object")
    return found


def checked(people: Mapping[str, Any]) -> People:
    """Refuse people who are missing, unknown, incomplete or in each other's way."""
    _exactly(people, PARTS, "people")
    for key, part in PARTS.items():
        _check_person(f"people.{key}", _mapping(people[key], f"people.{key}"), part)
    _check_addresses(people)
    _check_places(people)
    return {key: people[key] for key in PARTS}


def _mapping(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UsageProblem(f"{where} must be an object, not {json.dumps(value)[:40]}.")
    return value


def _exactly(
    found: Collection[str], wanted: Iterable[str], where: str, more: Collection[str] = ()
) -> None:
    wanted = list(wanted)
    missing = [name for name in wanted if name not in found]
    if missing:
        raise UsageProblem(f"{where} lacks {', '.join(missing)}.")
    unknown = sorted(name for name in found if name not in wanted and name not in more)
    if unknown:
        raise UsageProblem(
            f"{where} has {', '.join(unknown)}, which is not known; "
            f"known are {', '.join([*wanted, *more])}."
        )


def _check_person(where: str, told: dict[str, Any], part: Part) -> None:
    _exactly(told, needed(part), where, OPTIONAL)
    if "file" in told:
        file = _mapping(told["file"], f"{where}.file")
        _exactly(file, OF_FILES, f"{where}.file")
        _check_texts(f"{where}.file", file)
    _check_texts(where, {name: value for name, value in told.items() if name != "file"})
    if not rules.is_email(told["email"]):
        raise UsageProblem(f"{where}.email is no e-mail address: {told['email']}.")
    if not is_country(told["country"]):
        raise UsageProblem(
            f"{where}.country is no ISO 3166 code of two letters: {told['country']}."
        )
    if "totp_secret" in told and not _is_secret(told["totp_secret"]):
        raise UsageProblem(f"{where}.totp_secret is no base32 secret of 16 letters or more.")
    about = (told["name"], told["email"])
    if "password" in told and not (verdict := rules.can_be_password(told["password"], about=about)):
        raise UsageProblem(f"{where}.password cannot be used: {verdict.reason}")


def _check_texts(where: str, told: Mapping[str, Any]) -> None:
    for name, value in told.items():
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
            raise UsageProblem(f"{where}.{name} must be a text of 1 to {LONGEST} characters.")
        if value != value.strip() or not value.isprintable():
            raise UsageProblem(
                f"{where}.{name} must be one line without blanks at its ends and without "
                "characters that cannot be seen: it would not be kept as it is."
            )


def _is_secret(text: str) -> bool:
    return BASE32.fullmatch(text) is not None and len(pyotp.TOTP(text).byte_secret()) > 0


def _check_addresses(people: People) -> None:
    taken: dict[str, str] = {}
    for key, told in people.items():
        other = taken.setdefault(rules.email_key(told["email"]), key)
        if other != key:
            raise UsageProblem(f"people.{other} and people.{key} have the same e-mail address.")


def _check_places(people: People) -> None:
    """A reviewer of an applicant's organisation would be found to have a conflict and not sit."""
    for one, other in combinations(PARTS, 2):
        judged = PARTS[one].applies and PARTS[other].reviews
        if not judged and not (PARTS[one].reviews and PARTS[other].applies):
            continue
        first, second = (
            Organisation(people[key]["organisation"], people[key]["country"])
            for key in (one, other)
        )
        if same_organisation(first, second):
            raise UsageProblem(
                f"people.{one} and people.{other} are of the same organisation, so that the one "
                "could not review the other. Give them different ones."
            )
