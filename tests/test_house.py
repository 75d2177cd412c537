"""The house: who may know whom, start-up time, what is public."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import sim

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "sim"

# From the ground up; a module may import what stands in its own storey or below.
STOREYS: tuple[frozenset[str], ...] = (
    frozenset({"calendar", "data_files"}),
    frozenset({"catalogue"}),
    frozenset({"errors"}),
    frozenset({"words"}),
    frozenset({"quantities", "library_words"}),
    frozenset({"shown"}),
    frozenset({"parameters", "csv_rows"}),
    frozenset({"flow"}),
    frozenset({"levers", "territory", "observed_figures", "rates"}),
    frozenset({"posts_table"}),
    frozenset({"sections"}),
    frozenset(
        {
            "scenario",
            "scenario_files",
            "scenario_mistakes",
            "scenario_schema",
            "reading_fits",
            "posterior",
        }
        | {"posterior_files", "rate_files"}
    ),
    frozenset({"population"}),
    frozenset({"measures"}),
    frozenset({"experiment"}),
    frozenset({"planning"}),
    frozenset({"money"}),
    frozenset({"present"}),
    frozenset({"planner"}),
    frozenset({"own_figures"}),
    frozenset({"documents"}),
    frozenset({"cli_help", "cli_language", "cli_options", "cli_support"}),
    frozenset({"cli_reach", "cli_panel"}),
    frozenset(
        {"cli_batch", "cli_budget", "cli_calibrate", "cli_explain", "cli_levers", "cli_lookback"}
        | {"cli_template"}
        | {"cli_territory"}
    ),
    frozenset({"cli_plan", "cli_events"}),
    frozenset({"cli_report", "cli_sensitivity", "cli_staffing"}),
    frozenset({"cli"}),
)
HEIGHT = {room: height for height, rooms in enumerate(STOREYS) for room in rooms}


def imports(path: Path, *, lazy: bool) -> set[str]:
    """Rooms of `sim` imported by a file; with `lazy`, also inside functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if lazy else iter(tree.body)
    rooms = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("sim."):
            rooms.add(node.module.split(".")[1])
        if isinstance(node, ast.ImportFrom) and node.module == "calibration":
            rooms.add("calibration")
    return rooms


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down_only(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    above = {other for other in imports(path, lazy=False) if HEIGHT[other] > HEIGHT[room]}
    assert not above


def test_the_flow_knows_arrays_only() -> None:
    for path in (PACKAGE / "flow").glob("*.py"):
        assert imports(path, lazy=True) <= {"flow", "calendar"}


def test_the_core_of_money_knows_no_plan() -> None:
    """Posts to euros to payers is arithmetic on a scenario; plans are costed above it.

    Options count a target as met where plans do.
    """
    above = {"afford", "from_plan", "options", "recurrent"}
    for path in (PACKAGE / "money").glob("*.py"):
        if path.stem not in above:
            assert "planning" not in imports(path, lazy=True), path.name


def test_only_display_methods_and_the_command_reach_up() -> None:
    """Imports upwards inside functions: presentation from results, files from `with_`."""
    allowed = {("experiment", "present"), ("planning", "present"), ("money", "present")}
    allowed |= {("scenario", "scenario_files"), ("rates", "rate_files")}
    for path in modules():
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for other in imports(path, lazy=True) - {"calibration"}:
            if HEIGHT[other] > HEIGHT[room]:
                assert (room, other) in allowed, f"{path}: {other}"


def test_sim_does_not_know_the_calibration_but_for_its_command() -> None:
    for path in modules():
        if path.name != "cli_calibrate.py":
            assert "import calibration" not in path.read_text(encoding="utf-8")
            assert "from calibration" not in path.read_text(encoding="utf-8")


def test_no_module_hides_a_public_name() -> None:
    """`sim.plan` stays what it is when a module of the name is imported: there is none."""
    hidden = {path.stem for path in PACKAGE.glob("*.py")} | {
        path.name for path in PACKAGE.iterdir()
    }
    assert not hidden & set(sim.__all__)


def test_public_names_exist() -> None:
    for name in sim.__all__:
        assert getattr(sim, name) is not None
    assert len(sim.__all__) <= 29
    with pytest.raises(AttributeError):
        _ = sim.nonsense


@pytest.mark.parametrize("locale", ["C", "fr_FR.UTF-8"])
@pytest.mark.parametrize("command", [["-c", "import sim"], ["-m", "sim.cli", "--help"]])
def test_start_up_imports_no_heavy_library(command: list[str], locale: str) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "LC_ALL": locale, "PYTHONUTF8": "1"},
        check=True,
    )
    loaded = {line.split("|")[-1].strip() for line in done.stderr.splitlines() if "|" in line}
    heavy = {"numba", "scipy", "pandas", "matplotlib", "pyarrow", "loky", "simpy", "IPython"}
    assert not loaded & heavy


def test_no_file_is_a_god() -> None:
    """Files stay readable; the declarations of the parameters are the one long list."""
    for path in modules():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= (540 if path.name == "sections.py" else 420), path.name
