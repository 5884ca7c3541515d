from vfxlib.training_pack.licences import licence_of, read_copyright

PAGE = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Source: https://example.org

Files: *
Copyright: 2002-2014, The Team
License: GPL-2+

Files:
 base/textures/wall?.png
 base/textures/stone/*
Copyright:
 2001, Ada <ada@example.org>
 2003, Bob
License: CC-BY-SA-3.0

Files: base/textures/stone/own.png
Copyright: Eve
License: public-domain
 Eve has written that anybody may do with it whatever they like.

License: GPL-2+
 This program is free software.
"""


def found(name):
    licence = licence_of(name, read_copyright(PAGE))
    return licence.licence, licence.author


def test_the_last_paragraph_that_names_a_file_counts():
    assert found("base/textures/wall1.png") == ("CC-BY-SA-3.0", "2001, Ada <ada@example.org> 2003, Bob")
    assert found("base/textures/stone/deep/er.png")[0] == "CC-BY-SA-3.0"
    assert found("base/textures/stone/own.png") == ("public-domain", "Eve")
    assert found("base/textures/wall12.png") == ("GPL-2+", "2002-2014, The Team")


def test_a_page_that_is_not_machine_readable_names_no_file():
    assert read_copyright("It was downloaded from svn://example.org\n\nIt is free software.\n") == []
    assert licence_of("a.png", []) is None


def test_a_pattern_is_taken_by_its_letters():
    licences = read_copyright("Files: a.png b+c/*\nCopyright: X\nLicense: MIT\n")
    assert licence_of("a-png", licences) is None
    assert licence_of("b+c/d.png", licences) is not None
