from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from twin.model.ids import compress

FOREIGN = Path(__file__).parents[4] / "shared" / "ifc"

Box = tuple[float, float, float, float]


def guid(name: str) -> str:
    return compress(uuid.uuid5(uuid.NAMESPACE_URL, name))


class House:
    """A small IFC4 file written by hand, in millimetres: rooms and doors of one storey, or of two."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.spaces: dict[str, int] = {}
        self.doors: dict[str, int] = {}
        self._guids: dict[str, str] = {}
        self.origin = self.add("IFCCARTESIANPOINT((0.,0.,0.))")
        self.axes = self.add(f"IFCAXIS2PLACEMENT3D(#{self.origin},$,$)")
        context = self.add(f"IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-05,#{self.axes},$)")
        self.context = context
        length = self.add("IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.)")
        units = self.add(f"IFCUNITASSIGNMENT((#{length}))")
        self.project = self.root("IFCPROJECT", "project", f"$,'House',$,$,$,$,(#{context}),#{units}")
        self.site = self.root("IFCSITE", "site", f"$,'Site',$,$,{self.place()},$,$,.ELEMENT.,$,$,$,$,$")
        self.building = self.root("IFCBUILDING", "building", f"$,'B1',$,$,{self.place()},$,$,.ELEMENT.,$,$,$")
        self.aggregate("project", self.project, [self.site])
        self.aggregate("site", self.site, [self.building])
        self.storey = self.add_storey("L00", 0.0)

    def rename(self, name: str, global_id: str) -> None:
        """Use this GlobalId for the element that is made next under a name."""
        self._guids[name] = global_id

    def add(self, text: str) -> int:
        self.lines.append(text)
        return len(self.lines)

    def root(self, ifc_class: str, name: str, rest: str) -> int:
        return self.add(f"{ifc_class}('{self._guids.get(name, guid(name))}',{rest})")

    def aggregate(self, name: str, whole: int, parts: list[int]) -> None:
        members = ",".join(f"#{part}" for part in parts)
        self.root("IFCRELAGGREGATES", f"agg {name}", f"$,$,$,#{whole},({members})")

    def place(self, x: float = 0.0, y: float = 0.0, z: float = 0.0, along: str = "x") -> str:
        point = self.add(f"IFCCARTESIANPOINT(({x * 1000},{y * 1000},{z * 1000}))")
        up = self.add("IFCDIRECTION((0.,0.,1.))")
        right = self.add("IFCDIRECTION((1.,0.,0.))" if along == "x" else "IFCDIRECTION((0.,1.,0.))")
        axes = self.add(f"IFCAXIS2PLACEMENT3D(#{point},#{up},#{right})")
        return f"#{self.add(f'IFCLOCALPLACEMENT($,#{axes})')}"

    def body(self, box: Box, height: float) -> str:
        x0, y0, x1, y1 = (value * 1000 for value in box)
        middle = self.add(f"IFCCARTESIANPOINT(({(x0 + x1) / 2},{(y0 + y1) / 2}))")
        at = self.add(f"IFCAXIS2PLACEMENT2D(#{middle},$)")
        profile = self.add(f"IFCRECTANGLEPROFILEDEF(.AREA.,$,#{at},{x1 - x0},{y1 - y0})")
        up = self.add("IFCDIRECTION((0.,0.,1.))")
        solid = self.add(f"IFCEXTRUDEDAREASOLID(#{profile},$,#{up},{height * 1000})")
        shape = self.add(f"IFCSHAPEREPRESENTATION(#{self.context},'Body','SweptSolid',(#{solid}))")
        return f"#{self.add(f'IFCPRODUCTDEFINITIONSHAPE($,$,(#{shape}))')}"

    def add_storey(self, name: str, elevation: float) -> int:
        rest = f"$,'{name}',$,$,{self.place(z=elevation)},$,$,.ELEMENT.,{elevation * 1000}"
        storey = self.root("IFCBUILDINGSTOREY", f"storey {name}", rest)
        self.aggregate(f"storey {name}", self.building, [storey])
        return storey

    def room(self, name: str, box: Box, floor: float = 0.0, height: float = 2.7, storey: int | None = None) -> int:
        rest = f"$,'{name}',$,$,{self.place(z=floor)},{self.body(box, height)},'Room {name}',.ELEMENT.,.INTERNAL.,$"
        space = self.root("IFCSPACE", f"space {name}", rest)
        if storey != 0:
            self.aggregate(f"space {name}", storey or self.storey, [space])
        self.spaces[name] = space
        return space

    def door(self, name: str, x: float, y: float, along: str, *, opening: bool = True, width: float = 1.0) -> int:
        """A door whose centre is at x, y in a wall of 0.2 m; without opening it has only its placement and width."""
        dx, dy = (width / 2, 0.0) if along == "x" else (0.0, width / 2)
        place = self.place(x - dx, y - dy, 0.0, along)
        rest = f"$,'{name}',$,$,{place},$,$,2100.,{width * 1000},.DOOR.,$,$"
        door = self.root("IFCDOOR", f"door {name}", rest)
        if opening:
            shape = self.body((0.0, -0.1, width, 0.1), 2.1)
            hole = self.root("IFCOPENINGELEMENT", f"opening {name}", f"$,'o',$,$,{place},{shape},$,.OPENING.")
            self.root("IFCRELFILLSELEMENT", f"fill {name}", f"$,$,$,#{hole},#{door}")
        self.doors[name] = door
        return door

    def boundary(self, space: str, door: str) -> None:
        rest = f"$,$,$,#{self.spaces[space]},#{self.doors[door]},$,.PHYSICAL.,.INTERNAL."
        self.root("IFCRELSPACEBOUNDARY", f"boundary {space} {door}", rest)

    def stair(self, name: str, box: Box, floor: float, height: float) -> int:
        """A stair without flights."""
        shape = self.body(box, height)
        return self.root("IFCSTAIR", f"stair {name}", f"$,'{name}',$,$,{self.place(z=floor)},{shape},$,$")

    def text(self) -> str:
        data = "\n".join(f"#{number}={line};" for number, line in enumerate(self.lines, start=1))
        return (
            "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\n"
            "FILE_NAME('','2024-01-01T00:00:00',(''),(''),'','','');\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n"
            f"{data}\nENDSEC;\nEND-ISO-10303-21;\n"
        )


def two_rooms() -> House:
    """Rooms A and B with a door between them and one from A to the outdoors."""
    house = House()
    house.room("A", (0.0, 0.0, 4.0, 3.0))
    house.room("B", (4.2, 0.0, 8.0, 3.0))
    house.door("inner", 4.1, 1.5, "y")
    house.door("outer", 2.0, -0.1, "x")
    return house


@pytest.fixture
def house() -> House:
    return two_rooms()


@pytest.fixture
def written(tmp_path: Path) -> Callable[[House | str | bytes], Path]:
    def write(content: House | str | bytes) -> Path:
        text = content.text() if isinstance(content, House) else content
        path = tmp_path / "model.ifc"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def foreign() -> Callable[[str], Path]:
    """A third-party sample file; the test skips where the samples are absent."""

    def find(name: str) -> Path:
        path = FOREIGN / name
        if not path.exists():
            pytest.skip(f"sample file {name} is not beside the repository (../shared/ifc)")
        return path

    return find
