"""The workbook: its numbers are the library's, also after a rate was changed in a cell."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import inf
from pathlib import Path
from typing import Any

import pytest
from made_up_plans import YEAR, made_up_plan

from sim.documents.report import Report, report
from sim.documents.workbook_lines import COLUMNS, FIRST, known_amounts, rows_of
from sim.documents.workbook_rates import METHOD, READING, UNTIL, first_day, last_day, rate_name
from sim.documents.workbook_value import CALLED, MEASURES
from sim.documents.workbook_words import (
    KIND_NAMES,
    METHOD_NAMES,
    PAYER_NAMES,
    READING_NAMES,
    SHEETS,
)
from sim.money.activity import Activity, Month
from sim.money.amounts import NOTHING
from sim.money.budget import Budget, budget
from sim.money.costs import KINDS
from sim.money.outcomes import Outcomes
from sim.money.payers import ALL_PAYERS
from sim.money.recurrent import recurrent
from sim.planning.plan import Plan
from sim.present.numbers import number
from sim.rate_files import shipped_rates
from sim.rates import METHODS, READINGS, Rates
from sim.words import french, say, speaking
from tests.workbooks import (
    edited,
    members,
    named_cells,
    needs_office,
    recalculated,
    sheets,
    texts,
)

FEW = ["75", "63", "974"]  # all categories of both programmes
WAYS = 8
CENT = 0.005


def small_plan(draws: int = 30, **changes: Any) -> Plan:
    """The made-up plan on a part of the country: quick."""
    plan = made_up_plan(draws)
    part = {"territory.departements": FEW, "horizon.end": "2024-01-01", **changes}
    return replace(plan, scenario=plan.scenario.with_(part))


def activity() -> Activity:
    months = [date(2021 + k // 12, k % 12 + 1, 1) for k in range(36)]
    return Activity(
        {
            month: Month(Fraction(900 + 7 * k, 3), Fraction(5000 + 11 * k, 7), Fraction(250 + k))
            for k, month in enumerate(months)
        }
    )


def with_hours(found: Report) -> Report:
    """The report, its budget with social workers' hours."""
    scenario = found.money.scenario(found.posts_wanted, found.plan.levers)
    whole = budget(scenario, rates=found.rates, activity=activity())
    found.__dict__["budget"] = whole
    return found


def some_changes(k: int) -> tuple[dict[str, Any], int | None]:
    """Rates as a user might change them, each way with other choices; the ESF's last year."""
    drawn = random.Random(k)

    def share() -> float:
        return drawn.randint(0, 1000) / 1000

    changes: dict[str, Any] = {
        "indirect.method": METHODS[k % len(METHODS)],
        "esf.reading": READINGS[k % len(READINGS)],
        "post_year": drawn.randint(0, 9_000_000) / 100,
        "hiring": drawn.randint(0, 900_000) / 100,
        "indexation": drawn.choice([-0.01, 0, 0.015, 0.0333]),
        "redeployed": share(),
        "indirect.actual": drawn.randint(0, 2_000_000) / 100,
        f"indirect.{METHODS[k % 3]}": share(),
        "levers.shared_target.posts": drawn.randint(0, 60),
        "levers.shared_target.euros": drawn.randint(0, 10**7) / 100,
        "esf.share": share(),
        "esf.audit_cut": share() / 10,
        "esf.payment_months": drawn.randint(0, 24),
        "esf.programmes.esf_2014_2020.last": date(2022, drawn.randint(1, 12), 28),
        "esf.programmes.esf_2014_2020.highest.less_developed": share(),
        "social.hour": drawn.randint(0, 10_000) / 100,
        "social.hours_a_diagnosis": drawn.randint(0, 50) / 10,
    }
    for kind in ("posts", "hiring", "levers", "social_hours"):
        changes[f"esf.eligible.{kind}"] = share()
    for kind in ("posts", "levers", "social_hours"):
        parts = sorted(drawn.randint(0, 1000) for _ in range(2))
        changes[f"payers.{kind}.pole_emploi"] = parts[0] / 1000
        changes[f"payers.{kind}.departements"] = (parts[1] - parts[0]) / 1000
        changes[f"payers.{kind}.other"] = (1000 - parts[1]) / 1000
    return changes, drawn.choice([None, 2021, 2022])


def in_cells(changes: dict[str, Any], esf_until: int | None) -> dict[str, Any]:
    """The changes as values of the workbook's cells."""
    cells: dict[str, Any] = {} if esf_until is None else {UNTIL: esf_until}
    for path, value in changes.items():
        programme = path.split(".")[-2] if path.startswith("esf.programmes.") else ""
        if path == "indirect.method":
            cells[METHOD] = say(METHOD_NAMES[value])
        elif path == "esf.reading":
            cells[READING] = say(READING_NAMES[value])
        elif path.endswith((".first", ".last")):
            cells[(first_day if path.endswith(".first") else last_day)(programme)] = value
        elif not path.endswith(".pole_emploi"):
            cells[rate_name(path)] = value
    return cells


@dataclass(frozen=True)
class Case:
    """A workbook with changed cells, and the budget that the library makes of these rates."""

    lang: str
    path: Path
    expected: Budget


@pytest.fixture(scope="module")
def made() -> Report:
    return with_hours(report(small_plan(), probability=0.8).with_outcomes())


@pytest.fixture(scope="module")
def written(made, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("workbooks")
    return {lang: made.workbook(folder / f"{lang}.xlsx", lang=lang) for lang in ("en", "fr")}


@pytest.fixture(scope="module")
def cases(made, written, tmp_path_factory) -> list[Case]:
    """Workbooks in both languages as written, and others with changed rates: one call of office."""
    folder = tmp_path_factory.mktemp("office")
    files, expected = list(written.items()), [made.budget, made.budget]
    for k in range(WAYS):
        lang = ("en", "fr")[k % 2]
        changes, until = some_changes(k)
        with speaking(lang):
            cells = in_cells(changes, until)
        target = folder / f"changed-{k}.xlsx"
        files.append((lang, edited(written[lang], target, cells)))
        rates = made.rates.with_(changes)
        expected.append(
            budget(made.budget.scenario, rates=rates, activity=activity(), esf_until=until)
        )
    done = recalculated([path for _, path in files], folder)
    return [Case(files[k][0], done[k], expected[k]) for k in range(len(files))]


def by_label(rows: list[list[Any]]) -> dict[str, list[Any]]:
    """The first row that begins with each text."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        if isinstance(row[0], str) and row[0]:
            found.setdefault(row[0], row)
    return found


def cents(value: Any) -> Decimal:
    return Decimal(f"{value or 0:.2f}")


def check_budget(path: Path, found: Budget) -> None:
    """The sheet of the budget in a workbook is that of the library, to the cent."""
    values = sheets(path)
    rows = by_label(values[say(SHEETS["budget"])])
    labels = {
        "eligible": say("of which eligible for the ESF"),
        "gross": say("Gross"),
        "redeployed": say("Redeployed posts, no longer paid where they were"),
        "net": say("Net of redeployed posts"),
        **{kind: say(KIND_NAMES[kind]) for kind in KINDS},
        **{payer: say(PAYER_NAMES[payer]) for payer in ALL_PAYERS},
    }
    years = found.by_year().to_dict("records")
    for column, year in enumerate(years, start=1):
        for key, label in labels.items():
            if label not in rows:
                assert not year[key], key
                continue
            assert cents(rows[label][column]) == year[key], (path.name, key, year["year"])
        for key, label in (
            ("funded_posts", say("Funded posts, mean of the year")),
            ("presented", say("of which presented to the ESF")),
            ("esf_worth", say("of which the ESF's money is worth")),
        ):
            assert rows[label][column] == pytest.approx(year[key], abs=1e-6)
        check = rows[say("Check: gross less all payers (must be 0)")]
        assert cents(check[column]) == 0
    treasury = by_label(values[say(SHEETS["treasury"])])
    assert cents(treasury[say("Most advanced at one time")][3]) == found.treasury.most_outstanding
    assert cents(treasury[say("Taken off by audits, in all")][3]) == found.treasury.cut
    still = say("Still open after the last month shown (must be 0)")
    assert cents(treasury[still][3]) == 0


def check_lines(path: Path, found: Budget) -> None:
    """Each line of a workbook is the library's, to the cent."""
    rows = sheets(path)[say(SHEETS["lines"])][FIRST:]
    known = known_amounts(found)
    wanted = list(rows_of(found))
    assert len(rows) == len(wanted)
    column = {name: k for k, name in enumerate(COLUMNS)}
    seen = 0
    for row, each in zip(rows, wanted, strict=True):
        key = (each.month, each.place, each.kind, each.what, each.of)
        amount, paid = known.get(key, (NOTHING, {}))
        assert row[column["region"]] == each.place.region
        assert cents(row[column["amount"]]) == amount, key
        for payer in ALL_PAYERS:
            assert cents(row[column[payer]]) == paid.get(payer, NOTHING), (key, payer)
        seen += bool(amount)
    assert seen == len(known)


def test_what_is_written_is_the_librarys(made, written) -> None:
    """Viewers that do not calculate show the library's numbers."""
    for lang, path in written.items():
        with speaking(lang):
            check_budget(path, made.budget)
            check_lines(path, made.budget)


@needs_office
@pytest.mark.office
def test_recalculated_it_stays_what_it_was(made, written, cases) -> None:
    """Every cell, in both languages; the bands are not rounded line by line."""
    for case in cases[:2]:
        before, after = sheets(written[case.lang]), sheets(case.path)
        assert list(before) == list(after)
        for name, rows in before.items():
            for row, other in zip(rows, after[name], strict=False):
                for value, again in zip(row, other, strict=False):
                    if isinstance(value, float) and not isinstance(again, str):
                        assert again == pytest.approx(value, rel=1e-9, abs=2.0 if value > 1e4
                                                      else CENT), name  # fmt: skip
                    elif not isinstance(value, float):
                        assert again == value


@needs_office
@pytest.mark.office
def test_changed_rates_change_it_as_the_library_would(cases) -> None:
    for case in cases:
        with speaking(case.lang):
            check_budget(case.path, case.expected)
            check_lines(case.path, case.expected)


@needs_office
@pytest.mark.office
def test_costs_of_scenarios_follow_the_rates(made, cases) -> None:
    """Bands by probability, a standing year of each combination."""
    for case in cases[1:7]:
        rates, until = case.expected.rates, case.expected.esf_until
        money = replace(made.money, rates=rates, esf_until=until)
        with speaking(case.lang):
            rows = sheets(case.path)[say(SHEETS["scenarios"])]
            curve = next(k for k, row in enumerate(rows)
                         if row[0] == say("Posts, with all levers of the plan"))  # fmt: skip
            gross = [row for row in rows if row[0] == say("Gross")]
        for row, each in zip(rows[curve + 1 :], money.marginal().to_dict("records"), strict=False):
            assert row[0] == money.there(each["posts"])
            assert row[1] == pytest.approx(each["cost"], rel=1e-9)
        hours = [float(case.expected.gross(year, "social_hours")) for year in case.expected.years]
        for row, each in zip(gross, money.budgets.values(), strict=True):
            for column, year in enumerate(each.years, start=1):
                wanted = float(each.gross(year)) + hours[column - 1]
                assert row[column] == pytest.approx(wanted, abs=5)


def check_value(path: Path, expected: Outcomes) -> None:
    """What the money buys in a workbook is what the library makes of the same runs."""
    rows = by_label(sheets(path)[say(SHEETS["value"])])
    known = expected.summary().set_index(["measure", "year"])["value"]
    for measure in MEASURES:
        for column, year in enumerate(expected.plan.years, start=1):
            wanted, cell = known[measure, year], rows[say(CALLED[measure])][column]
            if wanted == inf:
                assert cell == say("no gain")
            elif measure.startswith("cost_per_additional") and wanted < 0:
                assert cell == say("saves money")
            else:
                assert cell == pytest.approx(wanted, rel=1e-6, abs=0.05), (measure, year)


def test_what_the_money_buys_is_the_librarys(made, written) -> None:
    for lang, path in written.items():
        with speaking(lang):
            check_value(path, made.bought)


def test_where_nobody_enters_today_an_entry_has_no_cost(made, tmp_path) -> None:
    bought = replace(made.bought)
    bought.__dict__["frame"] = made.bought.frame.assign(base_entries=0.0)
    path = replace(made, bought=bought).workbook(tmp_path / "nobody.xlsx", lang="en")
    row = by_label(sheets(path)[say(SHEETS["value"])])["Cost of an entry as it is today"]
    assert row[1 : len(bought.plan.years) + 1] == ["no gain"] * len(bought.plan.years)


@needs_office
@pytest.mark.office
def test_what_the_money_buys_follows_the_rates(made, cases) -> None:
    bought = made.bought
    for case in cases:
        plan, base = (
            budget(each.scenario, rates=case.expected.rates, activity=each.activity)
            for each in (bought.plan, bought.base)
        )
        with speaking(case.lang):
            check_value(case.path, replace(bought, plan=plan, base=base))


@needs_office
@pytest.mark.office
def test_no_cell_holds_a_mistake(cases) -> None:
    for case in cases:
        for name, text in members(case.path).items():
            if name.startswith("xl/worksheets/sheet"):
                assert ' t="e"' not in text, name
                assert not re.search(r"#(REF|NAME|VALUE|DIV/0|N/A|NUM)", text), name


def test_the_first_page_answers(made, written) -> None:
    for lang, path in written.items():
        with speaking(lang):
            rows = by_label(sheets(path)[say(SHEETS["summary"])])
            posts = rows[say("Funded posts of dedicated counsellors")]
            needed = rows[say("Times those of today's posts without levers")]
            gross = rows[say("Gross cost")]
            esf = rows[say("European Social Fund (ESF)")]
            sure = rows[say("The levers, with enough posts, reach the target")][1]
        there = [made.there(each) for each in (*made.posts.by_level.values(), made.posts_today)]
        assert posts[1:5] == there
        assert there[0] < 0.1 * made.posts.by_level[0.5]  # a part of the country
        assert needed[1:4] == pytest.approx(list(made.orientations.by_level.values()))
        years = made.budget.years
        assert [cents(each) for each in gross[1:4]] == [made.budget.gross(y) for y in years]
        assert cents(gross[4]) == made.budget.total
        assert [cents(each) for each in esf[1:4]] == [made.budget.paid_by("esf", y) for y in years]
        assert f"{100 * made.levers_suffice.probability:.0f}" in sure


def test_the_same_plan_makes_the_same_bytes(made, written, tmp_path) -> None:
    again = made.workbook(tmp_path / "again.xlsx", lang="fr")
    assert again.read_bytes() == written["fr"].read_bytes()
    assert not list(tmp_path.glob("*.part"))


def test_no_english_is_left_in_french(written) -> None:
    paths = set(shipped_rates().by_path)  # identifiers, the same in both languages
    english = {text for text, spoken in french().items() if text != spoken} - paths
    assert texts(written["fr"]) & english == set()
    left = [text for text in texts(written["fr"])
            if re.search(r"\b(the|of|and|with|which|posts are)\b", text)]  # fmt: skip
    assert not left
    parts = members(written["fr"])
    charts = " ".join(text for name, text in parts.items() if "charts/" in name)
    assert "Qui paie, en millions d'euros" in charts.replace("&apos;", "'")
    assert "Who pays" not in charts


def test_every_rate_is_in_a_cell_with_its_source(made, written) -> None:
    places, told = named_cells(written["en"]), texts(written["en"])
    for path, rate in made.rates.by_path.items():
        assert places[rate_name(path)][0] == say(SHEETS["assumptions"])
        assert rate.source in told


def test_sheets_are_set_up_for_print(written) -> None:
    for path in written.values():
        parts = members(path)
        for k in range(1, len(SHEETS) + 1):
            text = parts[f"xl/worksheets/sheet{k}.xml"]
            assert 'paperSize="9"' in text
            assert "fitToPage" in text
            assert "&amp;P / &amp;N" in text
        for name in re.findall(r'<sheet name="(.+?)"', parts["xl/workbook.xml"]):
            assert len(name) <= 31


def told_of(found: Report, path: Path) -> str:
    """All texts of the first page of a workbook."""
    rows = sheets(found.workbook(path, lang="en"))[say(SHEETS["summary"])]
    return "\n".join(str(value) for row in rows for value in row if value != "")


def one(probability: float = 0.8, rates: Rates | None = None, **more: Any) -> Report:
    few = {"territory.departements": ["52"], "horizon.end": "2023-01-01"}
    return report(small_plan(6, **(few | more)), probability=probability, rates=rates)


def test_where_no_number_of_posts_is_enough(tmp_path) -> None:
    plan = one().plan
    none = [replace(each, sizing=None, brought=()) for each in plan.answers]
    some = report(replace(plan, answers=(*none[:2], *plan.answers[2:])), probability=0.9)
    told = told_of(some, tmp_path / "some.xlsx")
    assert "No number of posts that was looked at is enough with a probability of 90 %" in told
    assert "no number" in told
    rare = report(replace(plan, answers=(*none[:5], plan.answers[5])), probability=0.9)
    told = told_of(rare, tmp_path / "rare.xlsx")
    assert rare.money.surest is not None
    level, posts = rare.money.surest.probability, rare.money.surest.posts
    assert 0 < level < 0.3  # one draw of six
    assert f"{number(rare.there(posts))} posts that are enough with {100 * level:.0f} %" in told


def test_where_the_asked_is_out_of_reach_a_combination_tells_the_highest_that_is_not(
    tmp_path,
) -> None:
    found = one(0.99)
    rows = sheets(found.workbook(tmp_path / "sure.xlsx"))[say(SHEETS["scenarios"])]
    first = next(k for k, row in enumerate(rows) if row[0] == say("Levers in use"))
    after = 1 + len(found.plan.levers)
    for row, each in zip(
        rows[first + 1 :], found.money.combinations.to_dict("records"), strict=False
    ):
        told = row[after : after + 4]
        if each["level"] > 0:
            posts = found.there(each["level_posts"])
            wanted = [posts, each["level_cost"], each["level"], each["most_probability"]]
            assert told == pytest.approx(wanted)
        else:
            assert told[:3] == [say("no number"), "–", "–"]


def test_few_draws_and_the_command_are_told(tmp_path) -> None:
    told = told_of(one(0.7), tmp_path / "few.xlsx")
    assert "A first look only: with 6 draws" in told
    command = "agsim report target-2022 --xlsx report.xlsx --set "
    assert command in told
    assert "--probability 0.7 --draws 6 --seed 1 --no-hours --lang en" in told
    assert "A first look only" not in told_of(report(made_up_plan(80)), tmp_path / "many.xlsx")


def test_a_plan_without_levers(tmp_path) -> None:
    plan = one().plan
    bare = [
        replace(each, brought=tuple(part for part in each.brought if not part.names))
        for each in plan.answers
    ]
    told = told_of(report(replace(plan, levers=(), answers=tuple(bare))), tmp_path / "bare.xlsx")
    assert "Posts alone, without levers, reach it" in told
    assert "The levers, with enough posts" not in told


def test_other_probabilities_years_and_measures(tmp_path) -> None:
    changes = {"horizon.end": "2029-01-01", "target.measure": "people_supported"}
    told = told_of(one(0.3, **changes), tmp_path / "other.xlsx")
    assert "enough with 30 %" in told
    assert "people supported" in told
    for year in (2021, 2022, 2023, 2024):
        assert f"\n{year}" in told
    assert f"\n{2026}" not in told


def test_without_the_esf_after_a_year(tmp_path) -> None:
    found = one()
    stopped = report(found.plan, esf_until=2021)
    path = stopped.workbook(tmp_path / "stopped.xlsx")
    check_budget(path, stopped.budget)
    assert stopped.budget.paid_by("esf", 2022) == 0


def test_given_rates_say_so(tmp_path) -> None:
    path = one(rates=shipped_rates().with_({"post_year": 60000})).workbook(tmp_path / "own.xlsx")
    assert "Given by the user" in texts(path)


def test_permanent_posts_that_are_known_are_shown(tmp_path) -> None:
    found = one()
    values = found.plan.answers[0].sizing.evaluation.values[YEAR]
    later = {YEAR + k: values | {"entries": 220_000.0} for k in range(3)}
    lasting = [
        replace(each, lasting=replace(each.sizing.evaluation, values=later))
        for each in found.plan.answers
    ]
    found.money.__dict__["recurrent"] = recurrent(replace(found.plan, answers=tuple(lasting)))
    rows = sheets(found.workbook(tmp_path / "lasting.xlsx"))[say(SHEETS["scenarios"])]
    wanted = {round(each) for each in found.lasting["permanent"]}
    assert wanted <= {value for row in rows for value in row if isinstance(value, float)}
