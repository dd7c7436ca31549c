"""
Prepare .venv from the locked requirement files, then run a task in it. Needs Python 3.11 with pip, and nothing else.

    python3 do.py demo     make the example reports, print their totals and where they are
    python3 do.py test     run every check and every test
    python3 do.py bench    measure the engine against its peers
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
BOOT, VENV = ROOT / ".boot", ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
LEVELS = ("run", "test", "bench")  # each requirement file holds all that the one before it holds
TASKS = {
    "demo": ("run", ["commonweal demo"]),
    "test": (
        "test",
        [
            "ruff check",
            "ruff format --check",
            "mypy",
            "lint-imports",
            "pytest -rfEs --cov --cov-report=term:skip-covered",
        ],
    ),
    "bench": ("bench", ["python -m bench"]),
}
NO_SETUP = """
Could not prepare .venv: {} failed and says why above.
The first run fetches packages with pip (on Debian: apt install python3-pip). Check the network, or name a mirror that
you can reach in PIP_INDEX_URL; then run the same command again.
"""


def run(*command):
    if subprocess.run(command, cwd=ROOT).returncode:
        sys.exit(NO_SETUP.format(Path(command[0]).stem))


def stamp(*files):
    """Tell what an environment is made from: the Python, this folder, and the files that name its packages."""
    seen = hashlib.sha256(f"{sys.base_prefix} {sys.version} {ROOT}".encode())
    for file in files:
        seen.update((ROOT / file).read_bytes())
    return seen.hexdigest()


def made(folder, stamps):
    """Tell whether `folder` is complete: the mark is written last, so a try that was broken off has none."""
    mark = folder / "made-from"
    return mark.is_file() and mark.read_text() in stamps


def fetch_uv():
    """Return the path of uv, after pip has put it into .boot where it is not there yet."""
    wanted = stamp("requirements/boot.txt")
    if not made(BOOT, [wanted]):
        shutil.rmtree(BOOT, ignore_errors=True)
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(*pip, "--target", str(BOOT), "--require-hashes", "-r", "requirements/boot.txt")
        (BOOT / "made-from").write_text(wanted)
    return shutil.which("uv", path=os.pathsep.join([str(BOOT / "bin"), str(BOOT / "Scripts")]))


def agree_settings():
    """Let uv ask the index and trust the certificates that pip is set to, unless it has settings of its own."""
    os.environ.update(UV_PYTHON_DOWNLOADS="never", PIP_REQUIRE_VIRTUALENV="0", PIP_USER="0")
    os.environ["PIP_ROOT_USER_ACTION"] = "ignore"  # pip warns root, but it writes into .boot alone
    for option, variable in (("index-url", "UV_DEFAULT_INDEX"), ("cert", "SSL_CERT_FILE")):
        for key in (f":env:.{option}", f"global.{option}"):
            ask = [sys.executable, "-m", "pip", "config", "get", key]
            known = subprocess.run(ask, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.strip()
            if known:
                os.environ.setdefault(variable, known)


def prepare(level):
    """Make .venv hold at least the packages of `level`; an environment with more than that is good too."""
    enough = LEVELS[LEVELS.index(level) :]
    stamps = [stamp("pyproject.toml", f"requirements/{name}.txt") for name in enough]
    if made(VENV, stamps) and shutil.which("python", path=str(BIN)):
        return
    print("Preparing .venv from the locked requirements; later runs start at once.", flush=True)
    agree_settings()
    uv = fetch_uv()
    (VENV / "made-from").unlink(missing_ok=True)
    run(uv, "venv", "--quiet", "--clear", "--python", getattr(sys, "_base_executable", sys.executable), str(VENV))
    install = (uv, "pip", "install", "--quiet", "--python", str(VENV))
    run(*install, "--require-hashes", "-r", f"requirements/{level}.txt")
    run(*install, "--no-deps", "--no-build-isolation", "--editable", ".")
    (VENV / "made-from").write_text(stamps[0])


def main(arguments):
    if sys.version_info < (3, 11):
        sys.exit(f"Commonweal needs Python 3.11 or later; {sys.executable} is {sys.version.split()[0]}.")
    if len(arguments) < 1 or arguments[0] not in TASKS:
        sys.exit(__doc__.strip())
    level, steps = TASKS[arguments[0]]
    prepare(level)
    *before, last = [step.split() for step in steps]
    failed = []
    for tool, *words in [*before, [*last, *arguments[1:]]]:
        if subprocess.run([str(BIN / tool), *words], cwd=ROOT).returncode:
            failed.append(tool)
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}.")
    if arguments[0] == "demo":
        print(f"The command commonweal is in {BIN}")


if __name__ == "__main__":
    main(sys.argv[1:])
