"""Maps of a run: a measure by département or région, and what binds where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.errors import InputError, Problem, nearest
from sim.experiment.by_place import ByPlace
from sim.measures import COUNTRY
from sim.present.by_place_words import BINDS, MEASURES, Shown, made_of, split_note, tag, total_name
from sim.present.map_figures import Look, map_figure
from sim.present.posterior_text import interval
from sim.territory import departements
from sim.words import say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

WHAT_BINDS = "binds"
MAPS = (*MEASURES, WHAT_BINDS)
DIGITS: dict[str, int | None] = {
    "entries": 0,
    "orientations": 0,
    "people_supported": 0,
    "funded_posts": 0,
    "portfolios": 0,
    "entry_delay": 1,
    "queue_delay": 1,
    "load": 1,
    "places_taken": None,
    "abandoned_share": None,
}
COLOURS = {"orientations": "#0072B2", "slots": "#E69F00", "places": "#C0392B"}
# Least share of the pool-days for each depth of colour, and how much of the colour it is.
DEPTHS = ((0.9, 1.0), (0.7, 0.62), (0.0, 0.3))


def by_place_figure(found: ByPlace, measure: str, reading: str) -> Figure:
    """The map of a measure, or of 'binds'; `InputError` for what has no map."""
    if measure == WHAT_BINDS:
        return _binding_figure(found, reading)
    shown = shown_of(measure)
    rows = found.frame[(found.frame["reading"] == reading) & (found.frame["measure"] == measure)]
    look = Look(
        title=title(found, say(shown.title)),
        legend=say(shown.unit),
        write=shown.write,
        tag=tag(found),
        notes=(
            total_note(found, measure, rows[rows["place"] == COUNTRY].iloc[0]),
            made_of(found, reading),
            split_note(found),
        ),
    )
    return map_figure(_on_departements(found, rows[rows["place"] != COUNTRY]), look)


def shown_of(measure: str) -> Shown:
    """How a measure is shown; `InputError` for what has no map."""
    if measure not in MEASURES:
        raise InputError(
            Problem("map", "measure", f"there is no map of '{measure}'", nearest(measure, MAPS))
        )
    return MEASURES[measure]


def total_note(found: ByPlace, measure: str, whole: pd.Series[Any]) -> str:
    """The value of all places together, with its interval where there is one."""
    return say(
        "{total}: {value}.",
        total=total_name(found),
        value=interval(whole["value"], whole["low"], whole["high"], DIGITS[measure]),
    )


def _binding_figure(found: ByPlace, reading: str) -> Figure:
    rows = found.binds[found.binds["reading"] == reading]
    here = rows[rows["place"] != COUNTRY]
    depths = [
        next(k for k, (least, _) in enumerate(DEPTHS) if share >= least)
        for share in (row[row["binds"]] for _, row in here.iterrows())
    ]
    names = [f"{what} {k}" for what, k in zip(here["binds"], depths, strict=True)]
    look = Look(
        title=title(found, say("What binds")),
        legend=say("what holds most, with its share of the days of the pools"),
        categories=_categories(),
        tag=tag(found),
        notes=(
            say(
                "Where orientations bind, more posts alone bring few people in, unless prescribers "
                "orient more where posts are; where places or slots bind, more orientations "
                "mostly wait. Shown is what holds most in most draws."
            ),
            made_of(found, reading),
            split_note(found),
        ),
    )
    return map_figure(_on_departements(found, here.assign(value=names)), look)


def _categories() -> dict[str, tuple[str, str]]:
    told = (say("90 % and more"), say("70 to 90 %"), say("less than 70 %"))
    return {
        f"{what} {k}": (
            say("{what}, {share}", what=say(label), share=told[k]),
            _mixed(COLOURS[what], DEPTHS[k][1]),
        )
        for what, label in BINDS.items()
        for k in range(len(DEPTHS))
    }


def _mixed(colour: str, part: float) -> str:
    """The colour mixed with white."""
    from matplotlib.colors import to_hex, to_rgb

    red, green, blue = (part * each + (1 - part) for each in to_rgb(colour))
    return to_hex((red, green, blue))


def title(found: ByPlace, what: str) -> str:
    """What a map shows, when, by what kind of place."""
    if found.kind == "region":
        return say("{what} in {year}, by région", what=what, year=found.year)
    return say("{what} in {year}, by département", what=what, year=found.year)


def _on_departements(found: ByPlace, rows: pd.DataFrame) -> pd.DataFrame:
    """The values by code of the départements: those of a région in each of its own."""
    if found.kind == "departement":
        return rows[["place", "value"]]
    import pandas as pd

    listed = found.scenario.territory.departements
    values = rows.set_index("place")["value"]
    here = [each for each in departements() if listed == "all" or each.code in listed]
    return pd.DataFrame(
        {
            "place": [each.code for each in here],
            "value": [values[each.region] for each in here],
        }
    )
