"""Pots that step in for each other: what is tried leaves nothing behind, in any order."""

from hypothesis import example, given
from hypothesis import strategies as st

from scoring.allocation.sources import Award, Contribution, Pots

VALUES = "wxyz"
pots = st.lists(
    st.tuples(
        st.integers(0, 60),
        st.dictionaries(
            st.sampled_from("ab"),
            st.lists(st.sampled_from(VALUES), min_size=1, max_size=3).map(tuple),
            max_size=1,
        ),
    ),
    min_size=1,
    max_size=5,
)
wanted = st.lists(
    st.tuples(st.integers(0, 25), st.sampled_from(VALUES), st.sampled_from(VALUES)), max_size=9
)


def _contributions(told: list[tuple[int, dict[str, tuple[str, ...]]]]) -> list[Contribution]:
    return [Contribution(f"p{n}", sum_, earmark) for n, (sum_, earmark) in enumerate(told)]


def _most(contributions: list[Contribution], awards: list[Award]) -> int:
    """Return the most that awards together can be paid: the least cut over all sets of them."""
    subsets = range(1 << len(awards))
    return min(
        sum(a.amount_minor for n, a in enumerate(awards) if not cut >> n & 1)
        + sum(
            pot.amount_minor
            for pot in contributions
            if any(cut >> n & 1 and pot.may_pay(a.attributes) for n, a in enumerate(awards))
        )
        for cut in subsets
    )


SECOND_OF_ITS_KIND = (
    [(10, {"a": ("w",)}), (10, {"b": ("x", "y", "z")})],
    [(5, "w", "w"), (5, "w", "y"), (5, "w", "w")],
)


@example(*SECOND_OF_ITS_KIND)
@given(pots, wanted)
def test_an_award_is_promised_where_the_pots_together_can_pay_all_and_a_try_changes_nothing(
    told: list[tuple[int, dict[str, tuple[str, ...]]]], asks: list[tuple[int, str, str]]
) -> None:
    contributions = _contributions(told)
    kept = Pots(contributions)
    promised: list[Award] = []
    for n, (amount, a, b) in enumerate(asks):
        award = Award(f"n{(n * 7) % 10}", amount, {"a": a, "b": b})
        most = _most(contributions, [*promised, award])
        held = sum(one.amount_minor for one in promised)
        assert kept.room_for(award) == min(amount, most - held)
        fits = most == held + amount
        assert kept.promise(award) is fits
        if fits:
            promised.append(award)
    untried = Pots(contributions)
    assert all(untried.promise(award) for award in promised)
    assert kept.sources(promised) == untried.sources(promised)
