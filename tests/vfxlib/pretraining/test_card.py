"""A card says what weights are from and worth; its slope is that of the loss."""

from dataclasses import replace

import pytest

from vfxlib.pretraining.card import CardFacts, loss_slope, write_card
from vfxlib.pretraining.pictures import Source
from vfxlib.train.schedule import Evaluation

HISTORY = [Evaluation(step, step / 10, 4.0 * max(step, 1) ** -0.25, 10.0 + step / 100) for step in range(0, 1001, 20)]
FACTS = CardFacts(
    name="flow-refinement",
    help="Completes motion.",
    paper="A report",
    settings={"channels": 8, "confidence": "mean"},
    parameters=12345,
    digest="ab" * 32,
    data="small.pack",
    data_digest="cd" * 32,
    sources=(Source("mate-backgrounds 1.26", 7, "CC-BY-SA-4.0", "A | B\nC"), Source("noise", 3, "ours", "nobody")),
    scene={"size": (64, 64), "frames": 6},
    batch=4,
    seed=3,
    start="",
    machine="a machine, 2 threads",
    versions="paintout 1, torch 2",
    history=HISTORY,
    measure="PSNR in the hole, dB",
    ended="its iterations are done",
    before={"learned, px": 0.5},
    after={"learned, px": 0.25},
    limits=("No smoke.",),
    command="paintout train flow-refinement --out flow.safetensors",
)


def test_a_loss_that_falls_by_a_power_has_that_slope():
    assert loss_slope(HISTORY) == pytest.approx(-0.25)


@pytest.mark.parametrize("history", [[], HISTORY[:1], HISTORY[:2], [replace(each, loss=0.0) for each in HISTORY]])
def test_of_too_little_there_is_no_slope(history):
    assert loss_slope(history) is None
    if history:
        assert "too few evaluations" in write_card(replace(FACTS, history=history))


def test_a_card_says_data_licences_steps_machine_minutes_figures_and_limits():
    card = write_card(FACTS)
    for words in (
        *("mate-backgrounds 1.26", "CC-BY-SA-4.0", "small.pack", "ab" * 32, "cd" * 32, "12,345", "4,000 samples"),
        *(
            "a machine, 2 threads",
            "1.7, 40.0 samples a second",
            "-15.9 % loss",
            "0.5 | 0.25",
            "No smoke.",
            FACTS.command,
        ),
        *("size (64, 64)", "channels 8", "its iterations are done", "held out: PSNR in the hole, dB"),
    ):
        assert words in card


def test_names_from_elsewhere_break_no_table():
    lines = write_card(FACTS).splitlines()
    row = next(line for line in lines if "mate-backgrounds" in line)
    assert row == r"| mate-backgrounds 1.26 | 7 | CC-BY-SA-4.0 | A \| B C |"


def test_the_curve_of_a_long_training_keeps_its_ends():
    rows = write_card(FACTS).partition("## The curve")[2].strip().splitlines()[2:]
    assert len(rows) == 24
    assert rows[0].startswith("| 0 |")
    assert rows[-1].startswith("| 1,000 |")


def test_a_second_figure_has_its_column():
    history = [replace(each, second=each.step / 20) for each in HISTORY]
    rows = write_card(replace(FACTS, history=history, second_measure="IoU, %")).splitlines()
    assert any(row.endswith("held out: PSNR in the hole, dB | IoU, % |") for row in rows)
    assert any(row.startswith("| 1,000 |") and row.endswith("| 20.00 | 50.00 |") for row in rows)
    assert "50.00" not in write_card(replace(FACTS, history=history))
