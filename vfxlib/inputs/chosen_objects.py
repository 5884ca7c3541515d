"""Which objects of a matte go: numbers, or names of a Cryptomatte's, as a person lists them."""

from collections.abc import Sequence

from vfxlib.errors import UsageError

__all__ = ["MOST_NUMBER", "chosen_objects", "object_numbers"]

MOST_NUMBER = 65535  # of an object
MOST_CHOSEN = 64
WHERE = "--remove"


def chosen_objects(text: str) -> tuple[str, ...]:
    """The objects that a list names, each once, in its order.

    text    joined by commas; "" for none, which takes them all
    raises  UsageError if it names nothing, or more than a result can hold
    """
    words = tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
    if text and not words:
        raise UsageError("names no object", where=f"{WHERE} {text}", fix="give numbers or names such as 1,3")
    if len(words) > MOST_CHOSEN:
        raise UsageError(
            f"names {len(words)} objects", where=WHERE, fix=f"name at most {MOST_CHOSEN}; in a name * stands for others"
        )
    return words


def object_numbers(chosen: Sequence[str]) -> tuple[int, ...]:
    """The numbers of objects that are told apart by numbers, each once.

    raises  UsageError for a name, and for a number that no object has
    """
    for word in chosen:
        if not (word.isascii() and word.isdigit()):
            raise UsageError(
                f"{word!r} is no number of an object",
                where=WHERE,
                fix="give numbers such as 1,3; names are those of --matte-channel cryptomatte:LAYER",
            )
        if not 1 <= int(word[:9]) <= MOST_NUMBER:
            raise UsageError(
                f"no object has the number {word[:9]}", where=WHERE, fix=f"give numbers from 1 to {MOST_NUMBER}"
            )
    return tuple(dict.fromkeys(int(word[:9]) for word in chosen))
