"""When a seat may be answered, read and written, and what a review needs. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from app.calls.models import Moment
from app.calls.rules import Phase
from app.core.uploads.names import Kind, Needle, find_own_names
from app.core.verdict import ALLOWED, Verdict, hidden, refused
from app.core.words import _, plural
from app.proposals.models import ProposalState
from app.proposals.rules import Problem, count_words
from app.reviewers.models import SeatState
from app.reviewers.rules import JUDGED, LIVE
from scoring.errors import InputError
from scoring.weighting import Criterion, Scale, check_grade, review_total

FEWEST_WORDS = 5  # of a justification
MOST_LETTERS = 20_000  # of any one text
MOST_BUTTONS = 11  # a scale with more steps is typed as a number
CONFIDENCES = (1, 2, 3)

OPEN_PHASES = frozenset(
    {
        Phase.ASSIGNING,
        Phase.REVIEWING,
        Phase.RANKING,
        Phase.ALLOCATING,
        Phase.APPROVING,
        Phase.RELEASED,
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """A seat as its rules need it; `holder` is the account of whoever sits there."""

    holder: str
    call_id: str
    state: SeatState
    proposal: ProposalState
    phase: Phase
    stands: bool = False  # a submitted review cannot change: its writer was told who applied
    others: Moment = Moment.NEVER  # from when on reviewers read each other's reviews


def is_there(place: Place) -> bool:
    """Whether the seat still exists for its holder: a conflict or a removal ends it."""
    return place.state in LIVE and place.proposal in JUDGED and place.phase in OPEN_PHASES


def can_answer(place: Place) -> Verdict:
    if place.state is not SeatState.INVITED:
        return refused(_("You accepted this proposal already."))
    if place.phase not in {Phase.ASSIGNING, Phase.REVIEWING}:
        return refused(_("Reviewing is over; thank you for your time."))
    return ALLOWED


def can_give_up(place: Place) -> Verdict:
    """Whether the holder may still decline or declare a conflict: before submitting."""
    if place.state is SeatState.SUBMITTED:
        return refused(_("Your review is submitted. Write to the call’s office instead."))
    if place.phase not in {Phase.ASSIGNING, Phase.REVIEWING}:
        return refused(_("Reviewing is over; thank you for your time."))
    return ALLOWED


def can_declare(place: Place) -> Verdict:
    """Whether the holder may declare a conflict: also after submitting, while reviewing is open.
    Then the review counts no more, and is kept."""
    if place.phase not in {Phase.ASSIGNING, Phase.REVIEWING}:
        return refused(_("Reviewing is over. Write to the call’s office about a conflict."))
    return ALLOWED


def can_read(place: Place) -> Verdict:
    if place.state is SeatState.INVITED and not can_answer(place):
        return can_answer(place)
    if place.state is SeatState.INVITED:
        return refused(_("Say first whether you have a conflict of interest, and accept."))
    if place.phase is Phase.ASSIGNING:
        return refused(_("Reviewing has not begun. You can read and score once it does."))
    return ALLOWED


def can_write(place: Place) -> Verdict:
    if not (verdict := can_read(place)):
        return verdict
    if place.phase is not Phase.REVIEWING:
        return refused(_("Reviewing is over; reviews can no longer be changed."))
    if place.stands and place.state is SeatState.SUBMITTED:
        return refused(
            _(
                "Your review stands as you submitted it: since then this call tells you who "
                "applied, and grades given without knowing it do not change afterwards."
            )
        )
    return ALLOWED


def can_read_others(place: Place) -> Verdict:
    """Whether the reviews of others may be read: where the call has it so, with one's own in."""
    if place.others is Moment.NEVER:
        return hidden("Reviewers of this call do not read each other's reviews.")
    if place.state is not SeatState.SUBMITTED:
        return refused(_("You read the other reviews once your own is in."))
    return ALLOWED


# --- what is judged, and on which scale ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measure:
    """The criteria of a call with their labels and weights, and its scale."""

    criteria: tuple[Criterion, ...]
    scale: Scale

    @property
    def typed(self) -> bool:
        """Whether grades are typed as numbers, because there are too many steps for buttons."""
        return self.count > MOST_BUTTONS

    @property
    def count(self) -> int:
        return int((self.scale.highest - self.scale.lowest) / self.scale.step) + 1

    @property
    def steps(self) -> list[str]:
        """Return every grade as text, the lowest first."""
        return [
            self.show(self.scale.lowest + number * self.scale.step) for number in range(self.count)
        ]

    def show(self, grade: Decimal) -> str:
        """Write a grade with the decimals of the scale."""
        places = max(
            0, *(-int(value.as_tuple().exponent) for value in (self.scale.step, self.scale.worst))
        )
        return f"{grade:.{places}f}"

    def tidy(self, typed: str) -> str:
        """Return a grade as the scale writes it; what is no grade stays as it was typed."""
        text = typed.strip().replace(",", ".")
        try:
            grade = Decimal(text)
            check_grade(self.scale, grade)
        except (InvalidOperation, InputError):
            return text[:20]
        return self.show(grade)


Grades = Mapping[str, str | None]  # by criterion: text, None for "cannot judge", absent for not yet


@dataclass(frozen=True, slots=True)
class Written:
    """A review as it stands, complete or not."""

    grades: Grades
    reasons: Mapping[str, str]
    confidence: int | None
    to_applicant: str
    to_panel: str
    to_staff: str = ""


def total(measure: Measure, grades: Grades) -> Fraction | None:
    """Return the exact weighted mean of the grades given; None when there is none, or one that
    the scale does not have."""
    try:
        read = {key: _grade(measure, text) for key, text in grades.items() if text is not None}
    except (InvalidOperation, InputError):
        return None
    return review_total(measure.criteria, read).total


def _grade(measure: Measure, text: str) -> Decimal:
    grade = Decimal(text)
    check_grade(measure.scale, grade)
    return grade


def as_text(exact: Fraction) -> str:
    return f"{exact.numerator}/{exact.denominator}"


def problems(measure: Measure, written: Written) -> list[Problem]:
    """List what keeps a review from being submitted, in the order of the form."""
    found = [
        problem for criterion in measure.criteria for problem in _about(measure, criterion, written)
    ]
    if measure.criteria and all(
        written.grades.get(criterion.key, "") is None for criterion in measure.criteria
    ):
        found.append(
            Problem(
                f"g_{measure.criteria[0].key}",
                _("Grade at least one criterion. If you can judge none, decline the review."),
            )
        )
    if written.confidence not in CONFIDENCES:
        found.append(Problem("confidence", _("Say how confident you are.")))
    if not written.to_applicant.strip():
        found.append(Problem("to_applicant", _("Write something to the applicants.")))
    return found


def _about(measure: Measure, criterion: Criterion, written: Written) -> list[Problem]:
    key, label = criterion.key, criterion.label
    grade = written.grades.get(key, "")
    if grade is None:
        return []
    found = []
    sentence = grade_problem(measure, label, grade)
    if sentence:
        found.append(Problem(f"g_{key}", sentence))
    words = count_words(written.reasons.get(key, ""))
    if words < FEWEST_WORDS:
        sentence = plural(
            "“%(label)s”: justify the grade in %(num)s word or more.",
            "“%(label)s”: justify the grade in %(num)s words or more.",
            FEWEST_WORDS,
            label=label,
        )
        found.append(Problem(f"r_{key}", sentence))
    return found


def grade_problem(measure: Measure, label: str, grade: str) -> str:
    """Say what is wrong with a grade, or nothing."""
    if not grade:
        return _("“%(label)s” needs a grade, or say that you cannot judge it.", label=label)
    try:
        _grade(measure, grade)
    except (InvalidOperation, InputError):
        return _(
            "“%(label)s”: %(grade)s is no grade of this scale. It goes from %(lowest)s to "
            "%(highest)s in steps of %(step)s.",
            label=label,
            grade=grade,
            lowest=measure.show(measure.scale.lowest),
            highest=measure.show(measure.scale.highest),
            step=str(measure.scale.step),
        )
    return ""


# --- who was recognised -------------------------------------------------------------------------

WAYS = ("work", "references", "team", "heard", "other")
FEWEST_ANSWERS = 5  # of one call, before their numbers are told


@dataclass(frozen=True, slots=True)
class Rate:
    """How many reviewers answered, and what."""

    no: int
    perhaps: int
    sure: int

    @property
    def answers(self) -> int:
        return self.no + self.perhaps + self.sure

    @property
    def told(self) -> bool:
        """Whether there are enough answers for nobody to be told from them."""
        return self.answers >= FEWEST_ANSWERS


# --- what might tell who wrote it ----------------------------------------------------------------

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"]+\.[^\s@<>()\[\],;:\".]{2,}")
_NAMED = re.compile(  # a person by title or as references do, wherever they may be
    r"\b(?:Prof(?:essor)?|Dr|Mrs?|Ms|Miss|Sir|Dame)\b\.?\s+(?:[A-Z]\.\s*)*[^\W\d_a-z][\w’'-]+"
    r"|\b[^\W\d_a-z][\w’'-]+ (?:et al\b\.?|and colleagues\b)"
)
_STREET = re.compile(
    r"\b\d{1,4}[a-z]?,? (?:[A-Z][\w'-]+ ){1,3}(?:Street|Road|Avenue|Lane|Square|Drive|Way)\b"
    r"|\b[A-Z][\w-]*(?:straße|strasse|gata|gate|vej|vägen|laan|weg|street) \d{1,4}\b"
)
_PHONE = re.compile(r"(?<![\w.])\+\d[\d ()-]{7,17}\d\b")
_LINK = re.compile(r"\b(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Telltale:
    """Words in a review that might tell who wrote it, and the field they stand in."""

    field: str
    words: str


def telltales(
    texts: Mapping[str, str], *, names: Sequence[str], organisations: Sequence[str] = ()
) -> list[Telltale]:
    """Find what might tell who somebody is: addresses of mail and place, telephone numbers, links,
    the writer's own names, and anybody named by a title or as references do.

    Whether a name is that of somebody here is not looked up: the answer would tell the writer who
    has an account, which in a blinded call is a way of asking who applied.
    """
    needles = [Needle(Kind.NAME, name) for name in names if name] + [
        Needle(Kind.ORGANISATION, name) for name in organisations if name
    ]
    found = []
    for field, text in texts.items():
        links = [link.rstrip(".,;:!?)'") for link in _LINK.findall(text)]
        rest = _LINK.sub(" ", _ADDRESS.sub(" ", text))  # a name in an address is told once
        hits = find_own_names([rest], needles)
        own = {word.casefold() for hit in hits for word in hit.value.split()}
        told = [
            match.group()
            for form in (_NAMED, _STREET, _PHONE)
            for match in form.finditer(rest)
            if not own & {word.casefold() for word in match.group().split()}
        ]
        words = [*_ADDRESS.findall(text), *links, *(hit.value for hit in hits), *told]
        found += [Telltale(field, word) for word in dict.fromkeys(words)]
    return found
