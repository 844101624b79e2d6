"""Import of an IFC file against the library's own opening of it, in one run. Budget: 6 times for a file of 3 MB."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import ifcopenshell

from tui.wiring.sites import build_model
from twin.ifc.reader import read_facility

SAMPLES = Path(__file__).parents[2].parent / "shared" / "ifc"


def main() -> None:
    """The authored Vilnius model, and a third-party model where the sample folder is present."""
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "vilnius.ifc"
        build_model("vilnius", own)
        for path in [own, *(SAMPLES / name for name in sys.argv[1:] or ("Duplex_A_20110907.ifc",))]:
            if not path.is_file():
                print(f"import of {path.name:<28} not present")
                continue
            begun = time.perf_counter()
            ifcopenshell.open(str(path))
            open_s = time.perf_counter() - begun
            total_s = read_facility(path).report.total_s
            size = path.stat().st_size / 1e6
            print(f"import of {path.name:<28} {size:4.1f} MB {total_s / open_s:6.1f} x open    budget 6 x at 3 MB")


if __name__ == "__main__":
    main()
