from pathlib import Path

import pytest

from nodes.engine import heat_map as engine
from nodes.engine.heat_map import draw_heat_map
from nodes.node import Sources
from tests.nodes.engine.test_verdict import HEIGHT, WIDTH, judged, make, opened


def test_the_heat_map_has_the_worst_frames_and_those_to_paint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = {}
    monkeypatch.setattr(engine, "write_heat_map", lambda path, picture: drawn.update({path: picture}))
    monkeypatch.setattr(engine, "heat_map", lambda *given: given)
    folder = make(tmp_path, {1: 5, 2: 5, 3: 5, 4: 5, 5: 5, 6: 60})
    found = judged(folder, Sources(reach=1))
    draw_heat_map(opened(folder), found, tmp_path / "heat_map.png")
    title, subtitle, panels, shares, marked = drawn[tmp_path / "heat_map.png"]
    assert "33 %" in title
    assert marked == list(found.paint)
    assert all(str(number) in subtitle for number in marked)
    assert len(panels) == 4
    assert [number for number, _ in shares] == [1, 2, 3, 4, 5, 6]
    assert {panel.warning for panel in panels} == {True, False}
    assert panels[0].picture.shape == (HEIGHT, WIDTH, 3)
