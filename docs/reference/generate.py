# ruff: noqa: INP001 - a script beside the pages it writes, not a package
"""Write the command reference from the commands themselves: one page a group, in ``docs/reference/cli``.

Run it with the project's Python: ``python docs/reference/generate.py``; with ``--check`` it writes nothing and ends
with 1 when a page is stale, missing or left over.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

FOLDER = Path(__file__).parent / "cli"
PROGRAM = "gatehouse"
WIDTH = 96
NOTE = "<!-- Written by docs/reference/generate.py; `make docs` writes it again. -->"


def walk(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command under this one that is no group, with its words, in order."""
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=PROGRAM)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from walk(child, (*path, name))
    else:
        yield path, command


def pages(root: click.Group) -> dict[str, str]:
    """File name → text of every page."""
    found: dict[str, list[str]] = {}
    for path, command in walk(root):
        group = path[0] if len(path) > 1 else PROGRAM
        found.setdefault(group, []).append(_section(path, command))
    texts = {f"{group}.md": _page(group, root, sections) for group, sections in found.items()}
    return {**texts, "README.md": _index(root, sorted(found))}


def _section(path: tuple[str, ...], command: click.Command) -> str:
    name = " ".join((PROGRAM, *path))
    context = click.Context(command, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH)
    return f"## {name}\n\n```text\n{command.get_help(context)}\n```\n"


def _page(group: str, root: click.Group, sections: list[str]) -> str:
    child = root.commands.get(group)
    title = PROGRAM if child is None else f"{PROGRAM} {group}"
    lead = (child.help if child is not None else root.help) or ""
    return "\n".join([NOTE, f"# {title}", "", lead.strip(), "", *sections])


def _index(root: click.Group, groups: list[str]) -> str:
    rows = [f"* [{group}]({group}.md)" for group in groups]
    lead = (root.help or "").strip()
    return "\n".join([NOTE, "# Command reference", "", lead, "", *rows, ""])


def main(arguments: list[str]) -> int:
    """Write the pages, or check them; the exit code."""
    from tui.cli import cli

    texts = pages(cli)
    old = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    if arguments == ["--check"]:
        stale = sorted(name for name in texts.keys() | old.keys() if texts.get(name) != old.get(name))
        if stale:
            sys.stderr.write(f"error: docs/reference/cli is stale ({', '.join(stale)}): run `make docs`\n")
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for name in old.keys() - texts.keys():
        (FOLDER / name).unlink()
    for name, text in texts.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
