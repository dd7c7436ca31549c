"""
Copy the front-end files that pages load from node_modules into the static folder of the service.

    npm ci --ignore-scripts && python3 scripts/vendor.py

Only compiled files are taken. GDS Transport may be used on gov.uk alone, so its two @font-face blocks go and Source
Sans 3 takes its place; crown, crest, GOV.UK logo and favicons are not copied either. Licences go beside the files.
Needs Python 3.11 and nothing else. The target is written beside its place and put there whole.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path("src/commonweal_web/static/vendor")
FONT = "Source Sans 3"
FACES = ("latin", "latin-ext")
FORBIDDEN = re.compile(r"crown|crest|favicon|touch-icon|govuk-icon|govuk-logo|opengraph|logotype", re.IGNORECASE)
SOURCES = {
    "govuk-frontend": [
        ("dist/govuk/govuk-frontend.min.css", "govuk-frontend.min.css"),
        ("dist/govuk/govuk-frontend.min.js", "govuk-frontend.min.js"),
    ],
    "@ministryofjustice/frontend": [
        ("moj/moj-frontend.min.css", "moj-frontend.min.css"),
        ("moj/moj-frontend.min.js", "moj-frontend.min.js"),
        ("moj/assets/images", "images"),
    ],
    "accessible-autocomplete": [
        ("dist/accessible-autocomplete.min.css", "accessible-autocomplete.min.css"),
        ("dist/accessible-autocomplete.min.js", "accessible-autocomplete.min.js"),
    ],
    "@fontsource-variable/source-sans-3": [
        *((f"files/source-sans-3-{face}-wght-normal.woff2", f"fonts/source-sans-3-{face}.woff2") for face in FACES),
    ],
}
RIGHTS = {  # packages that name the MIT licence and carry no copy of it
    "govuk-frontend": "Copyright (C) 2017 Crown Copyright (Government Digital Service)",
    "@ministryofjustice/frontend": "Copyright (c) 2017 Crown Copyright (Ministry of Justice)",
}
MIT = """The MIT License (MIT)

{}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


class Missing(Exception):
    """The packages are not there."""


def vendor(root: Path) -> Path:
    """
    Copy everything into `root`/src/commonweal_web/static/vendor and return that folder.

    :raises Missing: if node_modules does not hold the packages
    """
    modules, target = root / "node_modules", root / TARGET
    absent = [name for name in SOURCES if not (modules / name / "package.json").is_file()]
    if absent:
        raise Missing(f"node_modules holds no {', '.join(absent)}. Run npm ci --ignore-scripts, then this again.")
    fresh = target.with_name(f".vendor-{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    for name, files in SOURCES.items():
        for source, place in files:
            copy(modules / name / source, fresh / place)
        licence(name, modules / name, fresh / "licences")
    (fresh / "fonts.css").write_text(font_faces(modules / "@fontsource-variable/source-sans-3"), encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return target


def copy(source: Path, place: Path) -> None:
    if FORBIDDEN.search(source.name):
        return
    if source.is_dir():
        for path in sorted(source.iterdir()):
            copy(path, place / path.name)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix == ".css":
        place.write_text(restyled(source.read_text(encoding="utf-8")), encoding="utf-8")
    elif source.suffix == ".js":
        place.write_text(without_map(source.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        shutil.copyfile(source, place)


def restyled(css: str) -> str:
    """The style sheet with our typeface, with addresses beside itself, and without what belongs to gov.uk."""
    css = re.sub(r"@font-face\{[^}]*GDS Transport[^}]*\}", "", css)
    css = re.sub(r"[\"']?GDS Transport[\"']?", f'"{FONT}"', css)
    css = re.sub(r"url\([^)]*(?:" + FORBIDDEN.pattern + r")[^)]*\)", "none", css, flags=re.IGNORECASE)
    css = css.replace("url(/assets/", "url(")
    return without_map(css)


def without_map(text: str) -> str:
    return re.sub(r"(?://# sourceMappingURL=\S+|/\*# sourceMappingURL=[^*]*\*/)\s*", "", text)


def font_faces(package: Path) -> str:
    """The @font-face rules of the faces that we ship, from the package's own list of characters."""
    ranges = json.loads((package / "unicode.json").read_text(encoding="utf-8"))
    rules = []
    for face in FACES:
        rules.append(
            f'@font-face{{font-family:"{FONT}";font-style:normal;font-display:swap;font-weight:200 900;'
            f'src:url(fonts/source-sans-3-{face}.woff2) format("woff2");unicode-range:{ranges[face]}}}'
        )
    return "\n".join(rules) + "\n"


def licence(name: str, package: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    facts = json.loads((package / "package.json").read_text(encoding="utf-8"))
    found = next((path for path in sorted(package.iterdir()) if path.name.upper().startswith("LICENSE")), None)
    if found is None and name not in RIGHTS:
        raise Missing(f"{name} has no licence file, and scripts/vendor.py knows no holder of its rights.")
    text = found.read_text(encoding="utf-8") if found else MIT.format(RIGHTS[name])
    label = name.removeprefix("@").replace("/", "-")
    (folder / f"{label}.txt").write_text(f"{name} {facts['version']} ({facts['license']})\n\n{text}", encoding="utf-8")


if __name__ == "__main__":
    try:
        vendor(ROOT)
    except Missing as problem:
        sys.exit(str(problem))
