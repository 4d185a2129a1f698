"""What each document says: plain frozen records, collected elsewhere, exact to the last digit."""

from app.documents.facts.allocation import (
    AllocationReport,
    AwardLine,
    Conflicts,
    Contribution,
    Decision,
    Departure,
    Standing,
    Taking,
    Tie,
)
from app.documents.facts.award import AwardReport, CriterionMean, Party
from app.documents.facts.certificate import Certificate
from app.documents.facts.exceptions import (
    Exceptions,
    ForAll,
    ForAllKind,
    ForOne,
    ForOneKind,
)
from app.documents.facts.funder import FunderReport, Payment
from app.documents.facts.letter import DecisionLetter
from app.documents.facts.method import Anchor, Blinding, Criterion, Method, Rate, Scale
from app.documents.facts.minutes import Discussed, PanelMinutes, Seated
from app.documents.facts.receipt import Receipt, SealedAnswer, SealedFile
from app.documents.facts.shared import (
    Approval,
    Call,
    Digest,
    FactsDisagree,
    Funder,
    Issue,
    Part,
    Source,
    Witness,
)

__all__ = [
    "AllocationReport",
    "Anchor",
    "Approval",
    "AwardLine",
    "AwardReport",
    "Blinding",
    "Call",
    "Certificate",
    "Conflicts",
    "Contribution",
    "Criterion",
    "CriterionMean",
    "Decision",
    "DecisionLetter",
    "Departure",
    "Digest",
    "Discussed",
    "Exceptions",
    "FactsDisagree",
    "ForAll",
    "ForAllKind",
    "ForOne",
    "ForOneKind",
    "Funder",
    "FunderReport",
    "Issue",
    "Method",
    "PanelMinutes",
    "Part",
    "Party",
    "Payment",
    "Rate",
    "Receipt",
    "Scale",
    "SealedAnswer",
    "SealedFile",
    "Seated",
    "Source",
    "Standing",
    "Taking",
    "Tie",
    "Witness",
]
