"""What the plan assumes and decides, below the rates: not to be changed in the workbook."""

from __future__ import annotations

from sim.documents.workbook_book import Book
from sim.documents.workbook_words import ASSUMPTIONS, LEVER_NAMES, MEASURE_NAMES
from sim.money.costs import leaving_a_year
from sim.population.in_area import InArea
from sim.population.posts import posts_at_start, posts_planned
from sim.present.numbers import day, number
from sim.words import say

TURNOVER = "turnover"
VALUE = 1


def plan_rows(book: Book, row: int) -> int:
    """Write the plan's own assumptions from a row on; the next row."""
    sheet = book.sheets[ASSUMPTIONS]
    title = say("The plan: changing these takes a new simulation")
    book.row(ASSUMPTIONS, row, [title, *[""] * 8], "group")
    row += 1
    for label, value, unit, path in _told(book):
        plain = book.formats("cell", "wrap", "top")
        for column in range(2, 9):
            sheet.write_blank(row, column, None, plain)
        sheet.write_string(row, 0, label, plain)
        if isinstance(value, str):
            sheet.write_string(row, VALUE, value, book.formats("cell", "right", "top"))
        else:
            trait = "percent1" if path == "posts.turnover_per_year" else "exact"
            sheet.write_number(row, VALUE, value, book.formats("cell", trait, "top"))
        sheet.write_string(row, 2, unit, book.formats("cell", "wrap", "top", "inside"))
        sheet.write_string(row, 8, path, book.formats("cell", "small", "top"))
        if path == "posts.turnover_per_year":
            book.call(TURNOVER, ASSUMPTIONS, row, VALUE)
        row += 1
    return row


def _posts(book: Book) -> list[tuple[str, float | str, str, str]]:
    """The posts of the budget; in a part of the country beside those of the whole."""
    scenario = book.budget.scenario
    planned, area = posts_planned(scenario), InArea(scenario)
    posts = posts_at_start(scenario) if planned is None else planned
    all_posts = (float(posts), say("posts"), "posts.target")
    if area.whole:
        return [(say("Funded posts in the budget"), *all_posts)]
    label = say("of which they are a part: posts of the whole country")
    mine = (say("Funded posts in the budget"), float(area.of(posts)), say("posts"), "")
    return [mine, (label, *all_posts)]


def _told(book: Book) -> list[tuple[str, float | str, str, str]]:
    """Label, value, unit and path of each."""
    scenario = book.budget.scenario
    target, posts = scenario.target, scenario.posts
    share = say("share")
    listed = scenario.territory.departements
    where = say("the whole country") if listed == "all" else ", ".join(listed)
    limit = posts.most_hires_per_month
    rows: list[tuple[str, float | str, str, str]] = [
        (say("Target"), float(target.people), say(MEASURE_NAMES[target.measure]).lower(),
         "target.people"),
        (say("Year of the target"), str(target.year), "", "target.year"),
        (say("Longest mean wait for a place"), float(target.queue_delay_days), say("days"),
         "target.queue_delay_days"),
        (say("Most people per portfolio, mean"), float(target.mean_load), say("people"),
         "target.mean_load"),
        (say("Départements simulated"), where, "", "territory.departements"),
        *_posts(book),
        (say("First day of hiring"), day(posts.hiring_start), "", "posts.hiring_start"),
        (say("Last day of hiring"), day(posts.hiring_end), "", "posts.hiring_end"),
        (say("Most hires a month"), say("no limit") if limit is None else number(limit), "",
         "posts.most_hires_per_month"),
        (say("Counsellors who leave in a year and are replaced"),
         float(leaving_a_year(scenario)), share, "posts.turnover_per_year"),
    ]  # fmt: skip
    for name in LEVER_NAMES:
        lever = scenario.levers.named(name)
        label = say("{lever}: intensity", lever=say(LEVER_NAMES[name]))
        since = say("from {day}", day=day(lever.start))
        rows.append((label, float(lever.intensity), since, f"levers.{name}.intensity"))
    if book.planned is None:
        return rows
    plan = book.planned.plan
    worth = number(plan.draws.effective if plan.draws else 0)
    rows += [
        (say("Draws of the posterior"), float(len(plan.answers)),
         say("worth {number} of equal weight", number=worth), "--draws"),
        (say("Replications of each draw"), float(plan.replications), "", "--replications"),
        (say("Seed"), float(plan.seed), "", "--seed"),
    ]  # fmt: skip
    return rows
