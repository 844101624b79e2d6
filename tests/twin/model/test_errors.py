import pickle

import pytest

from twin.model.errors import ConfigError, Fault, GatehouseError, IfcError, ScenarioError, StoreError, UnknownIdError


@pytest.mark.parametrize(
    "error",
    [
        ConfigError([Fault("a.toml", "key", "is wrong"), Fault("a.toml", "", "is old")]),
        ScenarioError([Fault("scenario x", "post", "has no place")]),
        IfcError("model.ifc", "is no IFC file"),
        UnknownIdError("door", "D.1"),
        StoreError("site.db", "is locked"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_the_same_after_the_way_to_another_process(error: GatehouseError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
