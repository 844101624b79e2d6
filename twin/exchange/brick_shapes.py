"""Checks of a Brick file: SHACL shapes of our own over its references. No ontology is needed, so it takes seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyshacl
from rdflib import RDF, SH, Graph
from rdflib.term import Node

from twin.exchange.brick_graph import turtle_graph
from twin.files.text import plain
from twin.model.errors import ConfigError, Fault

_SHAPES = Path(__file__).with_name("shapes.ttl")


def violations(turtle: str) -> tuple[str, ...]:
    """What a Brick file lacks for its values to be found in the model, on the wire and in the history.

    Args:
        turtle: The text of the file, from whoever wrote it.

    Returns:
        One line for each, sorted: the node and what it needs. Empty for a file without fault.

    Raises:
        ConfigError: the text is no Turtle, or the shapes cannot be applied to it.

    Sources:
        SHACL (W3C Recommendation 2017); the shapes are in ``shapes.ttl``.
    """
    data = turtle_graph(turtle, where="Brick")
    shapes = turtle_graph(_SHAPES.read_text(encoding="utf-8"), where=_SHAPES.name)
    # In place, because nothing is inferred and a copy of the graph costs as much as the checks.
    _, results, said = pyshacl.validate(data, shacl_graph=shapes, inplace=True, do_owl_imports=False)
    if not isinstance(results, Graph):
        raise ConfigError([Fault("Brick", "", f"cannot be checked: {plain(str(said))}")])
    return tuple(sorted(set(_lines(results))))


def _lines(results: Graph) -> Iterator[str]:
    for result in results.subjects(RDF.type, SH.ValidationResult):
        yield f"{_said(results, result, SH.focusNode)}: {_said(results, result, SH.resultMessage)}"


def _said(results: Graph, result: Node, predicate: Node) -> str:
    return plain(str(results.value(result, predicate)))
