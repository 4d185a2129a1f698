"""What the parts of a call are called on pages."""

from app.calls.blinding import moment_words
from app.calls.conditions import Test
from app.calls.models import Blinding, Call, CallState, Moment, QuestionKind
from app.calls.rules import Phase
from app.core.words import _


def phase_words(phase: Phase) -> str:
    return {
        Phase.DRAFTING: _("drafting"),
        Phase.ANNOUNCED: _("announced"),
        Phase.OPEN: _("open"),
        Phase.CLOSED: _("closed, screening"),
        Phase.ASSIGNING: _("assigning reviewers"),
        Phase.REVIEWING: _("in review"),
        Phase.RANKING: _("ranking"),
        Phase.ALLOCATING: _("allocating"),
        Phase.APPROVING: _("waiting for approval"),
        Phase.RELEASED: _("results released"),
        Phase.ARCHIVED: _("archived"),
    }[phase]


def move_words(to: CallState) -> str:
    return {
        CallState.ASSIGNING: _("Screening is done: begin assigning"),
        CallState.REVIEWING: _("Assignment is done: begin reviewing"),
        CallState.RANKING: _("Reviews are in: close reviewing and rank"),
        CallState.ARCHIVED: _("Archive the call"),
    }[to]


def blinding_words(blinding: Blinding) -> str:
    """Name the model in the field's standard terms."""
    return {
        Blinding.DOUBLE: _(
            "Double anonymised: reviewers do not learn who applied, nor applicants who reviewed"
        ),
        Blinding.SINGLE: _(
            "Single anonymised: reviewers see who applied; applicants do not learn who reviewed"
        ),
        Blinding.UNTIL_SCORED: _(
            "Double anonymised until scored: a reviewer learns who applied once their own review "
            "is in; applicants do not learn who reviewed"
        ),
        Blinding.TRIPLE: _(
            "Triple anonymised: neither reviewers nor the call’s staff learn who applied, nor "
            "applicants who reviewed"
        ),
        Blinding.SIGNED: _(
            "Applicants anonymised: reviewers do not learn who applied; applicants learn who "
            "reviewed"
        ),
        Blinding.OPEN: _("All identities visible"),
    }[blinding]


def kind_words(kind: QuestionKind) -> str:
    return {
        QuestionKind.LONG_TEXT: _("Text in paragraphs"),
        QuestionKind.TEXT: _("One line"),
        QuestionKind.NUMBER: _("Number"),
        QuestionKind.DATE: _("Date"),
        QuestionKind.CHOICE: _("One of several choices"),
        QuestionKind.CHOICES: _("As many choices as fit"),
        QuestionKind.COUNTRY: _("Country"),
        QuestionKind.ORGANISATION: _("Organisation, with ROR id"),
        QuestionKind.PERSON: _("Person, with ORCID iD"),
        QuestionKind.FILE: _("PDF file"),
        QuestionKind.BUDGET: _("Budget in lines"),
        QuestionKind.COSTS_BY_RATE: _("Costs at the call's rates"),
        QuestionKind.GROUP: _("Table, rows added as needed"),
        QuestionKind.DATA_PLAN: _("Data-sharing plan, a row for each data set"),
        QuestionKind.ETHICS: _("Ethics approvals, a row for each country and site"),
    }[kind]


def attribute_words(name: str) -> str:
    return {
        "applicant.country": _("Who applies: country of the lead organisation (two letters)"),
        "applicant.income-group": _(
            "Who applies: its income group (low, lower-middle, upper-middle, high)"
        ),
    }[name]


def test_words(test: Test) -> str:
    return {
        Test.IS: _("is"),
        Test.IS_NOT: _("is answered, but not"),
        Test.CONTAINS: _("contains"),
        Test.ANSWERED: _("is answered"),
        Test.AT_LEAST: _("is at least"),
        Test.AT_MOST: _("is at most"),
    }[test]


def who_learns_whom(call: Call) -> list[tuple[str, str]]:
    """Say how the call is anonymised, in the terms of ANSI/NISO Z39.106, and each setting."""
    return [
        (_("Identity transparency"), blinding_words(call.blinding)),
        (_("Reviewers learn who applied"), moment_words(call.applicants_to_reviewers)),
        (_("Applicants learn who reviewed"), moment_words(call.reviewers_to_applicants)),
        (_("The call’s staff learn who applied"), moment_words(call.applicants_to_staff)),
        (_("Reviewer interacts with"), interaction_words(call)),
        (_("Review information published"), _("None; applicants get the reviews of their own")),
    ]


def interaction_words(call: Call) -> str:
    """Say with whom reviewers have to do, in the standard's terms."""
    if call.reviews_to_reviewers is Moment.NEVER:
        return _("The call’s staff only; reviewers do not read each other’s reviews")
    if call.reviewers_to_reviewers is Moment.NEVER:
        return _(
            "The call’s staff, and other reviewers of the proposal, by letter, once their own "
            "review is in"
        )
    return _(
        "The call’s staff, and other reviewers of the proposal, by name, once their own "
        "review is in"
    )
