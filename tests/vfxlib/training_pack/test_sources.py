from fnmatch import fnmatchcase

from vfxlib.training_pack.sources import PACKAGES


def test_packages_are_named_once_and_say_where_their_pictures_lie():
    assert len({package.name for package in PACKAGES}) == len(PACKAGES)
    for package in PACKAGES:
        assert package.files
        assert not package.root.startswith("/")
        assert bool(package.licence) == bool(package.author)


def test_words_that_leave_out_pictures_do_not_leave_out_whole_folders_of_textures():
    for package in PACKAGES:
        for pattern in package.files:
            name = pattern.replace("*", "stone")
            assert fnmatchcase(name, pattern)
            assert not any(word in name.lower() for word in package.without), name
