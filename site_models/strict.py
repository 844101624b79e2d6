"""What the models of a brief share: strict keys, and the ranges of its figures."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Length = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
Size = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
Position = Annotated[float, Field(ge=-1e7, le=1e7, allow_inf_nan=False)]
Flow = Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)]
Code = Annotated[str, Field(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$", max_length=40)]


class Strict(BaseModel):
    """A table of a file: unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)
