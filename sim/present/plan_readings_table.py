"""A plan under readings as a table: one column a reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isnan

from sim.planning.brought import Brought
from sim.planning.evaluate import Evaluation
from sim.planning.plan import Plan
from sim.planning.search import reached
from sim.planning.sizing import SizingPoint
from sim.planning.world import Answer, rule_of_thumb
from sim.present.lever_names import in_full
from sim.present.numbers import factor, number, percent
from sim.present.tables import Table
from sim.present.targets import counted
from sim.words import say, to_say

Cell = Callable[[Answer], str]
Line = tuple[str, Cell | None]

GUARDRAILS: Mapping[str, str] = {"queue": to_say("queue"), "load": to_say("load")}


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
        return say("none")
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
        return factor(rule.factors[factor_name]) if factor_name else number(rule.posts)

    return cell


def _where_it_queues(found: Answer) -> str:
    if found.where_it_queues is None:
        return "-"
    return number(found.where_it_queues.of("queue_delay", found.year), 1)


def _lines(plan: Plan) -> list[Line]:
    whole = plan.scenario.territory.has_all_posts
    some_sizing = any(each.sizing for each in plan.answers)
    what = counted(plan.scenario.target.measure)
    ceiling = number(plan.scenario.target.mean_load)
    area = [(say("  of them in the area simulated"), _at_sizing("funded_posts"))]
    return [
        (say("THE SIZING POINT: both sides are needed"), None),
        (say("Posts to fund (± simulation)"), lambda r: _posts(r.sizing)),
        (
            say("  without the ceiling of {ceiling}", ceiling=ceiling),
            lambda r: _posts(r.without_ceiling),
        ),
        *([] if whole else area),
        (say("  portfolios in service"), _at_sizing("portfolios")),
        (
            say("  decided by"),
            lambda r: "-" if r.sizing is None else say(GUARDRAILS[r.sizing.binding]),
        ),
        (say("Orientations, of today's"), lambda r: factor(r.needed)),
        (say("  brought by those posts"), lambda r: factor(r.brought_by_posts)),
        (say("  left to find"), lambda r: factor(r.to_find)),
        *(_lever_lines(plan) if plan.levers and some_sizing else ()),
        (say("POSTS ALONE, no lever: {what}", what=what), None),
        (say("Those posts"), _reached(lambda r: r.posts_alone)),
        (say("  if prescribers do not respond"), _alone(0.0)),
        (say("  if they fully respond"), _alone(1.0)),
        (say("Today's posts"), _reached(lambda r: r.today)),
        *_year_lines(plan.scenario.target.year),
        *_rule_lines(),
    ]


def _lever_lines(plan: Plan) -> list[Line]:
    what = counted(plan.scenario.target.measure).capitalize()
    most = number(max(each.most_posts for each in plan.answers))
    return [
        (say("WITH {levers}", levers=in_full(plan.levers).upper()), None),
        (say("Orientations"), _brought(lambda found: factor(found.multiplier))),
        (
            say("{what} with those posts", what=what),
            _reached(lambda found: found.levers.at_sizing if found.levers else None),
        ),
        (
            say("  with {most} posts", most=most),
            _brought(lambda found: number(found.reached_at_most)),
        ),
        (
            say("    if prescribers do not respond"),
            _reached(lambda found: found.at_most_unanswered),
        ),
        (
            say("Least posts for the target"),
            _brought(lambda found: number(found.least_posts)),
        ),
        (
            say("  at this share of intensity"),
            _brought(lambda found: percent(found.intensity) if found.suffices else "-"),
        ),
    ]


def _year_lines(year: int) -> list[Line]:
    return [
        (say("AT THE SIZING POINT, {year}", year=year), None),
        (say("Entries"), _at_sizing("entries")),
        (f"  {year + 1}", _at_sizing("entries", after=1)),
        (f"  {year + 2}", _at_sizing("entries", after=2)),
        (say("  pace at the end of {year}", year=year), _at_sizing("entries_pace")),
        (say("People supported"), _at_sizing("people_supported")),
        (say("Entry delay, days"), _at_sizing("entry_delay", 1)),
        (say("  process"), _at_sizing("process_delay", 1)),
        (say("  queue"), _at_sizing("queue_delay", 1)),
        (say("  within 21 days"), _share_at_sizing("within_21_days")),
        (say("Gave up before entry"), _share_at_sizing("abandoned_share")),
        (say("People per portfolio"), _at_sizing("load", 1)),
        (say("Pool-days: waiting for a place"), _share_at_sizing("bound_by_places")),
        (say("  waiting for a slot"), _share_at_sizing("bound_by_slots")),
        (say("  nobody: orientations bind"), _share_at_sizing("bound_by_orientations")),
        (say("Queue if posts go where it queues"), _where_it_queues),
    ]


def _rule_lines() -> list[Line]:
    return [
        (say("THE PLAIN ARITHMETIC, figures of 2020"), None),
        (say("Posts by entries × days / 365 / load"), _rule()),
        (say("  entries against people wanted"), _rule("entries at the sizing point")),
        (say("  stock lags behind entries"), _rule("stock against entries × duration")),
        (say("  load here against that of 2020"), _rule("load of 2020 against load at N*")),
        (say("  posts not in service"), _rule("posts not in service")),
    ]


def readings_table(plan: Plan) -> Table:
    """One column a reading: the sizing point, what levers and posts bring, the year."""
    found = plan.answers
    rows = [
        [label, *("" if cell is None else cell(each) for each in found)]
        for label, cell in _lines(plan)
    ]
    return Table("", [say("reading"), *(each.reading for each in found)], rows)
