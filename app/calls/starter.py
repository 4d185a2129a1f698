"""What a new call begins with: a form and criteria that most calls keep, as plain data."""

from dataclasses import dataclass

from app.calls.models import Audience, QuestionKind
from app.core.words import _


@dataclass(frozen=True, slots=True)
class StarterQuestion:
    key: str
    label: str
    hint: str
    kind: QuestionKind
    audience: Audience
    words: int | None = None
    required: bool = True
    section: str = ""


def questions() -> list[StarterQuestion]:
    """Identity questions first: their answers never reach a reviewer of a blinded call."""
    science, identity = Audience.SCIENTIFIC, Audience.IDENTITY
    long_text, line = QuestionKind.LONG_TEXT, QuestionKind.TEXT
    who, what, how = _("Who applies"), _("The project"), _("Responsibility")
    return [
        StarterQuestion(
            "lead_position",
            _("Position of the lead applicant"),
            _("Title and department."),
            line,
            identity,
            section=who,
        ),
        StarterQuestion(
            "team",
            _("The team"),
            _("Who does what, at which organisation, in which country."),
            long_text,
            identity,
            300,
            section=who,
        ),
        StarterQuestion(
            "lay_summary",
            _("Summary in plain words"),
            _("For patients and the public; published if it is funded. No names, no jargon."),
            long_text,
            science,
            200,
            section=what,
        ),
        StarterQuestion(
            "aims",
            _("Aims and background"),
            _("What is not known, and what you will find out. Do not name yourselves."),
            long_text,
            science,
            500,
            section=what,
        ),
        StarterQuestion(
            "approach",
            _("Approach and feasibility"),
            _("Methods, work plan, risks. Write “our earlier work”, not whose."),
            long_text,
            science,
            800,
            section=what,
        ),
        StarterQuestion(
            "description",
            _("Project description"),
            _("One PDF with figures and references. Reviewers get a copy without metadata."),
            QuestionKind.FILE,
            science,
            required=False,
            section=what,
        ),
        StarterQuestion(
            "data_sharing",
            _("Data-sharing plan"),
            _("Which data, where, when, under which conditions."),
            long_text,
            science,
            200,
            section=how,
        ),
        StarterQuestion(
            "ethics",
            _("Ethics and patients"),
            _("Approvals needed, and how patients take part in the research."),
            long_text,
            science,
            200,
            section=how,
        ),
    ]


def criteria() -> list[tuple[str, str, str, str, str, str]]:
    """Key, label, guidance, weight, and label and guidance in plain words."""
    return [
        (
            "importance",
            _("Importance"),
            _("How much patients would gain if it works."),
            "0.35",
            _("Would it matter to patients?"),
            _("Think of daily life with the illness: who would notice the difference, and how?"),
        ),
        (
            "approach",
            _("Approach"),
            _("Whether the methods can answer the question."),
            "0.40",
            _("Is it clear what they will do, and does it make sense to you?"),
            _("You need not know the methods. Say whether the plan answers the question it asks."),
        ),
        (
            "feasibility",
            _("Feasibility"),
            _("Whether this plan can be carried out."),
            "0.25",
            _("Would people take part, and can it be done?"),
            _("Think of visits, time, pain, cost and travel for those who take part."),
        ),
    ]


def anchors() -> dict[str, str]:
    return {
        "1": _("Poor"),
        "2": _("Weak"),
        "3": _("Fair"),
        "4": _("Good"),
        "5": _("Very good"),
        "6": _("Outstanding"),
    }
