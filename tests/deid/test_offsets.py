import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.offsets import OffsetMap


@st.composite
def edited_texts(draw):
    """A text cut into pieces, some of them replaced."""
    kept = draw(st.lists(st.text(max_size=5), min_size=1, max_size=6))
    swaps = [(draw(st.text(min_size=1, max_size=5)), draw(st.text(max_size=7))) for _ in kept[1:]]
    old, new, replaced = kept[0], kept[0], []
    for (before, after), following in zip(swaps, kept[1:], strict=True):
        replaced.append((len(old), len(old) + len(before), len(after)))
        old, new = old + before + following, new + after + following
    return old, new, replaced


@given(edited_texts())
def test_kept_stretches_map_to_the_same_characters(case):
    old, new, replaced = case
    offsets = OffsetMap.build(replaced)
    gone = {i for start, end, _ in replaced for i in range(start, end)}
    for start in range(len(old) + 1):
        for end in range(start + 1, len(old) + 1):
            place = offsets.to_new(start, end)
            assert (place is None) == bool(gone & set(range(start, end)))
            if place is not None:
                assert new[slice(*place)] == old[start:end]


@given(edited_texts())
def test_replaced_stretches_are_where_the_map_says(case):
    _, new, replaced = case
    offsets = OffsetMap.build(replaced)
    assert [e - s for s, e in zip(offsets.new_starts, offsets.new_ends, strict=True)] == [n for *_, n in replaced]
    assert not offsets.new_ends or offsets.new_ends[-1] <= len(new)


@given(edited_texts())
def test_the_inverse_leads_back(case):
    old, _, replaced = case
    if any(length == 0 for *_, length in replaced):
        return
    offsets = OffsetMap.build(replaced)
    for start in range(len(old) + 1):
        for end in range(start + 1, len(old) + 1):
            if (place := offsets.to_new(start, end)) is not None:
                assert offsets.inverse().to_new(*place) == (start, end)
    new_places = zip(offsets.new_starts, offsets.new_ends, strict=True)
    assert all(offsets.inverse().to_new(*place) is None for place in new_places)


def test_empty_stretches_at_the_border_of_a_replacement():
    offsets = OffsetMap.build([(2, 4, 5)])
    assert offsets.to_new(2, 2) == (2, 2)
    assert offsets.to_new(3, 3) is None
    assert offsets.to_new(4, 4) == (7, 7)


@pytest.mark.parametrize("replaced", [[(3, 3, 1)], [(0, 4, 1), (3, 5, 1)], [(5, 6, 1), (0, 1, 1)], [(-2, 1, 1)]])
def test_bad_replacements_are_refused(replaced):
    with pytest.raises(ValueError, match="stretch"):
        OffsetMap.build(replaced)
