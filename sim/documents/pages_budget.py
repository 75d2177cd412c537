"""What it costs by year, who pays, which posts stay, what if the ESF stops, what rates decide."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import isfinite

from sim.documents.pages_parts import (
    PAYER_NAMES,
    Block,
    PageTable,
    Paragraph,
    Pictures,
    Row,
    Section,
    in_millions,
    levers_named,
    reachable,
    rows_of,
)
from sim.documents.pages_pictures import payers_picture
from sim.documents.report import Report
from sim.money.budget import Budget, budget
from sim.money.costs import KINDS
from sim.money.esf_stop import esf_stop
from sim.money.payers import ALL_PAYERS, ESF
from sim.money.standing import levers_in_a_year, post_in_a_year
from sim.present.numbers import MILLION, millions, month, number, percent, plain
from sim.rates import Rates
from sim.words import say, to_say

COST_NAMES = {
    "posts": to_say("pay and charges of the posts"),
    "hiring": to_say("hiring and training"),
    "indirect": to_say("indirect costs of the posts"),
    "levers": to_say("running the levers"),
    "social_hours": to_say("hours of social workers"),
}
POSTS_OF_LEVERS = "levers.{name}.posts"
RATES_TRIED: Mapping[str, str] = {
    "post_year": to_say("cost of a post and year"),
    "hiring": to_say("cost of a hire"),
    "indexation": to_say("rise of prices and pay a year"),
    "indirect.actual": to_say("indirect costs of a post"),
}
ALL_LEVERS = to_say("posts that running each lever takes")


def budget_sections(report: Report) -> list[Section]:
    """The chapters on money; a sentence where no number of posts is enough."""
    found = report.budget
    title = say("What it costs, and who pays")
    if found is None:
        told = say(
            "With {asked} no number of posts is enough, so there is no budget that makes the "
            "target that sure.",
            asked=percent(report.probability),
        )
        blocks: list[Block] = [Paragraph(told), Paragraph(_cheapest(report))]
        if report.money.budgets:
            blocks.insert(1, _bands(report))
        return [Section("budget", title, blocks)]
    blocks = [
        Paragraph(_in_words(report, found)),
        Pictures([payers_picture(found)]),
        _by_year(report, found),
        _bands(report),
        Paragraph(_cheapest(report)),
        _rates_tried(report, found),
    ]
    sections = [Section("budget", title, blocks), _lasting(report), _stop(report)]
    return [each for each in sections if each is not None]


def _in_words(report: Report, found: Budget) -> str:
    posts = number(report.there(report.posts_wanted or 0))
    told = (
        say(
            "The budget is of {posts} funded posts and {levers}, every post counted in full from "
            "the day on which it is funded.",
            posts=posts,
            levers=levers_named(report.plan.levers),
        )
        if report.plan.levers
        else say(
            "The budget is of {posts} funded posts and no lever, every post counted in full from "
            "the day on which it is funded.",
            posts=posts,
        )
    )
    treasury = found.treasury
    if treasury.claims:
        told += " " + say(
            "The ESF pays {months} months after the expense: up to {most} are advanced at a time, "
            "until {last} if expenses ended with the budget. Audits take off {cut}, which the "
            "employer bears beside its part.",
            months=number(float(found.rates.number("esf.payment_months"))),
            most=in_millions(treasury.most_outstanding),
            last=month(treasury.claims[-1].payment),
            cut=in_millions(treasury.cut),
        )
    if found.activity is None:
        told += " " + say("Hours of social workers are not counted.")
    return told


def _by_year(report: Report, found: Budget) -> PageTable:
    years = rows_of(found.by_year())

    def amounts(label: str, key: str, kind: str = "plain") -> Row:
        return Row(label, [millions(row[key]) for row in years] + [_sum(years, key)], kind)

    rows = [
        Row(say("funded posts, mean of the year"),
            [number(row["funded_posts"]) for row in years] + [""]),
        *(amounts(say(COST_NAMES[kind]), kind, "part")
          for kind in KINDS if any(row[kind] for row in years)),
        amounts(say("gross cost"), "gross", "total"),
    ]  # fmt: skip
    if any(row["redeployed"] for row in years):
        rows += [
            amounts(say("of redeployed posts"), "redeployed", "part"),
            amounts(say("net of redeployed posts"), "net", "total"),
        ]
    for payer in ALL_PAYERS:
        if any(row[payer] for row in years):
            rows.append(amounts(say(PAYER_NAMES[payer]), payer, "part"))
    whole = sum((row["gross"] for row in years), Decimal(0))
    by_esf = sum((row[ESF] for row in years), Decimal(0))
    rows.append(
        Row(say("part of the ESF"),
            [percent(row["esf_rate"], 1) for row in years]
            + [percent(float(by_esf / whole) if whole else 0.0, 1)])
    )  # fmt: skip
    headings = [say("millions of euros"), *(str(row["year"]) for row in years), say("in all")]
    return PageTable(
        say("The budget by year"), headings, rows,
        say("Exact to the cent in the library and the workbook, rounded here. The first year "
            "counts from {start}.", start=month(min(found.posts.counted))),
    )  # fmt: skip


def _sum(years: list[dict[str, Decimal]], key: str) -> str:
    return millions(sum((row[key] for row in years), Decimal(0)))


def _bands(report: Report) -> PageTable:
    budgets = report.money.budgets
    years = next(iter(budgets.values())).years
    rows = [
        Row(
            say("enough for {share}", share=percent(level)),
            [
                number(report.there(int(found.scenario.posts.target or 0))),
                *(millions(found.gross(y)) for y in years),
            ],
        )
        for level, found in budgets.items()
    ]
    return PageTable(
        say("Gross cost by certainty, all levers of the plan in use")
        if report.plan.levers
        else say("Gross cost by certainty"),
        [say("millions of euros"), say("posts funded"), *(str(year) for year in years)],
        rows,
        say("More posts for more certainty: the span between the rows is what is not known of the "
            "world, not of the rates."),
    )  # fmt: skip


def _cheapest(report: Report) -> str:
    asked = percent(report.probability)
    if report.money.cheapest is None:
        most = float(report.money.combinations["most_probability"].max())
        told = say(
            "If posts and levers have to bring the orientations themselves, no combination "
            "reaches the target with {asked}; the likeliest does with {most}. The rest has to come "
            "from elsewhere, or the target later.",
            asked=asked,
            most=percent(most),
        )
        found = report.money.cheapest_in_reach
        if found is None:
            return told
        return f"{told} " + say(
            "The cheapest way to {share}, the highest in reach, is {posts} posts, {levers}: {cost} "
            "for a year.",
            share=percent(found.probability),
            posts=number(found.there),
            levers=levers_named(found.levers),
            cost=in_millions(found.cost),
        )
    posts, names = report.money.cheapest
    return say(
        "If posts and levers have to bring the orientations themselves, the cheapest way to "
        "{asked} is {posts} posts, {levers}: {cost} for a year.",
        asked=asked,
        posts=number(report.there(posts)),
        levers=levers_named(names),
        cost=in_millions(report.money.cost(posts, names)),
    )


def _rates_tried(report: Report, found: Budget) -> PageTable:
    """What a year of the posts costs with one rate at a time at its ends; the widest first."""
    part = found.posts.of_the_country
    now = _year_of(report, found.rates, part)
    spans: list[tuple[str, str, float, float]] = []
    for label, paths in _tried(report, found.rates).items():
        changed = (
            found.rates.with_({path: float(getattr(found.rates[path], end)) for path in paths})
            for end in ("low", "high")
        )
        low, high = (_year_of(report, rates, part) - now for rates in changed)
        spans.append((label, paths[0], low, high))
    spans.sort(key=lambda span: min(span[2], span[3]) - max(span[2], span[3]))
    rows = [
        Row(label, [_value(found.rates, path), *(_signed(each) for each in ends)])
        for label, path, *ends in spans
        if any(abs(each) >= MILLION / 20 for each in ends)
    ]
    return PageTable(
        say("What hangs on a rate: a full year of posts and levers, {cost} in {year}",
            cost=in_millions(now), year=report.year),
        [say("rate or cost"), say("used, and its range"), say("at its low end, M€"),
         say("at its high end, M€")],
        rows,
        say("One rate at a time; several do not add up."),
    )  # fmt: skip


def _tried(report: Report, rates: Rates) -> dict[str, list[str]]:
    labels = {say(label): [path] for path, label in RATES_TRIED.items()}
    if report.plan.levers:
        labels[say(ALL_LEVERS)] = [POSTS_OF_LEVERS.format(name=each) for each in report.plan.levers]
    return {
        label: paths
        for label, paths in labels.items()
        if any(rates[path].low < rates[path].high for path in paths)
    }


def _year_of(report: Report, rates: Rates, part: Fraction) -> float:
    scenario, year = report.scenario, report.year
    posts = report.there(report.posts_wanted or 0)
    cost = Fraction(posts) * post_in_a_year(scenario, rates, year)
    return float(cost + levers_in_a_year(scenario, report.plan.levers, rates, year, part))


def _value(rates: Rates, path: str) -> str:
    rate = rates[path]
    share = path == "indexation"
    shown = [
        percent(float(each), 1) if share else number(float(each))
        for each in (rate.value, rate.low, rate.high)
    ]
    return say("{value} ({low} to {high})", value=shown[0], low=shown[1], high=shown[2])


def _signed(amount: float) -> str:
    return plain(amount / MILLION, 1, signed=True)


def _lasting(report: Report) -> Section | None:
    """Posts for good and posts for a fixed term; None where no draw tells them."""
    found = report.money.recurrent
    rows = [row for row in rows_of(report.lasting) if isfinite(row["permanent"])]
    if not rows:
        return None
    table = PageTable(
        say("Permanent and fixed-term posts"),
        [say("certainty"), say("funded in {year}", year=report.year),
         say("still needed in {year}", year=found.year), say("for a fixed term")],
        [
            Row(say("enough for {share}", share=percent(row["probability"])),
                [reachable(row["posts"], number), reachable(row["permanent"], number),
                 number(row["fixed_term"])])
            for row in rows
        ],
        say("By what each draw thinks of the drift of demand and of stays until {year}; the "
            "orientations are taken as found.", year=found.year),
    )  # fmt: skip
    wide = rows[min(1, len(rows) - 1)]
    told = (
        say(
            "Portfolios still fill in the year of the target. Two years later fewer posts hold the "
            "same number: the difference can be hired for a fixed term."
        )
        if wide["fixed_term"] > 0
        else say(
            "Two years later the target takes as many posts or more: none of them can be hired for "
            "a fixed term without giving the target up."
        )
    )
    return Section("lasting", say("Which posts are for good"), [Paragraph(told), table])


def _stop(report: Report) -> Section | None:
    """What is to be found, or the posts that go, if the ESF stops."""
    paid = report.budget
    assert paid is not None
    if report.money.esf_until is not None:
        paid = budget(paid.scenario, rates=report.rates)
    last = report.money.esf_until or report.year
    if not paid.years[0] - 1 <= last < paid.years[-1]:
        return None
    frame = esf_stop(paid, last).frame
    rows = [
        Row(
            str(row["year"]),
            [
                in_millions(row["to_find"]),
                number(row["posts"]),
                number(row["posts_left"]),
                number(row["posts"] - row["posts_left"]),
            ],
        )
        for row in rows_of(frame)
    ]
    told = say(
        "The ESF's programmes are time-limited, posts are not. If it pays nothing after {year}, "
        "either somebody finds its part or posts go.",
        year=last,
    )
    if report.money.esf_until is not None:
        told += " " + say("The budget above has this in it already.")
    table = PageTable(
        say("If the ESF stops after {year}", year=last),
        [say("calendar year"), say("to be found"), say("posts of the plan"),
         say("posts left if nobody pays"), say("posts that go")],
        rows,
    )  # fmt: skip
    return Section("esf", say("If the ESF stops"), [Paragraph(told), table])
