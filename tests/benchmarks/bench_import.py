"""Import of IFC files against the library's own opening of them, in one run. Budget: 6 times for a file of 3 MB.

For every third-party file that is present also: outcome, counts, and how its doors, joined from geometry alone and
together with boundaries, agree with the space boundaries of the file.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import ifcopenshell

from tui.wiring.sites import build_model
from twin.ifc.reader import Import, RefusedModelError, read_facility
from twin.model.ids import is_outside
from twin.model.vocabulary import Confidence

SAMPLES = Path(__file__).parents[2].parent / "shared" / "ifc"
RUNS = 3


def main() -> None:
    """Own models, then the samples; arguments name other files or folders."""
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "vilnius.ifc"
        build_model("vilnius", own)
        begun = time.perf_counter()
        read_facility(own)
        print(f"first import of a process, with loading the library: {time.perf_counter() - begun:.2f} s (vilnius)")
        head = ("file", "MB", "spaces", "doors", "sure", "x open", "alone = boundaries", "together", "outcome")
        print("{:<44} {:>5} {:>6} {:>5} {:>5} {:>7}  {:>18} {:>9}  {}".format(*head))
        for path in (own, *files()):
            print(line(path))
    print("budget: 6 x open for a file of 3 MB; own models carry every point of the register and take longer")


def files() -> Iterator[Path]:
    """The files to measure, by name."""
    for place in [Path(name) for name in sys.argv[1:]] or [SAMPLES]:
        yield from sorted(place.glob("*.ifc")) if place.is_dir() else [place]


def line(path: Path) -> str:
    """One row of the table."""
    opening = ""
    try:
        file, open_s = opened(path)
    except (ifcopenshell.Error, ifcopenshell.SchemaError) as error:
        opening = f" ({error})"
    try:
        reads = [read_facility(path) for _ in range(RUNS)]
        alone = read_facility(path, trust_boundaries=False)
    except RefusedModelError as error:
        return f"{path.name:<44} {path.stat().st_size / 1e6:5.1f} {'':50} refused: {error.report.cause}{opening}"
    total_s = min(read.report.total_s for read in reads)
    stated = boundaries_of(file)
    whole = {door: spaces for door, spaces in stated.items() if len(spaces) <= 2}
    report = alone.report
    sure = [door for door in alone.facility.doors if door.confidence is Confidence.SURE]
    wrong = sum(door.global_id in whole and indoors(alone)[door.global_id] != whole[door.global_id] for door in sure)
    share = f"{len(sure) / report.doors:4.0%}" if report.doors else ""
    told = f"sure and wrong: {wrong}" if whole else "no boundaries of doors"
    if len(whole) < len(stated):
        told += f"; set aside: {len(stated) - len(whole)} doors of which boundaries name three spaces"
    return (
        f"{path.name:<44} {path.stat().st_size / 1e6:5.1f} {report.spaces:6} {report.doors:5} {share:>5} "
        f"{total_s / open_s:7.1f}  {exact(alone, whole):>18} {exact(reads[0], whole):>9}  imported; {told}"
    )


def opened(path: Path) -> tuple[ifcopenshell.file, float]:
    """The file, and the shortest of as many openings as there are reads: best is compared with best."""
    times: list[float] = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        file = ifcopenshell.open(str(path))
        times.append(time.perf_counter() - begun)
    return file, min(times)


def boundaries_of(file: ifcopenshell.file) -> dict[str, set[str]]:
    """Door → spaces whose boundaries name it."""
    found: dict[str, set[str]] = {}
    for relation in file.by_type("IfcRelSpaceBoundary"):
        element, space = relation.RelatedBuildingElement, relation.RelatingSpace
        if element is not None and element.is_a("IfcDoor") and space.is_a("IfcSpace"):
            found.setdefault(element.GlobalId, set()).add(space.GlobalId)
    return found


def indoors(read: Import) -> dict[str, set[str]]:
    """Door → its spaces, without the outdoors."""
    return {door.global_id: {n for n in door.joins or () if not is_outside(n)} for door in read.facility.doors}


def exact(read: Import, stated: dict[str, set[str]]) -> str:
    """Doors that are joined exactly as stated."""
    joins = indoors(read)
    return f"{sum(joins.get(door) == spaces for door, spaces in stated.items())}/{len(stated)}" if stated else "-"


if __name__ == "__main__":
    main()
