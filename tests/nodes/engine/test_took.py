"""How long tasks took is added up, and nothing goes wrong for the note itself."""

from nodes.engine.took import keep_took, read_took


def test_tasks_of_several_workers_and_runs_add_up(tmp_path):
    assert read_took(tmp_path) == 0
    keep_took(tmp_path, (1, 2, 3), 2.5)
    keep_took(tmp_path, (4, 5), 1.0)
    keep_took(tmp_path, (4, 5), 1.5)
    assert read_took(tmp_path) == 5.0


def test_a_note_that_is_none_counts_nothing(tmp_path):
    keep_took(tmp_path, (7,), 1.0)
    (tmp_path / "took" / "a.txt").write_text("somebody's")
    (tmp_path / "took" / "b.txt").write_bytes(b"\xff")
    (tmp_path / "took" / "c.txt").write_text("-5")
    (tmp_path / "took" / "d.txt").write_text("nan")
    assert read_took(tmp_path) == 1.0


def test_where_it_cannot_be_written_nothing_happens(tmp_path):
    (tmp_path / "step").write_text("a file")
    keep_took(tmp_path / "step", (1,), 1.0)
    assert (tmp_path / "step").read_text() == "a file"
