"""The report as pages: its numbers are the library's, it tells the truth in every case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from math import inf, isfinite
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_up_plans import LEVERS, made_up_plan
from read_pages import Element, read, words_of_picture

import sim
from sim.documents.pages import pages
from sim.documents.report import Report, report
from sim.documents.workbook_hours import hours_about
from sim.money.from_plan import money_of
from sim.money.outcomes import outcomes
from sim.planning.certainty import least_enough
from sim.planning.plan import Plan
from sim.words import speaking

DRAWS, FEW = 40, 12
ENGLISH = re.compile(
    r"\b(the|of|with|and|is|are|by|from|to|posts|which|years|none|lever|levers|today)\b"
)
CASES = ("plain", "out_of_reach", "people", "area", "few", "no_levers", "esf", "half", "late")


def changed(plan: Plan, settings: Mapping[str, Any]) -> Plan:
    """The plan of another scenario, its answers those of the same formula."""
    scenario = plan.scenario.with_(dict(settings))
    answers = tuple(replace(each, target=scenario.target) for each in plan.answers)
    return replace(plan, scenario=scenario, answers=answers)


def with_days(plan: Plan) -> Plan:
    """The plan with days by which all are hired, later from draw to draw."""
    from datetime import date, timedelta

    answers = tuple(
        replace(each, hired_by=date(2021, 12, 1) + timedelta(days=k))
        for k, each in enumerate(plan.answers)
    )
    return replace(plan, answers=answers)


def without_sizing(plan: Plan, every: int) -> Plan:
    """The plan where one draw in so many finds no number of posts."""
    answers = tuple(
        replace(each, sizing=None, without_ceiling=None, brought=()) if k % every == 0 else each
        for k, each in enumerate(plan.answers)
    )
    return replace(plan, answers=answers)


def without_levers(plan: Plan) -> Plan:
    """The plan without any lever."""
    answers = tuple(
        replace(each, brought=tuple(one for one in each.brought if not one.names))
        for each in plan.answers
    )
    return replace(plan, levers=(), answers=answers)


@cache
def case(name: str) -> Report:
    """A report of each kind."""
    plan = with_days(made_up_plan(DRAWS if name in ("plain", "no_levers") else FEW))
    match name:
        case "out_of_reach":
            return report(without_sizing(plan, 3))
        case "people":
            return report(changed(plan, {"target.measure": "people_supported"}))
        case "area":
            return report(changed(plan, {"territory.departements": ["52", "08"]}))
        case "no_levers":
            return report(without_levers(plan))
        case "esf":
            return report(plan, esf_until=2022)
        case "half":
            return report(plan, probability=0.5)
        case "late":
            return report(made_up_plan(FEW), probability=0.9)
    return report(plan)


@cache
def page(name: str, lang: str = "en") -> Element:
    """The page of a case, read."""
    with speaking(lang):
        return read(pages(case(name)))


def quantile(found: Report, column: str, level: float) -> float:
    frame = found.plan.frame
    return least_enough(frame[column].to_numpy(dtype=float), frame["weight"].to_numpy(), level)


def test_posts_and_orientations_are_those_of_the_plan() -> None:
    found, shown = case("plain"), page("plain")
    summary = found.plan.summary().set_index("quantity")
    posts, today = summary.loc["posts", "p80"], 1167
    assert shown.by_id("answer-posts").numbers == [posts, today, posts - today, 80]
    now = np.average(
        [each.today.of("orientations", 2022) for each in found.plan.answers],
        weights=found.plan.frame["weight"],
    )
    assert shown.by_id("answer-orientations").numbers == pytest.approx(
        [
            summary.loc["orientations_needed", "p80"],
            round(now, -2),
            summary.loc["orientations_to_find", "p80"],
            1.44,
        ],
        abs=0.005,
    )


def test_days_are_those_by_which_it_is_sure() -> None:
    found, shown = case("plain"), page("plain").by_id("answer-when")
    assert found.hired_by is not None
    days = sorted(zip(found.plan.frame["hired_by"], found.plan.frame["weight"], strict=True))
    reached = np.cumsum([weight for _, weight in days])
    expected = days[int(np.searchsorted(reached, 0.8 - 1e-9))][0]
    assert f"{expected.day} {expected:%B %Y}" in shown.text
    most = found.plan.hiring_path(0.8)["hires"].max()
    assert shown.numbers[:2] == [expected.day, expected.year]
    assert shown.numbers[2:5] == [1, 2021, most]


def test_costs_and_payers_are_those_of_the_budget() -> None:
    found, shown = case("plain"), page("plain")
    money = money_of(found.plan)
    posts = int(found.plan.summary().set_index("quantity").loc["posts", "p80"])
    budget = sim.budget(money.scenario(posts, LEVERS))
    row = budget.by_year().set_index("year").loc[2022]
    of_today = budget.sums("year", "of").set_index(["year", "of"])["amount"][2022, "today"]
    everything = sum(budget.by_year()["gross"])
    assert shown.by_id("answer-cost").numbers == pytest.approx(
        [
            *(float(row["gross"]) / 1e6, 2022, float(of_today) / 1e6),
            *(float(everything) / 1e6, 2021, 2024),
            *(hours_about(found) / 1e6, 2022),
        ],
        abs=0.051,
    )
    shares = [
        (float(row[payer]) / 1e6, 100 * float(row[payer] / row["gross"]))
        for payer in ("esf", "pole_emploi", "departements")
    ]
    assert shown.by_id("answer-payers").numbers == pytest.approx(
        [round(shares[0][1]), *(number for pair in shares for number in pair)], abs=0.051
    )
    assert sum(shown.by_id("answer-payers").numbers[1::2]) == pytest.approx(
        float(row["gross"]) / 1e6, abs=0.16
    )


def test_both_sides_at_once_are_counted_draw_by_draw() -> None:
    found, shown = case("plain"), page("plain")
    frame = found.plan.frame
    both = (frame["posts"] <= found.posts.asked) & (
        frame["orientations_needed"] <= found.orientations.asked
    )
    share = float(frame["weight"][both].sum())
    assert found.both_at_once == pytest.approx(share)
    assert share <= 0.8 + 1e-9
    assert f"both at once with about {100 * share:.0f}" in shown.text


def test_how_sure_is_what_the_draws_say() -> None:
    found = case("plain")
    table = found.plan.combinations_summary().set_index("levers")
    every, none = table.loc["+".join(LEVERS)], table.loc[""]
    part = found.plan.combinations[found.plan.combinations["levers"] == "+".join(LEVERS)]
    posts = found.plan.summary().set_index("quantity").loc["posts", "p80"]
    these = part["weight"][part["least_posts"] <= posts].sum()
    ends = ("probability", "probability_low", "probability_high")
    expected = [these, *(every[each] for each in ends), *(none[each] for each in ends)]
    shown = page("plain").by_id("answer-sure").numbers
    assert shown == pytest.approx([100 * each for each in expected], abs=0.51)
    assert these <= every["probability"]


def test_the_table_of_certainty_holds_all_levels() -> None:
    found, money = case("plain"), money_of(case("plain").plan)
    rows = page("plain").by_id("certainty").all("tbody")[0].all("tr")
    by_label = {row.all("th")[0].text: row.all("td") for row in rows}
    posts = [quantile(found, "posts", level) for level in (0.5, 0.8, 0.95)]
    assert [each.numbers[0] for each in by_label["Posts to be funded"]] == [1167, *posts]
    gross = [float(each.gross(2022)) / 1e6 for each in money.budgets.values()]
    shown = [each.numbers[0] for each in by_label["Gross cost in 2022"]]
    assert shown == pytest.approx([money.cost(1167, ()) / 1e6, *gross], abs=0.051)


def test_a_probability_of_ones_own_has_a_column_of_its_own() -> None:
    heads = page("late").by_id("certainty").all("thead")[0].numbers
    assert heads == [50, 80, 90, 95]
    shown = page("late").by_id("answer-posts").numbers[0]
    assert shown == quantile(case("late"), "posts", 0.9)


def test_every_table_of_the_budget_adds_up() -> None:
    (table,) = (
        each
        for each in page("plain").by_id("budget").all("table")
        if each.all("caption")[0].text == "The budget by year"
    )
    rows = {row.all("th")[0].text: row.numbers_of_cells for row in map(Cells, table.all("tr")[1:])}
    costs = ("pay and charges of the posts", "hiring and training", "indirect costs of the posts")
    payers = ("ESF (European Social Fund)", "Pôle emploi (employment service)")
    for parts in ((*costs, "running the levers"), (*payers, "départements and social services")):
        for k, whole in enumerate(rows["gross cost"]):
            assert sum(rows[name][k] for name in parts) == pytest.approx(whole, abs=0.21)


class Cells:
    """A row's cells as numbers."""

    def __init__(self, row: Element) -> None:
        self.row = row

    def all(self, tag: str) -> list[Element]:
        return self.row.all(tag)

    @property
    def numbers_of_cells(self) -> list[float]:
        return [each.numbers[0] for each in self.row.all("td") if each.numbers]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_case_is_a_whole_page_that_asks_for_nothing(name: str, lang: str) -> None:
    shown = page(name, lang)
    (html,) = shown.all("html")
    assert html.attributes["lang"] == lang
    for each in shown.elements:
        assert each.tag not in ("script", "link", "iframe", "object")
        for place in ("src", "href"):
            told = each.attributes.get(place, "#")
            assert told.startswith(("#", "data:")), told
    assert "url(" not in shown.all("style")[0].text
    assert "@import" not in shown.all("style")[0].text
    ids = [each.attributes["id"] for each in shown.elements if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    for link in shown.all("a"):
        assert link.attributes["href"][1:] in ids
    for picture in shown.all("img"):
        assert len(picture.attributes["alt"]) > 30
    for table in shown.all("table"):
        assert table.all("caption")[0].text
        width = {len(row.all("th") + row.all("td")) for row in table.all("tr")}
        assert len(width) == 1, table.all("caption")[0].text
        assert all(head.attributes["scope"] for head in table.all("th"))
    text = " ".join(each.text for each in shown.all("main"))
    for wrong in ("nan", "inf", "None", "NaT", "{", "Traceback", "-0 "):
        assert not re.search(rf"(?<!\w){re.escape(wrong)}(?!\w)", text), wrong
    assert [each.attributes["id"] for each in shown.all("div") if
            each.attributes.get("id", "").startswith("answer-")] == [
        f"answer-{each}" for each in ("posts", "orientations", "when", "cost", "payers", "sure")
    ]  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_left_in_english(name: str) -> None:
    shown = page(name, "fr")
    authored = {case(name).scenario.title, "sim/data/rates.toml"}
    for told in _said(shown):
        for text in authored:
            told = told.replace(text, "")
        assert not ENGLISH.search(told), told


def _said(part: Element) -> list[str]:
    """All texts of the page; but for sources and reasons, which are quoted as they stand."""
    found = []
    for each in part.parts:
        if isinstance(each, str):
            found.append(each)
        elif each.tag == "img":
            found += [each.attributes["alt"], *words_of_picture(each.attributes["src"])]
        elif each.tag == "table" and "texts" in each.attributes.get("class", ""):
            found += [
                told
                for row in each.all("tr")
                for told in _said(Element("row", {}, row.parts[:-1] if len(row.parts) > 3 else []))
            ]
        elif each.tag not in ("code", "style", "pre"):
            found += _said(each)
    return found


def test_english_left_over_would_be_seen() -> None:
    assert any(ENGLISH.search(each) for each in _said(page("plain", "en")))


def test_french_writes_numbers_as_french_does() -> None:
    english, french = page("plain"), page("plain", "fr")
    for key in ("posts", "cost", "payers", "sure"):
        name = f"answer-{key}"
        assert french.by_id(name).numbers == english.by_id(name).numbers
    assert "\u00a0M€" in french.by_id("answer-cost").text
    assert re.search(r"\d,\d", french.by_id("answer-orientations").text)
    assert not re.search(r"\d\.\d", french.by_id("answer-orientations").text)


def test_out_of_reach_is_said_and_has_no_budget() -> None:
    found, shown = case("out_of_reach"), page("out_of_reach")
    assert found.posts_wanted is None
    for key in ("posts", "orientations", "when", "cost", "payers"):
        (headline,) = (
            each
            for each in shown.by_id(f"answer-{key}").all("p")
            if each.attributes.get("class") == "headline"
        )
        assert headline.text == "out of reach"
    there = found.plan.frame["posts"] < inf
    share = found.plan.frame["weight"][there].sum()
    assert f"{100 * share:.0f}\u00a0%" in shown.by_id("verdict").text
    assert "or is out of reach" in shown.by_id("verdict").text
    assert "there is no budget" in shown.by_id("budget").text
    assert not [each for each in shown.elements if each.attributes.get("id") == "when"]
    levels = shown.by_id("certainty").all("tbody")[0].all("tr")[0].all("td")
    assert [each.text for each in levels[2:]] == ["out of reach"] * 2


def test_people_supported_promise_no_twelve_months() -> None:
    shown = page("people")
    assert "200\u202f000 people supported" in shown.by_id("verdict").text
    assert "twelve months" not in shown.text


def test_a_part_of_the_country_is_named_and_its_posts_told_apart() -> None:
    found, shown = case("area"), page("area")
    assert "Ardennes, Haute-Marne" in shown.by_id("subtitle").text
    posts, today = quantile(found, "posts", 0.8), found.posts_today
    there, before = (seats_in(found, number) for number in (posts, today))
    assert 0 < before < there < 0.02 * posts
    assert shown.by_id("answer-posts").numbers == [there, before, there - before, 80, posts]
    assert "Only a part of the country" in shown.by_id("limits").text
    rows = shown.by_id("certainty").all("tbody")[0].all("tr")
    assert [each.numbers[0] for each in rows[0].all("td")][:3:2] == [before, there]
    cost, *later = (each.numbers[0] for each in rows[-1].all("td"))
    assert cost < min(later) < 5
    assert found.hiring["posts"].iloc[-1] == there
    assert found.hiring["hires"].sum() == there - before
    assert f"from {before} to {there}" in shown.by_id("when").all("img")[0].attributes["alt"]
    # Nowhere but where it is told of the whole country does a number of its posts stand.
    national = f"{posts:,.0f}".replace(",", "\u202f")
    assert shown.text.count(national) == 2


def seats_in(found: Report, posts: float) -> int:
    """Posts of the budget of so many posts in the country, in the last month."""
    budget = sim.budget(found.money.scenario(int(posts), ()))
    last = max(row.month for row in budget.posts.rows)
    return int(sum(row.posts for row in budget.posts.rows if row.month == last))


def test_where_the_asked_is_out_of_reach_the_highest_in_reach_is_told() -> None:
    found, shown = case("late"), page("late")
    every = found.money.combinations.set_index("levers").loc["+".join(LEVERS)]
    assert not isfinite(every["posts"])  # not with 90 %
    assert 0 < every["level"] < 0.9
    table = captioned(shown, "Combinations of levers, the likeliest to suffice first")
    first = table.all("tbody")[0].all("tr")[0].all("td")
    posts = f"{every['level_posts']:,.0f}".replace(",", "\u202f")
    assert f"{posts}\u00a0({100 * every['level']:.0f}\u00a0%)" in [each.text for each in first]
    assert round(every["level_cost"] / 1e6, 1) in [n for each in first for n in each.numbers]
    surest = case("out_of_reach").money.surest
    level, enough = surest.probability, surest.posts
    told = page("out_of_reach").by_id("answer-cost").numbers
    cost = case("out_of_reach").money.cost(enough, LEVERS) / 1e6
    assert told[-3:] == pytest.approx([100 * level, enough, cost], abs=0.051)


def captioned(shown: Element, caption: str) -> Element:
    (found,) = (each for each in shown.all("table") if each.all("caption")[0].text == caption)
    return found


def test_what_the_money_buys_is_that_of_the_library() -> None:
    found = case("area").with_outcomes()
    assert found.bought is not None
    shown = read(pages(found))
    again = outcomes(
        found.money.scenario(found.posts_wanted or 0, LEVERS),
        draws=FEW,
        replications=1,
        seed=found.plan.seed,
    )
    known = again.summary().set_index(["measure", "year"])
    rows = captioned(shown, "Cost by entry and by durable job").all("tbody")[0].all("tr")
    cells = {row.all("th")[0].text: [each.numbers for each in row.all("td")] for row in rows}
    for label, measure in (
        ("per entry, euros", "cost_per_entry"),
        ("per additional entry, euros", "cost_per_additional_entry"),
        ("cost of one, euros", "cost_per_additional_durable_job"),
    ):
        for told, year in zip(cells[label], again.plan.years, strict=True):
            wanted = known.loc[(measure, year), "value"]
            assert told == ([] if wanted == inf else [round(wanted)])
    assert "hours of social workers are counted here" in shown.by_id("value").text


def test_the_curve_and_the_front_are_those_of_the_money() -> None:
    found, shown = case("plain"), page("plain")
    table = captioned(shown, "What more posts bring, with all levers of the plan")
    rows = table.all("tbody")[0].all("tr")
    for row, each in zip(rows, found.money.marginal().to_dict("records"), strict=True):
        numbers = [row.all("th")[0].numbers[0], *(n for td in row.all("td") for n in td.numbers)]
        wanted = [each["posts"], each["cost"] / 1e6, each["reached"], each["low"], each["high"]]
        assert numbers[:5] == pytest.approx(wanted, abs=0.51)
    front = found.money.pareto
    table = captioned(
        shown, "What nothing else beats on cost, probability, people and delay at once"
    )
    costs = []
    for row in table.all("tbody")[0].all("tr"):
        posts, cost, share, people, _ = (n for td in row.all("td") for n in td.numbers)
        same = front[(front["posts"] == posts) & ((front["reached"] - people).abs() < 1)]
        assert len(same) >= 1
        assert (abs(same["cost"] / 1e6 - cost) < 0.051).any()
        assert (abs(100 * same["probability"] - share) < 0.51).any()
        costs.append(cost)
    assert costs == sorted(costs)
    assert page("plain").by_id("value").all("table")


def test_few_draws_are_a_first_look() -> None:
    assert "A first look only" in page("few").by_id("verdict").text
    assert "12 draws" in page("few").by_id("verdict").text
    assert not [each for each in page("few").elements if each.attributes.get("id") == "measure"]


def test_a_plan_without_levers_speaks_of_none_and_pays_for_none() -> None:
    shown = page("no_levers")
    assert "uses no lever" in shown.by_id("verdict").text
    assert not [each for each in shown.elements if each.attributes.get("id") == "levers"]
    assert "running the levers" not in shown.text
    found = case("no_levers").budget
    assert found is not None
    assert found.gross(2022, "levers") == 0


def test_an_esf_that_stops_is_told_with_what_is_to_be_found() -> None:
    shown = page("esf")
    assert "The ESF pays until the end of 2022" in shown.by_id("answer-payers").text
    whole = sim.budget(
        case("esf").money.scenario(case("esf").posts_wanted or 0, LEVERS), rates=None
    )
    rows = shown.by_id("esf").all("tbody")[0].all("tr")
    for row, year in zip(rows, (2023, 2024), strict=True):
        found = float(whole.paid_by("esf", year)) / 1e6
        assert row.all("td")[0].numbers == pytest.approx([found], abs=0.051)


def test_the_same_report_is_the_same_bytes() -> None:
    once, again = (pages(report(with_days(made_up_plan(FEW)))) for _ in range(2))
    assert once == again


def test_a_title_is_text(tmp_path: Path) -> None:
    plan = case("few").plan
    title = "<script>alert('1')</script> & more"
    found = report(replace(plan, scenario=plan.scenario.with_({}, title=title)))
    path = found.pages(tmp_path / "report.html")
    shown = read(path.read_text(encoding="utf-8"))
    assert not shown.all("script")
    assert title in shown.by_id("subtitle").text


def test_what_to_measure_first_is_what_the_draws_say() -> None:
    assert "true stay" in page("plain").by_id("measure").text


def test_the_command_makes_the_same_plan_again() -> None:
    settings = {"posts.most_hires_per_month": 40, "target.people": 150000}
    plan = case("few").plan
    found = report(replace(plan, scenario=plan.scenario.with_(settings)), probability=0.7)
    command = read(pages(found)).by_id("reproduce").all("code")[0].text
    assert command.startswith("agsim report target-2022 --html report.html ")
    given = dict(each.split("=", 1) for each in re.findall(r"--set (\S+)", command))
    assert {path: float(value) for path, value in given.items()} == settings
    assert "--levers shared_target,open_to_social_actors" in command
    assert "--probability 0.7" in command
    assert f"--draws {FEW} --seed 1 --no-hours" in command
