"""A posterior of one département for tests: that of `posteriors.py`, at a département's size."""

from __future__ import annotations

import csv
from pathlib import Path

from posteriors import made

PORTFOLIOS = {"2018-12-31": 4.0, "2019-12-31": 4.0, "2020-12-31": 5.0}
IN_SERVICE = "portfolios.in_service."


def made_of_a_place(folder: Path, place: str = "52", part: float = 0.004, draws: int = 3) -> Path:
    """Write a posterior of a département's draws; `part`: its orientations, of the nation's."""
    made(folder, draws)
    with (folder / "draws.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for name in row:
            if name.startswith("orientations.per_year."):
                row[name] = str(float(row[name]) * part)
        row |= {f"{IN_SERVICE}{when}": str(value) for when, value in PORTFOLIOS.items()}
    with (folder / "draws.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    told = (folder / "manifest.toml").read_text(encoding="utf-8")
    for when in PORTFOLIOS:
        told += f'[parameters."{IN_SERVICE}{when}"]\nkind = "calibrated"\n'
    (folder / "manifest.toml").write_text(f'place = "{place}"\n{told}', encoding="utf-8")
    return folder
