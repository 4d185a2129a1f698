"""Countries, kept by their code and shown in the reader's language."""

from app.calls.kinds.base import Asked, Control, Fault, Kind, Shown
from app.calls.models import QuestionKind
from app.core.countries import countries, country_name, is_country
from app.core.words import _


class Country(Kind):
    name = QuestionKind.COUNTRY
    may_be_column = True

    def faults(self, asked: Asked, answer: str) -> list[Fault]:
        if is_country(answer):
            return []
        return [Fault(_("“%(label)s”: choose a country of the list.", label=asked.label))]

    def control(self, asked: Asked, answer: str) -> Control:
        del asked
        return {"value": answer, "choices": countries()}

    def shown(self, asked: Asked, answer: str) -> Shown:
        del asked
        return Shown(country_name(answer) if answer else "")
