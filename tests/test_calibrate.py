"""The calibration as a whole, small: from figures to files that `sim` projects on."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import sim
from calibration.checks.predictive import column, predictive
from calibration.command import correction_of, problem_of
from calibration.figures import published, read_figures
from calibration.fit import Fit, Settings, calibrate
from calibration.posterior_file import behaviours, write_posterior
from calibration.problem import Fluid, Problem, Trial, scenario_of, simulated_figures
from calibration.sampling import Inference
from sim.errors import InputError
from sim.experiment.executor import Workers
from sim.flow import fluid
from sim.population.fluid_build import fluid_inputs
from sim.posterior import posterior

TINY = Settings(
    scan=150, near_kinds=4, design=24, live=50, effective=20, networks=1, kinds=4,
    candidates=60, replications=1, draws=30,
)  # fmt: skip
SEED = 5


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Fit, Path]:
    folder = tmp_path_factory.mktemp("calibration")
    fit = calibrate(Problem.of(published()), TINY, SEED, Workers(1), folder / "work")
    write_posterior(folder / "posterior", fit, behaviours(fit, Workers(1)), "a test")
    return fit, folder


@pytest.mark.slow
class TestTheWholeWay:
    def test_what_is_written_is_what_sim_reads(self, made: tuple[Fit, Path]):
        fit, folder = made
        read = posterior(folder / "posterior")
        assert read.weights == pytest.approx(fit.weights, rel=1e-5)
        places = fit.problem.priors.paths.index("portfolios.places")
        assert column(read, "portfolios.places") == pytest.approx(
            fit.structure[:, places], rel=1e-5
        )
        assert read.targets == fit.problem.names
        effects = [each.path for each in read.parameters if each.path.startswith("levers.")]
        assert len(effects) > 10

    def test_the_engine_gives_the_figures_of_each_draw(self, made: tuple[Fit, Path]):
        """Through the front door: `sim.simulate` on the draws meets what was stored of them."""
        fit, folder = made
        results = sim.simulate(
            sim.load("history-2018-2020"), draws=4, replications=1, seed=99,
            posterior=folder / "posterior",
        )  # fmt: skip
        yearly = results.yearly
        found = yearly[(yearly["measure"] == "entries") & (yearly["period"] == "2019")]
        by_draw = found.set_index("draw")["value"]
        figure = fit.problem.names.index("entries 2019")
        for draw in range(4):
            stored = np.exp(fit.simulated[draw, figure])
            # Two single replications differ by √2 times the noise.
            noise = 5 * np.sqrt(2) * fit.correction.noise[figure]
            assert by_draw[draw] == pytest.approx(stored, rel=noise)

    def test_a_stopped_calibration_goes_on_and_gives_the_same(self, made: tuple[Fit, Path]):
        fit, folder = made
        (folder / "work" / "draws.npz").unlink()
        again = calibrate(Problem.of(published()), TINY, SEED, Workers(1), folder / "work")
        assert np.array_equal(again.unknowns, fit.unknowns)
        assert np.array_equal(again.weights, fit.weights)

    def test_another_calibration_does_not_go_on_in_its_folder(self, made: tuple[Fit, Path]):
        _, folder = made
        with pytest.raises(InputError, match="another calibration"):
            calibrate(Problem.of(published()), TINY, SEED + 1, Workers(1), folder / "work")

    def test_the_draws_meet_the_figures(self, made: tuple[Fit, Path]):
        """Tiny as it is: most of the nine figures lie inside the predictive intervals."""
        _, folder = made
        assert predictive(posterior(folder / "posterior"))["inside"].sum() >= 6


def spread_of(name: str, problem: Problem, count: int = 80) -> float:
    """Posterior standard deviation of a figure's log: between structures and within them."""
    shipped = posterior()
    known = {each.path for each in shipped.parameters}
    structures = np.stack(
        [
            column(shipped, path)[:count] if path in known else np.ones(count)
            for path in problem.priors.paths
        ],
        axis=1,
    )
    inference = Inference.of(problem, None, 8)
    given = [inference.given(each) for each in structures]
    logs = np.array([each.evidence for each in given])
    weights = np.exp(logs - logs.max()) / np.exp(logs - logs.max()).sum()
    k = problem.names.index(name)
    figures = np.array([each.figures[k] for each in given])
    within = np.array([np.sum((each.slopes[k] @ each.root) ** 2) for each in given])
    return float(np.sqrt(weights @ ((figures - weights @ figures) ** 2 + within)))


class TestOwnFigures:
    """A row of one's own on the load or on orientations cuts across the ridge."""

    @pytest.mark.parametrize(
        ("row", "measured"),
        [
            ("load,2020,44.5,people per portfolio,0.01", "load 2020"),
            ("orientations,2020,112000,people,0.01", "orientations 2020"),
        ],
    )
    def test_a_row_shrinks_the_ridge(self, tmp_path: Path, row: str, measured: str):
        """The same structures, weighed with the row and with one that says nothing (100 %)."""
        file = tmp_path / "mine.csv"
        file.write_text(f"measure,period,value,unit,error\n{row}\n")
        tight = spread_of(measured, Problem.of(read_figures(file)))
        file.write_text(f"measure,period,value,unit,error\n{row.replace(',0.01', ',1')}\n")
        loose = spread_of(measured, Problem.of(read_figures(file)))
        assert loose > 0.015
        assert tight < 0.6 * loose

    def test_more_years_are_calibrated_with_their_portfolios(self, tmp_path: Path):
        file = tmp_path / "more.csv"
        file.write_text(
            "measure,period,value,unit\n"
            "entries,2021,101000,people\n"
            "portfolios_in_december,2021,1200,portfolios\n"
        )
        problem = Problem.of(read_figures(file))
        assert problem.years == (2018, 2019, 2020, 2021)
        inference = Inference.of(problem, None, 8)
        structure = inference.priors.structure(np.full(inference.dimensions, 0.4))
        given = inference.given(structure)
        at = problem.names.index("entries 2021")
        assert given.figures[at] == pytest.approx(problem.observed[at], abs=0.05)
        simulated = simulated_figures(Trial(problem, structure, given.mode, [0], 1))
        assert simulated[0, at] == pytest.approx(given.figures[at], abs=0.05)

    def test_a_departement_is_calibrated_alone(self, tmp_path: Path):
        file = tmp_path / "52.csv"
        rows = [
            "measure,period,value,unit,place",
            *(f"entries,{year},{value},people,52" for year, value in ((2019, 240), (2020, 250))),
            "entry_delay,2020,25,days,52",
            *(f"portfolios_in_december,{year},4,portfolios,52" for year in (2019, 2020)),
        ]
        file.write_text("\n".join(rows) + "\n")
        problem = Problem.of(read_figures(file))
        assert problem.history.territory.departements == ("52",)
        inference = Inference.of(problem, None, 8)
        given = inference.given(inference.priors.structure(np.full(inference.dimensions, 0.4)))
        assert given.figures == pytest.approx(problem.observed, abs=0.1)

    @pytest.mark.parametrize(
        ("written", "codes"),
        [
            ("08+52", ("08", "52")),
            ("52 + 08", ("08", "52")),
            ("corse", ("2A", "2B")),
        ],
    )
    def test_several_are_calibrated_together(self, tmp_path: Path, written: str, codes):
        file = tmp_path / "several.csv"
        rows = [
            "measure,period,value,unit,place",
            f"entries,2018,640,people,{written}",
            *(f"portfolios_in_december,{year},9,portfolios,{written}" for year in (2017, 2018)),
        ]
        file.write_text("\n".join(rows) + "\n")
        figures = read_figures(file)
        assert figures.places == codes
        problem = Problem.of(figures)
        assert problem.history.territory.departements == codes
        assert [when.year for when in problem.history.portfolios.in_service] == [2017, 2018]
        inference = Inference.of(problem, None, 8)
        given = inference.given(inference.priors.structure(np.full(inference.dimensions, 0.4)))
        assert given.figures == pytest.approx(problem.observed, abs=0.1)

    def test_one_pool_is_not_uneven(self, tmp_path: Path):
        """Its demand is the whole demand: the engine knows, and so does the approximation."""
        even, uneven = (
            scenario_of(published()).with_(
                {
                    "territory.departements": ["48"],
                    "territory.figures_for": "departements",
                    "territory.pool_size": 12,
                    "territory.unevenness": cv,
                    "portfolios.in_service": {"2017-12-31": 3, "2020-12-31": 3},
                    "orientations.per_year": {"2018": 400},
                    "entry.process_delay_days": {"2018": 20},
                    "parcours.duration_days": {"2018": 200},
                }
            )
            for cv in (0.0, 0.5)
        )
        flows = [fluid.run(fluid_inputs(each)) for each in (even, uneven)]
        assert flows[0].entries.sum() == pytest.approx(flows[1].entries.sum(), rel=1e-9)

    def test_months_alone_say_how_many_there_are(self, tmp_path: Path):
        """A départment whose entries are given by month: the first guess is their year."""
        file = tmp_path / "months.csv"
        rows = ["measure,period,value,unit,place"]
        rows += [f"entries,2020-{month:02},{40 + month},people,52" for month in range(1, 13)]
        rows += ["portfolios_in_december,2020,6,portfolios,52"]
        file.write_text("\n".join(rows) + "\n")
        problem = Problem.of(read_figures(file))
        inference = Inference.of(problem, None, 8)
        structure = inference.priors.structure(np.full(inference.dimensions, 0.4))
        given = inference.given(structure)
        entries = 12 * 46.5
        assert entries < np.exp(given.mode[0]) < 2 * entries
        assert np.exp(given.figures).sum() == pytest.approx(entries, rel=0.1)

    def test_monthly_rows_are_of_their_month(self, tmp_path: Path):
        file = tmp_path / "months.csv"
        file.write_text("measure,period,value,unit\norientations,2019-08,7000,people\n")
        problem = Problem.of(read_figures(file))
        structure = problem.priors.structure(np.full(len(problem.priors.paths), 0.5))
        unknowns = np.log([1.2e5] * 3 + [20] * 3 + [200] * 3)
        approximate = Fluid(problem, structure)(unknowns)
        engine = simulated_figures(Trial(problem, structure, unknowns, [0, 1], 1)).mean(axis=0)
        at = problem.names.index("orientations 2019-08")
        # A Poisson number of about 9 000 people, twice.
        assert approximate[at] == pytest.approx(engine[at], abs=4 / np.sqrt(2 * 9000))


def test_figures_that_nothing_comes_near_are_told(tmp_path: Path):
    file = tmp_path / "mine.csv"
    file.write_text("measure,period,value,unit,error\nload,2020,120,people per portfolio,0.01\n")
    problem = Problem.of(read_figures(file))
    with pytest.raises(InputError, match="load 2020: is 120, and nothing that the priors allow"):
        calibrate(problem, TINY, SEED, Workers(1), tmp_path / "work")


class TestDrawsOfAPlace:
    def test_they_are_not_for_the_country(self, tmp_path: Path):
        folder = Path(shutil.copytree(posterior().folder, tmp_path / "of_52"))
        manifest = folder / "manifest.toml"
        text = manifest.read_text(encoding="utf-8")
        assert 'place = ""' in text
        manifest.write_text(text.replace('place = ""', 'place = "52"'), encoding="utf-8")
        of_52 = posterior(folder)
        with pytest.raises(InputError, match=r"of the département\(s\) 52 alone"):
            of_52.under(sim.load("trend"), 0)
        alone = {"territory.departements": ["52"], "territory.figures_for": "departements"}
        assert of_52.under(sim.load("trend").with_(alone), 0)


class TestShipped:
    def test_it_was_made_on_this_history_and_these_figures(self):
        shipped = posterior()
        assert shipped.scenario_fingerprint == scenario_of(published()).fingerprint
        assert shipped.targets == Problem.of(published()).names
        assert problem_of(shipped).figures == published()

    def test_all_figures_lie_inside_intervals_that_are_narrow_enough(self):
        """The issue's own bounds: ±6 % on entries and durations, ±10 % on delays."""
        found = predictive(posterior())
        assert len(found) == 9
        assert found["inside"].all()
        widest = found.groupby("measure")["half_width"].max()
        assert widest["entries"] <= 0.06
        assert widest["parcours_duration"] <= 0.06
        assert widest["entry_delay"] <= 0.10

    def test_the_engine_still_gives_its_figures(self):
        """Fresh people, the first draws: what is stored of each draw comes out again."""
        shipped = posterior()
        correction, _ = correction_of(shipped)
        results = sim.simulate(
            sim.load("history-2018-2020"), draws=12, replications=1, seed=4711, workers=Workers(2)
        )
        yearly = results.yearly
        for k, name in enumerate(Problem.of(published()).names):
            measure, _, year = name.partition(" ")
            found = yearly[(yearly["measure"] == measure) & (yearly["period"] == year)]
            values = found.set_index("draw")["value"]
            if measure == "parcours_duration":
                values = values / column(shipped, "parcours.true_to_published")[: len(values)]
            off = np.log(values.to_numpy()) - np.log(
                shipped.diagnostics[f"is_{measure}_{year}"][: len(values)]
            )
            # Stored: the mean of two replications; here one. Standard error of the mean difference.
            error = correction.noise[k] * np.sqrt(1.5 / len(values))
            assert abs(off.mean()) < 4.5 * error, name
