"""An index is a fit only with its weights."""

import json

import pytest

from nodes.engine.fit_index import fit_of, fit_state, read_fit_index
from tests.nodes.engine.made import context, fit, matted
from vfxlib.errors import UsageError
from vfxlib.pipeline.fingerprint import FINGERPRINT, FileState


def fitting(folder, **params):
    return context(matted(folder), folder, fit(**params), step="fit")


def leave_fit(folder, weights=("level0.safetensors",), **told):
    """A fit in the work folder, as far as its index tells."""
    path = folder / "out.work" / "internal-fit" / "fit" / "fit.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    for name in weights:
        path.with_name(name).write_text("weights")
    path.write_text(json.dumps({FINGERPRINT: "x", "weights": list(weights), **told}))
    return path


def test_an_index_says_which_files_of_weights_there_are_and_what_ended_the_fit(folder):
    path = leave_fit(folder, ["level0.safetensors", "level1.safetensors"], minutes=5.0)
    found = read_fit_index(path)
    assert found.weights == (path.with_name("level0.safetensors"), path.with_name("level1.safetensors"))
    assert (found.fingerprint, found.minutes) == ("x", 5.0)
    path.write_text('{"weights": []}')
    assert read_fit_index(path).fingerprint == ""


def test_a_fit_whose_weights_are_gone_is_not_done_whoever_made_it(folder):
    path = leave_fit(folder)
    assert fit_state(fitting(folder), "x") is FileState.DONE
    path.with_name("level0.safetensors").unlink()
    assert fit_state(fitting(folder), "x") is FileState.STALE
    path.write_text('{"weights": ["level0.safetensors"]}')
    assert fit_state(fitting(folder), "x") is FileState.STALE
    with pytest.raises(UsageError, match=r"level0\.safetensors: the weights are gone[\s\S]*delete \S*fit\.json"):
        fit_of(context(matted(folder), folder, fit(), step="render"))


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "\udcff"])
def test_weights_by_a_name_that_no_file_can_have_are_gone(folder, name):
    path = leave_fit(folder)
    path.write_text(json.dumps({"weights": [name]}))
    assert fit_state(fitting(folder), "x") is FileState.STALE
    with pytest.raises(UsageError, match="the weights are gone"):
        fit_of(context(matted(folder), folder, fit(), step="render"))


def test_what_an_artist_has_put_there_is_foreign_and_what_is_made_from_other_things_is_stale(folder):
    path = leave_fit(folder)
    assert fit_state(fitting(folder), "y") is FileState.STALE
    path.write_text('{"weights": ["level0.safetensors"]}')
    assert fit_state(fitting(folder), "y") is FileState.FOREIGN
    path.unlink()
    assert fit_state(fitting(folder), "y") is FileState.ABSENT


def test_a_fit_that_the_clock_ended_is_done_for_the_same_limit_and_one_that_ended_by_itself_for_any(folder):
    leave_fit(folder, minutes=5.0)
    states = [fit_state(fitting(folder, minutes=each), "x") for each in (5.0, 4.0, 6.0, 0.0)]
    assert states == [FileState.DONE, FileState.STALE, FileState.STALE, FileState.STALE]
    leave_fit(folder, minutes=0.0)
    assert {fit_state(fitting(folder, minutes=each), "x") for each in (5.0, 0.0)} == {FileState.DONE}


def test_a_fit_with_nothing_to_do_needs_no_weights(folder):
    leave_fit(folder, [])
    assert fit_state(fitting(folder), "x") is FileState.DONE
    assert fit_of(context(matted(folder), folder, fit(), step="render")).weights == ()


def test_a_fit_that_has_not_been_run_is_named(folder):
    with pytest.raises(UsageError, match="step fit has not been run"):
        fit_of(context(matted(folder), folder, fit(), step="render"))


@pytest.mark.parametrize(
    "words",
    ["{", "[]", "{}", '{"weights": 3}', '{"weights": null}', '{"weights": [""]}', '{"weights": ["../x/y"]}',
     '{"weights": [], "minutes": "five"}', '{"weights": [], "minutes": null}',
     f'{{"weights": [], "minutes": 1{"0" * 400}}}'],
)  # fmt: skip
def test_an_index_that_cannot_be_read_is_named_and_is_not_written_over(folder, words):
    path = leave_fit(folder)
    path.write_text(words)
    for ask in (read_fit_index, lambda path: fit_state(fitting(folder), "x")):
        with pytest.raises(UsageError, match=r"fit\.json: is no fit that can be read[\s\S]*delete it"):
            ask(path)


def leave_weights(path, **about):
    """A file of weights of which only the header counts."""
    header = json.dumps({"__metadata__": about}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header)


def test_weights_that_another_fit_has_written_before_it_was_stopped_are_not_those_of_the_index(folder):
    leave_fit(folder, **{FINGERPRINT: "mine"})
    at = fitting(folder)
    leave_weights(at.folder / "level0.safetensors", **{FINGERPRINT: "mine"})
    assert fit_state(at, "mine") is FileState.DONE
    leave_weights(at.folder / "level0.safetensors", **{FINGERPRINT: "another's"})
    assert fit_state(at, "mine") is FileState.STALE
    leave_weights(at.folder / "level0.safetensors", who="an artist")
    assert fit_state(at, "mine") is FileState.DONE
