"""Many shots from one table: each row a job, all or none."""

import json

import pytest

from tests.hostile.place import Place


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path).make()
    place.matte(1, "keys/{:04d}.exr")
    place.matte(3, "keys/{:04d}.exr")
    return place


def table(place, *rows):
    (place.folder / "show").mkdir(exist_ok=True)
    (place.folder / "show" / "shots.csv").write_text("\n".join(rows) + "\n", encoding="utf-8-sig")


def submit(place, *more):
    return place.main("submit", "show/shots.csv", "--to", "openjd", "--bundle", "farm", *more)


def job(place, name):
    return json.loads((place.folder / "farm" / name / "job.json").read_text())


def test_each_row_is_a_job_of_the_recipe_with_the_values_of_its_cells(place, capsys):
    table(
        place,
        "name,plate,matte,key,out,Quality,grow,frames",
        "sh010,../plate/plate.####.exr,../matte/matte.####.exr,,../out/sh010/clean.####.exr,draft,2,",
        "",
        "sh020,../plate/plate.####.exr,,1=../keys/0001.exr; 3=../keys/0003.exr,../out/sh020/clean.####.exr,,,1-3",
    )
    assert submit(place) == 0
    assert capsys.readouterr().out.split() == [str(place.folder / "farm" / name) for name in ("sh010", "sh020")]
    first, second = job(place, "sh010"), job(place, "sh020")
    assert first["shot"]["plate"] == str(place.folder / "plate" / "plate.####.exr")
    assert [node["node"] for node in first["nodes"]] == ["flow-inpaint", "internal-fit"]
    assert first["nodes"][0]["params"]["grow"] == 2.0
    assert first["nodes"][1]["params"]["quality"] == "draft"
    assert [node["node"] for node in second["nodes"]] == ["mask-propagate", "flow-inpaint", "internal-fit"]
    assert second["shot"]["key"] == {str(n): str(place.folder / "keys" / f"000{n}.exr") for n in (1, 3)}
    assert (place.folder / "farm" / "sh020" / "template.yaml").exists()


def test_another_recipe_or_a_node_may_be_named(place):
    table(place, "name,plate,matte,out", "a,../plate/plate.####.exr,../matte/matte.####.exr,../out/a.####.exr")
    assert submit(place, "--recipe", "border-mean") == 0
    assert [node["node"] for node in job(place, "a")["nodes"]] == ["border-mean"]


GOOD = "sh010,../plate/plate.####.exr,../matte/matte.####.exr,../out/a.####.exr"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([""], "holds no shots"),
        (["name,plaet,matte,out", GOOD], "there is no column 'plaet'"),
        (["name,plate,matte,matte", GOOD], "column matte is there twice"),
        (["shot,plate,matte,out", GOOD], "there is no column 'shot'"),
        (["plate,matte,out", GOOD.partition(",")[2]], "has no column name"),
        (["name,plate,matte,out", GOOD, GOOD], "row 3: 'sh010' is there twice"),
        (["name,plate,matte,out", GOOD + ",more"], "row 2: has 5 cells in place of 4"),
        (["name,plate,matte,out", GOOD, GOOD.replace("sh010", "../sh020")], "is no name of a folder"),
        (["name,plate,matte,out", GOOD, GOOD.replace("sh010,../plate", "sh020,../plaet")], "shot sh020: "),
        (["name,plate,matte,out,quality", GOOD + ",fast"], "row 2, quality: 'fast' is not one of"),
        (["name,plate,matte,out,grow", GOOD + ",wide"], "row 2, grow: 'wide' is not a number"),
        (["name,plate,matte,out,key", GOOD + ",first.exr"], "is not FRAME=FILE"),
        (['name,"plate', GOOD], "is no table of shots"),
    ],
)
def test_what_is_wrong_is_told_with_its_row_and_nothing_is_written(place, capsys, rows, says):
    table(place, *rows)
    assert submit(place) == 2
    assert says in capsys.readouterr().err
    assert not (place.folder / "farm").exists()


def test_a_table_is_not_run_here_and_a_job_has_no_recipe(place, capsys):
    table(place, "name,plate,matte,out", GOOD)
    assert submit(place, "--run") == 2
    assert place.run("--save", "job.json") == 0
    assert place.main("submit", "job.json", "--to", "openjd", "--bundle", "farm", "--recipe", "border-mean") == 2
    said = capsys.readouterr().err
    assert "cannot be run here" in said
    assert "a job says itself what runs" in said


def test_columns_that_are_the_same_for_all_are_given_once(place):
    table(place, "name,plate", "a,../plate/plate.####.exr", "b,../plate/plate.####.exr")
    given = ("--column", "matte=../matte/matte.####.exr", "--column", "out=../out/{name}/clean.####.exr")
    assert submit(place, *given, "--column", "quality=draft") == 0
    for name in ("a", "b"):
        assert job(place, name)["output"]["out"] == str(place.folder / "out" / name / "clean.####.exr")
        assert job(place, name)["nodes"][1]["params"]["quality"] == "draft"


@pytest.mark.parametrize(("column", "says"), [("outt=a", "there is no column 'outt'"), ("out", "is not NAME=VALUE")])
def test_a_column_that_is_none_is_refused(place, capsys, column, says):
    table(place, "name,plate,matte,out", GOOD)
    assert submit(place, "--column", column) == 2
    assert says in capsys.readouterr().err
