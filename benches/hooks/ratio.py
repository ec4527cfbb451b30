#!/usr/bin/env python3
"""What a hook costs, as a ratio to starting a process that does nothing.

    benches/hooks/ratio.py --bin DIR [--runs 400] [--instructions]

Every program is started in turn with /bin/true and with the others, so that a busy machine slows
all of them alike; the medians are compared.  CPU is user and system time of the process, wall is
from spawn to exit.  ``--instructions`` adds cachegrind's count, which repeats from run to run.
Absolute times depend on the machine: quote the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

#: What a ratio may be: CPU and wall.  The table in docs/design/005-hooks.md explains them.
LIMITS = {"gate, benign": (1.0, 1.2), "gate, denied": (1.5, 1.8), "gate, not set up": (1.0, 1.2)}


def event(project: Path, name: str, **fields) -> bytes:
    common = {"session_id": "12bbf4fc-10a4-4581-9331-a99a4a7ff69f", "transcript_path": str(project / "none.jsonl"),
              "cwd": str(project), "prompt_id": "48c9840b-0d0f-4d3b-af22-260ce6e7940a", "permission_mode": "default",
              "effort": {"level": "high"}, "hook_event_name": name}
    return json.dumps(common | fields).encode() + b"\n"


def bash(project: Path, command: str) -> bytes:
    return event(project, "PreToolUse", tool_name="Bash", tool_input={"command": command, "description": "x"},
                 tool_use_id="toolu_main_0001_0")


def cases(folder: Path, programs: Path) -> list[tuple[str, list[str], bytes]]:
    ours, plain = folder / "ours", folder / "plain"
    for project in (ours, plain):
        (project / ".git").mkdir(parents=True)
        (project / ".git/HEAD").write_text("ref: refs/heads/main\n")
    (ours / ".moflo").mkdir()
    (ours / ".moflo/snapshot.json").write_text('{"format":1}\n')
    gate, after = str(programs / "moflo-gate"), str(programs / "moflo-hook-handler")
    old = "x" * (400 << 10)
    edit = event(ours, "PostToolUse", tool_name="Edit", tool_input={"file_path": str(ours / "a.txt"), "old_string": "a", "new_string": "b"},
                 tool_response={"filePath": "a.txt", "originalFile": old})
    all_cases = [
        ("true", ["/bin/true"], b""),
        ("gate, benign", [gate], bash(ours, "cargo test --workspace && git status")),
        ("gate, denied", [gate], bash(ours, "cd /tmp && sudo rm -rf /")),
        ("gate, not set up", [gate], bash(plain, "cargo test")),
        ("hook-handler, edit of 400 KB", [after], edit),
        ("statusline", [str(programs / "moflo-statusline")], json.dumps({"cwd": str(ours), "model": {"display_name": "m"}}).encode()),
    ]
    return [case for case in all_cases if Path(case[1][0]).exists()]


def run_once(argv: list[str], env: dict, stdin_path: str) -> tuple[float, float]:
    """Runs a program to its end; returns CPU and wall in microseconds."""
    files = [(os.POSIX_SPAWN_OPEN, 0, stdin_path, os.O_RDONLY, 0),
             (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
             (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
    start = time.perf_counter()
    pid = os.posix_spawn(argv[0], argv, env, file_actions=files)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{argv[0]} ended with {status}")
    return (usage.ru_utime + usage.ru_stime) * 1e6, wall * 1e6


def instructions(argv: list[str], env: dict, stdin_path: str) -> int:
    command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", *argv]
    with open(stdin_path, "rb") as stdin:
        done = subprocess.run(command, env=env | {"PATH": os.environ["PATH"]}, stdin=stdin, capture_output=True, text=True, check=True)
    return int(re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)[1].replace(",", ""))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=Path, required=True, help="the folder of the hook programs")
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--instructions", action="store_true")
    parser.add_argument("--check", action="store_true", help="exit 1 when a ratio is over its limit")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        all_cases = cases(folder, args.bin.resolve())
        env = {"HOME": str(folder / "home"), "MOFLO_STATE_DIR": str(folder / "state"), "PATH": "/usr/bin:/bin"}
        inputs = []
        for number, (_, _, stdin) in enumerate(all_cases):
            path = folder / f"{number}.json"
            path.write_bytes(stdin)
            inputs.append(str(path))
        times = [[] for _ in all_cases]
        for _ in range(args.runs):
            for number, (_, argv, _) in enumerate(all_cases):
                times[number].append(run_once(argv, env, inputs[number]))
        medians = [tuple(statistics.median(column) for column in zip(*of_one)) for of_one in times]
        over = []
        print(f"{'program':<30} {'cpu':>7} {'ratio':>6} {'wall':>7} {'ratio':>6}   (microseconds, medians of {args.runs})")
        for (label, argv, _), (cpu, wall), path in zip(all_cases, medians, inputs):
            ratios = cpu / medians[0][0], wall / medians[0][1]
            line = f"{label:<30} {cpu:7.0f} {ratios[0]:6.2f} {wall:7.0f} {ratios[1]:6.2f}"
            if args.instructions:
                line += f" {instructions(argv, env, path):>12,} instructions"
            print(line)
            limits = LIMITS.get(label, (float("inf"),) * 2)
            over += [label for ratio, limit in zip(ratios, limits) if ratio > limit]
    if args.check and over:
        print("over the limit:", ", ".join(dict.fromkeys(over)), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
