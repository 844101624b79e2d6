from hashlib import blake2b

import numpy as np

from simulation.streams import replication_seed, stream


def test_a_stream_depends_on_seed_entity_and_purpose_only() -> None:
    assert stream(7, "P-0001", "speed").random(3).tolist() == stream(7, "P-0001", "speed").random(3).tolist()
    others = [stream(8, "P-0001", "speed"), stream(7, "P-0002", "speed"), stream(7, "P-0001", "lag")]
    assert len({stream(7, "P-0001", "speed").random(), *(other.random() for other in others)}) == 4


def test_entity_and_purpose_do_not_run_into_each_other() -> None:
    assert stream(1, "ab", "c").random() != stream(1, "a", "bc").random()


def test_seeds_of_replications_differ_and_repeat() -> None:
    seeds = [replication_seed(42, index) for index in range(1000)]
    assert len(set(seeds)) == 1000
    assert seeds[17] == replication_seed(42, 17)


def test_a_stream_is_philox_with_the_hash_as_its_key() -> None:
    key = blake2b(b"7\x1fP-0001\x1fspeed", digest_size=16).digest()
    plain = np.random.Generator(np.random.Philox(key=int.from_bytes(key, "little")))
    keyed = stream(7, "P-0001", "speed")
    assert keyed.random(100).tolist() == plain.random(100).tolist()
    assert keyed.standard_normal(100).tolist() == plain.standard_normal(100).tolist()
    assert keyed.permutation(100).tolist() == plain.permutation(100).tolist()
