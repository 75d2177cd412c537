"""What a batch is to run, as its author writes it: choices whose combinations are all run.

A design is a TOML file or the same as a table in Python (`BatchDesign.model_validate`).
`sim/experiment/batch_files.py` reads files and tells mistakes;
`sim/experiment/batch_cells.py` makes the combinations.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    model_validator,
)

from sim.errors import nearest
from sim.experiment.design import DRAWS, MOST_REPLICATIONS, REPLICATIONS_A_DRAW
from sim.levers import NAMES
from sim.quantities import Named, shown
from sim.reading_fits import OWN_FIGURES, readings
from sim.scenario import Scenario
from sim.words import say

TODAY = "today"
EVERY_COMBINATION: tuple[tuple[str, ...], ...] = tuple(
    some for count in range(len(NAMES) + 1) for some in combinations(NAMES, count)
)


def _listed(raw: Any) -> Any:
    """One thing alone stands for a list of it."""
    return raw if isinstance(raw, (list, tuple)) else (raw,)


def _once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Several values of a choice, none of them twice."""
    if not values:
        raise ValueError(say("is empty, must list a value; or leave it out"))
    twice = next((each for k, each in enumerate(values) if each in values[:k]), None)
    if twice is not None:
        raise ValueError(say("lists {twice} twice, must list it once", twice=shown(twice)))
    return values


def _combinations_of_levers(raw: Any) -> Any:
    """'all' are the 32 subsets, 'none' is the empty one; else lists of names."""
    if raw == "all":
        return EVERY_COMBINATION
    if raw == "none":
        return ((),)
    if not isinstance(raw, (list, tuple)):
        raise ValueError(
            say(
                "is {raw}, must be 'all' (32 combinations), 'none', or lists of names",
                raw=shown(raw),
            )
        )
    return tuple(_lever_names(each) for each in raw)


def _lever_names(raw: Any) -> tuple[str, ...]:
    """The names of one combination in the order of the levers."""
    if isinstance(raw, str) or not isinstance(raw, (list, tuple)):
        raise ValueError(
            say(
                "has {raw}, must have lists such as [] and ['{one}', '{other}']",
                raw=shown(raw),
                one=NAMES[0],
                other=NAMES[3],
            )
        )
    for each in raw:
        if each not in NAMES:
            raise ValueError(
                say(
                    "has {each}, which is no lever: {nearest}",
                    each=shown(each),
                    nearest=nearest(str(each), NAMES),
                )
            )
    if len(set(raw)) != len(raw):
        raise ValueError(say("has {raw}, must name a lever once", raw=shown(list(raw))))
    return tuple(name for name in NAMES if name in raw)


def _posts(raw: Any) -> Any:
    if isinstance(raw, str) and raw != TODAY:
        raise ValueError(
            say("is {raw}, must be a whole number or '{today}'", raw=shown(raw), today=TODAY)
        )
    return raw


def _reading_names(raw: Any) -> Any:
    if raw == "all":
        return tuple(readings())
    names = _listed(raw)
    known = [*readings(), OWN_FIGURES]
    for each in names:
        if each not in known:
            raise ValueError(
                say(
                    "has {each}, which is no reading: {nearest}",
                    each=shown(each),
                    nearest=nearest(str(each), [*known, "all"]),
                )
            )
    return tuple(names)


def _named_tables(raw: Any) -> Any:
    if not isinstance(raw, Mapping) or not all(isinstance(each, Mapping) for each in raw.values()):
        raise ValueError(say("must be named tables; an empty one changes nothing"))
    if not raw:
        raise ValueError(say("is empty, must name a table; or leave it out"))
    return Named(raw)


Listed = BeforeValidator(_listed)
Once = AfterValidator(_once)
Choice = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Alternatives = Annotated[Mapping[str, Mapping[str, Any]] | None, BeforeValidator(_named_tables)]


class BatchDesign(BaseModel):
    """A full factorial design: every combination of the choices is a cell.

    A choice left out is made by the base scenario. Each cell runs on the first `draws`
    draws of the posterior (or under `readings`), `replications` times on each.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    title: str = Field(default="", description="one line that says what the batch is for")
    base: Annotated[tuple[str | Scenario, ...], Listed, Once] = Field(
        description="scenarios from which the cells start: names or files"
    )
    levers: Annotated[
        tuple[tuple[str, ...], ...] | None, BeforeValidator(_combinations_of_levers), Once
    ] = Field(
        default=None,
        description="combinations of levers: 'all' (32), 'none', or lists of names",
    )
    intensities: Annotated[tuple[Choice, ...], Listed, Once] = Field(
        default=(1.0,),
        description="factors of the levers' own intensities; of 1 where the scenario does not use "
        "a lever that a combination names",
    )
    posts: Annotated[
        tuple[Annotated[StrictInt | Literal["today"], BeforeValidator(_posts)], ...] | None,
        Listed,
        Once,
    ] = Field(
        default=None,
        description="funded posts at the end of hiring, or 'today': today's go on",
    )
    allocation: Annotated[
        tuple[Literal["proportional", "where_it_queues"], ...] | None, Listed, Once
    ] = Field(default=None, description="where new posts go")
    places: Annotated[tuple[Choice, ...] | None, Listed, Once] = Field(
        default=None,
        description="places of a portfolio from the start of hiring on (the next 1st of a month)",
    )
    shocks: Alternatives = Field(
        default=None,
        description="named alternatives, each a table of shocks by name as in a scenario, or empty",
    )
    set: Alternatives = Field(
        default=None,
        description="named alternatives, each a table of other values by path, or empty",
    )
    draws: Annotated[StrictInt, Field(ge=1)] | None = Field(
        default=None, description=f"posterior draws; {DRAWS} by default"
    )
    posterior: str | None = Field(
        default=None, description="folder of a posterior sample; the shipped one by default"
    )
    readings: Annotated[tuple[str, ...] | None, BeforeValidator(_reading_names), Once] = Field(
        default=None,
        description="point fits instead of draws: 'all', names, or 'own_figures'",
    )
    replications: Annotated[StrictInt, Field(ge=1, le=MOST_REPLICATIONS)] = Field(
        default=REPLICATIONS_A_DRAW, description="of each draw or reading"
    )
    seed: StrictInt = Field(default=1, description="of all random streams")
    engine: Literal["compiled", "simpy"] = Field(
        default="compiled", description="the engines give the same results"
    )
    binding: bool = Field(
        default=False, strict=True, description="also what people wait for; takes a third longer"
    )

    @model_validator(mode="after")
    def _draws_or_readings(self) -> Self:
        if self.readings is not None and (self.draws is not None or self.posterior is not None):
            raise ValueError(say("has readings and draws (or posterior), must have one of them"))
        return self
