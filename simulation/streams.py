"""Random streams keyed by (seed, entity, purpose), so that two plans can be compared under common random numbers.

Changing one plan must not shift the draws of anybody else; therefore no stream is ever shared, and numbers are drawn in
advance. Philox (Salmon et al. 2011) is made for this: its 128-bit key is a hash of (seed, entity, purpose).
"""

from __future__ import annotations

from hashlib import blake2b
from typing import cast

import numpy as np
from numpy.random import Generator, Philox, SeedSequence
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import DTypeLike, NDArray


class _Key(ISeedSequence):
    """A Philox key as its seed.

    ``Philox(key=…)`` gives the same draws, but first asks the system for randomness that it throws away: two thirds of
    the time that a stream takes.
    """

    def __init__(self, words: NDArray[np.uint64]) -> None:
        self._words = words

    def generate_state(self, n_words: int, dtype: DTypeLike = np.uint32) -> NDArray[np.uint64]:  # noqa: ARG002
        """The two words that Philox asks for."""
        return self._words


def stream(seed: int, entity: str, purpose: str) -> Generator:
    """The generator of one entity for one purpose, e.g. ``stream(7, "P-0001", "speed")``."""
    key = blake2b(f"{seed}\x1f{entity}\x1f{purpose}".encode(), digest_size=16).digest()
    words = _Key(np.frombuffer(key, dtype="<u8"))
    return Generator(Philox(cast("SeedSequence", words)))  # numpy takes any ISeedSequence; its stubs name one of them


def replication_seed(seed: int, index: int) -> int:
    """Seed of replication `index`: depends on nothing but the two numbers, so order and workers do not matter."""
    return int(np.random.SeedSequence([seed, index]).generate_state(1, np.uint64)[0] >> np.uint64(1))
