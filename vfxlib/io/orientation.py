"""How viewers turn a picture before they show it (EXIF orientation, a movie's display matrix), as a phrase.

Paintout reads every picture as it is stored, as compositing programs do, and says so where a viewer shows another one.
"""

from collections.abc import Mapping, Sequence

__all__ = ["by_display_matrix", "by_exif", "not_turned"]

_BY_EXIF = {  # EXIF 2.3, tag 0x0112; 1 is as it is stored
    2: "mirrored left to right",
    3: "turned by 180 degrees",
    4: "mirrored top to bottom",
    5: "turned by 90 degrees clockwise and mirrored left to right",
    6: "turned by 90 degrees clockwise",
    7: "turned by 90 degrees counterclockwise and mirrored left to right",
    8: "turned by 90 degrees counterclockwise",
}
# where a step to the right and a step down go, as x, y, x, y with y down -> EXIF's number for it
_BY_MATRIX: Mapping[tuple[int, ...], int] = {
    (1, 0, 0, 1): 1,
    (-1, 0, 0, 1): 2,
    (-1, 0, 0, -1): 3,
    (1, 0, 0, -1): 4,
    (0, 1, 1, 0): 5,
    (0, 1, -1, 0): 6,
    (0, -1, -1, 0): 7,
    (0, -1, 1, 0): 8,
}


def by_exif(number: int) -> str:
    """How a viewer turns a picture with this EXIF orientation; "" if it shows it as it is stored."""
    return _BY_EXIF.get(number, "")


def by_display_matrix(matrix: Sequence[int]) -> str:
    """How a player turns a movie; "" if it shows it as it is stored.

    matrix  the nine numbers of a track's display matrix, row by row
    """
    steps = matrix[0], matrix[1], matrix[3], matrix[4]
    if not any(steps):
        return ""
    number = _BY_MATRIX.get(tuple((step > 0) - (step < 0) for step in steps))
    return "turned by an odd angle" if number is None else by_exif(number)


def not_turned(turned: str) -> str:
    """What is to be known of a picture that viewers turn, a phrase."""
    return f"viewers show it {turned}; it is used as it is stored, and so must mattes be made"
