"""`python -m bench [NUMBER...]`: exit status 1 where an answer differs, 2 where a bar is missed."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from bench.harness import CannotRun, DifferentAnswer, run


def main(wanted: list[str]) -> int:
    """Run every `case*.py` beside this file, or those whose number is given."""
    status = 0
    for path in sorted(Path(__file__).parent.glob("case*.py")):
        if wanted and path.stem[4:6] not in wanted:
            continue
        try:
            for case in import_module(f"bench.{path.stem}").cases():
                if not run(case):
                    status = max(status, 2)
        except CannotRun as reason:
            print(f"\n{path.stem}: not run. {reason}")
        except DifferentAnswer as difference:
            print(f"\n{path.stem}: DIFFERENT ANSWER. {difference}")
            return 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
