"""``paintout train`` tells what there is, and refuses what it cannot do."""

import json

import pytest

from nodes.networks import NETWORKS
from plugin.cli import main


def test_the_list_names_every_network_and_says_what_it_is_for(capsys):
    assert main(["train", "--list"]) == 0
    told = capsys.readouterr().out
    for network in NETWORKS:
        assert network.name in told
        assert network.help in told


def test_the_list_as_json_holds_every_declaration(capsys):
    assert main(["train", "--list", "--json"]) == 0
    told = {each["name"]: each for each in json.loads(capsys.readouterr().out)}
    assert set(told) == {network.name for network in NETWORKS}
    assert all(each["objective"] and each["sampler"] and "settings" in each for each in told.values())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["flow-refinment", "--out", "x.safetensors"], "'flow-refinement', 'painter', 'sta', 'cycle')"),
        ([], "no network is named"),
        (["flow-refinement", "--json"], "no option"),
        (["--list", "flow-refinement", "--out", "x.safetensors"], "a list is asked for"),
        (["flow-refinement"], "nothing says where the weights go"),
        (["flow-refinement", "--out", "x.safetensors", "--steps", "-3"], "whole number from 0"),
        (["flow-refinement", "--out", "x.safetensors", "--frames", "3"], "no option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_it_cannot_do_is_refused_with_what_to_do(words, says, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["train", *words]) == 2
    told = capsys.readouterr().err
    assert says in told
    assert "try: " in told
    assert not list(tmp_path.iterdir())
