"""Random streams keyed by (seed, entity, purpose), so that two plans can be compared under common random numbers.

Changing one plan must not shift the draws of anybody else; therefore no stream is ever shared, and numbers are drawn in
advance. Philox (Salmon et al. 2011) is made for this: its 128-bit key is a hash of (seed, entity, purpose).
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np


def stream(seed: int, entity: str, purpose: str) -> np.random.Generator:
    """The generator of one entity for one purpose, e.g. ``stream(7, "P-0001", "speed")``."""
    key = blake2b(f"{seed}\x1f{entity}\x1f{purpose}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(key, "little")))


def replication_seed(seed: int, index: int) -> int:
    """Seed of replication `index`: depends on nothing but the two numbers, so order and workers do not matter."""
    return int(np.random.SeedSequence([seed, index]).generate_state(1, np.uint64)[0] >> np.uint64(1))
