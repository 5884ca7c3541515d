"""What pages say of a result."""

from vfxlib.review.facts import Facts, HeldOut
from vfxlib.review.page_words import colour_words, confidence_legend, held_out_curves, left_out


def test_it_is_said_when_not_all_frames_have_pictures():
    assert left_out(9, 9) == ""
    assert left_out(9, 300).startswith("9 of 300 frames have pictures")


def test_colours_are_written_as_a_page_takes_them_and_low_confidence_is_hatched_too():
    assert colour_words((255, 0, 16)) == "#ff0010"
    assert [pattern for pattern, _, _ in confidence_legend()] == ["slashes", "slashes", "", "", ""]


def test_every_fit_has_its_curve():
    facts = Facts(held_out=(HeldOut("a", ((0.0, 20.0), (1.0, 25.0))), HeldOut("b", ())))
    first, second = held_out_curves(facts)
    assert first.title == "Held-out PSNR, a"
    assert second is None
