"""The budget: exact to the cent, divided without rest, reconciled however it is looked at."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from test_cli import agsim
from typer.testing import CliRunner
from workbooks import sheets

from sim.cli import app
from sim.errors import InputError
from sim.levers import NAMES
from sim.money.activity import Activity, Month, activity_of
from sim.money.amounts import divided, in_cents, of_cents, rounded, rounded_down, total
from sim.money.budget import Budget, budget
from sim.money.costs import KINDS, REDEPLOYED
from sim.money.payers import ALL_PAYERS, ESF, esf_terms
from sim.money.post_months import post_months
from sim.money.ranges import rate_ranges
from sim.money.treasury import later
from sim.population.posts import post_plan, posts_at_start
from sim.rate_files import shipped_rates
from sim.rates import METHODS, READINGS, Rates
from sim.scenario import Scenario
from sim.scenario_files import load

FEW = ["75", "63", "974"]  # all categories of both programmes
START = date(2021, 1, 1)


def plan_of(changes: dict) -> Scenario:
    few = {"territory.departements": FEW, "horizon.end": date(2024, 7, 1)}
    return load("target-2022").with_(few | changes)


def some_activity() -> Activity:
    months = [date(2021 + k // 12, k % 12 + 1, 1) for k in range(48)]
    return Activity(
        {
            month: Month(Fraction(900 + 7 * k, 3), Fraction(5000 + 11 * k, 7), Fraction(250 + k))
            for k, month in enumerate(months)
        }
    )


@some.composite
def plans(draw) -> Scenario:
    start = START + timedelta(days=draw(some.integers(0, 400)))
    end = start + timedelta(days=draw(some.integers(0, 500)))
    later_day = end + timedelta(days=draw(some.integers(1, 500)))
    return plan_of(
        {
            "posts.target": draw(some.integers(0, 4000)),
            "posts.hiring_start": start,
            "posts.hiring_end": end,
            "posts.later": {str(later_day): draw(some.integers(0, 3000))},
            "posts.turnover_per_year": draw(some.sampled_from([0, 0.08, 0.3])),
            "posts.allocation": draw(some.sampled_from(["proportional", "where_it_queues"])),
            "levers.shared_target.intensity": draw(some.sampled_from([0, 0.33, 1])),
            "levers.shared_facilitation.start": start + timedelta(days=100),
        }
    )


@some.composite
def rates(draw) -> Rates:
    cents = some.integers(0, 9_000_000).map(lambda n: n / 100)
    share = some.integers(0, 1000).map(lambda n: n / 1000)
    first = draw(share)
    return shipped_rates().with_(
        {
            "post_year": draw(cents),
            "hiring": draw(cents),
            "indexation": draw(some.sampled_from([-0.01, 0, 0.015, 0.0333])),
            "redeployed": draw(share),
            "indirect.method": draw(some.sampled_from(METHODS)),
            "esf.reading": draw(some.sampled_from(READINGS)),
            "esf.share": draw(share),
            "esf.eligible.posts": draw(share),
            "esf.eligible.levers": draw(share),
            "esf.audit_cut": draw(share),
            "esf.payment_months": draw(some.integers(0, 30)),
            "esf.programmes.esf_2014_2020.last": date(2022, draw(some.integers(1, 12)), 28),
            "payers.social_hours.departements": first,
            "payers.social_hours.other": round(1 - first, 3),
        }
    )


@settings(max_examples=15, deadline=None)
@given(plans(), rates(), some.sampled_from([None, 2021, 2022]))
def test_everything_reconciles_to_the_cent(scenario, chosen, esf_until) -> None:
    found = budget(scenario, rates=chosen, activity=some_activity(), esf_until=esf_until)
    cents = Decimal("0.01")
    assert all(each.amount > 0 and each.amount % cents == 0 for each in found.costs)
    assert all(line.amount > 0 and line.amount % cents == 0 for line in found.lines)
    # Every cost is paid exactly, by nobody twice.
    of_cost: dict[int, list] = {}
    for line in found.lines:
        of_cost.setdefault(id(line.cost), []).append(line)
    assert len(of_cost) == len(found.costs)
    for lines in of_cost.values():
        cost = lines[0].cost
        assert total(line.amount for line in lines) == cost.amount
        assert len({line.payer for line in lines}) == len(lines)
        terms = esf_terms(cost.month, cost.place, chosen, esf_until)
        for line in lines:
            if line.payer == ESF:
                assert terms is not None
                programme = chosen.programme_on(cost.month)
                highest = chosen.highest(programme, cost.place.category(programme))
                assert line.programme == programme.name == terms.programme
                assert Fraction(line.amount) <= Fraction(cost.amount) * cost.eligible * highest
    # However it is summed.
    years = found.by_year().to_dict("records")
    for row in years:
        assert row["gross"] == sum(row[kind] for kind in KINDS)
        assert row["gross"] == sum(row[payer] for payer in ALL_PAYERS)
        assert row["net"] == row["gross"] - row["redeployed"]
        assert row["gross"] == row["eligible"] + row["ineligible"]
        assert 0 <= row["esf"] <= row["eligible"] <= row["gross"]
        if esf_until is not None and row["year"] > esf_until:
            assert row["esf"] == 0
            assert row["presented"] == 0
    assert found.total == sum((row["gross"] for row in years), Decimal(0))
    for by in (("month",), ("quarter", "payer"), ("region", "kind"), ("category", "of", "what")):
        assert total(found.sums(*by)["amount"]) == found.total
    # What the ESF owes is paid or cut, and nothing stays open.
    treasury = found.treasury
    by_esf = sum((row["esf"] for row in years), Decimal(0))
    assert total(each.due for each in treasury.claims) == by_esf
    assert total(each.paid + each.cut for each in treasury.claims) == by_esf
    frame = treasury.frame
    assert not len(frame) or frame["outstanding"].iloc[-1] == 0
    assert (frame["outstanding"] >= 0).all()


@settings(max_examples=25, deadline=None)
@given(plans())
def test_post_months_are_the_posts_of_every_day(scenario) -> None:
    """All over the country: today's and those beyond are the plan's seats, day by day."""
    whole = scenario.with_({"territory.departements": "all"})
    found, plan = post_months(whole, shipped_rates()), post_plan(whole)
    days = whole.calendar.days[int(plan.plan_day) :].astype("M8[M]").astype(str)
    seats = plan.seats[int(plan.plan_day) :]
    lengths = {f"{m:%Y-%m}": (later(m, 1) - m).days for m in found.counted}
    by_month = pd.Series(seats).groupby(days).sum()
    assert set(by_month.index) == {f"{month:%Y-%m}" for month in found.counted}
    for month in found.counted:
        rows = [row for row in found.rows if row.month == month]
        name = f"{month:%Y-%m}"
        assert sum(row.posts for row in rows) == Fraction(int(by_month[name]), lengths[name])
        old = np.minimum(seats[days == name], posts_at_start(whole)).sum()
        assert sum(row.today for row in rows) == Fraction(int(old), lengths[name])
    rises = np.diff(seats, prepend=posts_at_start(whole))
    assert sum(row.opened for row in found.rows) == rises[rises > 0].sum()
    assert sum(found.shares.values()) == 1
    assert found.of_the_country == 1


@given(some.integers(0, 10**12), some.lists(some.fractions(0, 10), min_size=1, max_size=6))
def test_what_is_divided_sums_to_the_whole_and_is_off_by_less_than_a_cent(cents, weights) -> None:
    if not any(weights):
        weights[0] = Fraction(1)
    whole = of_cents(cents)
    parts = divided(whole, weights)
    assert total(parts) == whole
    for part, weight in zip(parts, weights, strict=True):
        exact = Fraction(cents, 100) * weight / sum(weights)
        assert abs(Fraction(part) - exact) < Fraction(1, 100)
        assert weight or not part


def test_the_rounding_rule() -> None:
    assert rounded(Fraction("0.005")) == Decimal("0.01")
    assert rounded(Fraction("1.00499999")) == Decimal("1.00")
    assert rounded(Fraction(2, 3)) == Decimal("0.67")
    assert rounded_down(Fraction("0.999")) == Decimal("0.99")
    assert in_cents(Decimal("12345678901234567890123456.78")) == 1234567890123456789012345678
    assert divided(Decimal("0.05"), [Fraction(1)] * 3) == (
        Decimal("0.02"), Decimal("0.02"), Decimal("0.01"),
    )  # fmt: skip
    assert total([]) == Decimal("0.00")


def one_place(**changes: object) -> Scenario:
    """Paris alone with figures of its own, its posts unchanged; no lever."""
    none = {f"levers.{name}.intensity": 0 for name in NAMES}
    return load("target-2022").with_(
        {
            "territory.departements": ["75"],
            "territory.figures_for": "departements",
            "portfolios.in_service": {"2017-12-31": 20, "2020-12-31": 20},
            "posts.turnover_per_year": 0,
            "posts.target": 20,
            "horizon.end": date(2025, 1, 1),
            **none,
            **changes,
        }
    )


def test_an_example_by_hand() -> None:
    """20 posts in Paris, 60 000 euros, 10 % a year more; ESF 50 % to 2023, then 40 %."""
    chosen = shipped_rates().with_({"post_year": 60000, "indexation": 0.1})
    found = budget(one_place(), rates=chosen)
    rows = {row["year"]: row for row in found.by_year().to_dict("records")}
    assert rows[2021]["posts"] == Decimal("1320000.00")
    assert rows[2021]["indirect"] == Decimal("264000.00")
    assert rows[2021]["hiring"] == 0
    assert rows[2021]["eligible"] == Decimal("1584000.00")
    assert rows[2021]["gross"] == Decimal("1584000.00")
    assert rows[2021]["esf"] == rows[2021]["pole_emploi"] == Decimal("792000.00")
    assert rows[2022]["gross"] == Decimal("1742400.00")
    assert rows[2024]["gross"] == Decimal("2108304.00")
    assert rows[2024]["esf"] == Decimal("843321.60")
    assert rows[2024]["funded_posts"] == 20
    assert rows[2024]["presented"] == 20
    assert rows[2024]["esf_worth"] == pytest.approx(8)
    january = found.treasury.claims[0]
    assert (january.month, january.payment) == (date(2021, 1, 1), date(2022, 7, 1))
    assert (january.due, january.cut) == (Decimal("66000.00"), Decimal("1980.00"))
    # Eighteen months are open at a time; the dearest that the ESF pays half of end in 2023.
    half = [each.due for each in found.treasury.claims if each.month.year in (2022, 2023)]
    assert found.treasury.most_outstanding == total(half[-18:])


def test_methods_of_indirect_costs_have_their_own_base() -> None:
    def of(method: str) -> tuple[Decimal, ...]:
        chosen = shipped_rates().with_(
            {"indirect.method": method, "post_year": 60000, "hiring": 6000, "indexation": 0}
        )
        row = budget(one_place(**{"posts.turnover_per_year": 0.1}), rates=chosen).by_year().iloc[1]
        return row["posts"], row["hiring"], row["indirect"]

    # A tenth of the counsellors leaves in a year, two hires.
    posts, hires = Decimal(20 * 60000), Decimal("12000.00")
    assert of("flat_20") == (posts, hires, Decimal("242400.00"))
    assert of("flat_15") == (posts, hires, Decimal("180000.00"))
    assert of("flat_40") == (posts, 0, Decimal("480000.00"))
    # Each month is a line of its own: twelve times 18 333.33.
    assert of("actual") == (posts, hires, Decimal("219999.96"))
    assert of("none") == (posts, hires, 0)


def test_both_readings_of_half() -> None:
    cost = budget(one_place())
    posts = budget(one_place(), rates=shipped_rates().with_({"esf.reading": "posts"}))
    first, second = cost.by_year().iloc[0], posts.by_year().iloc[0]
    assert first["gross"] == second["gross"]
    assert first["presented"] == 20
    assert second["presented"] == 10
    # Half of the posts at the highest rate, which is a half in Paris.
    assert float(second["esf"]) == pytest.approx(float(first["esf"]) / 2)


def test_what_the_esf_does_not_accept_the_others_pay() -> None:
    chosen = shipped_rates().with_({"post_year": 60000, "indexation": 0, "esf.eligible.posts": 0.9})
    row = budget(one_place(), rates=chosen).by_year().iloc[0]
    assert row["gross"] == Decimal("1440000.00")
    assert row["eligible"] == Decimal("1296000.00")
    assert row["ineligible"] == Decimal("144000.00")
    assert row["esf"] == Decimal("648000.00")
    assert row["pole_emploi"] == Decimal("792000.00")


def test_redeployed_posts_are_those_beyond_todays() -> None:
    chosen = shipped_rates().with_({"redeployed": 0.25})
    scenario = one_place(**{"posts.target": 36})
    found = budget(scenario, rates=chosen)
    plain = budget(scenario)
    assert found.gross(2023) == pytest.approx(plain.gross(2023), abs=Decimal("0.20"))
    moved = [each for each in found.costs if each.of == REDEPLOYED and each.month.year == 2023]
    assert {each.kind for each in moved} == {"posts", "indirect"}
    # 16 posts more; a quarter of them, four, are moved.
    share = found.redeployed(2023) / found.gross(2023, "posts", "indirect")
    assert float(share) == pytest.approx(4 / 36)
    assert found.net(2023) == found.gross(2023) - found.redeployed(2023)
    assert budget(one_place(), rates=chosen).redeployed(2023) == 0


def test_levers_cost_from_their_start_in_proportion_to_intensity_and_area() -> None:
    chosen = shipped_rates().with_(
        {"post_year": 60000, "indexation": 0, "levers.shared_target.euros": 36500}
    )
    half = {"levers.shared_target.intensity": 0.5, "levers.shared_target.start": date(2021, 4, 16)}
    whole = load("trend").with_({**half, "horizon.end": date(2023, 1, 1)})
    found = budget(whole, rates=chosen)
    # (10 posts + 36 500 euros) × 0.5, of 12 months; in 2021 of 8.5.
    assert float(found.gross(2022, "levers")) == pytest.approx(318_250, abs=2)
    assert float(found.gross(2021, "levers")) == pytest.approx(318_250 * 8.5 / 12, abs=2)
    part = budget(whole.with_({"territory.departements": ["75"]}), rates=chosen)
    people = float(post_months(part.scenario, chosen).of_the_country)
    assert float(part.gross(2022, "levers")) == pytest.approx(318_250 * people, abs=1)


def test_social_workers_hours_follow_the_activity() -> None:
    frame = pd.DataFrame(
        {"entries": [30.0, 40.0], "refusals": [3.0, 4.0], "stock": [100.0, 200.0]},
        index=pd.Index(["2021-01", "2021-02"], name="period"),
    )
    chosen = shipped_rates().with_(
        {
            "indexation": 0,
            "social.hour": 30,
            "social.hours_a_diagnosis": 2,
            "social.hours_a_parcours_month": 0.5,
        }
    )
    found = budget(one_place(), rates=chosen, activity=activity_of(frame))
    assert found.gross(2021, "social_hours") == Decimal((77 * 2 + 300 // 2) * 30)
    assert found.paid_by("departements", 2021) == found.gross(2021, "social_hours")
    assert budget(one_place(), rates=chosen).gross(2021, "social_hours") == 0


def test_if_the_esf_stops_the_others_pay_all() -> None:
    found = budget(one_place())
    stopped = found.without_esf_after(2022)
    again = budget(one_place(), esf_until=2022)
    assert stopped.by_year().equals(again.by_year())
    for year in found.years:
        assert stopped.gross(year) == found.gross(year)
        more = stopped.paid_by("pole_emploi", year) - found.paid_by("pole_emploi", year)
        assert more == (found.paid_by(ESF, year) if year > 2022 else 0)


def test_what_hangs_on_each_rate() -> None:
    found = budget(one_place(**{"horizon.end": date(2023, 1, 1)}))
    frame = rate_ranges(found, 2021).frame.set_index("path")
    assert frame.index[0] == "post_year"
    of_posts = frame.loc["post_year"]
    dearer = shipped_rates().with_({"post_year": 73000})
    assert of_posts["gross_high"] == budget(found.scenario, rates=dearer).gross(2021)
    assert of_posts["gross_low"] < found.gross(2021) < of_posts["gross_high"]
    accepted = frame.loc["esf.eligible.posts"]
    assert accepted["gross_low"] == accepted["gross_high"] == found.gross(2021)
    assert accepted["esf_low"] < accepted["esf_high"] == found.paid_by(ESF, 2021)
    # No levers, no redeployed posts and no hours: their rates change nothing.
    assert not [path for path in frame.index if path.startswith(("levers", "social"))]
    assert "each rate at its low and its high end" in str(rate_ranges(found, 2022))
    with pytest.raises(InputError, match="the budget goes from 2021 to 2022"):
        rate_ranges(found, 2023)


def test_rates_may_be_a_file(tmp_path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("post_year = 1", encoding="utf-8")
    assert budget(one_place(), rates=file).gross(2021, "posts") < 25


def test_a_plan_outside_the_horizon_is_told() -> None:
    with pytest.raises(InputError, match="no month of the plan"):
        budget(load("history-2018-2020"))
    found = budget(one_place())
    with pytest.raises(InputError, match="did you mean 'payer'"):
        found.sums("payr")


def test_the_command(tmp_path) -> None:
    small = ["--set", "territory.departements=['52']", "--draws", "2", "--workers", "1"]
    asked, folder = ["budget", "target-2022", "--posts", "1500", *small], tmp_path / "out"
    done = CliRunner().invoke(app, [*asked, "--out", str(folder)])
    assert done.exit_code == 0, done.output
    assert "social workers' hours" in done.output
    assert {path.name for path in folder.iterdir()} == {
        "budget_lines.parquet", "budget_by_year.parquet", "treasury.parquet", "rates.parquet",
        "outcomes.parquet", "budget.txt", "budget.png", "budget.svg", "budget.xlsx",
        "manifest.json",
    }  # fmt: skip
    book = sheets(folder / "budget.xlsx")
    assert list(book) == ["Assumptions", "Posts", "Budget", "Who pays", "Treasury",
                          "Cost per entry", "Calculation", "Lines"]  # fmt: skip
    gross = next(row for row in book["Budget"] if row[0] == "Gross")
    lines = pd.read_parquet(folder / "budget_lines.parquet")
    years = pd.read_parquet(folder / "budget_by_year.parquet")
    assert isinstance(lines["amount"].iloc[0], Decimal)
    assert lines["amount"].sum() == years["gross"].sum()
    assert gross[1 : 1 + len(years)] == [float(each) for each in years["gross"]]
    assert years["social_hours"].iloc[0] > 0
    told = CliRunner().invoke(app, [*asked, "--json", "--esf-until", "2022"])
    printed = json.loads(told.stdout)
    assert [row["gross"] for row in printed["by_year"]] == [str(each) for each in years["gross"]]
    assert Decimal(printed["by_year"][2]["esf"]) == 0
    without = CliRunner().invoke(app, [*asked, "--no-hours", "--json", "--ranges", "2021"])
    moved = json.loads(without.stdout)["ranges"]
    assert moved[0]["path"] == "post_year"
    assert Decimal(json.loads(without.stdout)["by_year"][0]["social_hours"]) == 0
    register = CliRunner().invoke(app, ["budget", "--show-rates"])
    assert "post_year = 62000 (53500 to 73000)" in register.stdout


def test_bad_input_of_the_command(tmp_path) -> None:
    file = tmp_path / "rates.toml"
    file.write_text("post_year = -1", encoding="utf-8")
    done = agsim("budget", "--rates", str(file), "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "post_year.value: is -1, must be between 0" in done.stderr
    assert "Traceback" not in done.stderr
    with pytest.raises(InputError, match="the budget goes from 2021"):
        app(["budget", "--esf-until", "1999", "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_posts_that_end_are_warned_of() -> None:
    today = posts_at_start(one_place())
    cut = budget(one_place().with_({"posts.target": today - 5}))
    assert f"{today - 5} posts are fewer than today's" in str(cut)
    assert "5 of them end" in " ".join(str(cut).split())
    assert "handed over to other counsellors" in cut._repr_html_()
    assert "fewer than today" not in str(budget(one_place().with_({"posts.target": today})))


def test_texts_show_the_cents_and_the_doubts() -> None:
    found: Budget = budget(one_place())
    text = str(found)
    assert f"{found.gross(2022):,.2f}".replace(",", " ") in text
    assert "half a cent" in text
    assert "post_year" in text
    assert "<table>" in found._repr_html_()
