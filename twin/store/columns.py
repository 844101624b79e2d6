"""Domain objects to table rows and back: which fields need another form in a column, and which.

Most fields go into a column as they are; the rest (closed lists, tuples, moments, yes/no) name their `Form`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Form:
    """How a field's value is written into a column and read from it; None stays NULL."""

    write: Callable[[Any], object]
    read: Callable[[Any], Any]


def choice(words: type[Enum]) -> Form:
    """A member of a closed list, by its value."""
    return Form(lambda member: member.value, words)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


YES_NO = Form(int, bool)
MOMENT = Form(datetime.isoformat, datetime.fromisoformat)
LIST = Form(_compact, lambda text: tuple(json.loads(text)))
OUTLINE = Form(_compact, lambda text: tuple(map(tuple, json.loads(text))))
DOCUMENT = Form(_compact, json.loads)


class Rows(Generic[T]):
    """Rows of one dataclass; columns are its field names, in order."""

    def __init__(self, of: type[T], forms: Mapping[str, Form] | None = None) -> None:
        assert is_dataclass(of)
        self._of = of
        self._forms = dict(forms or {})
        self.columns = tuple(field.name for field in fields(of))
        self._readers = tuple((name, self._forms[name].read if name in self._forms else None) for name in self.columns)

    @property
    def selection(self) -> str:
        """The columns for a SELECT, quoted."""
        return ", ".join(f'"{name}"' for name in self.columns)

    def row(self, item: T) -> dict[str, object]:
        """Column values of one object."""
        return {name: self._written(name, getattr(item, name)) for name in self.columns}

    def numbered(self, items: Iterable[T]) -> list[dict[str, object]]:
        """Column values of many, with their place in the list as ``seq``."""
        return [{"seq": seq, **self.row(item)} for seq, item in enumerate(items)]

    def item(self, values: Iterable[Any]) -> T:
        """The object of one row, selected with `selection`.

        Raises:
            ValueError: a value does not fit its field.
        """
        return self._of(
            **{
                name: value if read is None or value is None else read(value)
                for (name, read), value in zip(self._readers, values, strict=True)
            }
        )

    def _written(self, name: str, value: Any) -> object:
        form = self._forms.get(name)
        return value if form is None or value is None else form.write(value)
