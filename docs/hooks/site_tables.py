"""Tables and pages of parameters, measures, rates, events, streams and versions, from the code."""

from __future__ import annotations

import html
import platform
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any, get_args, get_origin

import numpy as np
from pydantic import BaseModel
from site_markdown import cell, table

from calibration.priors import priors_of
from sim import data_files
from sim.measures import event_schema
from sim.measures.frames import MEASURES
from sim.observed_figures import observed
from sim.parameters import Entry, declaration, kind_of
from sim.population.streams import LANES
from sim.posterior import posterior
from sim.present.numbers import number, percent, significant
from sim.quantities import Quantity
from sim.rate_files import shipped_rates
from sim.reading_fits import readings
from sim.scenario import Scenario
from sim.scenario_files import load, shipped
from sim.sections import Shock
from sim.words import say

ROOT = Path(__file__).parent.parent.parent
ANSWER = re.compile(r"<!-- plan output -->\s*```text\n(.*?)^What combinations", re.S | re.M)
GLOSSARY = re.compile(r"^## Glossary\n(.*\|)\n", re.S | re.M)
HISTORY, TARGET = "history-2018-2020", "target-2022"
SCENARIO_HEAD = """# Scenario keys

Every key of a scenario file, from the register that also checks the file. A value is a number, or a
table `{ value = 58, low = 47, high = 70, source = "..." }`; values by date are tables of years or
dates. `agsim sources SCENARIO` prints the register of one scenario with its values, `agsim schema`
a JSON Schema for editors. *Bounds* are what makes sense at all; the *range* is where the true value
is thought to lie.
"""
MEASURES_HEAD = """# Measures

Columns of tidy frames: `scenario, reading, replication, draw, period, place, measure, value, unit`.
People who are not done yet are in every count. Books balance on every run: what came in is what
went out and what is still there.
"""
RATES_HEAD = """# Rates

What things cost and who pays, as shipped. A file of your own (`--rates FILE`) says only what
differs, under the same paths; `agsim budget --show-rates` prints them with their sources.
"""
EVENTS_HEAD = """# Event log

`agsim run ... --out DIR --events`, or `sim.event_log(...)`. One row is one event.
"""


def scenario_page() -> str:
    """Every key of a scenario by section."""
    parts = [SCENARIO_HEAD]
    for name, info in Scenario.model_fields.items():
        inner = Shock if name == "shocks" else info.annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            parts.append(f"## {name}\n\n{info.description}")
            continue
        prefix = "shocks.NAME" if name == "shocks" else name
        words = (inner.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
        head = ["key", "default (range)", "unit; bounds", "meaning", "source, choices"]
        parts += [f"## {name}", words, table(head, keys_of(inner, prefix))]
    return "\n\n".join(parts) + "\n"


def keys_of(section: type[BaseModel], prefix: str) -> Iterator[list[str]]:
    """A row a key, sections within sections after one another."""
    for name, info in section.model_fields.items():
        path, inner, declared = f"{prefix}.{name}", info.annotation, declaration(section, name)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from keys_of(inner, path)
        elif declared:
            bounds = f"{bound(declared['least'])} to {bound(declared['most'])}"
            reason = str(declared["source"])
            kind = "" if reason.startswith(kind_of(reason)) else f"{kind_of(reason)}: "
            yield [f"`{path}`", default_of(info.default), cell(f"{declared['unit']}; {bounds}"),
                   cell(info.description), cell(kind + reason)]  # fmt: skip
        else:
            default = "required" if info.is_required() else plain(info.default)
            yield [f"`{path}`", cell(default), "", cell(f"{info.description or ''}"),
                   cell(choices_of(inner))]  # fmt: skip


def default_of(default: Any) -> str:
    """A number with its range, or that nothing is set."""
    if isinstance(default, Mapping):
        return "by date"
    if default is None or not isinstance(default, float | int):
        return "unset"
    if isinstance(default, Quantity) and default.low is not None and default.high is not None:
        ends = f"{significant(default.low)} to {significant(default.high)}"
        return f"{significant(default)} ({ends})"
    return significant(float(default))


def bound(value: float) -> str:
    """A bound in full: 5 000 000 and not 5e+06."""
    return number(value) if abs(value) >= LONG else significant(value)


def plain(default: Any) -> str:
    """A default that is no number."""
    return "unset" if default is None or default in ((), {}) else str(default)


def choices_of(annotation: Any) -> str:
    """The words that a key may have, where they are listed."""
    words = [each for each in get_args(annotation) if isinstance(each, str)]
    return "one of " + ", ".join(words) if words and get_origin(annotation) else ""


def measures_page() -> str:
    """Every measure with its unit and meaning."""
    rows = [[f"`{each.name}`", cell(each.unit), cell(each.what)] for each in MEASURES]
    return MEASURES_HEAD + "\n" + table(["measure", "unit", "meaning"], rows) + "\n"


def rates_page() -> str:
    """Every rate with its range, status and source."""
    rows = [
        [f"`{path}`", f"{each.value} ({each.low} to {each.high})", cell(each.unit),
         cell(each.meaning), cell(each.told)]
        for path, each in shipped_rates().by_path.items()
    ]  # fmt: skip
    head = ["rate", "value (range)", "unit", "meaning", "source"]
    return RATES_HEAD + "\n" + table(head, rows) + "\n"


def events_page() -> str:
    """Columns and events of people and of portfolios."""
    column = ["column", "type", "unit", "meaning"]
    activities = [
        [f"`{each.name.lower()}`", told.turn, cell(say(told.what)), told.event_type, told.event]
        for each, told in event_schema.ACTIVITIES.items()
    ]
    moves = [[f"`{each.name.lower()}`", cell(say(w))] for each, w in event_schema.MOVES.items()]
    xes = [[f"`{ours}`", f"`{theirs}`"] for ours, theirs in event_schema.XES.items()]
    parts = [
        EVENTS_HEAD + "\n" + say(event_schema.ORDER),
        "## Events of people",
        table(["activity", "turn", "meaning", "vidigi: event_type", "event"], activities),
        "## Columns, people",
        table(column, columns_of(event_schema.PERSON_COLUMNS)),
        "## Events of portfolios",
        table(["activity", "meaning"], moves),
        "## Columns, portfolios",
        table(column, columns_of(event_schema.PORTFOLIO_COLUMNS)),
        "## Names in process mining (XES)",
        table(["column", "XES"], xes),
    ]
    return "\n\n".join(parts) + "\n"


def columns_of(columns: tuple[event_schema.Column, ...]) -> list[list[str]]:
    """Columns as rows of a table."""
    rows = event_schema.rows_said(columns)
    return [
        [f"`{each['name']}`", each["type"], each["unit"], cell(each["meaning"])] for each in rows
    ]


def answer() -> str:
    """The beginning of the answer that the README shows, where it is compared with the command."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = ANSWER.search(text)
    if found is None:
        raise LookupError("README.md has no plan output")
    return f'<pre class="printed">{html.escape(found[1].strip(), quote=False)}</pre>'


def glossary_table() -> str:
    """The README's glossary."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = GLOSSARY.search(text)
    if found is None:
        raise LookupError("README.md has no glossary")
    return found[1].strip()


def figures_table() -> str:
    """The published figures with their errors, and where they come from."""
    series = observed()
    years = sorted({year for each in series.values() for year in each.values})
    rows = []
    for each in series.values():
        error = "not calibrated on" if each.error is None else percent(float(each.error), 1)
        reason = "" if each.error is None else str(each.error.source)
        values = [number(each.values[year], _digits(each.values[year])) for year in years]
        rows.append([cell(f"{each.what} ({each.unit})"), *values, cell(error), cell(reason)])
    sources = dict.fromkeys(each.source for each in series.values())
    head = ["figure", *map(str, years), "error", "why so much"]
    return table(head, rows) + f"\n\nSource: {'; '.join(sources)}."


def _digits(value: float) -> int:
    return 0 if float(value).is_integer() else 1


LONG = 10_000
TIMING = ("ramp_months", "half_life_months")
LAWS = (
    ("orientations", "Poisson in time", "", "many independent prescribers"),
    ("process delay", "lognormal", "entry.process_delay_cv", "many small steps; skewed"),
    ("patience", "gamma", "entry.patience_cv", "few give up in the first days"),
    ("duration of the parcours", "gamma, cut at the longest stay but for those renewed",
     "parcours.duration_cv", "limited in time, renewable"),
    ("renewal", "yes or no", "parcours.renewal_share", ""),
    ("agreement at the diagnosis", "yes or no", "entry.agreement", ""),
    ("outcome", "one of four, by shares", "parcours.to_employment", "and the other shares"),
    ("places of a portfolio", "lognormal factor, rounded by a fixed number of its own",
     "portfolios.places_cv", "part-time, habits"),
    ("unevenness of pools", "lognormal factor, the sum kept", "territory.unevenness",
     "some agencies are busier"),
    ("time to a counsellor's departure", "exponential", "posts.turnover_per_year", "no figure"),
    ("when a département opens to other social actors", "uniform over the lever's ramp",
     "levers.open_to_social_actors.ramp_months", "conventions are signed one by one"),
)  # fmt: skip


def laws_table() -> str:
    """What differs between people and portfolios: its law, and its spread from the register."""
    entries = {entry.path: entry for entry in load(TARGET).register}
    rows = []
    for what, law, path, why in LAWS:
        spread_ = f"`{path}` = {value_of(entries[path])}" if path else ""
        kind = entries[path].kind if path else ""
        rows.append([what, law, spread_, kind, why])
    return table(["what", "law", "its parameter (range)", "", "why this law"], rows)


def value_of(entry: Entry) -> str:
    """A value of the register with its range and unit."""
    ends = entry.low is not None and entry.high is not None
    span = f" ({significant(entry.low)} to {significant(entry.high)})" if ends else ""
    return f"{entry.value}{span} {entry.unit}"


def levers_table() -> str:
    """The levers: what each does at full intensity, with its range and reason; their timing."""
    found: dict[str, dict[str, Entry]] = {}
    for entry in load(TARGET).register:
        if entry.path.startswith("levers."):
            _, lever, rest = entry.path.split(".", 2)
            found.setdefault(lever, {})[rest] = entry
    rows = [
        [f"`{lever}`", f"`{rest}`", cell(value_of(entry)), cell(entry.source)]
        for lever, entries in found.items()
        for rest, entry in entries.items()
        if rest not in {"intensity", *TIMING}
    ]
    first = next(iter(found.values()))
    timing = "; ".join(
        f"`{name}` = {value_of(first[name])} ({first[name].source})" for name in TIMING
    )
    effects = table(["lever", "acts on", "effect (range)", "source"], rows)
    return f"{effects}\n\nOf each lever: {timing}."


def horizons_table() -> str:
    """From when to when each scenario is simulated, and from when it is measured."""
    by_dates: dict[tuple[str, ...], list[str]] = {}
    for name in shipped():
        horizon = load(name).horizon
        dates = (horizon.opening, horizon.measured_from, horizon.end)
        told = (*map(str, dates), horizon.opening_state.replace("_", " "))
        by_dates.setdefault(told, []).append(f"`{name}`")
    rows = [[", ".join(names), *told] for told, names in by_dates.items()]
    return table(["scenarios", "opens", "measured from", "ends before", "begins with"], rows)


def priors_table() -> str:
    """Every uncertain parameter: its distribution before the figures, and its reason."""
    found = priors_of(load(HISTORY))
    rows = [
        [f"`{each.path}`", cell(f"{spread(each)} ({each.unit})"), kind, cell(each.source)]
        for kind, group in (("calibrated", found.calibrated), ("prior only", found.prior))
        for each in group
    ]
    return table(["parameter", "low, densest at, high", "", "source"], rows)


def spread(prior: Any) -> str:
    """A prior in words."""
    ends = [significant(each) for each in (prior.low, prior.central, prior.high)]
    if prior.shape == "uniform":
        return f"uniform: {ends[0]} to {ends[2]}"
    only = f"; one of {', '.join(significant(v) for v in prior.values)}" if prior.values else ""
    return f"{prior.shape.replace('_', '-')}: {', '.join(ends)}{only}"


def posterior_table() -> str:
    """The calibrated parameters in the shipped posterior: mean, and 90 % interval."""
    sample = posterior()
    rows = []
    for each, values in zip(sample.parameters, sample.values.T, strict=True):
        if each.kind != "calibrated":
            continue
        order = np.argsort(values)
        below = np.cumsum(sample.weights[order])
        low, high = (values[order][np.searchsorted(below, share)] for share in (0.05, 0.95))
        mean = float(values @ sample.weights)
        rows.append([f"`{each.path}`", *(significant(float(v)) for v in (mean, low, high))])
    told = (
        f"The {len(sample)} shipped draws behave like {weights_of(sample)}. They are a sample: the "
        "calibration's own weights, a little off these, are in `agsim calibrate --show`."
    )
    return told + "\n\n" + table(["parameter", "mean", "5 %", "95 %"], rows)


def weights_of(sample: Any) -> str:
    """Readings with the weight of the draws that behave like them."""
    found: Counter[str] = Counter()
    for name, weight in zip(sample.readings, sample.weights.tolist(), strict=True):
        found[name] += weight
    return ", ".join(f"`{name}` {percent(weight)}" for name, weight in found.most_common())


def readings_table() -> str:
    """The readings: what each says and what it fixes."""
    rows = [
        [f"`{each.name}`", cell(f"{each.title}. {each.says}"),
         ", ".join(f"`{path}` = {significant(value)}" for path, value in each.fixed.items())]
        for each in readings().values()
    ]  # fmt: skip
    return table(["reading", "what it says", "what is fixed"], rows)


def register_count() -> str:
    """How many parameters there are, by kind of source."""
    kinds = Counter(entry.kind for entry in load(HISTORY).register)
    counted = ", ".join(f"{number(count)} {kind}" for kind, count in kinds.most_common())
    return f"The register of `{HISTORY}` has {number(kinds.total())} values: {counted}."


def scenarios_table() -> str:
    """The shipped scenarios with what their files say of themselves."""
    scenarios = [(name, load(name)) for name in shipped()]
    rows = [
        [f"`{name}`", cell(each.title), cell(" ".join(each.description.split()))]
        for name, each in scenarios
    ]
    return table(["scenario", "title", "why it exists"], rows)


def streams_table() -> str:
    """The named random streams and the decisions that each feeds."""
    return table(["stream", "decisions"], [[f"`{k}`", ", ".join(v)] for k, v in LANES.items()])


def versions_table() -> str:
    """Versions: of this build, and of what made the shipped posterior."""
    manifest = Path(data_files.calibration()) / "posterior" / "manifest.toml"
    made_by = tomllib.loads(manifest.read_text(encoding="utf-8"))["made_by"]
    names = [need.split(";")[0] for need in requires("agsim") or [] if "extra ==" not in need]
    rows = [["Python", platform.python_version()], ["agsim", version("agsim")]]
    rows += [[name, installed(name)] for name in sorted(map(bare, names))]
    made = ", ".join(f"{name} {number_}" for name, number_ in made_by["versions"].items())
    return f"{table(['', 'version'], rows)}\n\nThe shipped posterior was made with {made}."


def bare(need: str) -> str:
    """The name of a requirement without its versions."""
    return re.split(r"[><=\[ ]", need, maxsplit=1)[0]


def installed(name: str) -> str:
    """The version of a library, or that it is not there."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
