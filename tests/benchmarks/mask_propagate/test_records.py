"""What was measured is read again as it was."""

from benchmarks.mask_propagate.iou import FrameScore
from benchmarks.mask_propagate.records import load_figure, measure_shot


def test_a_baseline_runs_as_a_program_of_its_own_and_its_figures_are_kept(shot, tmp_path):
    figure = measure_shot(shot, "flow", records=tmp_path)
    assert figure.score.frames[0] == FrameScore(1001, 1.0, 1.0, 1.0)
    assert figure.memory > 50 << 20
    assert measure_shot(shot, "flow", records=tmp_path) == figure
    assert load_figure("tiny", "flow", 1, tmp_path) == figure
    assert load_figure("tiny", "flow", 3, tmp_path) is None
