"""The answer of a plan in words and tables."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from math import inf, isfinite, isnan
from typing import TYPE_CHECKING, Any

from sim.planning.plan import Plan, ReadingPlan, rule_of_thumb
from sim.planning.sizing import SizingPoint
from sim.present.tables import Table, factor, number, percent

if TYPE_CHECKING:
    import pandas as pd

Cell = Callable[[ReadingPlan], str]
LASTING_YEARS = (0, 1, 2)


def _at_sizing(measure: str, digits: int = 0, after: int = 0) -> Cell:
    def cell(found: ReadingPlan) -> str:
        if found.lasting is None:
            return "-"
        return number(found.lasting.of(measure, found.year + after), digits)

    return cell


def _share_at_sizing(measure: str) -> Cell:
    return lambda found: (
        percent(found.lasting.of(measure, found.year)) if found.lasting is not None else "-"
    )


def _posts(point: SizingPoint | None) -> str:
    if point is None:
        return "none"
    noise = 0.0 if isnan(point.noise) else point.noise
    return f"{number(point.posts)} ±{number(point.search_error + noise)}"


def _alone(response: float | None) -> Cell:
    def cell(found: ReadingPlan) -> str:
        measure = found.scenario.target.measure
        which = (
            found.posts_alone if response is None else found.posts_alone_by_response.get(response)
        )
        return "-" if which is None else number(which.of(measure, found.year))

    return cell


def _lever(what: Callable[[ReadingPlan], str]) -> Cell:
    return lambda found: "-" if found.levers is None else what(found)


def _levers_at(which: str) -> Cell:
    def cell(found: ReadingPlan) -> str:
        assert found.levers is not None
        evaluation = getattr(found.levers, which)
        return number(evaluation.of(found.scenario.target.measure, found.year))

    return _lever(cell)


def _rule(factor_name: str = "") -> Cell:
    def cell(found: ReadingPlan) -> str:
        rule = rule_of_thumb(found)
        if rule is None:
            return "-"
        return f"× {rule.factors[factor_name]:.2f}" if factor_name else number(rule.posts)

    return cell


def _lines(plan: Plan) -> list[tuple[str, Cell | None]]:
    year = plan.scenario.target.year
    measure = plan.scenario.target.measure.replace("_", " ")
    ceiling = number(plan.scenario.target.mean_load)
    first = next(iter(plan.by_reading.values()))
    most = number(first.levers.most_posts) if first.levers else ""
    names = "all five levers" if len(plan.levers) == 5 else " + ".join(plan.levers)
    territory = plan.scenario.territory
    whole = territory.departements == "all" or territory.figures_for == "departements"
    some_sizing = any(each.sizing for each in plan.by_reading.values())
    lever_lines: list[tuple[str, Cell | None]] = [
        (f"WITH {names.upper()}", None),
        ("Orientations", _lever(lambda r: factor(r.levers.multiplier if r.levers else inf))),
        (f"{measure.capitalize()} with those posts", _levers_at("at_sizing")),
        (f"  with {most} posts", _levers_at("at_most")),
        ("    if prescribers do not respond", _levers_at("at_most_unanswered")),
        (
            "Least posts for the target",
            _lever(lambda r: number(r.levers.least_posts if r.levers else inf)),
        ),
        ("  at this share of intensity", _lever(_intensity)),
    ]
    return [
        ("THE SIZING POINT: both sides are needed", None),
        ("Posts to fund (± simulation)", lambda r: _posts(r.sizing)),
        (f"  without the ceiling of {ceiling}", lambda r: _posts(r.sizing_without_ceiling)),
        *(() if whole else (("  of them in the area simulated", _at_sizing("funded_posts")),)),
        ("  portfolios in service", _at_sizing("portfolios")),
        ("  decided by", lambda r: "-" if r.sizing is None else r.sizing.binding),
        ("Orientations, of today's", lambda r: factor(r.needed)),
        ("  brought by those posts", lambda r: factor(r.brought_by_posts)),
        ("  left to find", lambda r: factor(r.to_find)),
        *(lever_lines if plan.levers and some_sizing else ()),
        (f"POSTS ALONE, no lever: {measure}", None),
        ("Those posts", _alone(None)),
        ("  if prescribers do not respond", _alone(0.0)),
        ("  if they fully respond", _alone(1.0)),
        ("Today's posts", lambda r: number(r.today.of(r.scenario.target.measure, r.year))),
        (f"AT THE SIZING POINT, {year}", None),
        ("Entries", _at_sizing("entries")),
        (f"  {year + 1}", _at_sizing("entries", after=1)),
        (f"  {year + 2}", _at_sizing("entries", after=2)),
        (f"  pace at the end of {year}", _at_sizing("entries_pace")),
        ("People supported", _at_sizing("people_supported")),
        ("Entry delay, days", _at_sizing("entry_delay", 1)),
        ("  process", _at_sizing("process_delay", 1)),
        ("  queue", _at_sizing("queue_delay", 1)),
        ("  within 21 days", _share_at_sizing("within_21_days")),
        ("Gave up before entry", _share_at_sizing("abandoned_share")),
        ("People per portfolio", _at_sizing("load", 1)),
        ("Pool-days: waiting for a place", _share_at_sizing("bound_by_places")),
        ("  waiting for a slot", _share_at_sizing("bound_by_slots")),
        ("  nobody: orientations bind", _share_at_sizing("bound_by_orientations")),
        ("Queue if posts go where it queues", _where_it_queues),
        ("THE PLAIN ARITHMETIC, figures of 2020", None),
        ("Posts by entries × days / 365 / load", _rule()),
        ("  entries against people wanted", _rule("entries at the sizing point")),
        ("  stock lags behind entries", _rule("stock against entries × duration")),
        ("  load here against that of 2020", _rule("load of 2020 against load at N*")),
        ("  posts not in service", _rule("posts not in service")),
    ]


def _intensity(found: ReadingPlan) -> str:
    part = found.levers
    return percent(part.least_intensity) if part and isfinite(part.least_posts) else "-"


def _where_it_queues(found: ReadingPlan) -> str:
    if found.where_it_queues is None:
        return "-"
    return number(found.where_it_queues.of("queue_delay", found.year), 1)


def _table(plan: Plan) -> Table:
    found = list(plan.by_reading.values())
    rows = [
        [label, *("" if cell is None else cell(each) for each in found)]
        for label, cell in _lines(plan)
    ]
    return Table("", ["reading", *plan.by_reading], rows)


def _band(values: list[float], show: Callable[[float], str]) -> str:
    low, high = min(values), max(values)
    return show(low) if show(low) == show(high) else f"{show(low)} to {show(high)}"


def in_words(plan: Plan) -> list[str]:
    """The answer in a few sentences, with its band and what it rests on."""
    target = plan.scenario.target
    found = list(plan.by_reading.values())
    sized = [each for each in found if each.sizing is not None]
    what = target.measure.replace("_", " ")
    if not sized:
        return [
            f"{number(target.people)} {what} in {target.year} are out of reach under every reading "
            "tried, with any posts and orientations searched."
        ]
    posts = _band([each.sizing.posts for each in sized if each.sizing], number)
    needed = _band([each.needed for each in sized], lambda v: f"{v:.2f}")
    to_find = _band([each.to_find for each in sized], lambda v: f"{v:.2f}")
    sentences = [
        f"{number(target.people)} {what} in {target.year} take {posts} funded posts "
        f"({_band([e.today_posts for e in sized], number)} today) AND {needed} times today's "
        f"orientations, of which posts bring a part: × {to_find} is left to find.",
    ]
    if plan.levers:
        enough = [each for each in sized if each.levers_suffice]
        brought = _band([each.levers.multiplier for each in sized if each.levers], "{:.2f}".format)
        most = _band([each.levers.most_posts for each in sized if each.levers], number)
        named = ", ".join(
            f"{each.reading} ({number(each.levers.least_posts)} posts)"
            for each in enough
            if each.levers
        )
        sentences.append(
            f"With central effects the levers bring × {brought}. "
            + (
                f"They suffice, with up to {most} posts, under: {named}."
                if enough
                else f"They do not suffice under any reading, with up to {most} posts."
            )
        )
        unanswered = [
            each.levers.at_most_unanswered.of(target.measure, target.year)
            for each in sized
            if each.levers
        ]
        sentences.append(
            "If prescribers do not respond to new posts (ε = 0), the levers reach "
            f"{_band(unanswered, number)} {what} at most, with {most} posts."
        )
    missing = [each.reading for each in found if each.sizing is None]
    if missing:
        sentences.append(f"No sizing point was found under: {', '.join(missing)}.")
    return sentences


def caveats(plan: Plan) -> list[str]:
    """What the reader must know before using the numbers."""
    target = plan.scenario.target
    notes = [
        "The readings are corners of what three annual figures allow, not probabilities; "
        "no mean of them is meant.",
        f"Guardrails: mean queue of {number(target.queue_delay_days)} days at most, mean load of "
        f"{number(target.mean_load)} people at most (both assumptions; see agsim sources).",
        f"Each point is simulated on {_simulated(plan)}, "
        f"{plan.replications} replication(s), seed {plan.seed}, engine {plan.engine}; the split "
        "of the country over départements is synthetic.",
    ]
    listed = plan.scenario.territory.departements
    if listed != "all":
        notes.append(
            f"Only {len(listed)} département(s) are simulated, and the target of "
            f"{number(target.people)} is theirs alone: set target.people to their part."
        )
    if "shared_target" in plan.levers:
        notes.append(
            "Lever effects are assumptions with wide ranges. The shared target is relative to "
            "2020, which already holds part of the target signed in 2019: the two overlap."
        )
    if any(each.levers and isfinite(each.levers.least_posts) for each in plan.by_reading.values()):
        notes.append(
            "Where more posts than those of the sizing point are shown as enough with the levers, "
            "it is because prescribers orient more where there are posts (ε, an assumption, far "
            "beyond the posts ever seen)."
        )
    return notes


def _simulated(plan: Plan) -> str:
    listed = plan.scenario.territory.departements
    return "the whole country" if listed == "all" else "all pools of the départements listed"


def plan_text(plan: Plan) -> str:
    """The whole answer as text."""
    target = plan.scenario.target
    what = target.measure.replace("_", " ")
    title = f"What it takes: {number(target.people)} {what} in {target.year}"
    said = "\n".join(_wrapped(each) for each in in_words(plan))
    readings = "\n".join(f"  {each.reading:<13} {each.title}" for each in plan.by_reading.values())
    notes = "\n".join(_wrapped(each, "- ") for each in caveats(plan))
    return f"{title}\n\n{said}\n\n{_table(plan).text()}\n\n{readings}\n\n{notes}"


def _wrapped(text: str, mark: str = "") -> str:
    from textwrap import fill

    return fill(text, width=100, initial_indent=mark, subsequent_indent=" " * len(mark))


def plan_html(plan: Plan) -> str:
    """The whole answer as HTML."""
    said = "".join(f"<p>{escape(each)}</p>" for each in in_words(plan))
    notes = "".join(f"<li>{escape(each)}</li>" for each in caveats(plan))
    return f"{said}{_table(plan).html()}<ul>{notes}</ul>"


def answer_frame(plan: Plan) -> pd.DataFrame:
    """One row a reading, plain numbers (infinite posts stay infinite)."""
    import pandas as pd

    return pd.DataFrame([answer(each) for each in plan.by_reading.values()])


def answer(found: ReadingPlan) -> dict[str, Any]:
    """The numbers of one reading's answer, flat."""
    year, measure = found.year, found.scenario.target.measure
    row: dict[str, Any] = {
        "reading": found.reading,
        "target": float(found.scenario.target.people),
        "measure": measure,
        "year": year,
        "posts_today": found.today_posts,
        "posts": found.sizing.posts if found.sizing else inf,
        "posts_search_error": found.sizing.search_error if found.sizing else None,
        "posts_noise": found.sizing.noise if found.sizing else None,
        "posts_without_ceiling": found.sizing_without_ceiling.posts
        if found.sizing_without_ceiling
        else inf,
        "decided_by": found.sizing.binding if found.sizing else None,
        "orientations_needed": found.needed,
        "orientations_brought_by_posts": found.brought_by_posts,
        "orientations_to_find": found.to_find,
        "today": found.today.of(measure, year),
        "posts_alone": found.posts_alone.of(measure, year) if found.posts_alone else None,
    }
    for response, evaluation in found.posts_alone_by_response.items():
        row[f"posts_alone_response_{response:g}"] = evaluation.of(measure, year)
    if found.levers:
        row |= {
            "levers": "+".join(found.levers.names),
            "levers_bring": found.levers.multiplier,
            "levers_at_sizing": found.levers.at_sizing.of(measure, year),
            "levers_at_most_posts_unanswered": found.levers.at_most_unanswered.of(measure, year),
            "levers_at_most_posts": found.levers.at_most.of(measure, year),
            "most_posts": found.levers.most_posts,
            "least_posts_with_levers": found.levers.least_posts,
            "least_intensity": found.levers.least_intensity,
        }
    if found.lasting:
        for after in LASTING_YEARS:
            for name in ("entries", "people_supported"):
                row[f"{name}_{year + after}"] = found.lasting.of(name, year + after)
        for name in (
            "portfolios", "entry_delay", "process_delay", "queue_delay", "within_21_days",
            "abandoned_share", "load", "load_p90", "bound_by_places", "bound_by_slots",
            "bound_by_orientations",
        ):  # fmt: skip
            row[name] = found.lasting.of(name, year)
    if found.where_it_queues:
        row["queue_delay_where_it_queues"] = found.where_it_queues.of("queue_delay", year)
    rule = rule_of_thumb(found)
    if rule:
        row["rule_of_thumb_posts"] = rule.posts
    return row
