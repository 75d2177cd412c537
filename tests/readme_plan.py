"""Run the README's plan and compare it with what the README shows; `.ci/run` calls this.

Words must be the same; numbers may differ by 1 % (or by 3, small ones by 0.05),
because exponentials differ in the last bit between processors, and a person more or
less may follow.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
NUMBER = re.compile(r"\d{1,3}(?: \d{3})+|\d+(?:\.\d+)?")
SHARE, LEAST, LEAST_OF_SMALL, SMALL = 0.01, 3.0, 0.05, 10


def shown() -> str:
    """The plan that the README shows."""
    found = re.search(r"<!-- plan output -->\s*```text\n(.*?)```", README.read_text("utf-8"), re.S)
    if found is None:
        raise SystemExit("README.md shows no plan")
    return found.group(1)


def printed() -> str:
    """The plan that the command prints."""
    told = re.search(r"agsim plan( --draws \d+)", README.read_text("utf-8"))
    if told is None:
        raise SystemExit("README.md shows no command")
    command = [sys.executable, "-m", "sim.cli", "plan", *told.group(1).split(), "--store", "none"]
    english = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=english)
    return done.stdout


def parts(text: str) -> tuple[list[str], list[float]]:
    """Words without the numbers (and without the lines of tables), and the numbers."""
    numbers = [float(each.replace(" ", "")) for each in NUMBER.findall(text)]
    return re.sub("─+", "", NUMBER.sub("#", text)).split(), numbers


def main() -> None:
    """Exit with 1 and the differences unless both say the same."""
    (words, numbers), (said, found) = parts(shown()), parts(printed())
    differences = [f"{a} → {b}" for a, b in zip_longest(words, said) if a != b]
    differences += [
        f"{a} → {b}"
        for a, b in zip_longest(numbers, found, fillvalue=float("nan"))
        if not abs(a - b) <= max(LEAST if a >= SMALL else LEAST_OF_SMALL, SHARE * a)
    ]
    print("\n".join(differences) or "the README shows what the command prints")
    sys.exit(bool(differences))


if __name__ == "__main__":
    main()
