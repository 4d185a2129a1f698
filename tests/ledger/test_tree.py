from hashlib import sha256

import pytest

from app.ledger import tree

LARGEST = 130
LEAVES = [tree.leaf_hash(str(n).encode()) for n in range(LARGEST)]


def plain_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962, 2.1, word by word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + plain_root(leaves[:k]) + plain_root(leaves[k:])).digest()


def plain_path(m: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*plain_path(m, leaves[:k]), plain_root(leaves[k:])]
    return [*plain_path(m - k, leaves[k:]), plain_root(leaves[:k])]


def plain_consistency(m: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [plain_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*plain_consistency(m, leaves[:k], whole=whole), plain_root(leaves[k:])]
    return [*plain_consistency(m - k, leaves[k:], whole=False), plain_root(leaves[:k])]


@pytest.fixture(scope="module")
def nodes() -> dict[tree.Node, bytes]:
    found: dict[tree.Node, bytes] = {}
    peaks: list[bytes] = []
    for size, leaf in enumerate(LEAVES):
        found.update(tree.append(size, peaks, leaf))
    return found


ROOTS = [plain_root(LEAVES[:size]) for size in range(LARGEST + 1)]


def test_appending_gives_the_root_of_the_definition_at_every_size() -> None:
    peaks: list[bytes] = []
    assert tree.root_of(peaks) == ROOTS[0]
    for size, leaf in enumerate(LEAVES):
        tree.append(size, peaks, leaf)
        assert tree.root_of(peaks) == ROOTS[size + 1]


def test_appending_writes_less_than_two_nodes_a_leaf(nodes: dict[tree.Node, bytes]) -> None:
    assert len(nodes) < 2 * LARGEST


def test_the_peaks_can_be_found_again_from_the_nodes(nodes: dict[tree.Node, bytes]) -> None:
    for size in range(LARGEST + 1):
        peaks = [nodes[node] for node in tree.peak_nodes(size)]
        assert tree.root_of(peaks) == ROOTS[size]


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_leaf_has_an_inclusion_proof_that_fits_no_other_place(
    size: int, nodes: dict[tree.Node, bytes]
) -> None:
    for at in range(size):
        plan = tree.inclusion_plan(at, size)
        path = tree.resolve(plan, nodes)
        assert path == plain_path(at, LEAVES[:size])
        assert len(tree.nodes_in(plan)) <= 2 * size.bit_length()
        assert tree.includes(ROOTS[size], size, at, LEAVES[at], path)
        assert not tree.includes(ROOTS[size], size, at, LEAVES[at - 1], path) or size == 1
        assert not tree.includes(ROOTS[size - 1], size, at, LEAVES[at], path)
        assert not tree.includes(ROOTS[size], size, at, LEAVES[at], [*path, LEAVES[0]])
        assert not path or not tree.includes(ROOTS[size], size, at, LEAVES[at], path[:-1])
        assert at + 1 == size or not tree.includes(ROOTS[size], size, at + 1, LEAVES[at], path)


@pytest.mark.parametrize("new", range(LARGEST + 1))
def test_every_size_is_consistent_with_every_later_one(
    new: int, nodes: dict[tree.Node, bytes]
) -> None:
    for old in range(new + 1):
        plan = tree.consistency_plan(old, new)
        path = tree.resolve(plan, nodes)
        assert len(tree.nodes_in(plan)) <= 2 * (new.bit_length() + 1)
        if old:
            assert path == plain_consistency(old, LEAVES[:new])
        assert tree.extends(old, ROOTS[old], new, ROOTS[new], path)
        wrong = sha256(ROOTS[old]).digest()
        assert not tree.extends(old, wrong, new, ROOTS[new], path)
        assert old in (0, new) or not tree.extends(old, ROOTS[old], new, wrong, path)
        assert not tree.extends(old, ROOTS[old], new, ROOTS[new], [*path, wrong])
        assert not path or not tree.extends(old, ROOTS[old], new, ROOTS[new], path[1:])


def test_proofs_that_cannot_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="no leaf 3"):
        tree.inclusion_plan(3, 3)
    with pytest.raises(ValueError, match="cannot extend"):
        tree.consistency_plan(4, 3)
    assert not tree.includes(ROOTS[1], 1, -1, LEAVES[0], [])
    assert not tree.extends(2, ROOTS[2], 1, ROOTS[1], [])


def test_the_chain_depends_on_the_name_the_order_and_every_leaf() -> None:
    def chained(log: str, leaves: list[bytes]) -> bytes:
        value = tree.chain_start(log)
        for leaf in leaves:
            value = tree.chain_next(value, leaf)
        return value

    ends = {
        chained(log, leaves)
        for log in ("a", "b")
        for leaves in (LEAVES[:2], LEAVES[1::-1], LEAVES[:1], LEAVES[:3], [LEAVES[0]] * 2)
    }
    assert len(ends) == 10
    assert chained("a", LEAVES[:1]) == (
        sha256(b"\x02" + sha256(b"\x02a").digest() + LEAVES[0]).digest()
    )
