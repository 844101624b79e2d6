"""Identities and codes of a file that may repeat them: nothing is dropped, repeats get a suffix and are reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from twin.files.text import plain
from twin.model.ids import GlobalId

_NULL = "NULL"
_LENGTH = 22


@dataclass(slots=True)
class Identities:
    """Hands out GlobalIds, each once, and codes, each once; collects what is wrong with them."""

    warnings: list[str] = field(default_factory=list)
    known: dict[int, tuple[Any, GlobalId]] = field(default_factory=dict)
    """Elements that were asked for, by STEP id, in the order of asking."""
    _ids: Counter[str] = field(default_factory=Counter)
    _codes: Counter[str] = field(default_factory=Counter)

    def of(self, entity: Any) -> GlobalId:
        """The GlobalId of an element of the file: always the same for the same element."""
        key = entity.id()
        if key not in self.known:
            self.known[key] = (entity, self.global_id(entity.GlobalId, _called(entity)))
        return self.known[key][1]

    def look_over(self, entities: Iterable[Any]) -> None:
        """Report what is wrong with the GlobalIds of elements that nobody asked for: walls, furniture, types."""
        for entity in entities:
            if entity.id() not in self.known:
                self.global_id(entity.GlobalId, _called(entity))

    def global_id(self, raw: str | None, ifc_class: str) -> GlobalId:
        """The element's GlobalId; a repeated or empty one gets the suffix ``~2``, ``~3`` … and is reported."""
        text = plain((raw or "").strip(), limit=64)
        if not text or text == "None":
            self.warnings.append(f"{ifc_class}: GlobalId is {text or 'empty'}")
            text = _NULL
        elif len(text) != _LENGTH and not self._ids[text]:
            self.warnings.append(f"{ifc_class} {text}: GlobalId has {len(text)} characters, not {_LENGTH}")
        self._ids[text] += 1
        if self._ids[text] == 1 and text != _NULL:
            return GlobalId(text)
        if text != _NULL:
            self.warnings.append(f"{ifc_class} {text}: GlobalId is used more than once")
        return self._suffixed(text)

    def _suffixed(self, text: str) -> GlobalId:
        number = max(self._ids[text], 1)
        while self._ids[f"{text}~{number}"]:
            number += 1
        self._ids[f"{text}~{number}"] += 1
        return GlobalId(f"{text}~{number}")

    def code(self, raw: str | None, fallback: str) -> str:
        """The element's code; a repeated one gets the suffix ``~2`` …, an empty one is replaced by the fallback."""
        text = plain((raw or "").strip(), limit=80) or fallback
        self._codes[text] += 1
        if self._codes[text] == 1:
            return text
        number = self._codes[text]
        while self._codes[f"{text}~{number}"]:
            number += 1
        self._codes[f"{text}~{number}"] += 1
        return f"{text}~{number}"


def _called(entity: Any) -> str:
    """Class and name, by which a person finds an element whose GlobalId is no help."""
    name = plain(entity.Name or "", limit=60)
    return f"{entity.is_a()} {name!r}" if name else str(entity.is_a())
