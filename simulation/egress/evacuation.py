"""One evacuation of a network, and what it came to: the same world, queues and locks as a day in a building."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from simpy import Environment

from simulation.egress.network import CompiledNetwork
from simulation.egress.network_file import Network
from simulation.egress.peak import peak_queue
from simulation.people import PersonKind, Steps
from simulation.record import EventRecord, Kind
from simulation.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFigures:
    """Times [s] at which the first and the last person left a link, how many did, and the longest queue before it."""

    first_s: float | None
    last_s: float | None
    count: int
    peak_queue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evacuation:
    """Times [s] from the start; None where nobody went out.

    ``mean_flow_per_s``: people between the first and the last one out, by the time between them.
    """

    total_s: float | None
    first_out_s: float | None
    mean_flow_per_s: float | None
    people: int
    links: dict[str, LinkFigures]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvacuationPair:
    """The honest pair: observed times of congested doors lie between these two (reference models scatter as widely)."""

    effective_width: Evacuation
    full_width: Evacuation


def evacuate(network: Network) -> EvacuationPair:
    """Empty a network twice: with effective widths (SFPE), and with full ones."""
    return EvacuationPair(effective_width=_run(network, True), full_width=_run(network, False))


def _run(network: Network, is_effective: bool) -> Evacuation:
    compiled = CompiledNetwork(network=network, is_effective=is_effective)
    env = Environment()
    world = World(compiled, env)
    exit_ = next(number for number, space in enumerate(network.space) if space.exit)
    for way, link in enumerate(network.link):
        if link.unlock_at_s:
            world.set_locked(way, True)
            env.process(_unlock(world, way, link.unlock_at_s))
    for node, space in enumerate(network.space):
        if space.storage is not None:
            world.set_storage(
                node, space.storage, ways=[w for w, link in enumerate(network.link) if link.to == space.id]
            )
        for number in range(0 if space.exit else space.people):
            person = world.spawn(f"{space.id}-{number + 1}", PersonKind.PRISONER, node, speed_m_s=1.0)
            env.process(_leave(world, person.number, space.pre_movement_s, exit_))
    env.run()
    return _figures(world.finish(), compiled)


def _unlock(world: World, way: int, at_s: float) -> Steps:
    yield world.env.timeout(at_s)
    world.set_locked(way, False)


def _leave(world: World, number: int, after_s: float, exit_: int) -> Steps:
    yield world.env.timeout(after_s)
    yield from world.walk(world.people[number], exit_)


def _figures(record: EventRecord, compiled: CompiledNetwork) -> Evacuation:
    network = compiled.network
    links = {link.id: _link_figures(record, way, link.traverse_s) for way, link in enumerate(network.link)}
    traverse_s = np.array([link.traverse_s for link in network.link] or [0.0])
    is_exit = np.array([space.exit for space in network.space])
    out = record.kind == Kind.PASS
    out[out] = is_exit[record.space[out]]
    out_s = np.sort(record.t_s[out] + traverse_s[record.way[out]])
    span_s = float(out_s[-1] - out_s[0]) if len(out_s) else 0.0
    return Evacuation(
        total_s=float(out_s[-1]) if len(out_s) else None,
        first_out_s=float(out_s[0]) if len(out_s) else None,
        mean_flow_per_s=(len(out_s) - 1) / span_s if span_s > 0 else None,
        people=len(out_s),
        links=links,
    )


def _link_figures(record: EventRecord, way: int, traverse_s: float) -> LinkFigures:
    passed = (record.kind == Kind.PASS) & (record.way == way)
    times_s, waits_s = record.t_s[passed], record.aux[passed]
    return LinkFigures(
        first_s=float(times_s.min() + traverse_s) if len(times_s) else None,
        last_s=float(times_s.max() + traverse_s) if len(times_s) else None,
        count=len(times_s),
        peak_queue=peak_queue(times_s - waits_s, times_s),
    )
