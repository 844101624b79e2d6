"""The tree of the site: buildings, storeys, regime zones, rooms; leaves are made when a storey is opened."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from rich.text import Text
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from tui.widgets.plain_text import plain
from tui.widgets.plan.labels import long_code
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.spaces import Space


@dataclass(frozen=True, slots=True)
class Branch:
    """What a node stands for: a level's name, or a room; empty for a heading."""

    level: str = ""
    space: GlobalId | None = None


class SiteTree(Tree[Branch]):
    """Choosing a storey shows its level, choosing a room selects it."""

    @dataclass
    class LevelChosen(Message):
        """A storey was opened or chosen."""

        level: str

    @dataclass
    class SpaceChosen(Message):
        """A room was chosen."""

        space: GlobalId

    def __init__(self, facility: Facility, *, id: str | None = None) -> None:
        super().__init__(Text(plain(f"{facility.code} {facility.name}")), Branch(), id=id)
        self._tree_facility = facility
        self.guide_depth = 2
        self.show_root = True

    def on_mount(self) -> None:
        """Buildings and storeys; zones and rooms below them stay closed."""
        facility = self._tree_facility
        spaces: dict[GlobalId, list[Space]] = defaultdict(list)
        for space in facility.spaces:
            spaces[space.storey].append(space)
        for building in facility.buildings:
            node = self.root.add(Text(plain(building.name)), Branch(), expand=True)
            storeys = [storey for storey in facility.storeys if storey.building == building.global_id]
            for storey in sorted(storeys, key=lambda item: item.elevation_m):
                label = Text.assemble(plain(storey.name), (f"  {len(spaces[storey.global_id])} rooms", "dim"))
                self._add_zones(node.add(label, Branch(level=storey.name)), storey.name, spaces[storey.global_id])
        self.root.expand()

    def _add_zones(self, node: TreeNode[Branch], level: str, spaces: list[Space]) -> None:
        zones: dict[str, list[Space]] = defaultdict(list)
        for space in spaces:
            zones[space.regime_zone or "no regime zone"].append(space)
        for name, members in sorted(zones.items()):
            parent = node.add(Text(plain(name)), Branch(level=level)) if len(zones) > 1 else node
            for space in sorted(members, key=lambda item: item.code):
                label = Text.assemble(long_code(space.code), (f"  {plain(space.name)}", "dim"))
                parent.add_leaf(label, Branch(level=level, space=space.global_id))

    def on_tree_node_selected(self, event: Tree.NodeSelected[Branch]) -> None:
        """Tell the screen."""
        branch = event.node.data
        if branch is None:
            return
        if branch.space is not None:
            self.post_message(self.SpaceChosen(branch.space))
        elif branch.level:
            self.post_message(self.LevelChosen(branch.level))
