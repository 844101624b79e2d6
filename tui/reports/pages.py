"""HTML pages: one self-contained file each, written whole or not at all. Everything from outside is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from tui.about import FICTION, SAFETY_STATEMENT, version
from twin.files.atomic import write_text

_environment = Environment(
    loader=PackageLoader("tui.reports"), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True
)


def write_page(template: str, path: Path, title: str, fields: Mapping[str, object]) -> Path:
    """Render a template to a file and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, page_text(template, title, datetime.now(tz=UTC), fields))
    return path


def page_text(template: str, title: str, at: datetime, fields: Mapping[str, object]) -> str:
    """Render a template; ``at`` is the aware time that the page says it was written."""
    return _environment.get_template(template).render(
        title=title,
        version=version(),
        written_at=at.astimezone(UTC).isoformat(timespec="seconds"),
        notice=FICTION,
        safety=SAFETY_STATEMENT,
        **fields,
    )


def minutes(seconds: float | None) -> str:
    """``m:ss``, or a dash for a time that never came."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
