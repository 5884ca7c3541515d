"""A painted frame follows from the content of the fitted weights."""

import json

import pytest

from nodes.processors.internal_fit.inputs import render
from tests.nodes.engine.made import context, fit, matted
from vfxlib.errors import UsageError


def test_weights_count_by_what_they_hold_and_one_that_is_gone_is_named(folder):
    def told():
        return render(context(matted(folder), folder, fit(), step="render"), 2)["weights"]

    with pytest.raises(UsageError, match="step fit has not been run"):
        told()
    path = folder / "out.work" / "internal-fit" / "fit" / "fit.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"weights": ["level0.safetensors", "level1.safetensors"]}))
    for level, words in enumerate(("one", "two")):
        path.with_name(f"level{level}.safetensors").write_text(words)
    before = told()
    path.with_name("level1.safetensors").write_text("three")
    assert [old == new for old, new in zip(before, told(), strict=True)] == [True, False]
    path.with_name("level0.safetensors").unlink()
    with pytest.raises(UsageError, match=r"level0\.safetensors: the weights are gone"):
        told()
    path.write_text('{"weights": []}')
    assert told() == []
