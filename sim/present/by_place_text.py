"""A run by département or région as a table, its total last, and the notes below it."""

from __future__ import annotations

from sim.experiment.by_place import ByPlace
from sim.measures import COUNTRY
from sim.parameters import POSTERIOR
from sim.present.by_place_words import IN_SHORT, in_order, made_of, name_of, split_note
from sim.present.numbers import number
from sim.present.posterior_text import as_html, as_text, interval
from sim.present.tables import Table
from sim.reading_fits import title_of
from sim.words import say


def by_place_text(found: ByPlace) -> str:
    """As plain text."""
    return as_text(_tables(found), notes(found))


def by_place_html(found: ByPlace) -> str:
    """As HTML."""
    return as_html(_tables(found), notes(found))


def _tables(found: ByPlace) -> list[Table]:
    headings = [
        say("Département") if found.kind == "departement" else say("Région"),
        say("Posts"),
        say("Orient."),
        say("Entries"),
        say("Delay"),
        say("Load"),
        say("Binds"),
    ]
    tables = []
    for reading in found.readings:
        title = say("{title}, {year}", title=say(found.scenario.title), year=found.year)
        if reading != POSTERIOR:
            title = say(
                "{title} · reading: {reading} ({what})",
                title=title,
                reading=reading,
                what=title_of(reading),
            )
        tables.append(Table(title, headings, _rows(found, reading)))
    return tables


def _rows(found: ByPlace, reading: str) -> list[list[str]]:
    frame = found.frame[found.frame["reading"] == reading]
    known = {
        (place, measure): (value, low, high)
        for place, measure, value, low, high in zip(
            frame["place"], frame["measure"], frame["value"], frame["low"], frame["high"],
            strict=True,
        )
    }  # fmt: skip
    binds = found.binds[found.binds["reading"] == reading].set_index("place")["binds"]
    return [
        [
            name_of(found, place),
            number(known[place, "funded_posts"][0], 0 if place == COUNTRY else 1),
            number(known[place, "orientations"][0]),
            interval(*known[place, "entries"], 0),
            number(known[place, "entry_delay"][0], 1),
            number(known[place, "load"][0], 1),
            say(IN_SHORT[binds[place]]),
        ]
        for place in (*in_order(found), COUNTRY)
    ]


def notes(found: ByPlace) -> list[str]:
    """What is to be known of the table."""
    told = [
        say(
            "Posts: funded, mean of the year. Delay: mean days from orientation to entry. Load: "
            "people per portfolio. Binds: what holds in most days of the pools; orient.: nobody "
            "waits; slots: people wait for a diagnosis though there is room; places: no room."
        )
    ]
    told.append(
        say(
            "The places add up to the last row, which is counted for itself, in each of {runs} "
            "runs and for all {measures} measures that sum; delay and load of the last row are "
            "means over all.",
            runs=number(int(found.sums["runs"].iloc[0])),
            measures=number(len(found.sums)),
        )
    )
    told.append(interval_note(found))
    told += hidden_note(found)
    told.append(split_note(found))
    told.extend(made_of(found, reading) for reading in found.readings)
    return told


def hidden_note(*found: ByPlace) -> list[str]:
    """Why some entries have no brackets beside others that have."""
    if not any(each.hidden("entries") for each in found):
        return []
    return [
        say(
            "Entries without [ ] are not known without doubt: in so few runs chance hides how far "
            "the draws are apart. More replications tell it."
        )
    ]


def interval_note(found: ByPlace) -> str:
    """What the brackets are, or why there are none."""
    if found.results.posterior is None:
        return say(
            "Point fits of readings: they have no credible interval, what is not known is the "
            "difference between the readings. Noise of the simulation (95 %): column half_width."
        )
    if not found.results.draws.tell_an_interval:
        return say(
            "Too few draws for an interval of 90 %: run ten or more of equal weight ({draws} ran).",
            draws=number(len(found.results.draws)),
        )
    return say(
        "[low; high]: 90 % credible interval of each place for itself; ends of intervals do not "
        "add up."
    )
