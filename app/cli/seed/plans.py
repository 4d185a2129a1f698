"""The calls of the seeded world: one for every phase, and every kind of blinding."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.calls.models import Blinding
from app.calls.rules import Phase
from app.cli.demo.world import Idea, Plan, World

RATES = {"USD": "0.92", "KES": "0.0071"}
ASKS = ("120000", "110000", "95000", "90000", "70000", "60000")
BUDGET = ("130000", "50000")  # pays the best, and not the next
DRAFTER = "co-applicant"
LEADS = (
    "applicant-owner",
    "other-applicant",
    "third-applicant",
    "applicant-reviewer",
    "ineligible-applicant",  # the fifth, whom the office finds ineligible
    "withdrawn-applicant",
    DRAFTER,
)
QUALITIES = (5.5, 4.8, 4.1, 3.4, 3.0, 3.0, 3.0)


@dataclass(frozen=True, slots=True)
class Scene:
    """A call: its phase, whom it blinds, days from today, and how many must approve."""

    code: str
    until: Phase
    title: str
    opens: int
    closes: int
    blinding: Blinding = Blinding.DOUBLE
    approvals: int = 2
    panel: bool = False


SCENES = (
    Scene("DRAFT27", Phase.DRAFTING, "Fellowships 2027", 20, 80),
    Scene("SOON27", Phase.ANNOUNCED, "Early detection 2027", 10, 75),
    Scene("OPEN26", Phase.OPEN, "Care closer to home 2026", -20, 25),
    Scene("CLOSED26", Phase.CLOSED, "Rare cancers 2026", -40, -2, Blinding.SINGLE),
    Scene("ASSIGN26", Phase.ASSIGNING, "Surgery where theatres are few 2026", -60, -8),
    Scene("REVIEW26", Phase.REVIEWING, "Cancer in young people 2026", -70, -24),
    Scene("SINGLE26", Phase.REVIEWING, "Screening trials 2026", -70, -24, Blinding.SINGLE),
    Scene("SEEN26", Phase.REVIEWING, "Research networks 2026", -70, -24, Blinding.OPEN),
    Scene("RANK26", Phase.RANKING, "Radiotherapy access 2026", -110, -45, panel=True),
    Scene("MONEY26", Phase.ALLOCATING, "Symptom relief 2026", -110, -48),
    Scene("SIGN26", Phase.APPROVING, "Tobacco and prevention 2026", -120, -56, panel=True),
    Scene("READY26", Phase.APPROVING, "Registries 2026", -120, -56, approvals=1),
    Scene("DONE26", Phase.RELEASED, "Late effects 2026", -200, -90, panel=True),
    Scene("OLD25", Phase.ARCHIVED, "Pathology from afar 2025", -420, -330, Blinding.SINGLE),
)
EARLIER = "OLD25"
OF_ONE_CALL = "REVIEW26"  # the call that the officer of one call has


def plans(told: World, funder: str) -> Iterator[Plan]:
    """Yield the calls, with proposals taken from the demonstration's and led by the cast.

    `funder` is the organisation of the funder who signs in; another gives as well.
    """
    ideas = told.plans[0].ideas[: len(LEADS)]
    for scene in SCENES:
        yield Plan(
            code=scene.code,
            until=scene.until,
            title=scene.title,
            summary=f"{scene.title}: a call of a made-up world, for checks. Fictional.",
            currency="EUR",
            rates=RATES,
            zone="Europe/Oslo",
            began=min(scene.opens - 10, -3),
            opens=scene.opens,
            closes=scene.closes,
            contributions=[
                {"funder": funder, "kind": "charity", "amount": BUDGET[0]},
                {
                    "funder": "Ministry of Health of Noordwal (fictional)",
                    "kind": "government",
                    "amount": BUDGET[1],
                },
            ],
            ideas=_ideas(ideas),
            approvals=scene.approvals,
            blinding=scene.blinding.value,
            panel=scene.panel,
        )


def _ideas(ideas: Sequence[Idea]) -> list[Idea]:
    asks = (*ASKS, ASKS[-1])
    return [
        replace(
            idea,
            lead=lead,
            amount=amount,
            currency="EUR",
            quality=quality,
            draft=lead == DRAFTER,
        )
        for idea, lead, amount, quality in zip(ideas, LEADS, asks, QUALITIES, strict=True)
    ]
