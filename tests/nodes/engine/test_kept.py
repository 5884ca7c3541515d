"""What the steps of a node read once in a run."""

from nodes.engine.kept import Kept


class Thing:
    """Something opened that tells when it is closed."""

    def __init__(self):
        self.open = True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.open = False


def test_a_thing_is_opened_once_for_all_who_see_the_shot_alike():
    with Kept() as kept:
        first = kept.get("shot", Thing, Thing)
        assert kept.get("shot", Thing, Thing) is first
    assert not first.open


def test_another_view_of_the_shot_closes_what_was_kept():
    with Kept() as kept:
        first = kept.get("shot", Thing, Thing)
        second = kept.get("smaller shot", Thing, Thing)
        assert second is not first
        assert second.open
        assert not first.open


def test_what_was_closed_is_opened_anew():
    kept = Kept()
    first = kept.get("shot", Thing, Thing)
    kept.close()
    assert not first.open
    assert kept.get("shot", Thing, Thing) is not first


def test_all_steps_share_one_memory_until_what_is_kept_is_closed():
    with Kept() as kept:
        memory = kept.memory(64.0)
        assert kept.memory(64.0) is memory
        memory.keep(0.75)
        kept.close()
        assert memory.left() == 1
        assert kept.memory(64.0) is not memory
