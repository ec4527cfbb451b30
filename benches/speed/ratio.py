#!/usr/bin/env python3
"""What searching and indexing cost on a tree, as ratios measured in one run.

    benches/speed/ratio.py --bin DIR [--tree DIR] [--runs 40] [--beside NAME=COMMAND]...

The tree is a git checkout (default: this repository); it is copied, so nothing in it changes. Every
command is started in turn with /bin/true, `git status` and one `rg` pass over the query's words, so
that a busy machine slows all of them alike; the medians are compared, and the fastest run is shown
beside them. Other searches run in the same turns when they are named, with `{query}` where the query goes:
`--beside 'probe=probe search {query} .'`; each is started once before, so that one which keeps a
cache has it. Cold indexing and one changed file are measured a few times each. Absolute times
depend on the machine: quote the ratios.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

QUERIES = ["where are retries scheduled", "parse the configuration file", "connection pool limits",
           "how are errors reported to the user", "register a new handler", "cache invalidation"]


def run(command: list[str], cwd: Path) -> tuple[float, float, int]:
    """Wall and CPU seconds and peak memory in KiB of one process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = 0
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=Path, required=True, help="the folder with the programs")
    parser.add_argument("--tree", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--beside", action="append", default=[], metavar="NAME=COMMAND",
                        help="another search to run in the same turns")
    options = parser.parse_args()
    flo = str(options.bin / "flo")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MOFLO_STATE_DIR"] = str(Path(folder) / "state")
        tree = Path(folder) / "tree"
        shutil.copytree(options.tree, tree, symlinks=True, ignore=shutil.ignore_patterns(".moflo", "target"))
        run(["git", "status"], tree)
        cold = [run([flo, "index", "--full", "-q"], tree) for _ in range(3)]
        best = min(cold)
        files = int(subprocess.run("git ls-files | wc -l", shell=True, cwd=tree, capture_output=True, text=True).stdout)
        print(f"{files} files; cold index {best[0]:.2f} s wall, {best[1]:.2f} s CPU, peak {best[2] / 1024:.0f} MB, "
              f"index {size(tree / '.moflo/index') / 1e6:.1f} MB")
        words = {query: [arg for word in query.split() if len(word) > 3 for arg in ("-e", word)] for query in QUERIES}
        commands = {
            "true": lambda query: ["/bin/true"],
            "git status": lambda query: ["git", "status", "--porcelain"],
            "rg, the query's words": lambda query: ["rg", "-c", "-i", "-F", *words[query], "."],
            "flo --version": lambda query: [flo, "--version"],
            "flo search": lambda query: [flo, "search", "--json", query],
            "flo index, unchanged": lambda query: [flo, "index", "-q"],
        }
        for beside in options.beside:
            name, _, command = beside.partition("=")
            words_of = shlex.split(command)
            commands[name] = lambda query, words_of=words_of: [word.replace("{query}", query) for word in words_of]
            first = run(commands[name](QUERIES[0]), tree)
            print(f"{name}: first run {first[0]:.2f} s wall, {first[1]:.2f} s CPU, peak {first[2] / 1024:.0f} MB")
        if shutil.which("rg") is None:
            del commands["rg, the query's words"]
        walls: dict[str, list[float]] = {name: [] for name in commands}
        cpus: dict[str, list[float]] = {name: [] for name in commands}
        peaks: dict[str, int] = dict.fromkeys(commands, 0)
        for number in range(options.runs):
            for name, command in commands.items():
                wall, cpu, peak = run(command(QUERIES[number % len(QUERIES)]), tree)
                walls[name].append(wall)
                cpus[name].append(cpu)
                peaks[name] = max(peaks[name], peak)
        changed = []
        victims = [Path(line) for line in subprocess.run(
            ["git", "ls-files"], cwd=tree, capture_output=True, text=True).stdout.splitlines()
            if line.endswith((".py", ".rs", ".go", ".ts", ".java", ".c", ".rb"))][: options.runs // 4]
        for victim in victims:
            with open(tree / victim, "a", encoding="utf-8") as file:
                file.write("\n")
            changed.append(run([flo, "index", "-q"], tree)[0])
        true = statistics.median(walls["true"])
        status = statistics.median(walls["git status"])
        print(f"{'':24} {'median ms':>9} {'p95':>7} {'min':>7} {'/ true':>7} {'/ git st.':>9} {'CPU ms':>7} {'peak MB':>7}")
        for name in commands:
            times = sorted(walls[name])
            median = statistics.median(times)
            print(f"{name:24} {median * 1e3:9.2f} {times[int(len(times) * .95)] * 1e3:7.2f} {times[0] * 1e3:7.2f} "
                  f"{median / true:7.1f} {median / status:9.2f} {statistics.median(cpus[name]) * 1e3:7.2f} "
                  f"{peaks[name] / 1024:7.1f}")
        if changed:
            print(f"{'flo index, one changed':24} {statistics.median(changed) * 1e3:9.2f} {'':7} "
                  f"{min(changed) * 1e3:7.2f} {statistics.median(changed) / true:7.1f} "
                  f"{statistics.median(changed) / status:9.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
