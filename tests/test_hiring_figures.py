"""The picture of the hiring path: steps as the path has them, numbers that do not cover."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from made_up_plans import made_up_plan

from sim.present.hiring_figures import Path, hiring_figure


def path(*posts: int) -> pd.DataFrame:
    months = [date(2021, 1 + k, 1) for k in range(len(posts))]
    return pd.DataFrame({"month": months, "posts": posts, "hires": [0, *np.diff(posts)]})


def test_a_step_holds_until_the_next_month() -> None:
    (axes,) = hiring_figure([Path("", path(10, 12, 15))], 10).axes
    steps = axes.lines[0]
    assert list(steps.get_ydata()) == [10, 12, 15, 15]
    assert [str(each) for each in steps.get_xdata()] == [
        "2021-01-01", "2021-02-01", "2021-03-01", "2021-04-01",
    ]  # fmt: skip
    assert steps.get_drawstyle() == "steps-post"


def test_shorter_paths_go_on_to_the_end_of_the_longest() -> None:
    figure = hiring_figure([Path("a", path(10, 12)), Path("b", path(10, 12, 15, 18))], 10)
    ends = {str(each.get_xdata()[-1]) for each in figure.axes[0].lines[:2]}
    assert ends == {"2021-05-01"}


def test_numbers_of_paths_that_end_close_stand_apart() -> None:
    close = [Path("50 %", path(10, 200)), Path("80 %", path(10, 201)), Path("95 %", path(10, 202))]
    (axes,) = hiring_figure(close, 10).axes
    told = [each for each in axes.texts if "(" in each.get_text()]
    assert [each.get_text().strip() for each in told] == [
        "200 (50 %)", "201 (80 %)", "202 (95 %)",
    ]  # fmt: skip
    assert np.all(np.diff([each.xy[1] for each in told]) >= 0.05 * 202)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_plan_shows_the_probabilities_that_it_reaches(lang: str) -> None:
    plan = made_up_plan()
    posts = plan.summary().set_index("quantity").loc["posts", ["p50", "p80", "p95"]]
    figure = plan.plot_hiring(lang=lang)
    told = [each.get_text() for each in figure.axes[0].texts if "(" in each.get_text()]
    assert len(told) == int(np.isfinite(posts.astype(float)).sum()) > 0
    assert ("Hiring path" in figure.get_suptitle()) == (lang == "en")
