"""Run the README's plan and compare it with what the README shows; `.ci/run` calls this."""

from __future__ import annotations

import difflib
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def shown() -> list[str]:
    """The plan that the README shows."""
    found = re.search(r"<!-- plan output -->\s*```text\n(.*?)```", README.read_text("utf-8"), re.S)
    if found is None:
        raise SystemExit("README.md shows no plan")
    return [line.rstrip() for line in found.group(1).strip().splitlines()]


def printed() -> list[str]:
    """The plan that the command prints."""
    command = [sys.executable, "-m", "sim.cli", "plan"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.rstrip() for line in done.stdout.strip().splitlines()]


def main() -> None:
    """Exit with 1 and the differences unless both are the same."""
    differences = list(difflib.unified_diff(shown(), printed(), "README", "command", lineterm=""))
    print("\n".join(differences) or "the README shows what the command prints")
    sys.exit(bool(differences))


if __name__ == "__main__":
    main()
