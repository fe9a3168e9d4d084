"""Lists the parts of Berth's image as CycloneDX 1.5: the same parts give the same document."""

import hashlib
import json
import pathlib
import re
import subprocess
import sys
import uuid

PROGRAMS = ["berth", "berth-worker", "berth-janitor"]
# By the first words of their text; what isn't found is named as unknown rather than guessed.
LICENCES = [
    (r"Apache License\s+Version 2\.0", "Apache-2.0"),
    (r"MIT License|Permission is hereby granted, free of charge", "MIT"),
    (r"GNU LESSER GENERAL PUBLIC LICENSE", "LGPL-2.1-or-later"),
    (r"Redistribution and use in source and binary forms", "BSD-2-Clause OR BSD-3-Clause"),
]
# What Debian's copyright files call them, in SPDX's words.
DEBIAN = {"Apache-2": "Apache-2.0", "Apache-2.0": "Apache-2.0", "BSD-2-clause": "BSD-2-Clause", "Expat": "MIT",
          "BSD-3-clause": "BSD-3-Clause", "zlib": "Zlib", "MIT": "MIT", "LGPL-2.1+": "LGPL-2.1-or-later",
          "GPL-2+": "GPL-2.0-or-later", "MIT-1": "MIT", "GPL-2": "GPL-2.0-only", "GPL-3+": "GPL-3.0-or-later", "LGPL-2+": "LGPL-2.0-or-later"}

# Their copyright files are prose.
UNMARKED = {
    "libc6": "LGPL-2.1-or-later",
    "libgcc-s1": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libstdc++6": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libsasl2-2": "BSD-3-Clause-Attribution",
    "zlib1g": "Zlib",
}


def expression(text):
    return next((name for pattern, name in LICENCES if re.search(pattern, text)), None)


def swift_licence(root, identity):
    for checkout in sorted((root / ".build" / "checkouts").glob("*")):
        if checkout.name.lower() == identity:
            for file in sorted(checkout.glob("LICENSE*")):
                return expression(file.read_text(errors="replace")[:4000])
    return None


def swift_packages(root):
    for pin in json.loads((root / "Package.resolved").read_text())["pins"]:
        state = pin["state"]
        version = state.get("version") or state["revision"]
        location = re.sub(r"^https://|\.git$", "", pin["location"])
        yield {
            "type": "library",
            "name": pin["identity"],
            "version": version,
            "purl": f"pkg:swift/{location}@{version}",
            "licence": swift_licence(root, pin["identity"]),
            "properties": [{"name": "swift:revision", "value": state["revision"]}],
        }


def loaded(binaries):
    """The files that the programs load."""
    files = set()
    for program in PROGRAMS:
        said = subprocess.run(["ldd", binaries / program], check=True, capture_output=True, text=True).stdout
        files |= set(re.findall(r"(?:=> |^\t)(/\S+)", said, re.M))
    return sorted(files)


def debian_licence(package):
    name = package.split(":")[0]
    if name in UNMARKED:
        return UNMARKED[name]
    file = pathlib.Path("/usr/share/doc") / name / "copyright"
    text = file.read_text(errors="replace") if file.exists() else ""
    # Machine-readable ones say what most files are under; the text of others holds many licences.
    most = re.search(r"^Files:\s*\*\s*\n(?:(?!License:).*\n)*?License:\s*(.+?)\s*$", text, re.M)
    if not most or not text.startswith("Format:"):
        return None
    words = re.split(r" (and|or) ", most.group(1))
    names = [word.upper() if index % 2 else DEBIAN.get(word) for index, word in enumerate(words)]
    return " ".join(names) if all(names) else None


def debian_packages(files):
    packages = {}
    for file in files:
        # Libraries are known by their place before the merge of /lib with /usr/lib, or after it.
        for path in (file, str(pathlib.Path(file).resolve()), file.removeprefix("/usr"), "/usr" + file):
            found = subprocess.run(["dpkg-query", "-S", path], capture_output=True, text=True)
            if found.returncode == 0:
                packages.setdefault(found.stdout.split(": ")[0], None)
                break
    for package in sorted([*packages, "ca-certificates"]):
        shown = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Package}\t${Version}\t${Architecture}", package],
            capture_output=True, text=True,
        )
        if shown.returncode != 0:
            continue
        name, version, architecture = shown.stdout.split("\t")
        yield {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:deb/debian/{name}@{version}?arch={architecture}",
            "licence": debian_licence(package),
        }


def component(part):
    licence = part.pop("licence")
    key = "expression" if licence and " " in licence else None
    part["licenses"] = (
        [{"expression": licence}] if key else [{"license": {"id": licence} if licence else {"name": "unknown"}}]
    )
    part["bom-ref"] = part["purl"]
    return part


def main(root, binaries):
    version = re.search(r'"([0-9.]+)"', (root / "Sources/Fleet/Assembly/BerthVersion.swift").read_text()).group(1)
    components = [component(part) for part in [*swift_packages(root), *debian_packages(loaded(binaries))]]
    serial = uuid.UUID(hashlib.sha256(json.dumps(components, sort_keys=True).encode()).hexdigest()[:32])
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "name": "berth", "version": version, "bom-ref": f"berth@{version}",
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": components,
        "dependencies": [{"ref": f"berth@{version}", "dependsOn": [part["bom-ref"] for part in components]}],
    }
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
