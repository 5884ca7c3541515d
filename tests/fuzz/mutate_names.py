"""Names of files in a folder, and words of a command line, changed at random."""

import os
from collections.abc import Sequence
from random import Random

from tests.fuzz.mutate import HOSTILE_NUMBERS, HOSTILE_WORDS

__all__ = ["KINDS", "mutate_kinds", "mutate_listing", "mutate_words"]

KINDS = ("folder", "pipe", "loop", "broken link", "empty file")  # what may lie in place of a file

_DIGITS = ("1", "01", "0001", "00001", "-1", "-0001", "0", "+1", "1e3", "²", "٣", "10000", "999999999", "20240115")
_LONG = ("9999999999", "1" * 40)
_MOST_NAME = 250


def mutate_listing(random: Random, names: Sequence[str]) -> dict[str, str]:
    """New names for some files of a folder; a name that says a folder moves the file into it.

    names    of the files, without their folder
    returns  old name -> new name, or "" for a file that goes; no two are alike
    """
    renamed: dict[str, str] = {}
    for name in random.sample(list(names), min(len(names), random.choice((1, 1, 2, 3)))):
        stem, dot, suffix = name.rpartition(".")
        base, _, digits = stem.rpartition(".")
        number = random.choice((*_DIGITS, *_LONG, digits, digits.lstrip("0")))
        suffix = random.choice((suffix, suffix, suffix.upper(), "png", "txt", "", "exr~", "tmp"))
        mark = random.choice((".", ".", "_", "", "-", " ", ".v", ".é\udcff", "\n", "%04d", "####", "$F4"))
        new = random.choice((f"{base}{mark}{number}{dot}{suffix}", f"{base}.{digits}", f".{name}", f"{number}.exr", ""))
        new = new.replace("/", "").replace("\0", "")[:_MOST_NAME]
        if new not in (".", "..") and new not in renamed.values() and new not in names:
            renamed[name] = new
    return renamed


def mutate_kinds(random: Random, names: Sequence[str]) -> dict[str, str]:
    """What lies in place of some files of a folder, one of ``KINDS``, or beside them under a new number."""
    chosen = {random.choice(list(names)): random.choice(KINDS)} if random.random() < 0.4 else {}
    if random.random() < 0.2:
        stem, _, suffix = random.choice(list(names)).rpartition(".")
        chosen[f"{stem[:-1]}7.{suffix}"] = random.choice(KINDS)
    return chosen


def mutate_words(random: Random, words: Sequence[str], options: Sequence[str]) -> list[str]:
    """One change of a command line.

    words    the command line
    options  others that may come in
    """
    changed = list(words)
    at = random.randrange(len(changed))
    hostile = random.choice((*HOSTILE_WORDS, *map(str, HOSTILE_NUMBERS)))
    hostile = _given(hostile)
    way = random.randrange(8)
    if way == 0:
        del changed[at]
    elif way == 1:
        changed.insert(random.randrange(len(changed) + 1), changed[at])
    elif way == 2:
        changed.insert(at, random.choice(list(options)))
    elif way == 3:
        changed += [random.choice(list(options)), hostile]
    elif way == 4:
        changed.append(f"{random.choice(list(options))}={hostile}")
    elif way == 5:
        place = random.randrange(len(changed[at]) + 1)
        changed[at] = changed[at][:place] + hostile[:300] + changed[at][place:]
    else:
        values = [place for place in range(1, len(changed)) if not changed[place].startswith("-")]
        changed[random.choice(values or [at])] = hostile
    return changed or [""]


def _given(word: str) -> str:
    """As a shell could give it: no NUL; what is no UTF-8 as Python spells it."""
    return os.fsdecode(word.replace("\0", "").encode("utf-8", "surrogatepass"))
