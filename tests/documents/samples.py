"""Fictional calls, awards and receipts in many scripts, the same each time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from random import Random
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.money import Money
from app.documents import data
from app.documents.facts import (
    AllocationReport,
    Anchor,
    Approval,
    AwardLine,
    AwardReport,
    Blinding,
    Call,
    Conflicts,
    Contribution,
    Criterion,
    CriterionMean,
    Decision,
    DecisionLetter,
    Departure,
    Digest,
    Discussed,
    Exceptions,
    ForAll,
    ForAllKind,
    ForOne,
    ForOneKind,
    Funder,
    FunderReport,
    Issue,
    Method,
    PanelMinutes,
    Part,
    Party,
    Payment,
    Rate,
    Receipt,
    Scale,
    SealedAnswer,
    SealedFile,
    Seated,
    Source,
    Standing,
    Taking,
    Tie,
    Witness,
)
from app.ledger import checkpoint, tree
from app.ledger.proof import Proof

RELEASED = datetime(2026, 6, 18, 12, 0, tzinfo=UTC)
CALL = Call("GOCR-2026", "Early detection and prevention of cancer across borders 2026", "EUR")
ISSUE = Issue(
    reference="GOCR-2026/allocation/1",
    language="en",
    zone="Europe/Brussels",
    at=RELEASED,
    issuer="Global Oncology Research Fund",
    verify_url="https://grants.example.org/verify",
)
PEOPLE = (
    (
        "Instytut Onkologii im. Świątka, Łódź",
        "PL",
        "Liquid biopsy for Łódź: a blood test in three hours",
    ),
    ("Bệnh viện Ung bướu Huệ", "VN", "Finding liver cancer early in the Mekong delta"),
    ("Πανεπιστήμιο Πατρών", "GR", "Ρόλος της πρωτεΐνης λ-7 στην πρόληψη"),
    ("Институт Журавлёва", "KZ", "Железо и рак желудка: a cohort on the steppe"),
    ("جامعة القاهرة الجديدة", "EG", "الكشف المبكر عن سرطان الثدي في القرى"),
    ("दिल्ली कैंसर अनुसंधान केंद्र", "IN", "मुख कैंसर की रोकथाम: tobacco counselling by phone"),
    ("Universidad de São Tomé y Ñandú", "AR", "Autotoma y seguimiento del cáncer cervical"),
    ("Kigali Cancer Institute", "RW", "Mentored pathology: one slide, two continents"),
    ("Háskóli Norðurslóða", "IS", "Þróun skimunar á afskekktum stöðum"),
    ("Institut Régional du Fleuve", "SN", "Réseau francophone de registres du cancer"),
    ("Wentworth & Sons “Open” Labs <UK>", "GB", "Methylation markers <in> saliva & urine"),
    ("Tartu Ülikooli Vähikeskus", "EE", "Õhusaaste ja kopsuvähk"),
)


def a_witness(about: str, ref: str) -> Witness:
    """Return a true proof: the third of five records, signed by a key that is no secret."""
    key = Ed25519PrivateKey.from_private_bytes(sha256(b"sample").digest())
    origin = "grants.example.org/ledger"
    records = [
        f'{{"action":"documents.sample","actor":"a1","commit":"{"0" * 64}","log":"{origin}",'
        f'"object":"{about}","refs":["{ref}"],"req":"r1","role":"officer","seq":{seq},'
        '"ts":"2026-06-18T11:59:58.000000Z","v":1}'
        for seq in range(1, 6)
    ]
    peaks: list[bytes] = []
    nodes: dict[tree.Node, bytes] = {}
    for size, record in enumerate(records):
        nodes |= dict(tree.append(size, peaks, tree.leaf_hash(record.encode())))
    path = tree.resolve(tree.inclusion_plan(2, len(records)), nodes)
    note = checkpoint.sign(checkpoint.Checkpoint(origin, len(records), tree.root_of(peaks)), key)
    verifier = checkpoint.verifier_key(origin, key).text()
    return Witness(Proof(records[2], 2, tuple(path), note), verifier)


Told = TypeVar(
    "Told", AllocationReport, AwardReport, FunderReport, DecisionLetter, PanelMinutes, Receipt
)


def witnessed(facts: Told, about: str) -> Told:
    """Complete facts with a proof of an event that vouches for what they say."""
    return replace(facts, witness=a_witness(about, data.ledger_ref(facts)))


def a_digest(part: Part) -> Digest:
    return Digest(part, sha256(part.encode()).hexdigest(), "2026.1" if part is Part.RULES else "")


SCALE = Scale(
    Decimal("1.0"),
    Decimal("5.0"),
    Decimal("0.1"),
    (
        Anchor(Decimal(1), "Outstanding: could not be done better anywhere"),
        Anchor(Decimal(2), "Very good: small weaknesses that do not matter"),
        Anchor(Decimal(3), "Good: worth doing, with weaknesses to mend"),
        Anchor(Decimal(4), "Fair: serious weaknesses"),
        Anchor(Decimal(5), "Poor: should not be done this way"),
    ),
)
METHOD = Method(
    criteria=(
        Criterion("Innovation", Decimal("0.25"), "Is it new, and does the new part matter?"),
        Criterion("Approach and feasibility", Decimal("0.35"), "Can it work with this plan?"),
        Criterion("Team", Decimal("0.10"), "Have these partners what it needs?"),
        Criterion("Significance", Decimal("0.30"), "Whom does it help, and how much?"),
    ),
    scale=SCALE,
    reviews_per_proposal=3,
    decimals=4,
    blinding=Blinding.DOUBLE,
    tie_rules=(
        "The better mean of Significance goes first.",
        "Then the proposal whose reviewers agree more (the smaller spread).",
        "Then the order of the SHA-256 of call and proposal number, fixed before any grade.",
    ),
    allocation_rules=(
        "Down the ranking, each eligible proposal gets what it asked for while the money lasts.",
        "At the first that cannot be paid in full the money ends, for all further down as well.",
        "The next three form the reserve list.",
    ),
    rates=(
        Rate("USD", Decimal("0.924574"), "World Bank, period average", date(2024, 12, 31)),
        Rate("AUD", Decimal("0.609690"), "World Bank, period average", date(2024, 12, 31)),
    ),
)


def an_allocation(proposals: int = 29, *, language: str = "en") -> AllocationReport:
    """Return a decision on so many proposals: about a third funded, one tie, one departure."""
    random = Random(proposals)
    asked = [
        Money(random.randrange(40_000_000, 160_000_000, 5_000), "EUR") for _ in range(proposals)
    ]
    totals = sorted(_points(random.randrange(12_500, 41_000)) for _ in range(proposals - 2))
    totals[9] = totals[8]
    funded = max(2, proposals // 3)
    standings = [
        _standing(random, place, totals, asked[place], funded) for place in range(proposals - 2)
    ]
    standings += [
        _unranked(proposals - 1, asked[-2], Decision.INELIGIBLE),
        _unranked(proposals, asked[-1], Decision.WITHDRAWN),
    ]
    awarded = [s for s in standings if s.decision is Decision.AWARDED]
    spent = sum(s.asked.minor for s in awarded)
    contributions = _contributions(spent + 5_312_345)
    tied = tuple(s.number for s in standings if s.shared)
    report = AllocationReport(
        issue=replace(ISSUE, language=language),
        call=CALL,
        funders=(
            Funder("Ministry of Science of Norland", "NO"),
            Funder("Fondation Espérance", "FR"),
            Funder("وزارة الصحة", "EG"),
            Funder("Helix Diagnostics plc", "GB"),
        ),
        released_at=RELEASED,
        budget=Money(spent + 5_312_345, "EUR"),
        contributions=contributions,
        taking=Taking(proposals, 16, 3 * (proposals - 2), 21),
        method=METHOD,
        ranking=tuple(standings),
        line_after=awarded[-2].number,
        awards=_awards(awarded, contributions),
        ties=(Tie(tied, totals[8], "the better mean of Significance", at_the_line=True),),
        departures=(
            Departure(
                awarded[-1].number,
                Decision.RESERVE,
                Decision.AWARDED,
                "The call reserves one award for a team led from a low-income country; none "
                "stood above the line. This is the best ranked one, two places below it.",
                "Ingrid Sørensen",
                "Kwabena Mensah-Łuczak",
                RELEASED - timedelta(days=2),
            ),
        ),
        conflicts=Conflicts(declared=7, detected=3, stopped=10, reassigned=2),
        proposed=Approval("Ingrid Sørensen", "Programme officer", RELEASED - timedelta(days=3)),
        approved=(
            Approval("Kwabena Mensah-Łuczak", "Second approver", RELEASED - timedelta(days=1)),
        ),
        digests=tuple(
            a_digest(part)
            for part in (Part.CALL, Part.RULES, Part.INPUTS, Part.RANKING, Part.ALLOCATION)
        ),
        exceptions=some_exceptions(awarded[0].number, awarded[1].number),
    )
    return witnessed(report, "call:gocr-2026")


def some_exceptions(first: str, second: str) -> Exceptions:
    """Return one exception of each kind, two of them for funded proposals."""
    closed = RELEASED - timedelta(days=79)
    on = closed.date() - timedelta(days=3)
    return Exceptions(
        for_all=(
            ForAll(ForAllKind.GRACE, None, minutes=10),
            ForAll(
                ForAllKind.DEADLINE,
                closed - timedelta(days=2),
                until=closed,
                reason="The call's page could not be reached for three hours on 14 March.",
            ),
        ),
        for_one=(
            ForOne(
                ForOneKind.TIME,
                on,
                number=first,
                until=closed + timedelta(days=3),
                reason="The region had no power for two days. انقطعت",
            ),
            ForOne(
                ForOneKind.RULE,
                on,
                rule="Host and home are in different countries",
                number=second,
                reason_kept=True,
            ),
            ForOne(ForOneKind.CORRECTION, on, count=4),
            ForOne(ForOneKind.RULE, on, rule="At least 3 countries take part", count=2),
        ),
        refused=5,
    )


def _points(ten_thousandths: int) -> Decimal:
    return Decimal(ten_thousandths).scaleb(-4)


def a_number(place: int) -> str:
    return f"GOCR-2026-{place:03d}"


def _standing(
    random: Random, place: int, totals: list[Decimal], asked: Money, funded: int
) -> Standing:
    """Return one ranked proposal; the one two places below the line is funded as well."""
    total = totals[place]
    better, worse = _points(random.randrange(500, 6_000)), _points(random.randrange(500, 7_000))
    awarded = place < funded - 1 or place == funded + 1
    waiting = Decision.RESERVE if place < funded + 4 else Decision.DECLINED
    shared = place in {8, 9}
    return Standing(
        number=a_number(1 + place * 7 % len(totals)),
        rank=9 if shared else place + 1,
        shared=shared,
        total=total,
        lowest=max(_points(10_000), total - better),
        highest=min(_points(50_000), total + worse),
        reviews=3,
        asked=asked,
        decision=Decision.AWARDED if awarded else waiting,
        awarded=asked if awarded else None,
    )


def _unranked(place: int, asked: Money, decision: Decision) -> Standing:
    return Standing(a_number(place), None, False, None, None, None, 0, asked, decision)


def _contributions(budget: int) -> tuple[Contribution, ...]:
    first, second, third = budget * 45 // 100, budget * 25 // 100, budget * 10 // 100
    rest = budget - first - second - third
    return (
        Contribution("norland", "Ministry of Science of Norland", Money(first, "EUR")),
        Contribution("esperance", "Fondation Espérance", Money(second, "EUR")),
        Contribution("egypt", "وزارة الصحة", Money(third, "EUR"), "teams led from Africa"),
        Contribution("helix", "Helix Diagnostics plc", Money(rest, "EUR"), "diagnostics only"),
    )


def _awards(
    awarded: list[Standing], contributions: tuple[Contribution, ...]
) -> tuple[AwardLine, ...]:
    """Pay the awards one after another out of the contributions one after another."""
    left = {pot.key: pot.amount.minor for pot in contributions}
    lines = []
    for index, standing in enumerate(awarded):
        organisation, country, title = PEOPLE[index % len(PEOPLE)]
        due, sources = standing.asked.minor, []
        for pot in contributions:
            if paid := min(due, left[pot.key]):
                sources.append(Source(pot.key, pot.funder, Money(paid, "EUR")))
                left[pot.key], due = left[pot.key] - paid, due - paid
        lines.append(
            AwardLine(standing.number, title, organisation, country, standing.asked, tuple(sources))
        )
    return tuple(lines)


def an_award(*, language: str = "en") -> AwardReport:
    allocation = an_allocation()
    line = allocation.awards[4]
    standing = next(s for s in allocation.ranking if s.number == line.number)
    assert standing.rank is not None
    assert standing.total is not None
    report = AwardReport(
        issue=replace(ISSUE, reference=f"{line.number}/award/1", language=language),
        call=CALL,
        number=line.number,
        title=line.title,
        lay_summary=(
            "In the villages of the delta, breast cancer is often found late, because the next "
            "clinic is a day away. This project teaches community nurses to use a small ultrasound "
            "device and sends the pictures to radiologists in two cities.\n"
            "Within three years 12,000 women will be examined. If it works, what it costs and what "
            "it saves will be published, and the device will stay where it is."
        ),
        organisation=line.organisation,
        country=line.country,
        lead="د. ليلى منصور",
        parties=(
            Party("Funder", "Ministry of Science of Norland", "NO"),
            Party("Lead organisation", line.organisation, line.country),
            Party("Partner", "Kigali Cancer Institute", "RW"),
            Party("Partner", "Tartu Ülikooli Vähikeskus", "EE"),
        ),
        asked=standing.asked,
        amount=line.amount,
        sources=line.sources,
        starts=date(2026, 9, 1),
        ends=date(2029, 8, 31),
        scale=SCALE,
        means=(
            CriterionMean("Innovation", Decimal("0.25"), Decimal("1.7333")),
            CriterionMean("Approach and feasibility", Decimal("0.35"), Decimal("2.1000")),
            CriterionMean("Team", Decimal("0.10"), Decimal("1.2667")),
            CriterionMean("Significance", Decimal("0.30"), None),
        ),
        total=standing.total,
        reviews=3,
        rank=standing.rank,
        ranked=27,
        trace=(
            "It is eligible: complete, in time, and led from a country of the call.",
            f"Its total of {standing.total} puts it at rank {standing.rank}.",
            "When its turn came there was enough money for the whole amount asked.",
            "Helix Diagnostics plc pays only for diagnostics; this is diagnostics, so it may.",
        ),
        proposed=allocation.proposed,
        approved=allocation.approved,
        digests=tuple(a_digest(part) for part in (Part.CALL, Part.RULES, Part.PROPOSAL)),
    )
    return witnessed(report, f"award:{line.number.lower()}")


def a_funder_report(*, language: str = "en", paying: bool = True) -> FunderReport:
    allocation = an_allocation()
    own = allocation.contributions[0]
    report = FunderReport(
        issue=replace(ISSUE, reference="2026-014/contribution/1/Norland", language=language),
        call=CALL,
        funder=Funder(own.funder, "NO"),
        released_at=RELEASED,
        fund=allocation.budget,
        awards=len(allocation.awards),
        taking=allocation.taking,
        contributions=(own,),
        payments=tuple(
            Payment(own.key, a.number, a.title, a.organisation, a.country, a.amount, source.amount)
            for a in allocation.awards
            for source in a.sources
            if source.contribution == own.key and paying
        ),
        proposed=allocation.proposed,
        approved=allocation.approved,
        digests=allocation.digests,
    )
    return witnessed(report, "document:norland")


def a_letter(*, language: str = "en", awarded: bool = True) -> DecisionLetter:
    allocation = an_allocation()
    line = allocation.awards[4]
    letter = DecisionLetter(
        issue=replace(ISSUE, reference=f"{line.number}/letter", language=language),
        call=CALL,
        number=line.number,
        title=line.title,
        lead="د. ليلى منصور",
        organisation=line.organisation,
        decision=Decision.AWARDED if awarded else Decision.DECLINED,
        amount=line.amount if awarded else None,
        subject=f"The result for {line.number}",
        paragraphs=("We are glad to offer you an award.", "Nothing starts before both sign.\nYet."),
        released_at=RELEASED,
        digests=tuple(a_digest(part) for part in (Part.RULES, Part.ALLOCATION)),
    )
    return witnessed(letter, "document:letter")


def some_minutes(*, language: str = "en", items: int = 6) -> PanelMinutes:
    people = ("Zuzana Háčková", "Nguyễn Thị Hồng", "Ingrid Sørensen", "د. ليلى منصور")
    offices = ("chair", "member", "secretary", "member")
    said = ("award", "follow", "decline", "reserve", "follow", "follow")
    minutes = PanelMinutes(
        issue=replace(ISSUE, reference="GOCR-2026/minutes/1", language=language),
        call=CALL,
        panel="Panel for early detection",
        place="Room 7, and by video",
        meets_at=RELEASED - timedelta(days=30),
        opened_at=RELEASED - timedelta(days=30),
        closed_at=RELEASED - timedelta(days=30, hours=-6),
        quorum=3,
        people=tuple(
            Seated(name, office, place != 1)
            for place, (name, office) in enumerate(zip(people, offices, strict=True))
        ),
        items=tuple(
            Discussed(
                number=f"GOCR-2026-{place + 1:03d}",
                note="The plan for sampling was doubted and then defended.\nThe budget is sound."
                if place % 2
                else "",
                recommendation=said[place % 6],
                amount=Money(41_000_000, "EUR") if place == 0 else None,
                reason="It is the only one on a field\u2009that nobody covers."
                if said[place % 6] != "follow"
                else "",
                presided=people[0],
                present=(people[0], people[2]) if place == 2 else (people[0], people[2], people[3]),
                left=(people[3],) if place == 2 else (),
                away=(people[1],),
            )
            for place in range(items)
        ),
        approved=(Approval(people[0], "chair", RELEASED - timedelta(days=29)),),
        sha256=sha256(b"minutes").hexdigest(),
    )
    return witnessed(minutes, "document:minutes")


def a_receipt(*, answers: int = 12) -> Receipt:
    questions = (
        "Title",
        "Lay summary",
        "Abstract",
        "Aims",
        "Why now?",
        "Methods",
        "Patients and the public",
        "Data sharing",
        "Ethics",
        "Budget",
        "Zusammenfassung für Łódź",
        "ملخص المشروع",
    )
    receipt = Receipt(
        issue=replace(ISSUE, reference="receipt/7QX4-M2KD-9T1V", at=RELEASED - timedelta(days=79)),
        call=CALL,
        receipt="7QX4-M2KD-9T1V",
        number=a_number(17),
        title="Liquid biopsy for Łódź: a blood test in three hours",
        version=2,
        received_at=datetime(2026, 3, 31, 21, 58, 59, 123456, tzinfo=UTC),
        deadline=datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC),
        answers=tuple(
            SealedAnswer(questions[i % len(questions)], sha256(b"answer %d" % i).hexdigest())
            for i in range(answers)
        ),
        files=(
            SealedFile("project-plan.pdf", 1_482_331, sha256(b"plan").hexdigest()),
            SealedFile("lettre-de-l’hôpital.pdf", 93_018, sha256(b"letter").hexdigest()),
        ),
    )
    return witnessed(receipt, "receipt:7qx4")
