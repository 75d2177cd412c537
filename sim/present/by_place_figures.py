"""Maps of a run: a measure by département or région, and what binds where."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, Problem, nearest
from sim.experiment.by_place import ByPlace, holding_most
from sim.measures import COUNTRY
from sim.parameters import POSTERIOR
from sim.present.by_place_words import (
    BINDS,
    MEASURES,
    Shown,
    made_of,
    split_note,
    tag,
    total_name,
    written_with_noise,
)
from sim.present.map_figures import Look, map_figure, maps_figure
from sim.present.numbers import number, percent
from sim.present.posterior_text import interval
from sim.reading_fits import title_of
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
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)  # limits of classes of what binds


def by_place_figure(found: ByPlace, measure: str, reading: str) -> Figure:
    """The map of a measure, or of 'binds'; `InputError` for what has no map."""
    if measure == WHAT_BINDS:
        rows = found.binds[found.binds["reading"] == reading]
        return maps_figure(binding_panels(found, rows), binding_look(found, reading))
    shown = shown_of(measure)
    rows = found.frame[(found.frame["reading"] == reading) & (found.frame["measure"] == measure)]
    whole = rows[rows["place"] == COUNTRY].iloc[0]
    step = found.told_apart(measure, reading)
    look = Look(
        title=title(found, say(shown.title)),
        subtitle=f"{subtitle(found, reading)} · {total_of(found, measure, whole)}",
        legend=say(shown.unit),
        write=shown.write,
        step=step if isfinite(step) else 0.0,
        tag=tag(found),
        notes=(noise_note(measure, step), split_note(found), made_of(found, reading)),
    )
    return map_figure(on_departements(found, rows[rows["place"] != COUNTRY]), look)


def shown_of(measure: str) -> Shown:
    """How a measure is shown; `InputError` for what has no map."""
    if measure not in MEASURES:
        told = say("there is no map of '{measure}'", measure=measure)
        raise InputError(Problem(say("map"), "measure", told, nearest(measure, MAPS)))
    return MEASURES[measure]


def total_of(found: ByPlace, measure: str, whole: pd.Series[Any]) -> str:
    """The value of all places together, with its interval where there is one."""
    return say(
        "{total}: {value}",
        total=total_name(found),
        value=interval(whole["value"], whole["low"], whole["high"], DIGITS[measure]),
    )


def binding_panels(found: ByPlace, rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """For each of what may bind a heading and its shares; `rows` as in `ByPlace.binds`."""
    here, whole = rows[rows["place"] != COUNTRY], rows[rows["place"] == COUNTRY].iloc[0]
    panels, count = {}, holding_most(rows)
    for what, label in BINDS.items():
        heading = say(
            "{what}\n{share} of all days; holds most in {count} of {all}",
            what=say(label),
            share=percent(whole[what]),
            count=number(count[what]),
            all=number(len(here)),
        )
        panels[heading] = on_departements(found, here.assign(value=here[what]))
    return panels


def binding_look(found: ByPlace, reading: str, extra: str = "") -> Look:
    """What stands beside the maps of what binds."""
    return Look(
        title=title(found, say("What binds")),
        subtitle=subtitle(found, reading),
        legend=say("share of the days of the pools"),
        write=percent,
        limits=SHARES,
        tag=tag(found),
        notes=(
            say(
                "Where orientations bind, more posts alone bring few people in, unless prescribers "
                "orient more where posts are; where places or slots bind, more orientations "
                "mostly wait. On each day of a pool one of the three holds. Holds most: the one "
                "with the most days, in most draws."
            ),
            split_note(found),
            extra,
            made_of(found, reading),
        ),
    )


def title(found: ByPlace, what: str) -> str:
    """What a map shows, when, by what kind of place."""
    if found.kind == "region":
        return say("{what} in {year}, by région", what=what, year=found.year)
    return say("{what} in {year}, by département", what=what, year=found.year)


def subtitle(found: ByPlace, reading: str) -> str:
    """Which scenario, and on what it was run."""
    scenario = say(found.scenario.title)
    if reading == POSTERIOR:
        draws = number(len(found.results.draws))
        return say("{scenario} · mean of {draws} posterior draws", scenario=scenario, draws=draws)
    told = title_of(reading)
    return say("{scenario} · reading {reading} ({what})", scenario=scenario, reading=reading,
               what=told)  # fmt: skip


def noise_note(measure: str, step: float) -> str:
    """From what difference on places are told apart, or that one replication cannot say.

    Nothing where a measure has no noise.
    """
    if step == 0:
        return ""
    if not isfinite(step):
        return say(
            "One replication: how much of the differences is noise of the simulation is not known."
        )
    return say(
        "Places that differ by less than about {step} are not told apart: that is noise of the "
        "simulation (95 %).",
        step=written_with_noise(measure, step),
    )


def on_departements(found: ByPlace, rows: pd.DataFrame) -> pd.DataFrame:
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
