"""The report as PDF: its pages, printed by a browser without a window."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sim.errors import InputError, Problem
from sim.experiment.files import write_whole
from sim.words import say

if TYPE_CHECKING:
    from sim.documents.report import Report

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge", "microsoft-edge")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--no-pdf-header-footer",
)  # fmt: skip
LONGEST_SECONDS = 120


def browser() -> str:
    """The browser that prints; `InputError` where there is none."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        told = say("needs Chromium, Chrome or Edge, and none was found")
        remedy = say("write --html and print it to PDF from any browser")
        raise InputError(Problem("agsim report", "--pdf", told, remedy))
    return found


def write_pdf(report: Report, path: Path) -> Path:
    """Write the report as PDF; `InputError` where no browser is found, or it fails."""
    printing = browser()

    def printed(part: Path) -> None:
        with TemporaryDirectory() as folder:
            pages, out = Path(folder) / "report.html", Path(folder) / "report.pdf"
            report.pages(pages)
            command = [printing, *QUIET, f"--user-data-dir={folder}/profile",
                       f"--print-to-pdf={out}", pages.as_uri()]  # fmt: skip
            with suppress(subprocess.TimeoutExpired):
                subprocess.run(command, capture_output=True, timeout=LONGEST_SECONDS, check=False)
            if not out.is_file():
                told = say("was not written by {browser}", browser=printing)
                remedy = say("write --html and print it to PDF from any browser")
                raise InputError(Problem("agsim report", "--pdf", told, remedy))
            shutil.copyfile(out, part)

    write_whole(path, printed)
    return path
