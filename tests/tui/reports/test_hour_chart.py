import xml.etree.ElementTree as ET

from tui.reports.hour_chart import hour_chart


def words(svg: str) -> str:
    """Matplotlib writes each text beside its outlines as a comment."""
    return " ".join(part.split("-->")[0].strip() for part in svg.split("<!--")[1:])


def test_bands_and_queues_are_named_and_what_is_left_is_one_band() -> None:
    people = {f"USE-{number}": (float(20 - number), 1.0) for number in range(12)}
    svg = hour_chart(people, {"door A": (0.0, 3.0), "next to nobody": (0.01, 0.0)})
    ET.fromstring(svg.replace("xlink:href", "href"))
    found = words(svg)
    assert "USE-0" in found
    assert "elsewhere" in found
    assert "USE-11" not in found
    assert "door A" in found
    assert "next to nobody" not in found


def test_names_of_others_are_text_and_nothing_else() -> None:
    svg = hour_chart({"YARD": (1.0,)}, {"D$x^$ --><script>alert(1)</script>": (2.0,)})
    ET.fromstring(svg.replace("xlink:href", "href"))
    assert "<script" not in svg


def test_nobody_is_no_picture() -> None:
    assert hour_chart({}, {}) == ""
