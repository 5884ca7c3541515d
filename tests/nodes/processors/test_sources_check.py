"""A completion that asks a network says at once that it has none, or one that cannot be used."""

import pytest

from nodes.engine.open_job import check_named_files, open_job
from tests.nodes.engine.made import flow, job, matted
from tests.vfxlib.flow_completion.made import write_flow_weights
from vfxlib.errors import UsageError, WeightsError
from vfxlib.io import shipped_weights


def checked(folder, **params):
    check_named_files(open_job(job(matted(folder), folder, flow(**params))))


@pytest.mark.parametrize("completion", ["learned", "auto"])
def test_weights_are_asked_for_before_any_work(folder, completion):
    with pytest.raises(
        UsageError, match=f"--completion {completion} asks a trained network, and none is given"
    ) as said:
        checked(folder, completion=completion, flow_weights="")
    assert "paintout train flow-refinement" in str(said.value)
    checked(folder, completion=completion)  # by those that ship
    checked(folder, completion=completion, flow_weights=str(write_flow_weights(folder / "flow.safetensors")))


def test_a_file_that_is_no_flow_refinement_is_refused(folder):
    path = folder / "flow.safetensors"
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(WeightsError, match=r"flow\.safetensors"):
        checked(folder, completion="learned", flow_weights=str(path))
    checked(folder)  # nobody asks for it


def test_shipped_weights_that_are_lost_are_missed_by_those_alone_who_ask_for_them(folder, monkeypatch):
    monkeypatch.setattr(shipped_weights, "FOLDER", folder / "lost")
    checked(folder)
    with pytest.raises(WeightsError, match=r"flow-refinement\.safetensors") as said:
        checked(folder, completion="learned")
    assert "install Paintout again" in str(said.value)
    assert "--completion carried" in str(said.value)
