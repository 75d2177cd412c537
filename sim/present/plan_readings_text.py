"""A plan under readings in words and tables: one column a reading."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan

from sim.planning.brought import Brought
from sim.planning.evaluate import Evaluation
from sim.planning.plan import Plan
from sim.planning.search import reached
from sim.planning.sizing import SizingPoint
from sim.planning.world import Answer, rule_of_thumb
from sim.present.numbers import factor, number, percent
from sim.present.tables import Table

Cell = Callable[[Answer], str]


def _at_sizing(measure: str, digits: int = 0, after: int = 0) -> Cell:
    def cell(found: Answer) -> str:
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


def _reached(which: Callable[[Answer], Evaluation | None]) -> Cell:
    def cell(found: Answer) -> str:
        evaluation = which(found)
        return "-" if evaluation is None else number(reached(evaluation, found.target))

    return cell


def _alone(response: float) -> Cell:
    return _reached(lambda found: (found.by_response or {}).get(response))


def _brought(what: Callable[[Brought], str]) -> Cell:
    return lambda found: "-" if found.levers is None else what(found.levers)


def _rule(factor_name: str = "") -> Cell:
    def cell(found: Answer) -> str:
        rule = rule_of_thumb(found)
        if rule is None:
            return "-"
        return f"× {rule.factors[factor_name]:.2f}" if factor_name else number(rule.posts)

    return cell


def _lines(plan: Plan) -> list[tuple[str, Cell | None]]:
    year = plan.scenario.target.year
    measure = plan.scenario.target.measure.replace("_", " ")
    ceiling = number(plan.scenario.target.mean_load)
    most = number(max(each.most_posts for each in plan.answers))
    names = "all five levers" if len(plan.levers) == 5 else " + ".join(plan.levers)
    territory = plan.scenario.territory
    whole = territory.departements == "all" or territory.figures_for == "departements"
    some_sizing = any(each.sizing for each in plan.answers)
    lever_lines: list[tuple[str, Cell | None]] = [
        (f"WITH {names.upper()}", None),
        ("Orientations", _brought(lambda found: factor(found.multiplier))),
        (
            f"{measure.capitalize()} with those posts",
            _reached(lambda found: found.levers.at_sizing if found.levers else None),
        ),
        (f"  with {most} posts", _brought(lambda found: number(found.reached_at_most))),
        ("    if prescribers do not respond", _reached(lambda found: found.at_most_unanswered)),
        ("Least posts for the target", _brought(lambda found: number(found.least_posts))),
        (
            "  at this share of intensity",
            _brought(lambda found: percent(found.intensity) if found.suffices else "-"),
        ),
    ]
    return [
        ("THE SIZING POINT: both sides are needed", None),
        ("Posts to fund (± simulation)", lambda r: _posts(r.sizing)),
        (f"  without the ceiling of {ceiling}", lambda r: _posts(r.without_ceiling)),
        *(() if whole else (("  of them in the area simulated", _at_sizing("funded_posts")),)),
        ("  portfolios in service", _at_sizing("portfolios")),
        ("  decided by", lambda r: "-" if r.sizing is None else r.sizing.binding),
        ("Orientations, of today's", lambda r: factor(r.needed)),
        ("  brought by those posts", lambda r: factor(r.brought_by_posts)),
        ("  left to find", lambda r: factor(r.to_find)),
        *(lever_lines if plan.levers and some_sizing else ()),
        (f"POSTS ALONE, no lever: {measure}", None),
        ("Those posts", _reached(lambda r: r.posts_alone)),
        ("  if prescribers do not respond", _alone(0.0)),
        ("  if they fully respond", _alone(1.0)),
        ("Today's posts", _reached(lambda r: r.today)),
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


def _where_it_queues(found: Answer) -> str:
    if found.where_it_queues is None:
        return "-"
    return number(found.where_it_queues.of("queue_delay", found.year), 1)


def readings_table(plan: Plan) -> Table:
    """One column a reading: the sizing point, what levers and posts bring, the year."""
    found = plan.answers
    rows = [
        [label, *("" if cell is None else cell(each) for each in found)]
        for label, cell in _lines(plan)
    ]
    return Table("", ["reading", *(each.reading for each in found)], rows)


def _band(values: list[float], show: Callable[[float], str]) -> str:
    low, high = min(values), max(values)
    return show(low) if show(low) == show(high) else f"{show(low)} to {show(high)}"


def readings_in_words(plan: Plan) -> list[str]:
    """The answer in a few sentences, with its band and what it rests on."""
    target = plan.scenario.target
    found = plan.answers
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
        enough = [each for each in sized if each.levers and each.levers.suffices]
        brought = _band([each.levers.multiplier for each in sized if each.levers], "{:.2f}".format)
        most = _band([each.most_posts for each in sized], number)
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
            reached(each.at_most_unanswered, target) for each in sized if each.at_most_unanswered
        ]
        sentences.append(
            "If prescribers do not respond to new posts (ε = 0), the levers reach "
            f"{_band(unanswered, number)} {what} at most, with {most} posts."
        )
    missing = [each.reading for each in found if each.sizing is None]
    if missing:
        sentences.append(f"No sizing point was found under: {', '.join(missing)}.")
    return sentences
