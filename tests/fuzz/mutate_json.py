"""JSON changed by its structure: values, names, types, depth, and what stands in it as JSON in a string."""

import json
from random import Random
from typing import Any

from tests.fuzz.mutate import HOSTILE_NUMBERS, HOSTILE_WORDS, mutate_bytes

__all__ = ["mutate_json"]

_DEEP = 100_000
# text that no value of Python's is written as, put in where the word stands
_RAW = {
    "@digits@": "9" * 5000,
    "@fraction@": "0." + "3" * 5000,
    "@exponent@": "1e" + "9" * 500,
    "@deep list@": "[" * _DEEP + "]" * _DEEP,
    "@deep names@": '{"a":' * _DEEP + "1" + "}" * _DEEP,
    "@rather deep@": "[" * 60 + "]" * 60,
    "@unfinished@": "[" * 500,
}


def mutate_json(random: Random, data: bytes) -> bytes:
    """One change of a JSON document; of bytes where it is none."""
    if random.random() < 0.15:
        return mutate_bytes(random, data)
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return mutate_bytes(random, data)
    words = json.dumps(_changed(random, tree), indent=random.choice((None, 1)))
    for mark, raw in _RAW.items():
        words = words.replace(f'"{mark}"', raw)
    return words.encode()


def _changed(random: Random, tree: Any) -> Any:
    """The tree with one place changed."""
    holders = [value for value in _all(tree) if isinstance(value, dict | list) and value]
    if not holders or random.random() < 0.02:
        return _hostile(random)
    holder = random.choice(holders)
    key = random.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    way = random.randrange(8)
    if way == 0:
        del holder[key]
    elif way == 1 and isinstance(holder, dict):
        name = random.choice([*HOSTILE_WORDS, f"{key}s", f" {key}", str(key).upper()])
        holder[name] = holder.pop(key)
    elif way == 2 and isinstance(holder, dict):
        holder[random.choice([*HOSTILE_WORDS, f"{key}2"])] = _hostile(random)
    elif way == 2:
        holder.insert(random.randrange(len(holder) + 1), _hostile(random))
    elif way == 3:
        holder[key] = random.choice(([holder[key]], {"a": holder[key]}, str(holder[key]), [holder[key]] * 300))
    elif way == 4:
        holder[key] = random.choice(list(_all(tree)))  # a value of another place
        return json.loads(json.dumps(tree)) if _is_tree(tree) else _hostile(random)
    elif isinstance(holder[key], str) and holder[key][:1] in ("{", "["):
        holder[key] = mutate_json(random, holder[key].encode()).decode("utf-8", "replace")
    elif isinstance(holder[key], str) and random.random() < 0.4:
        holder[key] = _spoilt(random, holder[key])
    else:
        holder[key] = _hostile(random)
    return tree


def _all(tree: Any) -> list[Any]:
    """Every value, from the outside in."""
    found, at = [tree], 0
    while at < len(found) and len(found) < 10_000:
        value = found[at]
        found += value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
        at += 1
    return found


def _is_tree(tree: Any) -> bool:
    """False where a list holds itself."""
    try:
        json.dumps(tree)
    except (ValueError, RecursionError):
        return False
    return True


def _hostile(random: Random) -> Any:
    return random.choice(
        (
            random.choice(HOSTILE_NUMBERS),
            random.choice(HOSTILE_WORDS),
            random.choice(list(_RAW)),
            random.choice((None, True, False, [], {}, [None], {"": None}, [[]], ["a"], {"1": "plate/plate.0001.exr"})),
        )
    )


def _spoilt(random: Random, words: str) -> str:
    """A word in a word, or one of its characters another."""
    at = random.randrange(len(words) + 1)
    more = random.choice(
        (random.choice(HOSTILE_WORDS)[:400], chr(random.randrange(0x250)), "#", "%04d", "../", "/", "")
    )
    return words[:at] + more + words[at + random.randrange(2) :]
