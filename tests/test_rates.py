"""Rates: the shipped ones hold together, a user's are laid over them, mistakes are all told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.levers import NAMES
from sim.rate_files import cost_of_a_lever_year, load_rates, shipped_rates
from sim.rates import CATEGORIES, PAID_KINDS, STATUSES
from sim.territory import departement_codes


def problems(text: str, folder: Path) -> list[str]:
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as wrong:
        load_rates(file)
    assert all(each.where == str(file) for each in wrong.value.problems)
    return [f"{each.key}: {each.message}" for each in wrong.value.problems]


def test_every_shipped_rate_has_a_status_a_source_and_a_range_within_its_bounds() -> None:
    rates = shipped_rates()
    for rate in rates.by_path.values():
        assert rate.status in STATUSES
        assert rate.source
        assert rate.meaning
        assert rate.date
        assert rate.least <= rate.low <= rate.value <= rate.high <= rate.most
        assert (rate.prices is not None) == rate.unit.startswith("euros"), rate.path
        assert rate.told.startswith(rate.status) or rate.status == "sourced"
    for kind in PAID_KINDS:
        assert sum(rates.shares(kind)) == 1
    assert {f"levers.{name}.posts" for name in NAMES} <= set(rates.by_path)
    assert len(rates.frame) == len(rates.by_path)


def test_every_departement_has_a_category_in_every_programme() -> None:
    for programme in shipped_rates().programmes:
        assert set(programme.category) == departement_codes()
        assert set(programme.category.values()) == set(CATEGORIES)
        assert {programme.category[code] for code in ("971", "972", "973", "974", "976")} == {
            "less_developed"
        }


def test_the_first_programme_whose_window_holds_the_month_pays() -> None:
    rates = shipped_rates()

    def name(*day: int) -> str | None:
        found = rates.programme_on(date(*day))
        return None if found is None else found.name

    assert name(2023, 12, 1) == "esf_2014_2020"
    assert name(2024, 1, 1) == "esf_2021_2027"
    assert name(2030, 1, 1) is None
    earlier = rates.with_({"esf.programmes.esf_2014_2020.last": date(2021, 12, 31)})
    found = earlier.programme_on(date(2022, 1, 1))
    assert found is not None
    assert found.name == "esf_2021_2027"


def test_rates_in_euros_rise_every_year_exactly() -> None:
    rates = shipped_rates().with_({"post_year": 60000, "indexation": 0.02})
    assert rates.euros("post_year", 2020) == 60000
    assert rates.euros("post_year", 2022) == 60000 * Fraction(102, 100) ** 2
    assert rates.euros("post_year", 2019) == 60000 / Fraction(102, 100)


def test_a_file_says_only_what_differs(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'post_year = { value = 61234.56, low = 60000, source = "our pay office", prices = 2024 }\n'
        "[esf]\nshare = 0.4\nreading = 'posts'\n"
        "[esf.programmes.esf_2021_2027]\ntransition = ['08']\n"
        "[payers.posts]\npole_emploi = 0.9\nother = 0.1\n",
        encoding="utf-8",
    )
    rates, shipped = load_rates(file), shipped_rates()
    assert rates["post_year"].value == Decimal("61234.56")
    assert (rates["post_year"].low, rates["post_year"].high) == (60000, Decimal("61234.56"))
    assert rates["post_year"].source == "our pay office"
    assert rates["post_year"].prices == 2024
    assert rates["esf.share"].source == "given in mine.toml"
    assert rates["esf.share"].status == "given"
    assert (rates.reading, rates.method) == ("posts", shipped.method)
    assert rates["hiring"] == shipped["hiring"]
    assert shipped["post_year"].value == 62000
    assert rates.where == str(file)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    told = problems(
        "post_yaer = 1\nhiring = 'much'\nindirect = 0.2\nindexation = nan\n"
        "redeployed = { low = 0.1 }\n"
        "[esf]\nreading = 'half'\nshare = 1.5\npayment_months = 17.5\naudit_cut.value = 0.1\n"
        "audit_cut.low = 0.2\naudit_cut.status = 'guess'\naudit_cut.form = 3\n"
        "[esf.programmes.esf_2014_2020]\nlast = 2023\ntransition = ['9Z', ['02']]\n"
        "otherwise = 'rich'\nsource = 3\n"
        "[social]\nhour = { value = 30, prices = 'now', source = 4 }\n"
        "hours_a_diagnosis = { value = 2, prices = 2020 }\n",
        tmp_path,
    )
    starts = [
        "post_yaer: is not a known rate",
        "hiring.value: is 'much', must be a finite number",
        "indirect: is 0.2, must be a table",
        "indexation.value: is nan, must be a finite number",
        "redeployed: is a table without 'value'",
        "esf.reading: is 'half', must be one of cost, posts",
        "esf.share.value: is 1.5, must be between 0 and 1",
        "esf.payment_months.value: is 17.5, must be a whole number",
        "esf.audit_cut.form: is not an entry of a rate",
        "esf.audit_cut: low, value and high are not in this order",
        "esf.audit_cut.status: is 'guess'",
        "esf.programmes.esf_2014_2020.last: is 2023, must be a date",
        "esf.programmes.esf_2014_2020.transition: has ['9Z', ['02']]",
        "esf.programmes.esf_2014_2020.otherwise: is 'rich'",
        "esf.programmes.esf_2014_2020.source: is 3, must be a text",
        "social.hour.source: is 4, must be a text",
        "social.hour.prices: is 'now', must be a year",
        "social.hours_a_diagnosis.prices: is not an entry of a rate",
    ]
    for start in starts:
        assert any(each.startswith(start) for each in told), start
    assert len(told) == len(starts)


def test_what_contradicts_itself_is_told(tmp_path: Path) -> None:
    told = problems(
        "[payers.levers]\nother = 0.2\n"
        "[esf.programmes.esf_2014_2020]\nlast = 2010-12-31\nmore_developed = ['971', '51']\n",
        tmp_path,
    )
    programme = "esf.programmes.esf_2014_2020"
    assert told == [
        f"{programme}.last: the window is reversed: 2010-12-31 is before 2014-01-01",
        f"{programme}: lists 971 in more than one category or more than once",
        "payers.levers: the shares of pole_emploi, departements, other sum to 1.2, must sum to 1",
    ]


def test_what_is_no_file_of_rates_is_told(tmp_path: Path) -> None:
    assert "is not TOML" in problems("post_year = ", tmp_path)[0]
    with pytest.raises(InputError, match=r"give it as --figures .*mine\.xlsx"):
        load_rates(tmp_path / "mine.xlsx")
    with pytest.raises(InputError, match="cannot be read"):
        load_rates(tmp_path / "none.toml")
    with pytest.raises(InputError, match="did you mean 'post_year'"):
        shipped_rates().with_({"post_years": 1})


def test_plans_know_what_a_post_and_a_lever_cost() -> None:
    assert float(cost_of_a_lever_year()) == 10
