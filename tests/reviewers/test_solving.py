"""Plans as computed: what holds first, what stays empty and why, what chance may do."""

from collections import Counter
from dataclasses import replace

import pytest

from app.reviewers.assigning.inputs import Inputs, Judgeable, LeftOut, Person, Wishes
from app.reviewers.assigning.sheets import Sheet, from_bytes, to_bytes
from app.reviewers.assigning.solving import solve

FIELDS = ("cervical screening", "childhood leukaemia", "breast ultrasound", "lung radiotherapy")


def _people(count: int, most: int = 4, **values: object) -> tuple[Person, ...]:
    return tuple(
        Person(
            **{  # type: ignore[arg-type]
                "account_id": f"person{j:02}",
                "patient": False,
                "country": ("NO", "KE", "BR", "IN")[j % 4],
                "organisation": f"place {j}",
                "gender": "",
                "most": most,
                "held": 0,
                "texts": (FIELDS[j % 4], FIELDS[(j + 1) % 4]),
                **values,
            }
        )
        for j in range(count)
    )


def _proposals(count: int) -> tuple[Judgeable, ...]:
    return tuple(
        Judgeable(f"proposal{i:02}", f"TST-{i:03}", (f"{FIELDS[i % 4]} of the kind {i}",))
        for i in range(count)
    )


def _inputs(
    proposals: int = 4, people: tuple[Person, ...] | None = None, **wishes: object
) -> Inputs:
    return Inputs(
        wishes=Wishes(**{"each": 3, **wishes}),  # type: ignore[arg-type]
        proposals=_proposals(proposals),
        people=_people(8) if people is None else people,
        ruled_out=frozenset(),
        fixed=(),
        bids=(),
    )


def _of(sheet: Sheet, place: int) -> set[int]:
    return {j for i, j in (*sheet.seats, *sheet.fixed) if i == place}


def test_everybody_gets_what_they_can_take_and_every_proposal_its_reviewers() -> None:
    sheet = solve(_inputs(6), "seed")

    assert Counter(i for i, _ in sheet.seats) == dict.fromkeys(range(6), 3)
    assert max(Counter(j for _, j in sheet.seats).values()) <= 4
    assert sheet.figures["total"] <= sheet.figures["bound_total"]
    assert sheet.figures["worst"] <= sheet.figures["bound_worst"]
    assert sheet.unmet == ()


def test_the_same_inputs_and_seed_give_the_same_bytes_and_another_seed_may_not() -> None:
    inputs = _inputs(6)

    assert to_bytes(solve(inputs, "seed")) == to_bytes(solve(inputs, "seed"))
    assert inputs.sha256() == _inputs(6).sha256() != _inputs(5).sha256()


def test_a_sheet_comes_back_from_its_bytes() -> None:
    inputs = replace(_inputs(5), bids=((0, 0, "yes"), (1, 3, "no")), fixed=((2, 2),))
    sheet = solve(replace(inputs, people=tuple(
        replace(one, held=int(j == 2)) for j, one in enumerate(inputs.people)
    )), "seed")  # fmt: skip
    again = from_bytes(to_bytes(sheet))

    assert again.seats == sheet.seats
    assert again.fixed == ((2, 2),)
    assert again.parts == dict(sheet.parts)
    assert list(again.options(1)) == list(sheet.options(1))
    assert again.unsupported == sheet.unsupported
    assert to_bytes(again) == to_bytes(sheet)
    with pytest.raises(ValueError, match="no plan"):
        from_bytes(b"something else")


def test_conflicts_are_never_assigned_and_fixed_seats_stay() -> None:
    inputs = replace(
        _inputs(4),
        ruled_out=frozenset((i, 0) for i in range(4)) | {(1, 1)},
        fixed=((3, 5),),
    )
    sheet = solve(inputs, "seed")

    assert 0 not in {j for _, j in sheet.seats}
    assert (1, 1) not in sheet.seats
    assert sheet.fixed == ((3, 5),)
    assert len(_of(sheet, 3)) == 3
    assert all(j != 0 for i in range(4) for j, _ in sheet.options(i))


def test_a_patient_reviewer_sits_on_each_where_asked_for() -> None:
    people = tuple(replace(one, patient=j in {2, 6}) for j, one in enumerate(_people(8)))
    without = solve(_inputs(4, people), "seed")
    sheet = solve(_inputs(4, people, patient=True), "seed")

    assert not all(_of(without, i) & {2, 6} for i in range(4))
    assert all(_of(sheet, i) & {2, 6} for i in range(4))
    assert sheet.unmet == ()


def test_no_proposal_is_judged_by_one_organisation_or_country_alone() -> None:
    """Six of one place know every field best; without the rule they would fill everything."""
    people = tuple(
        replace(one, organisation="big", country="NO", texts=FIELDS) if j < 6 else
        replace(one, organisation=f"small {j}", country="KE", texts=("statistics",))
        for j, one in enumerate(_people(12))
    )  # fmt: skip
    alone = solve(_inputs(4, people, organisations=False), "seed")
    sheet = solve(_inputs(4, people, organisations=True), "seed")
    mixed = solve(_inputs(4, people, organisations=False, countries=True), "seed")

    assert any(_of(alone, i) <= set(range(6)) for i in range(4))
    assert all(_of(sheet, i) - set(range(6)) for i in range(4))
    assert all(_of(mixed, i) - set(range(6)) for i in range(4))


def test_too_few_places_leave_the_fewest_seats_empty_spread_evenly_and_say_why() -> None:
    sheet = solve(_inputs(6, _people(4, most=4)), "seed")

    assert len(sheet.seats) == 16
    assert sum(one.missing for one in sheet.unmet) == 2
    assert {one.missing for one in sheet.unmet} == {1}
    assert "the proposals need 18 reviews" in sheet.why_unmet[0]
    assert "take 16 at most" in sheet.why_unmet[0]


def test_the_deficient_set_is_named() -> None:
    """Two proposals of four may be judged by the same two people alone."""
    barred = frozenset((i, j) for i in (1, 2) for j in range(2, 8))
    sheet = solve(replace(_inputs(4), ruled_out=barred), "seed")

    assert [(one.place, one.missing) for one in sheet.unmet] == [(1, 1), (2, 1)]
    assert "TST-001, TST-002" in sheet.why_unmet[0]
    assert "only 4 permitted reviewer places for 6 reviews" in sheet.why_unmet[0]
    assert len(sheet.seats) == 10


def test_a_seat_that_only_a_patient_could_take_stays_empty() -> None:
    people = tuple(replace(one, patient=j == 2, most=2 if j == 2 else 4)
                   for j, one in enumerate(_people(8)))  # fmt: skip
    sheet = solve(_inputs(4, people, patient=True), "seed")

    assert sum(one.missing for one in sheet.unmet) == 2
    assert all(one.patient for one in sheet.unmet)
    assert "patient reviewers" in sheet.why_unmet[0]


def test_where_those_who_stay_lack_a_patient_one_more_seat_is_added() -> None:
    people = tuple(
        replace(one, patient=j == 2, held=int(j in {0, 1, 3})) for j, one in enumerate(_people(8))
    )
    full = replace(_inputs(2, people, patient=True), fixed=((0, 0), (0, 1), (0, 3)))
    sheet = solve(full, "seed")

    assert _of(sheet, 0) == {0, 1, 2, 3}
    assert len(_of(sheet, 1)) == 3
    assert sheet.unmet == ()


def test_minimum_loads_are_met_or_given_up_with_a_sentence() -> None:
    met = solve(_inputs(4, _people(6), least=2), "seed")
    barred = replace(_inputs(4, _people(6), least=2), ruled_out=frozenset((i, 0) for i in range(4)))
    given_up = solve(barred, "seed")

    assert set(Counter(j for _, j in met.seats).values()) == {2}
    assert len(given_up.seats) == 12
    assert "minimum load" in given_up.why_unmet[0]


def test_a_pair_is_no_likelier_than_the_cap_whatever_speaks_for_it() -> None:
    """One proposal, one person made for it, and others who know nothing of it."""
    people = (
        replace(_people(1)[0], texts=("cervical screening of the kind 0",)),
        *(replace(one, texts=("algebra",)) for one in _people(9)[1:]),
    )
    inputs = replace(_inputs(1, people, each=1, cap="0.5"), bids=((0, 0, "yes"),))
    certain = solve(replace(inputs, wishes=Wishes(each=1)), "seed")
    chosen = sum((0, 0) in solve(inputs, f"seed {n}").seats for n in range(200))

    assert certain.seats == ((0, 0),)
    assert 70 <= chosen <= 130  # 100 expected, 4.2 standard deviations


def test_the_worst_served_comes_before_the_total() -> None:
    sheet = solve(_inputs(8, _people(8, most=3)), "seed")

    assert sheet.figures["worst"] == sheet.figures["bound_worst"]
    assert sheet.figures["total"] <= sheet.figures["bound_total"]


def test_nothing_to_judge_and_nobody_to_judge() -> None:
    assert solve(_inputs(0), "seed").seats == ()
    nobody = solve(_inputs(2, ()), "seed")
    assert [(one.place, one.missing) for one in nobody.unmet] == [(0, 3), (1, 3)]


def test_codes_count_where_both_sides_have_some_and_who_is_left_out_gets_nothing_new() -> None:
    people = _people(3, texts=("nothing in common",))
    people = (
        replace(people[0], codes=("cso:5.3",)),
        replace(people[1], codes=("cso:1.1",)),
        replace(people[2], codes=("cso:5.3",), most=0, left_out=LeftOut.AWAY),
    )
    inputs = _inputs(1, people, each=1)
    inputs = replace(inputs, proposals=(replace(inputs.proposals[0], codes=("cso:5.3",)),))
    sheet = solve(inputs, "seed")

    assert sheet.seats == ((0, 0),)
    assert sheet.parts[0, 0].codes == 1_000_000
    assert sheet.left_out == ((2, "away"),)
    assert from_bytes(to_bytes(sheet)).left_out == sheet.left_out


def test_genders_mix_a_plan_and_are_not_in_what_is_kept_of_it() -> None:
    people = tuple(
        replace(one, gender="woman" if j < 4 else "man") for j, one in enumerate(_people(8))
    )
    inputs = _inputs(4, people, each=2, genders=True)
    sheet = solve(inputs, "seed")

    for place in range(4):
        assert len({people[j].gender for j in _of(sheet, place)}) == 2
    assert "woman" not in repr(sheet)
    assert "gender" not in sheet.groups
    nobody = replace(inputs, people=tuple(replace(one, gender="") for one in people))
    assert inputs.sha256() == nobody.sha256()
    assert sheet.figures["genders"] is True
    assert solve(nobody, "seed").figures["genders"] is False
