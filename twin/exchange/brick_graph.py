"""Turtle parsed, and its nodes asked: one value where one belongs, checked facts, names for people."""

from __future__ import annotations

import re
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from rdflib import RDFS, Graph, URIRef
from rdflib.exceptions import Error as RdfError
from rdflib.term import Node

from twin.exchange.brick_text import GH
from twin.files.text import plain
from twin.files.toml import faults_of
from twin.model.errors import ConfigError, Fault

M = TypeVar("M", bound=BaseModel)
_NAMES = (URIRef(f"{GH}pointId"), RDFS.label)


class UnreadableError(Exception):
    """One node cannot be read; the text says why."""


def turtle_graph(text: str, *, where: str) -> Graph:
    """Parse Turtle, and only Turtle: other formats of RDF can name contexts and entities to be fetched.

    Raises:
        ConfigError: the text is no Turtle; ``where`` names it, the key is its line.
    """
    graph = Graph()
    try:
        graph.parse(data=text, format="turtle", publicID="urn:gatehouse:file")
    except SyntaxError as error:
        raise ConfigError([_syntax_fault(error, text, where)]) from error
    except (RdfError, ValueError, LookupError, TypeError, AssertionError, ArithmeticError, RecursionError) as error:
        raise ConfigError([Fault(where, "", f"is not Turtle: {plain(str(error))}")]) from error
    return graph


def _syntax_fault(error: SyntaxError, text: str, where: str) -> Fault:
    """Line and reason of rdflib's BadSyntax, which counts from 0 and, near the end, blank lines twice."""
    lines = getattr(error, "lines", None)
    key = f"line {min(lines + 1, len(text.splitlines()))}" if isinstance(lines, int) else ""
    why = re.search(r"Bad syntax \((.*?)\) at \^", str(error), re.DOTALL)
    return Fault(where, key, f"is not Turtle: {plain(why[1] if why else str(error))}")


def called(graph: Graph, node: Node) -> str:
    """What to call a node before people."""
    names = sorted(str(name) for predicate in _NAMES for name in graph.objects(node, predicate))
    return plain(names[0] if names else str(node))


def one(graph: Graph, node: Node, predicate: URIRef) -> Node | None:
    """The value of a property, None where it has none.

    Raises:
        UnreadableError: it has several, and nothing tells which is meant.
    """
    found = list(graph.objects(node, predicate))
    if len(found) > 1:
        raise UnreadableError(f"has {len(found)} values of {_short(predicate)}")
    return found[0] if found else None


def _short(predicate: URIRef) -> str:
    return re.split("[#/]", predicate)[-1]


def facts_of(graph: Graph, node: Node, model: type[M]) -> M:
    """The ``gh:`` properties of a node, by the aliases of a model's fields.

    Raises:
        UnreadableError: they do not fit the model.
    """
    found: dict[str, str] = {}
    for field in model.model_fields.values():
        value = one(graph, node, URIRef(f"{GH}{field.alias}"))
        if value is not None:
            found[str(field.alias)] = str(value)
    return fitted(model, found)


def fitted(model: type[M], found: dict[str, str]) -> M:
    """A model of texts.

    Raises:
        UnreadableError: they do not fit.
    """
    try:
        return model.model_validate(found)
    except ValidationError as error:
        reasons = (f"{fault.key} {fault.text}" for fault in faults_of(error, ""))
        raise UnreadableError("; ".join(reasons)) from error
