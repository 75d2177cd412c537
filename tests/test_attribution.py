"""What the levers bring: axioms on runs, a case worked out by hand, the store, the words."""

from __future__ import annotations

from datetime import date
from math import isnan, sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lever_effects import CALENDAR, START, YEAR, with_levers
from posteriors import made
from pyarrow import Table

import sim
from sim.errors import InputError
from sim.experiment.store import Store
from sim.levers import NAMES, added, apply
from sim.planning import saturation, shapley
from sim.planning.attributed import Attribution
from sim.planning.attribution import attribution
from sim.planning.combinations import ALL
from sim.planning.lever_question import asked
from sim.planning.lever_runs import Point
from sim.reading_fits import readings
from sim.scenario import Scenario

FEW = ["13", "14", "15", "16"]
TARGET, DELAY, OPENING, COORDINATION, FACILITATION = NAMES


def part(**changes: object) -> Scenario:
    """Four départements of the target."""
    told = {key.replace("__", "."): value for key, value in changes.items()}
    return sim.load("target-2022").with_({"territory.departements": FEW, **told})


@pytest.fixture(scope="module")
def on_draws(tmp_path_factory: pytest.TempPathFactory) -> Attribution:
    folder = made(tmp_path_factory.mktemp("posterior"))
    dates = {"horizon.opening": date(2019, 7, 1), "horizon.measured_from": date(2020, 1, 1)}
    two = part().with_({"territory.departements": ["15", "16"], **dates})
    return attribution(two, 1500, draws=11, replications=2, posterior=folder)


@pytest.fixture(scope="module")
def crowded() -> Attribution:
    """So few posts that hardly anybody finds a place, whatever the levers do."""
    return attribution(part(), 350, reading="process", replications=1)


class TestAddedEffects:
    """Effects that add up: the other composition of `sim.levers`."""

    LATE = slice(START + YEAR, None)

    def test_a_lever_alone_does_the_same(self):
        for name in NAMES:
            levers = with_levers({f"{name}.intensity": 0.7}).levers
            one, other = apply(levers, CALENDAR), added(levers, CALENDAR)
            for each in ("orientations", "process_delay", "agreement_added", "duration"):
                assert np.array_equal(getattr(one, each), getattr(other, each)), each
            assert np.array_equal(one.third_channel, other.third_channel)

    def test_orientations_delays_and_the_third_channel_count_on_the_base(self):
        full = {f"{name}.intensity": 1 for name in NAMES if name != FACILITATION}
        changes = {
            **full,
            "shorter_entry_delay.orientations": 0.1,
            **{f"{name}.ramp_months": 0 for name in NAMES},
            **{f"{name}.half_life_months": 600 for name in NAMES if name != FACILITATION},
        }
        levers = with_levers(changes).levers
        found = added(levers, CALENDAR)
        day = START
        assert found.orientations[day] == pytest.approx(1.25)
        assert found.process_delay[day] == pytest.approx(1 - 0.25 - 0.10)
        assert found.orientations[day] * found.third_channel[day] == pytest.approx(0.24)
        assert found.agreement_added[day] * (1.25 + 0.24) == pytest.approx(0.02)
        assert apply(levers, CALENDAR).orientations[day] == pytest.approx(1.15 * 1.1)

    def test_orientations_stay_positive(self):
        changes = {
            "shared_target.intensity": 1,
            "shared_target.orientations": -0.9,
            "shorter_entry_delay.intensity": 1,
            "shorter_entry_delay.orientations": -0.9,
        }
        assert added(with_levers(changes).levers, CALENDAR).orientations.min() > 0


def test_shares_sum_exactly_for_every_draw_and_run(on_draws: Attribution) -> None:
    game = on_draws.games["all"]
    assert game.shape == (11, 2, 32)
    assert np.array_equal(
        shapley._numerators(game).sum(axis=-1), 120 * (game[..., -1] - game[..., 0])
    )
    shares = on_draws.shares.query("reading == 'posterior' and what == 'share'")
    more = on_draws.together.query("reading == 'posterior' and what == 'more'")
    assert shares["value"].sum() == pytest.approx(float(more["value"].iloc[0]), rel=1e-12)


def test_parts_of_acting_together_sum(on_draws: Attribution) -> None:
    for _, rows in on_draws.together.groupby("reading"):
        value = rows.set_index("what")["value"]
        assert value["together"] == pytest.approx(value["more"] - value["sum_of_alone"])
        assert value["together"] == pytest.approx(value["emergent"] + value["built_in"])
        assert value["built_in"] == pytest.approx(value["composition"] + value["facilitation"])
        assert value["ratio"] == pytest.approx(value["more"] / value["sum_of_alone"])
    wide = on_draws.shares.pivot_table(index=["reading", "lever"], columns="what", values="value")
    summed = wide[["alone", "emergent", "composition", "facilitation"]].sum(axis=1)
    assert np.allclose(summed, wide["share"])
    by_kind = on_draws.shares.groupby(["reading", "what"])["value"].sum()
    whole = on_draws.together.set_index(["reading", "what"])["value"]
    for kind in ("emergent", "composition", "facilitation"):
        assert by_kind["posterior", kind] == pytest.approx(whole["posterior", kind])


def test_intervals_and_noise_are_told_apart(on_draws: Attribution) -> None:
    rows = on_draws.shares[on_draws.shares["reading"] == "posterior"]
    shares = rows[rows["what"] == "share"]
    assert (shares["low"] < shares["value"]).all()
    assert (shares["value"] < shares["high"]).all()
    assert (shares["half_width"] < (shares["high"] - shares["low"]) / 2).all()
    labels = set(on_draws.together["reading"])
    assert labels == {"posterior", *readings()}
    few = on_draws.together[on_draws.together["reading"] != "posterior"]
    assert few["low"].isna().all()
    assert few.groupby("reading")["weight"].first().sum() == pytest.approx(1)


def test_facilitation_acts_only_through_others(on_draws: Attribution) -> None:
    value = on_draws.shares.set_index(["reading", "lever", "what"])["value"]
    assert value["posterior", FACILITATION, "alone"] == 0
    assert value["posterior", FACILITATION, "emergent"] == 0
    assert value["posterior", FACILITATION, "last_in"] > 0


def test_a_lever_without_effects_gets_nothing() -> None:
    nothing = dict.fromkeys(("process_delay", "agreement", "duration"), 0)
    scenario = part(**{f"levers.{COORDINATION}.{key}": value for key, value in nothing.items()})
    found = attribution(scenario, reading="process", replications=1)
    mine = found.shares[found.shares["lever"] == COORDINATION]
    assert (mine["value"] == 0).all()
    assert (found.shares.query("what == 'share'")["value"] == 0).sum() == 1
    pairs = found.pairs[(found.pairs["lever"] == COORDINATION)]
    assert (pairs["value"] == 0).all()
    assert "Better coordination: brings nothing, here or with" in str(found)


def test_two_equal_levers_get_the_same() -> None:
    """The delay's lever acts on orientations alone, by as much as the shared target."""
    scenario = part(
        levers__shared_target__orientations=0.1,
        levers__shorter_entry_delay__orientations=0.1,
        levers__shorter_entry_delay__process_delay=0,
    )
    found = attribution(
        scenario, levers=[TARGET, DELAY, OPENING], reading="process", replications=1
    )
    shares = found.shares[found.shares["what"] == "share"].set_index("lever")["value"]
    assert shares[TARGET] == shares[DELAY] > 0
    alone = found.shares[found.shares["what"] == "alone"].set_index("lever")["value"]
    assert alone[TARGET] == alone[DELAY]


def test_without_queues_and_impatience_all_that_acts_together_is_built_in() -> None:
    """Whoever is ready enters: entries are orientations × agreement, and these multiply."""
    chosen = (TARGET, OPENING, COORDINATION)
    scenario = part(
        portfolios__places=500,
        entry__diagnosis_interval_days=0,
        entry__pool_diagnosis_interval_days=0,
        entry__patience_days=5000,
        entry__patience_cv=0.05,
        levers__better_coordination__process_delay=0,
        **{f"levers__{name}__ramp_months": 0 for name in chosen},
        **{f"levers__{name}__half_life_months": 600 for name in chosen},
    )
    found = attribution(scenario, 3000, levers=chosen, reading="process", replications=1)
    assert float(found.at([Point((), 3000)], "abandonments")[0, 0, 0]) == 0
    value = found.together.set_index("what")["value"]
    one = scenario.with_({f"levers.{name}.intensity": float(name == TARGET) for name in NAMES})
    year = slice(*(int(one.calendar.day(date(each, 1, 1))) for each in (2022, 2023)))
    active = (apply(one.levers, one.calendar).orientations[year].mean() - 1) / 0.15
    target, third = 0.15 * active, 0.3 * 0.8 * active
    agreement = 0.02 * active / float(one.entry.agreement)
    none = value["none"]
    expected = none * (
        (1 + target) * (1 + third) * (1 + agreement) - 1 - target - third - agreement
    )
    # People who are there in one combination and not in another, or agree, are Poisson.
    noise = sqrt(expected + none * agreement)
    assert value["composition"] == pytest.approx(expected, abs=4 * noise)
    assert value["emergent"] == pytest.approx(0, abs=4 * sqrt(none * agreement))
    assert value["facilitation"] == 0
    pair = found.pairs.query(f"lever == '{TARGET}' and other == '{OPENING}'").set_index("what")
    assert pair.loc["alone_together", "value"] == pytest.approx(
        none * target * third, abs=4 * sqrt(none * target * third)
    )
    assert abs(pair.loc["emergent", "value"]) <= 4 * sqrt(none * agreement)


def test_where_places_are_few_levers_take_them_from_each_other(crowded: Attribution) -> None:
    value = crowded.together.set_index("what")["value"]
    assert value["emergent"] < 0
    assert value["ratio"] < 1
    pair = crowded.pairs.query(f"lever == '{TARGET}' and other == '{OPENING}'").set_index("what")
    assert pair.loc["interaction", "value"] < 0


def test_a_saturated_lever_is_told_with_the_places_that_it_takes(crowded: Attribution) -> None:
    rows = crowded.saturation.set_index("lever")
    mine = rows.loc[TARGET]
    assert mine["verdict"] == saturation.SATURATED
    assert mine["here"] < 0.2 * mine["plenty"]
    assert 350 < mine["onset_posts"] < 3501
    assert mine["onset_share"] == pytest.approx(0.2, abs=0.05)
    text = " ".join(str(crowded).split())
    assert "Shared target: brings nearly nothing here" in text
    assert "until places exceed about" in text
    more = attribution(
        part(), int(mine["onset_posts"]), levers="all", reading="process", replications=1
    )
    there = more.saturation.set_index("lever").loc[TARGET]
    assert there["here"] / there["plenty"] == pytest.approx(mine["onset_share"], abs=1e-9)


@pytest.mark.parametrize(
    ("here", "plenty", "told"),
    [
        (0.0, 0.0, saturation.NOTHING),
        (-90.0, 90.0, saturation.NOTHING),
        (100.0, 1000.0, saturation.SATURATED),
        (-500.0, 1000.0, saturation.SATURATED),
        (500.0, 1000.0, saturation.PARTLY),
        (990.0, 1000.0, saturation.IN_FULL),
        (2000.0, 1000.0, saturation.MORE_HERE),
        (2000.0, 0.0, saturation.MORE_HERE),
        (-500.0, 0.0, saturation.COSTS),
    ],
)
def test_verdicts(here: float, plenty: float, told: str) -> None:
    assert saturation.verdict(here, plenty, 100_000.0) == told


def test_shorter_delays_add_entries_through_patience(on_draws: Attribution) -> None:
    value = on_draws.delays.set_index(["reading", "what"])["value"]["posterior"]
    assert value["alone"] == pytest.approx(value["through_patience"] + value["response"])
    assert value["through_patience"] > 0
    assert value["fewer_give_up"] > 0
    assert value["response"] > 0


def test_by_default_prescribers_do_not_respond(crowded: Attribution) -> None:
    assert (crowded.delays.query("what == 'response'")["value"] == 0).all()
    assert "prescribers are assumed not to respond" in " ".join(str(crowded).split())


def test_a_store_is_read_and_a_stopped_run_goes_on(tmp_path: Path) -> None:
    arguments = {"levers": f"{TARGET},{OPENING}", "reading": "process", "replications": 2}
    steps: list[int] = []
    first = attribution(part(), store=tmp_path, progress=steps.append, **arguments)
    files = sorted(tmp_path.rglob("*.parquet"))
    assert len(files) == 2
    assert sum(steps) == first.question.evaluations
    kept = {path: path.stat().st_mtime_ns for path in files}
    files[0].unlink()
    again = attribution(part(), store=tmp_path, **arguments)
    assert files[0].stat().st_mtime_ns != kept[files[0]]
    assert files[1].stat().st_mtime_ns == kept[files[1]]
    pd.testing.assert_frame_equal(again.frame, first.frame)
    # What stands in the store is what is told, also of another measure.
    store, unit = Store(tmp_path), again.question.units[0]
    table = store.load(asked(part(), store=tmp_path, **arguments).units[0].key).to_pandas()
    store.save(unit.key, Table.from_pandas(table.assign(exits=7.0), preserve_index=False))
    other = attribution(part(), measure="exits", store=tmp_path, **arguments)
    assert (other.games["all"][0, 0] == 7.0).all()
    assert other.saturation.empty


def test_other_posts_other_keys() -> None:
    keys = {
        asked(part(), posts, levers=some, seed=seed, reading="process").units[0].key
        for posts in (1000, 1001)
        for some in ("all", TARGET)
        for seed in (1, 2)
    }
    assert len(keys) == 8


def test_posts_by_default_are_the_scenarios_or_todays() -> None:
    assert asked(part()).posts == 2300
    trend = sim.load("trend")
    question = asked(trend)
    assert question.posts == question.today_posts == 1167
    assert question.most_posts == 3501
    assert question.design.cases[0].ready.levers.shared_target.intensity == 1
    half = trend.with_({"levers.shared_target.intensity": 0.5})
    assert asked(half).design.cases[0].ready.levers.shared_target.intensity == 0.5
    some = asked(trend, levers=TARGET)
    assert some.design.cases[0].ready.levers.better_coordination.intensity == 0


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"measure": "entires"}, "did you mean 'entries'"),
        ({"measure": "bound_by_slots"}, "not a measure"),
        ({"posts": 0}, "posts: is 0"),
        ({"posts": -5}, "posts: is -5"),
        ({"posts": 60_000}, "posts.target"),
        ({"year": 2020}, "2020 is not simulated"),
        ({"year": 2060}, "horizon.end"),
        ({"levers": "shared_targt"}, "did you mean 'shared_target'"),
        ({"levers": []}, "none is named"),
        ({"reading": "proces"}, "did you mean 'process'"),
        ({"engine": "fast"}, "not a known engine"),
        ({"draws": 0}, "draws"),
        ({"replications": 0}, "replications"),
    ],
)
def test_bad_input_is_told(changes: dict[str, object], told: str) -> None:
    with pytest.raises(InputError) as wrong:
        asked(part(), **changes)
    assert told in str(wrong.value)


def test_several_mistakes_are_told_at_once() -> None:
    with pytest.raises(InputError) as wrong:
        asked(part(), 0, measure="nonsense", year=1999)
    assert len(wrong.value.problems) == 3


def test_the_answer_in_words_html_and_figures(on_draws: Attribution) -> None:
    text = " ".join(str(on_draws).split())
    assert text.startswith("What the levers do: entries in 2022 with 1 500 funded posts")
    assert "All five levers: +" in text
    assert "“Particularly when activated together” (2021): together they bring ×" in text
    assert "alone nothing, for it acts only through the others" in text
    assert "the two overlap" in text
    assert "a what-if" not in text
    assert "<table>" in on_draws._repr_html_()
    above, below = on_draws.plot().axes
    assert len(above.lines[0].get_xdata()) == 32
    assert list(above.lines[0].get_ydata()) == sorted(above.lines[0].get_ydata())
    assert below.get_yticklabels()[0].get_text() == "Shared target"
    assert len(on_draws.plot("shares", "process").axes) == 2


def test_readings_are_told_as_a_band_and_one_by_one() -> None:
    found = attribution(part(), levers=[TARGET, OPENING], reading="all", replications=1)
    text = " ".join(str(found).split())
    assert list(dict.fromkeys(found.together["reading"])) == list(readings())
    assert "no mean of them is meant" in text
    assert "The 2 levers: +" in text
    assert "simulation's noise is not known." in text
    assert found.together["half_width"].isna().all()
    assert isnan(found.together["weight"].iloc[0])


def test_one_lever_alone() -> None:
    found = attribution(part(), levers=DELAY, reading="process", replications=1)
    value = found.shares.set_index("what")["value"]
    assert value["alone"] == value["last_in"] == value["share"]
    assert found.pairs.empty
    assert "Shorter entry delay: +" in str(found)
    assert len(found.plot().axes) == 2


def test_all_combinations_are_there(on_draws: Attribution) -> None:
    names = ["+".join(each) for each in ALL]
    rows = on_draws.combinations.query("reading == 'posterior' and what == 'value'")
    assert list(rows["levers"]) == names
    runs = on_draws.frame
    assert set(runs["composition"]) == {"multiplied", "added"}
    assert len(runs) == on_draws.question.evaluations
