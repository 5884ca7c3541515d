"""Our fit is judged while it is made, by the step that ships, and judging costs it no time."""

import dataclasses
import time

from benchmarks.internal_fit.ours import fit_shipped
from nodes.internal_fit import InternalFitParams
from vfxlib.internal_fit.objective import InpaintSettings


def test_ours_is_judged_while_the_command_s_own_step_fits(ready, truth, tmp_path):
    points = []
    sample, psnr = fit_shipped(ready, truth, tmp_path / "work", 2, "cpu", points.append, first=1)
    settings = InpaintSettings(0, 0, 0)
    twice = 2 if InternalFitParams().stabilise > 0 else 1
    assert [point.step for point in points] == [1, 2]
    assert settings.batch <= points[0].samples <= points[1].samples <= 2 * twice * settings.batch
    assert 0 < points[0].seconds < points[1].seconds
    assert 32**2 <= sample <= settings.crop**2
    assert 5 < psnr < 60


def test_judging_is_taken_out_of_the_seconds(ready, truth, tmp_path):
    pauses, points = [6.0, 0.0, 0.0], []

    class SlowToJudge(type(truth)):
        def psnr(self, shown):
            time.sleep(pauses.pop(0))
            return 20.0

    slow = SlowToJudge(**{field.name: getattr(truth, field.name) for field in dataclasses.fields(truth)})
    fit_shipped(ready, slow, tmp_path / "work", 2, "cpu", points.append, first=1)
    assert points[1].seconds - points[0].seconds < 6
