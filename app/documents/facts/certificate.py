"""The certificate of reviewing: that somebody reviewed, and nothing about what."""

from dataclasses import dataclass

from app.documents.facts.shared import FactsDisagree, Issue, Witness


@dataclass(frozen=True, slots=True)
class Certificate:
    """Who reviewed how often in one year, for whom: no call, no proposal, no day.

    It has no ledger proof, for the record of an event tells its instant; the signature proves it.
    `issue.at` is the first instant of the year.
    """

    issue: Issue
    person: str
    year: int
    reviews: int
    funder: str
    witness: Witness | None = None

    def __post_init__(self) -> None:
        if self.reviews < 1:
            raise FactsDisagree("Nobody is certified to have reviewed nothing.")
        first = self.issue.at
        if (first.year, first.month, first.day, first.hour, first.minute) != (
            self.year,
            1,
            1,
            0,
            0,
        ):
            raise FactsDisagree("A certificate names no instant but the first of its year.")
