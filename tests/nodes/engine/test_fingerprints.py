"""Fingerprints hold contents and never paths; they change with what a result depends on, and with nothing else."""

import shutil
from dataclasses import replace

import pytest

from nodes import FLOW_INPAINT, INTERNAL_FIT, MASK_PROPAGATE
from nodes.engine import fingerprints
from nodes.engine.fingerprints import (
    FingerprintBase,
    fingerprint_base,
    frame_fingerprint,
    input_digests,
    key_digests,
    reads_the_same,
    shot_fingerprint,
)
from nodes.engine.open_job import open_job
from tests.nodes.engine.made import context, context_of, fit, flow, job, keyed, leave, mask, matted, write
from vfxlib.errors import UsageError

SHOT_NODES = ((flow, FLOW_INPAINT), (fit, INTERNAL_FIT))


def base(folder, node, step, **output):
    given = keyed(folder) if node.node.takes("key") else matted(folder)
    return fingerprint_base(context(given, folder, node, step=step, **output))


def measured(folder):
    """Motion of every frame, as far as a fingerprint asks for it."""
    for number in (1, 2, 3):
        leave(folder, "mask-propagate", "motion", number, number)


def test_a_fit_is_another_one_if_a_parameter_of_it_changes_and_the_same_one_whatever_the_clock(folder):
    assert base(folder, fit(quality="draft"), "fit") != base(folder, fit(), "fit")
    assert base(folder, fit(minutes=5.0), "fit") == base(folder, fit(), "fit")
    assert base(folder, fit(feather=2.0), "fit") == base(folder, fit(), "fit")
    assert base(folder, fit(feather=2.0), "render") != base(folder, fit(), "render")


def test_an_effect_or_a_softer_edge_fits_no_mattes_anew(folder):
    changes = ({"effect": 20.0}, {"soften": 2.0})
    same = {
        step: [base(folder, mask(**more), step) == base(folder, mask(), step) for more in changes]
        for step in ("fit", "carry", "render")
    }
    # an effect comes to the render with the carried frames, whose identity it takes in
    assert same == {"fit": [True, True], "carry": [False, True], "render": [True, False]}


def test_a_file_of_weights_counts_by_its_content_and_not_by_its_path(folder):
    for name, content in (("a", "one"), ("b", "one"), ("c", "two")):
        (folder / name).write_text(content)
    a, b, c = (base(folder, fit(start=str(folder / name)), "fit") for name in "abc")
    assert a == b != c


def test_the_seed_counts_where_chance_does(folder):
    for make, node in SHOT_NODES:
        for step in node.steps:
            same = base(folder, make(), step.name, seed=0) == base(folder, make(), step.name, seed=1)
            assert same is not step.random, step.name


def test_layers_and_kept_channels_count_for_the_result_alone(folder):
    for more in ({"layers": "matte"}, {"keep_layers": True}):
        assert base(folder, flow(), "render", **more) != base(folder, flow(), "render")
        assert base(folder, flow(), "motion", **more) == base(folder, flow(), "motion")


def test_the_device_counts_where_a_step_uses_it(folder):
    for step in FLOW_INPAINT.steps:
        at = context(matted(folder), folder, flow(), step=step.name)
        here = fingerprint_base(at)
        at.device_kind = "cuda"
        assert (fingerprint_base(at) != here) is step.gpu, step.name


def test_means_and_places_change_no_fingerprint(folder, tmp_path_factory):
    moved = tmp_path_factory.mktemp("moved") / "elsewhere"
    shutil.copytree(folder, moved)
    here = context(matted(folder), folder, fit(), threads=1, memory=2.0)
    there = context(matted(moved), moved, fit(), threads=2, overwrite=True, work=str(moved / "work"))
    assert shot_fingerprint(here) == shot_fingerprint(there)


def test_a_new_version_makes_everything_anew(folder, monkeypatch):
    before = base(folder, flow(), "motion")
    monkeypatch.setattr(fingerprints, "VERSION", "99")
    assert base(folder, flow(), "motion") != before


def test_of_a_frame_only_what_lies_within_reach_counts(folder):
    def made():
        at = context(matted(folder), folder, flow(), step="motion")  # looks one frame far
        return [frame_fingerprint(at, fingerprint_base(at), number) for number in (1, 2, 3)]

    before = made()
    assert len(set(before)) == 3
    write(folder / "plate.3.exr", 0.75)
    assert [old == new for old, new in zip(before, made(), strict=True)] == [True, False, False]


def test_a_fingerprint_does_not_depend_on_the_order_of_what_it_holds():
    one = FingerprintBase("x")
    assert one.of({"a": 1, "b": {"c": 2, "d": 3}}) == one.of({"b": {"d": 3, "c": 2}, "a": 1})
    assert len({one.of({"a": 1}), one.of({"a": "1"}), one.of({"a": [1]}), FingerprintBase("y").of({"a": 1})}) == 4


# --- fill and mattes


def test_a_given_fill_counts_by_its_content(folder):
    given = matted(folder, fill=f"{folder}/fill.#.exr")
    at = context(given, folder, fit())
    whole, frames = shot_fingerprint(at), {number: input_digests(at, [number]) for number in (1, 2)}
    write(folder / "fill.2.exr", 0.75)
    again = context(given, folder, fit())
    assert input_digests(again, [1]) == frames[1]
    assert input_digests(again, [2]) != frames[2]
    assert len({whole, shot_fingerprint(again), shot_fingerprint(context(matted(folder), folder, fit()))}) == 3


def test_the_result_of_the_node_before_counts_by_its_fingerprint_if_it_is_ours_and_else_by_its_content(folder):
    for own, changes in (("f" * 64, False), (None, True)):
        for number in (1, 2, 3):
            leave(folder, "flow-inpaint", "render", number, 0.1, own=own)
        before = shot_fingerprint(context(matted(folder), folder, flow(), fit()))
        leave(folder, "flow-inpaint", "render", 3, 0.9, own=own)
        assert (shot_fingerprint(context(matted(folder), folder, flow(), fit())) != before) is changes


def test_a_node_before_that_has_not_run_is_named(folder):
    with pytest.raises(UsageError, match=r"step render has not been run for frame 1[\s\S]*flow-inpaint/render"):
        shot_fingerprint(context(matted(folder), folder, flow(), fit()))
    with pytest.raises(UsageError, match=r"step render has not been run for frame 1[\s\S]*mask-propagate/render"):
        input_digests(context(keyed(folder), folder, mask(), flow()), [1])


def test_a_node_that_takes_no_fill_does_not_count_it(folder):
    first = context(matted(folder, fill=f"{folder}/fill.#.exr"), folder, flow(), fit(), place=0)
    assert set(input_digests(first, [1])) == {"plate", "matte"}


def test_a_changed_matte_of_the_node_before_is_noticed(folder):
    names = ["R", "G", "B", "matte.A", "index.A"]
    for number in (1, 2, 3):
        leave(folder, "mask-propagate", "render", number, 1.0, names)
    before = input_digests(context(keyed(folder), folder, mask(), flow()), [1, 2])
    assert set(before) == {"plate", "matte"}
    leave(folder, "mask-propagate", "render", 2, 0.5, names)
    after = input_digests(context(keyed(folder), folder, mask(), flow()), [1, 2])
    assert before["matte"]["1"] == after["matte"]["1"]
    assert before["matte"]["2"] != after["matte"]["2"]


def test_a_matte_that_cannot_be_read_by_its_channel_alone_counts_with_it(folder):
    made = {
        fingerprint_base(context(matted(folder, **more), folder, flow())).values
        for more in ({}, {"matte_channel": "A"}, {"matte_id": 1})
    }
    assert len(made) == 3


def test_a_digest_that_is_known_is_not_asked_for_again(folder):
    at = context_of(open_job(job(matted(folder), folder, flow())))
    input_digests(at, [1, 2])
    asked = []
    at.digests.file = lambda path: asked.append(path.name) or "x"
    assert list(input_digests(at, [2, 3])["plate"]) == ["2", "3"]
    assert sorted(asked) == ["matte.3.exr", "plate.3.exr"]
    assert input_digests(at, []) == {}


# --- keys


def test_a_key_changes_what_is_made_from_keys_and_no_motion(folder):
    measured(folder)
    both = keyed(folder, (1, f"{folder}/first.exr"), (3, f"{folder}/last.exr"))

    def made(shot):
        at = context(shot, folder, mask(), step="motion")
        motion = frame_fingerprint(at, fingerprint_base(at), 1)
        return motion, shot_fingerprint(context(shot, folder, mask(), step="fit"))

    (one_motion, one_fit), (both_motion, both_fit) = made(keyed(folder)), made(both)
    assert one_motion == both_motion
    assert one_fit != both_fit


def test_a_key_counts_by_its_content_its_frame_and_its_channel_and_not_by_its_path(folder):
    measured(folder)
    first, last = ((1, f"{folder}/{name}.exr") for name in ("first", "last"))

    def made(key, **more):
        return shot_fingerprint(context(keyed(folder, key, **more), folder, mask(), step="fit"))

    before = made(first)
    assert made(last) == before
    assert made((2, first[1])) != before
    assert made(first, matte_channel="A") != before
    write(folder / "first.exr", 0.25, names="A")
    assert made(first) != before


def test_objects_that_are_kept_apart_are_another_fit(folder):
    told = [key_digests(context(keyed(folder), folder, mask(objects=each)))["apart"] for each in ("joined", "apart")]
    assert told == [False, True]


def test_every_parameter_of_a_node_is_used_by_a_step_or_by_the_clock():
    for node in (FLOW_INPAINT, INTERNAL_FIT, MASK_PROPAGATE):
        used = {name for step in node.steps for name in (*step.uses, *step.early_stop_params)}
        assert used == set(node.params().to_mapping()), node.name


def test_steps_of_a_node_read_the_same_until_a_file_that_was_read_changes(folder):
    opened = open_job(job(matted(folder), folder, flow()))
    before = context_of(opened, "motion")
    later = replace(context_of(opened, "paint"), digests=before.digests)
    input_digests(before, [1, 2])
    assert reads_the_same(later, before)
    write(folder / "plate.3.exr", 0.75)  # nobody has read it
    assert reads_the_same(later, before)
    write(folder / "plate.2.exr", 0.75)
    assert not reads_the_same(later, before)


def test_steps_of_two_nodes_never_read_the_same(folder):
    opened = open_job(job(matted(folder), folder, flow(), flow()))
    before = context_of(opened, place=0)
    assert not reads_the_same(replace(context_of(opened, place=1), digests=before.digests), before)


def test_a_fill_that_an_artist_puts_in_place_is_read_anew_by_the_next_step(folder):
    opened = open_job(job(matted(folder, fill=f"{folder}/fill.#.exr"), folder, fit()))
    before = context_of(opened, "render")
    later = replace(context_of(opened, "render"), digests=before.digests)
    input_digests(before, [1])
    assert reads_the_same(later, before)
    write(folder / "fill.1.exr", 0.75)
    assert not reads_the_same(later, before)
