"""Who suits what: words, codes, bids, and the loss on real ratings."""

from random import Random

import numpy as np
import pytest

from scoring.affinity import Bid, Told, affinity
from scoring.affinity.bids import DAMPED, EFFECT, FEW
from scoring.affinity.codes import nearness, parent_of
from scoring.affinity.loss import weighted_kendall
from scoring.affinity.words import words_of
from scoring.assignment import MICRO
from tests.realdata import real_data

CERVICAL = "Self-sampling for cervical cancer screening in rural districts"
LEUKAEMIA = "Minimal residual disease in childhood leukaemia: sequencing of rare clones"
IMAGING = "Ultrasound imaging of breast tumours by machine learning on phones"
PROPOSALS = [Told((CERVICAL,)), Told((LEUKAEMIA,)), Told((IMAGING,))]
PEOPLE = [
    Told(("Screening trials; cervical cancer; HIV", "Uptake of cervical screening in districts")),
    Told(("childhood leukaemia; rare clones", "Residual disease after treatment")),
    Told(("Breast ultrasound; machine learning",)),
    Told(()),
]


def test_words_meet_whatever_their_case_ending_and_accent() -> None:
    assert words_of("Screenings SCREENED screening") == ["screen", "screen", "screen"]
    assert words_of("Leukämie tumours, the tumour") == ["leukamie", "tumour", "tumour"]
    assert words_of("randomised randomized randomization") == ["randomis"] * 3
    assert words_of("The 2026 study of a") == []


def test_everybody_suits_their_own_field_best_and_silence_suits_nothing() -> None:
    found = affinity(PROPOSALS, PEOPLE)

    assert found.merit.argmax(axis=1).tolist() == [0, 1, 2]
    assert found.merit[:, 3].tolist() == [0, 0, 0]
    assert found.merit.min() >= 0
    assert found.merit.max() <= MICRO


def test_the_same_whatever_the_order_of_people_and_proposals() -> None:
    straight = affinity(PROPOSALS, PEOPLE).merit
    turned = affinity(PROPOSALS[::-1], PEOPLE[::-1]).merit

    assert (turned[::-1, ::-1] == straight).all()


def test_codes_of_one_branch_are_near_and_count_half_beside_words() -> None:
    assert parent_of("cso:5.1") == "cso:5"
    assert parent_of("cancer:7") == "cancer:7"
    assert nearness("cso:5.1", "cso:5.4") == nearness("cso:5.1", "cso:5") == 0.5
    assert nearness("cso:5.1", "cso:4.1") == nearness("cancer:5", "cso:5") == 0

    proposal = Told((CERVICAL,), frozenset({"cso:4.1", "cancer:9"}))
    exact = Told((CERVICAL,), frozenset({"cso:4.1", "cancer:9"}))
    near = Told((CERVICAL,), frozenset({"cso:4.2", "cancer:9"}))
    far = Told((CERVICAL,), frozenset({"cso:1.1"}))
    without = Told((CERVICAL,))
    found = affinity([proposal], [exact, near, far, without])
    shares = [part.codes for part in found.parts([(0, 0), (0, 1), (0, 2), (0, 3)])]

    assert shares == [1.0, 0.75, 0.0, None]
    assert found.merit[0].tolist() == pytest.approx([MICRO, 875_000, 500_000, MICRO], abs=2)


def test_a_bid_moves_an_affinity_within_bounds_and_no_other_pair() -> None:
    people = [*PEOPLE, *(Told((f"{LEUKAEMIA} {n}",)) for n in range(FEW))]
    wanted = [(i, j, Bid.NO) for i, j in ((0, 0), (1, 1))]
    before, after = affinity(PROPOSALS, people), affinity(PROPOSALS, people, wanted)
    moved = after.merit.astype(np.int64) - before.merit

    assert moved[0, 0] == moved[1, 1] == round(EFFECT[Bid.NO] * MICRO)
    moved[0, 0] = moved[1, 1] = 0
    assert not moved.any()


def test_a_yes_without_expertise_is_damped_and_marked() -> None:
    """The second reviewer knows leukaemia and asks for every proposal."""
    asked = [(i, 1, Bid.YES) for i in range(3)] + [(1, 3, Bid.MAYBE)]
    before, after = affinity(PROPOSALS, PEOPLE), affinity(PROPOSALS, PEOPLE, asked)
    moved = (after.merit.astype(np.int64) - before.merit)[:, 1] / MICRO
    full = EFFECT[Bid.YES] * 3 / FEW  # of three wishes
    below = [i for i in range(3) if not before.merit[i, 1]]

    assert below
    assert [pair for pair in after.unsupported if pair[1] == 1] == [(i, 1) for i in below]
    for i in range(3):
        expected = full * DAMPED if i in below else full
        assert moved[i] == pytest.approx(min(expected, 1 - before.merit[i, 1] / MICRO), abs=1e-6)


def test_one_aimed_wish_counts_for_less_than_one_of_many() -> None:
    """Bidding for a single proposal is how friends find each other."""
    texts = [Told((f"{CERVICAL} in district number {name}",)) for name in "abcdefgh"]
    person = [Told((CERVICAL,)), *PEOPLE]
    one = affinity(texts, person, [(0, 0, Bid.YES)]).parts([(0, 0)])[0].bid
    many = affinity(texts, person, [(i, 0, Bid.YES) for i in range(8)]).parts([(0, 0)])[0].bid

    assert 0 < one <= many / FEW * 1.001


def test_parts_add_up_to_the_merit() -> None:
    found = affinity(PROPOSALS, PEOPLE, [(0, 0, Bid.MAYBE)])
    [part] = found.parts([(0, 0)])

    assert part.words > 0
    assert min(part.words + part.bid, 1) * MICRO == pytest.approx(found.merit[0, 0], abs=2)


def test_nobody_and_nothing_are_no_trouble() -> None:
    assert affinity([], []).merit.shape == (0, 0)
    assert affinity(PROPOSALS, []).merit.shape == (3, 0)
    assert affinity([Told(("",))], [Told(("",))]).merit.tolist() == [[0]]


def test_the_loss_counts_wrong_pairs_by_how_far_apart_they_are() -> None:
    rated = {"r": [("a", 5.0), ("b", 4.0), ("c", 1.0)]}

    def as_if(values: dict[str, float]) -> float:
        return weighted_kendall(rated, lambda _who, one, other: (values[one], values[other]))

    assert as_if({"a": 3, "b": 2, "c": 1}) == 0
    assert as_if({"a": 1, "b": 2, "c": 3}) == 1
    assert as_if({"a": 1, "b": 1, "c": 1}) == 0.5
    assert as_if({"a": 2, "b": 3, "c": 1}) == pytest.approx(1 / 8)  # the pair a, b of 1 + 3 + 4


def test_on_real_ratings_words_and_pairs_beat_the_plain_ways() -> None:
    real_data("assignment", "expertise_goldstandard.csv")
    from bench.scoring_affinity import losses  # noqa: PLC0415 - reads the data

    found = losses()

    assert found["nothing: every pair alike"] == 0.5
    assert found["ours"] < 0.27
    assert found["ours"] < found["share of words in common, titles and abstracts"] - 0.03
    assert found["ours"] < found["ours, titles alone"] < 0.4


def test_a_thousand_texts_of_one_language_are_kept_apart() -> None:
    """Each text of its own vocabulary is nearest to the person who writes with it."""
    random = Random(7)
    fields = [[f"word{random.randrange(10**6)}x" for _ in range(60)] for _ in range(40)]
    proposals = [Told((" ".join(random.choices(field, k=80)),)) for field in fields]
    people = [Told((" ".join(random.choices(field, k=40)),)) for field in fields]

    assert affinity(proposals, people).merit.argmax(axis=1).tolist() == list(range(40))
