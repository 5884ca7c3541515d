from vfxlib.training_pack.pack import PackRow
from vfxlib.training_pack.table import pack_table

ROWS = (
    PackRow("walls", "1.0", "a|b.jpg", "MIT", "Ada <ada@example.org>", 2),
    PackRow("walls", "1.0", "c.jpg", "GPL-2+", "Bob", 1),
)


def test_the_table_says_of_every_file_where_it_is_from_and_whose_it_is():
    page = pack_table("pack.safetensors", ROWS, ["gone: apt-get fails"], "abc123", 64)
    assert "3 pictures of 64x64 pixels" in page
    assert "| walls | 1.0 | 2 | 3 | GPL-2+, MIT |" in page
    assert "| walls | a\\|b.jpg | 2 | MIT | Ada &lt;ada@example.org> |" in page
    assert "- gone: apt-get fails" in page
    assert "abc123" in page


def test_a_whole_pack_s_table_names_nothing_as_missing():
    assert "Left out" not in pack_table("pack", ROWS, [], "abc", 64)
