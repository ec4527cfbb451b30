#!/usr/bin/env python3
"""What hostile events cost the gate, as a ratio to starting a process that does nothing.

    benches/hooks/hostile.py --bin DIR [--runs 20] [--check]

The shapes are those of tests/gate/hostile.rs, each with a catastrophe at its end and without.  Every
one is started in turn with /bin/true; medians of wall time and CPU are printed, and the worst run.
``--check`` exits 1 when a median is over 20 ms of CPU, far above what a quiet machine needs.
Nothing that is written here is ever run: it is what the gate reads.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

from ratio import bash, run_once

LIMIT_US = 20_000
GRAVE = "rm -rf /"
PLAIN = "cargo test"

FLOODS = {
    "2 MiB before it": lambda last: f"echo {'x ' * (1 << 20)} && {last}",
    "2 MiB of one word": lambda last: f"echo {'x' * (2 << 20)}; {last}",
    "2 MiB of a comment": lambda last: "# " + "it's `a` $(b " * 170_000 + f"\n{last}",
    "5,000 commands": lambda last: "true; " * 5_000 + last,
    "5,000 lines": lambda last: "git status\n" * 5_000 + last,
    "2,000 substitutions deep": lambda last: "echo $(" * 2_000 + last + ")" * 2_000,
    "2,000 quoted substitutions deep": lambda last: 'echo "$(' * 2_000 + last + ')"' * 2_000,
    "2,000 groups deep": lambda last: "{ " * 2_000 + last + "; }" * 2_000,
    "40 kB of one-letter arguments": lambda last: f"git {'-a ' * 13_334}; {last}",
    "2,000 heredocs": lambda last: "cat <<E\nx\nE\n" * 2_000 + last,
    "2,000 heredocs on one line": lambda last: f"cat {'<<E ' * 2_000}\n" + "x\nE\n" * 2_000 + last,
    "2,000 variables": lambda last: "a=b c=$a; " * 2_000 + last,
    "2,000 braces": lambda last: f"echo {'{a,b,c} ' * 2_000}; {last}",
}


def documents(project: Path, last: str) -> dict[str, bytes]:
    plain = bash(project, last).strip()
    costly = "x=a; " + "x=$x$x; " * 20 + "echo $x"

    def with_command(command: str) -> bytes:
        return plain.replace(json.dumps(last).encode(), command.encode())

    def deep(depth: int) -> str:
        return "[" * depth + json.dumps(last) + "]" * depth

    many = ",".join([json.dumps(costly)] * 2_000)
    pieces = ",".join([json.dumps(costly + " rm")] * 2_000)
    all_documents = {
        "sound": plain,
        "cut off": plain[:plain.rindex(b'"', 0, -60)],
        "a byte order mark": b"\xef\xbb\xbf" + plain,
        "NULs": b"\0" + plain + b"\0",
        "lone surrogates": plain.replace(b'"x"', b'"\\ud800\\udc00\\udc00"'),
        "invalid UTF-8": plain.replace(b'"x"', b'"\xff\xc0\xaf"'),
        "duplicate keys": plain.replace(b'"command":', b'"command": "true", "command":'),
        "lists for strings": plain.replace(b'"Bash"', b'["Bash"]'),
        "a list, 5,000 deep": with_command(deep(5_000)),
        "a list, 100,000 deep": with_command(deep(100_000)),
        "4,095 commands": with_command("[" + '"true",' * 4_094 + json.dumps(last) + "]"),
        "2,000 costly commands": with_command(f"[{many},{json.dumps(last)}]"),
        "2,000 costly pieces": f"{pieces},{json.dumps(last)}".encode(),
    }
    floods = {name: with_command(json.dumps(flood(last))) for name, flood in FLOODS.items()}
    return all_documents | floods


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=Path, required=True, help="the folder of the hook programs")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--check", action="store_true", help="exit 1 when a median is over 20 ms of CPU")
    args = parser.parse_args()
    gate = str(args.bin.resolve() / "moflo-gate")
    over = []
    with tempfile.TemporaryDirectory() as name:
        project = Path(name).resolve() / "project"
        (project / ".git").mkdir(parents=True)
        (project / ".git/HEAD").write_text("ref: refs/heads/main\n")
        (project / ".moflo").mkdir()
        (project / ".moflo/snapshot.json").write_text('{"format":1}\n')
        env = {"HOME": f"{name}/home", "MOFLO_STATE_DIR": f"{name}/state", "PATH": "/usr/bin:/bin", "CLAUDE_PROJECT_DIR": str(project)}
        path = f"{name}/event.json"
        print(f"{'shape':<36} {'bytes':>9} {'cpu':>8} {'ratio':>6} {'wall':>8} {'worst':>8}   (microseconds, medians of {args.runs})")
        for last in (GRAVE, PLAIN):
            for label, document in documents(project, last).items():
                Path(path).write_bytes(document)
                true, ours = [], []
                for _ in range(args.runs):
                    true.append(run_once(["/bin/true"], env, os.devnull))
                    ours.append(run_once([gate], env, path))
                cpu, wall = (statistics.median(column) for column in zip(*ours))
                nothing = statistics.median(cpu for cpu, _ in true)
                worst = max(wall for _, wall in ours)
                label = f"{label}, {'grave' if last == GRAVE else 'plain'}"
                print(f"{label:<36} {len(document):9} {cpu:8.0f} {cpu / nothing:6.1f} {wall:8.0f} {worst:8.0f}")
                if cpu > LIMIT_US:
                    over.append(label)
    if args.check and over:
        print("over the limit:", ", ".join(over), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
