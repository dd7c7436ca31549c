"""
Write the list of all that the service is made of, as CycloneDX JSON, from the locked files alone.

    python3 scripts/sbom.py [-o sbom.json]

The same locked files give the same list, byte by byte. Needs nothing but Python.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^(?P<name>[a-z0-9.\-]+)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+?))?\s*\\?$")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def python_packages(text):
    """Read a locked requirement file: each package with its version, marker and the hashes of its files."""
    found = []
    for line in text.splitlines():
        if pin := PIN.match(line):
            name, version = pin["name"], pin["version"]
            found.append(component(name, version, f"pkg:pypi/{name}@{version}", note=pin["marker"]))
        elif given := HASH.search(line):
            found[-1]["hashes"].append({"alg": "SHA-256", "content": given[1]})
    return found


def front_end_packages(text):
    """Read a locked front-end file: each package that is served, with its hash and licence."""
    found = []
    for place, entry in json.loads(text)["packages"].items():
        if place and not entry.get("dev"):
            name = place.rpartition("node_modules/")[2]
            purl = f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}"
            one = component(name, entry["version"], purl)
            algorithm, _, value = entry["integrity"].partition("-")
            content = base64.b64decode(value).hex()
            one["hashes"].append({"alg": f"SHA-{algorithm.removeprefix('sha')}", "content": content})
            if entry.get("license"):
                one["licenses"] = [{"license": {"name": entry["license"]}}]
            found.append(one)
    return found


def component(name, version, purl, note=None):
    one = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl, "hashes": []}
    if note:
        one["properties"] = [{"name": "only-where", "value": note}]
    return one


def document():
    """Return the whole list."""
    files = [ROOT / "requirements" / "run.txt", ROOT / "package-lock.json"]
    project = re.search(r'^version = "([^"]+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]
    parts = [*python_packages(files[0].read_text()), *front_end_packages(files[1].read_text())]
    seed = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.UUID(seed[:32], version=4)}",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": "commonweal", "name": "commonweal", "version": project}
        },
        "components": sorted(parts, key=lambda part: part["purl"]),
    }


def main():
    options = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    options.add_argument("-o", "--output", type=Path, help="the file to write; without it, to the screen")
    output = options.parse_args().output
    text = json.dumps(document(), indent=1) + "\n"
    if output:
        output.write_text(text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
