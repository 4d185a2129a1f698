"""Organisations and people: who they are, with public identifiers whose check digits must fit."""

from app.calls.kinds.base import Asked, Fault, PartedKind, Shown, parts_of
from app.calls.models import QuestionKind
from app.core.identifiers import is_email, read_orcid, read_ror
from app.core.words import _

LONGEST_NAME = 200


class Organisation(PartedKind):
    name = QuestionKind.ORGANISATION
    parts = ("name", "ror")
    tells_who = True

    def faults(self, asked: Asked, answer: str) -> list[Fault]:
        found, faults = parts_of(answer), []
        if not found.get("name") or len(found["name"]) > LONGEST_NAME:
            faults.append(
                Fault(_("“%(label)s”: give the organisation's name.", label=asked.label), "-name")
            )
        if found.get("ror") and not read_ror(found["ror"]):
            faults.append(
                Fault(
                    _(
                        "“%(label)s”: %(text)s is no ROR id; its check digits do not fit. Copy it "
                        "from ror.org, or leave it empty.",
                        label=asked.label,
                        text=found["ror"][:60],
                    ),
                    "-ror",
                )
            )
        return faults

    def shown(self, asked: Asked, answer: str) -> Shown:
        del asked
        found = parts_of(answer)
        ror = read_ror(found.get("ror", ""))
        return Shown(
            "\n".join(
                filter(None, [found.get("name", ""), f"https://ror.org/{ror}" if ror else ""])
            )
        )

    def values(self, answer: str) -> list[str]:
        return [name] if (name := parts_of(answer).get("name", "")) else []


class Person(PartedKind):
    name = QuestionKind.PERSON
    parts = ("name", "email", "orcid")
    tells_who = True

    def faults(self, asked: Asked, answer: str) -> list[Fault]:
        found, faults = parts_of(answer), []
        if not found.get("name") or len(found["name"]) > LONGEST_NAME:
            faults.append(
                Fault(_("“%(label)s”: give the person's name.", label=asked.label), "-name")
            )
        if not is_email(found.get("email", "")):
            faults.append(
                Fault(
                    _(
                        "“%(label)s”: give one mail address like kim@example.org.",
                        label=asked.label,
                    ),
                    "-email",
                )
            )
        if found.get("orcid") and not read_orcid(found["orcid"]):
            faults.append(
                Fault(
                    _(
                        "“%(label)s”: %(text)s is no ORCID iD; its last character does not fit. "
                        "Copy it from orcid.org, or leave it empty.",
                        label=asked.label,
                        text=found["orcid"][:60],
                    ),
                    "-orcid",
                )
            )
        return faults

    def shown(self, asked: Asked, answer: str) -> Shown:
        del asked
        found = parts_of(answer)
        orcid = read_orcid(found.get("orcid", ""))
        lines = [found.get("name", ""), found.get("email", "")]
        return Shown("\n".join(filter(None, [*lines, orcid and f"https://orcid.org/{orcid}"])))

    def values(self, answer: str) -> list[str]:
        return [name] if (name := parts_of(answer).get("name", "")) else []
