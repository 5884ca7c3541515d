"""A digest is remembered for as long as nobody can have changed the file, and not a moment longer."""

import hashlib
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from nodes.engine import digest_cache
from nodes.engine.digest_cache import DigestCache, open_digests
from vfxlib.errors import PictureError
from vfxlib.io.footage import file_digest


@pytest.fixture
def read(monkeypatch):
    """The names of the files that were read whole, in order."""
    names = []

    def reading(path):
        names.append(os.path.basename(path))
        return file_digest(path)

    monkeypatch.setattr(digest_cache, "file_digest", reading)
    return names


@pytest.fixture
def settled(monkeypatch):
    """No file is too young to be kept."""
    monkeypatch.setattr(digest_cache, "SETTLED", -3600.0)


@pytest.fixture
def unsettled(monkeypatch):
    """Two seconds, on a machine that may stand still for minutes."""
    assert digest_cache.SETTLED == 2.0
    monkeypatch.setattr(digest_cache, "SETTLED", 600.0)


def sha(words):
    return hashlib.sha256(words.encode()).hexdigest()


def put(path, words):
    path.write_text(words)
    return path


def test_a_file_that_did_not_change_is_read_once_also_by_the_next_run(tmp_path, read, settled):
    path, work = put(tmp_path / "a", "one"), tmp_path / "work"
    first = open_digests(work)
    assert first.file(path) == first.file(path) == sha("one")
    assert read == ["a"]
    first.save()
    assert open_digests(work).file(path) == sha("one")
    assert read == ["a"]


@pytest.mark.parametrize("kept", [False, True], ids=["in memory", "on disk"])
def test_a_changed_file_of_the_same_size_that_was_given_its_old_date_is_read_again(tmp_path, settled, kept):
    path, cache = put(tmp_path / "a", "one"), open_digests(tmp_path / "work")
    assert cache.file(path) == sha("one")
    if kept:
        cache.save()
        cache = open_digests(tmp_path / "work")
    before = path.stat()
    while path.stat().st_ctime_ns == before.st_ctime_ns:  # the clock of a file system ticks in milliseconds
        put(path, "two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    now = path.stat()
    assert (now.st_size, now.st_mtime_ns, now.st_ino) == (before.st_size, before.st_mtime_ns, before.st_ino)
    assert cache.file(path) == sha("two")


@pytest.mark.parametrize("kept", [False, True], ids=["in memory", "on disk"])
def test_a_file_that_another_was_renamed_over_is_read_again(tmp_path, settled, kept):
    path, cache = put(tmp_path / "a", "one"), open_digests(tmp_path / "work")
    assert cache.file(path) == sha("one")
    if kept:
        cache.save()
        cache = open_digests(tmp_path / "work")
    before, other = path.stat(), put(tmp_path / "b", "two")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.replace(other, path)
    assert cache.file(path) == sha("two")


def test_a_link_that_points_to_another_file_is_read_again(tmp_path, settled):
    cache, link = open_digests(tmp_path / "work"), tmp_path / "link"
    for words in ("one", "two"):
        os.utime(put(tmp_path / words, words), (1e9, 1e9))
        link.unlink(missing_ok=True)
        link.symlink_to(words)
        assert cache.file(link) == sha(words)


def test_every_part_of_what_is_told_of_a_file_counts(tmp_path, read, settled):
    path, work = put(tmp_path / "a", "one"), tmp_path / "work"
    cache = open_digests(work)
    cache.file(path)
    cache.save()
    place = work / "digests.json"
    held = json.loads(place.read_text())
    (name, entry), count = held["files"].popitem(), len(read)
    assert len(entry) == 5  # size, both dates, inode, digest
    for part in range(4):
        changed = [*entry]
        changed[part] += 1
        place.write_text(json.dumps({**held, "files": {name: changed}}))
        assert open_digests(work).file(path) == sha("one")
        assert len(read) == count + part + 1


def test_a_file_that_changed_a_moment_ago_is_not_kept_on_disk_but_right(tmp_path, read, unsettled):
    path, work = put(tmp_path / "a", "one"), tmp_path / "work"
    cache = open_digests(work)
    assert cache.file(path) == cache.file(path) == sha("one")
    cache.save()
    assert not work.exists()
    assert open_digests(work).file(path) == sha("one")
    assert read == ["a", "a"]


def test_a_file_with_an_old_date_that_was_made_a_moment_ago_is_not_kept_either(tmp_path, unsettled):
    path, work = put(tmp_path / "a", "one"), tmp_path / "work"
    os.utime(path, (1e9, 1e9))
    cache = open_digests(work)
    cache.file(path)
    cache.save()
    assert not work.exists()


def test_a_file_that_changes_while_it_is_read_is_not_remembered(tmp_path, monkeypatch, settled):
    path, work = put(tmp_path / "a", "one"), tmp_path / "work"
    cache = open_digests(work)

    def torn(read):
        put(path, "longer")
        return "half of each"

    monkeypatch.setattr(digest_cache, "file_digest", torn)
    cache.file(path)
    monkeypatch.setattr(digest_cache, "file_digest", file_digest)
    assert cache.file(path) == sha("longer")
    cache.save()
    assert open_digests(work).file(path) == sha("longer")


def test_two_runs_that_save_one_after_the_other_both_keep_what_they_learnt(tmp_path, read, settled):
    a, b, work = put(tmp_path / "a", "one"), put(tmp_path / "b", "two"), tmp_path / "work"
    first, second = open_digests(work), open_digests(work)
    first.file(a)
    second.file(b)
    first.save()
    second.save()
    again = open_digests(work)
    assert (again.file(a), again.file(b)) == (sha("one"), sha("two"))
    assert read == ["a", "b"]


def test_files_that_are_gone_are_forgotten_and_what_is_gone_itself_is_made_again(tmp_path, read, settled):
    a, b, work = put(tmp_path / "a", "one"), put(tmp_path / "b", "two"), tmp_path / "work"
    cache = open_digests(work)
    cache.file(a)
    cache.save()
    (work / "digests.json").unlink()  # while a run is under way, too
    assert cache.file(a) == sha("one")
    cache.file(b)
    a.unlink()
    cache.save()
    assert list(json.loads((work / "digests.json").read_text())["files"]) == [str(b)]
    with pytest.raises(PictureError):
        cache.file(a)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("", id="empty"),
        pytest.param('{"paintout": 1, "files": {"a": [3, 1', id="truncated"),
        pytest.param('{"paintout": 1, "files": {"a": [', id="truncated early"),
        pytest.param('{"paintout": 0, "files": {NAME: ENTRY}}', id="an older version"),
        pytest.param('{"paintout": 2, "files": {NAME: ENTRY}}', id="a newer version"),
        pytest.param('{"files": {NAME: ENTRY}}', id="no version"),
        pytest.param('{"paintout": 1}', id="no files"),
        pytest.param('{"paintout": 1, "files": [NAME]}', id="a list of files"),
        pytest.param('{"paintout": 1, "files": {NAME: null}}', id="no entry"),
        pytest.param('{"paintout": 1, "files": {NAME: []}}', id="an empty entry"),
        pytest.param('{"paintout": 1, "files": {NAME: ["x", "y"]}}', id="words for numbers"),
        pytest.param('{"paintout": 1, "files": {NAME: {"size": 3}}}', id="names for numbers"),
        pytest.param('{"paintout": 1, "files": {NAME: [NaN, "x"]}}', id="no number"),
        pytest.param("[1, 2]", id="a list"),
        pytest.param("3", id="a number"),
        pytest.param("\x00\xff", id="no text"),
    ],
)
def test_a_damaged_or_foreign_file_of_digests_is_ignored_and_written_anew(tmp_path, settled, words):
    path, work = put(tmp_path / "a", "one"), tmp_path / "work"
    work.mkdir()
    told = path.stat()
    entry = [told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino, told.st_dev, "wrong"]
    words = words.replace("NAME", json.dumps(str(path))).replace("ENTRY", json.dumps(entry))
    (work / "digests.json").write_bytes(words.encode("latin-1"))
    cache = open_digests(work)
    assert cache.file(path) == sha("one")
    cache.save()
    assert json.loads((work / "digests.json").read_text())["files"][str(path)][-1] == sha("one")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param('{"paintout": 1, "files": {"a": [1e999, "x"]}}', id="an infinite number"),
        pytest.param("[" * 100_000, id="a pit"),
    ],
)
def test_a_file_of_digests_that_no_json_reader_likes_is_ignored_too(tmp_path, words):
    path = put(tmp_path / "a", "one")
    put(tmp_path / "digests.json", words)
    assert open_digests(tmp_path).file(path) == sha("one")


def test_no_entry_stands_in_for_a_file_that_is_not_there(tmp_path):
    path = tmp_path / "gone"
    put(tmp_path / "digests.json", json.dumps({"paintout": 1, "files": {str(path): ["x"]}}))
    with pytest.raises(PictureError):
        open_digests(tmp_path).file(path)


def test_a_work_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path, settled):
    path = put(tmp_path / "a", "one")
    for work in (put(tmp_path / "file", "in the way") / "work", tmp_path / "folder"):
        if work.name == "folder":
            (work / "digests.json").mkdir(parents=True)
        cache = open_digests(work)
        assert cache.file(path) == sha("one")
        cache.save()
        assert open_digests(work).file(path) == sha("one")
    assert not list((tmp_path / "folder").glob(".*.tmp"))


def test_a_file_has_one_name_however_it_is_spelled(tmp_path, read, settled, monkeypatch):
    path, cache = put(tmp_path / "a", "one"), DigestCache(tmp_path / "digests.json")
    monkeypatch.chdir(tmp_path)
    assert {cache.file(each) for each in (path, tmp_path / "x" / ".." / "a", type(path)("a"))} == {sha("one")}
    assert read == ["a"]


def test_many_threads_that_ask_at_once_get_what_each_file_holds(tmp_path):
    paths = [put(tmp_path / str(n), str(n)) for n in range(20)]
    cache, wrong = open_digests(tmp_path / "work"), []

    def ask(first):
        for n in range(20):
            path = paths[(first + n) % 20]
            if cache.file(path) != sha(path.name):
                wrong.append(path)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_what_was_read_under_guard_is_what_was_hashed(tmp_path):
    path, cache = put(tmp_path / "a", "one"), open_digests(tmp_path / "work")
    cache.file(path)
    assert cache.guard(path, path.read_text) == "one"


def test_a_file_that_was_swapped_since_it_was_hashed_is_not_read(tmp_path):
    path, cache = put(tmp_path / "a", "one"), open_digests(tmp_path / "work")
    cache.guard(path, path.read_text)
    for swapped in (False, True):
        if swapped:
            os.replace(put(tmp_path / "b", "two"), path)
        else:
            put(path, "2wo")
        with pytest.raises(PictureError, match="is not what it was"):
            cache.guard(path, path.read_text)
    put(path, "one")
    assert cache.guard(path, path.read_text) == "one"


def test_a_file_that_is_swapped_while_it_is_read_and_put_back_is_read_again(tmp_path):
    path, cache, times = put(tmp_path / "a", "one"), open_digests(tmp_path / "work"), []

    def read():
        if not times:
            os.rename(path, tmp_path / "kept")
            put(path, "two")
        words = path.read_text()
        if not times:
            os.replace(tmp_path / "kept", path)
        times.append(words)
        return words

    assert cache.guard(path, read) == "one"
    assert times == ["two", "one"]


@pytest.mark.parametrize("words", ["one", "two"])
def test_a_file_that_is_touched_whenever_it_is_read_is_taken_only_if_it_holds_the_same(tmp_path, words):
    path, cache = put(tmp_path / "a", "one"), open_digests(tmp_path / "work")

    def read():
        before = path.stat().st_ctime_ns
        while path.stat().st_ctime_ns == before:
            put(path, words)
        return path.read_text()

    if words == "one":
        assert cache.guard(path, read) == "one"
    else:
        with pytest.raises(PictureError, match="is not what it was"):
            cache.guard(path, read)


def test_a_fingerprint_is_read_once_and_again_when_the_file_changes(tmp_path, monkeypatch, settled):
    path, work, asked = put(tmp_path / "a.exr", "one"), tmp_path / "work", []

    def read(path):
        asked.append(path)
        return path.read_text() or None

    monkeypatch.setattr(digest_cache, "read_fingerprint", read)
    cache = open_digests(work)
    assert cache.fingerprint(path) == cache.fingerprint(path) == "one"
    cache.save()
    assert open_digests(work).fingerprint(path) == "one"
    assert len(asked) == 1
    put(path, "")  # somebody else's
    assert cache.fingerprint(path) is None
    assert cache.fingerprint(path) is None
    assert len(asked) == 2


def test_what_this_process_wrote_need_not_be_read_by_the_next(tmp_path, monkeypatch):
    path, work = put(tmp_path / "a.exr", "one"), tmp_path / "work"
    cache = open_digests(work)
    monkeypatch.setattr(digest_cache, "read_attribute", lambda path, name: "f" * 64)
    cache.wrote(path, "f" * 64)
    cache.save()
    monkeypatch.setattr(digest_cache, "read_fingerprint", lambda path: pytest.fail("it was read"))
    assert open_digests(work).fingerprint(path) == "f" * 64


def test_what_another_run_wrote_in_between_is_not_taken_for_ours(tmp_path, monkeypatch):
    path, work = put(tmp_path / "a.exr", "theirs"), tmp_path / "work"
    cache = open_digests(work)
    monkeypatch.setattr(digest_cache, "read_attribute", lambda path, name: "theirs")
    monkeypatch.setattr(digest_cache, "read_fingerprint", lambda path: "theirs")
    cache.wrote(path, "ours")
    assert cache.fingerprint(path) == "theirs"


def test_what_many_workers_learn_at_once_is_kept_of_all(tmp_path, settled):
    paths, work = [put(tmp_path / str(n), str(n)) for n in range(40)], tmp_path / "work"

    def learn(path):
        cache = open_digests(work)
        cache.file(path)
        cache.save()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(learn, paths))
    assert len(json.loads((work / "digests.json").read_text())["files"]) == 40


def test_an_input_that_changes_or_goes_is_noticed(tmp_path):
    digests = open_digests(tmp_path)
    (tmp_path / "a").write_text("one")
    digests.file(tmp_path / "a")
    assert not digests.changed()
    (tmp_path / "a").write_text("two")
    assert digests.changed()
    (tmp_path / "a").write_text("one")
    assert not digests.changed()
    (tmp_path / "a").unlink()
    assert digests.changed()
