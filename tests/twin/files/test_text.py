"""Untrusted text: nothing that a terminal, a log or a page could obey."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.files.text import plain


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("Kamera Nr. 7 „Vilnius“ ąčęėįšųūž", "Kamera Nr. 7 „Vilnius“ ąčęėįšųūž"),
        ("\x1b[2Jgone", "␛[2Jgone"),
        ("one\r\ntwo\tthree\u2028four", "one  two three four"),
        ("safe\u202eedoc", "safe�edoc"),
        ("zero\u200bwidth", "zero�width"),
        ("c1\x9b31m\x7f", "c1�31m␡"),
        ("lone \ud800", "lone �"),
        ("[bold]markup stays[/]", "[bold]markup stays[/]"),
    ],
)
def test_what_could_act_becomes_visible(dirty: str, clean: str) -> None:
    assert plain(dirty) == clean


@given(st.text(st.characters()), st.integers(0, 20))
def test_the_result_is_short_harmless_and_stable(text: str, limit: int) -> None:
    result = plain(text, limit=limit)
    assert len(result) <= limit
    assert not {unicodedata.category(character) for character in result} & {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
    assert plain(result, limit=limit) == result


def test_a_long_name_ends_in_an_ellipsis() -> None:
    assert plain("abcdef", limit=4) == "abc…"
    assert plain("abcd", limit=4) == "abcd"
