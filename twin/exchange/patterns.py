r"""Regular expressions that people write, tried on names that strangers give: how much work a match may be.

`re` tries alternatives one after another and cannot be stopped, so the work is bounded beforehand, from the parsed
pattern. A repetition with an open end (``\w+``) can end anywhere in a name; k of them that follow each other can end in
at most ``comb(n + k, k)`` ways in a name of n characters, one more where the pattern may begin anywhere. Bounded
repetitions and choices multiply that by the number of their ways. A pattern is tried on names for which the product
stays below `MOST_WAYS`. An open repetition *of* something that itself has several ways (``(a+)+``) grows without such
a bound and is refused. Possessive repetitions (``\w++``) never give back and so have one way.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from math import comb, prod
from typing import Any, NamedTuple

# The parser has no public name; a tree is the only sure way to tell a repetition from its look-alikes.
codes: Any = importlib.import_module("re._constants")
parser: Any = importlib.import_module("re._parser")

LONGEST_NAME = 200
"""Characters of a name that a pattern is tried on at most."""
LONGEST_PATTERN = 500
MOST_WAYS = 2_000_000

_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_ASSERTIONS = (codes.ASSERT, codes.ASSERT_NOT)


class Freedom(NamedTuple):
    """Open repetitions in a row, and the product of all bounded choices; both stop at what is too much anyway."""

    open: int = 0
    ways: int = 1


_NONE = Freedom()
_MOST_OPEN = 50


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern whose work can be bounded.

    Raises:
        ValueError: it is too long, is no regular expression, repeats without end what itself has several ways, or has
            so many ways that it could be tried on no name of 20 characters.
    """
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"is longer than {LONGEST_PATTERN} characters")
    try:
        result = re.compile(pattern)
        longest = longest_name(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"is no regular expression: {error}") from error
    if longest < 20:
        raise ValueError("repeats and chooses too often to be tried on names of 20 characters")
    return result


def longest_name(pattern: str) -> int:
    """Characters [0, `LONGEST_NAME`] up to which a name can be tried on the pattern with at most `MOST_WAYS` ways.

    Raises:
        ValueError: the pattern repeats without end what itself has several ways.
    """
    tree = parser.parse(pattern)
    freedom = _of_sequence(tree)
    begins_anywhere = not tree or tree[0] not in ((codes.AT, codes.AT_BEGINNING), (codes.AT, codes.AT_BEGINNING_STRING))
    count = freedom.open + begins_anywhere
    fitting = (n for n in range(LONGEST_NAME, 0, -1) if freedom.ways * comb(n + count, count) <= MOST_WAYS)
    return next(fitting, 0)


def _of_sequence(items: Sequence[Any]) -> Freedom:
    parts = [_of_item(operator, argument) for operator, argument in items]
    return _capped(sum(part.open for part in parts), prod(part.ways for part in parts))


def _of_item(operator: object, argument: Any) -> Freedom:
    if operator in _REPEATS:
        return _of_repeat(operator, *argument)
    if operator is codes.BRANCH:
        return _of_choice(argument[1])
    if operator is codes.GROUPREF_EXISTS:
        return _of_choice([branch for branch in argument[1:] if branch])
    if operator is codes.SUBPATTERN:
        return _of_sequence(argument[-1])
    if operator in _ASSERTIONS:
        return _of_sequence(argument[1])
    return _of_sequence(argument) if operator is codes.ATOMIC_GROUP else _NONE


def _of_repeat(operator: object, least: int, most: int, body: Sequence[Any]) -> Freedom:
    inner = _of_sequence(body)
    is_open = most > LONGEST_NAME
    if is_open and inner != _NONE:
        raise ValueError(
            "repeats without end what itself repeats or chooses; make the inner repetition possessive (++)"
        )
    if is_open:
        return _NONE if operator is codes.POSSESSIVE_REPEAT else Freedom(open=1)
    own = 1 if operator is codes.POSSESSIVE_REPEAT else most - least + 1
    return _capped(inner.open * most, own * inner.ways ** min(most, _MOST_OPEN))


def _of_choice(branches: Sequence[Sequence[Any]]) -> Freedom:
    parts = [_of_sequence(branch) for branch in branches]
    return _capped(max(part.open for part in parts), sum(part.ways for part in parts))


def _capped(count: int, ways: int) -> Freedom:
    return Freedom(min(count, _MOST_OPEN), min(ways, MOST_WAYS + 1))
