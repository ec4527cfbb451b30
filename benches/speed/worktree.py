#!/usr/bin/env python3
"""What the index of a new worktree costs: taken over from another one, beside built from nothing.

    benches/speed/worktree.py --bin DIR [--tree DIR] [--changed 0,1,5,20,40] [--runs 5]

The tree is a git checkout (default: this repository); it is cloned, so nothing in it changes. In a
second worktree of the clone the given percentages of the text files get another line. Both ways are
taken in turn, so that a busy machine slows both alike; medians are shown. The space is what the
second index adds to the first one's, since files in common are counted once.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

TEXT = (".py", ".rs", ".go", ".java", ".ts", ".tsx", ".js", ".c", ".h", ".cs", ".rb", ".md", ".txt", ".html")


def git(cwd: Path, *args: str) -> str:
    return subprocess.run(["git", *args], cwd=cwd, check=True, capture_output=True, text=True).stdout


def kilobytes(*folders: Path) -> int:
    out = subprocess.run(["du", "-skc", *folders], check=True, capture_output=True, text=True).stdout
    return int(out.split()[-2])


def index(flo: str, tree: Path, *more: str) -> dict:
    """Runs `flo index` without an index, and adds the CPU time to what it reports."""
    if not more:
        shutil.rmtree(tree / ".moflo", ignore_errors=True)
    process = subprocess.Popen([flo, "index", "--json", *more], cwd=tree, stdout=subprocess.PIPE)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    assert status == 0, out
    return {**json.loads(out), "cpu": usage.ru_utime + usage.ru_stime}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=Path, required=True, help="the folder with the programs")
    parser.add_argument("--tree", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--changed", default="0,1,5,20,40")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    flo = str(options.bin.resolve() / "flo")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MOFLO_STATE_DIR"] = str(Path(folder) / "state")
        main_tree, tree = Path(folder) / "main", Path(folder) / "other"
        git(Path(folder), "clone", "-q", "--local", str(options.tree.resolve()), str(main_tree))
        index(flo, main_tree)
        print("changed  way    files taken  wall s   CPU s   MB added")
        for percent in map(int, options.changed.split(",")):
            git(main_tree, "worktree", "add", "-q", "--detach", str(tree))
            files = [name for name in git(tree, "ls-files", "-z").split("\0") if name.endswith(TEXT)]
            for name in random.Random(percent).sample(files, len(files) * percent // 100):
                with open(tree / name, "a", encoding="utf-8") as file:
                    file.write("\n# another line\n")
            ways: dict[str, list[tuple]] = {"taken": [], "built": []}
            for _ in range(options.runs):
                for way, more in [("taken", ()), ("built", ("--full",))]:
                    report = index(flo, tree, *more)
                    added = kilobytes(main_tree / ".moflo", tree / ".moflo") - kilobytes(main_tree / ".moflo")
                    taken = (report["taken_over"] or {"files": 0})["files"]
                    ways[way].append((taken, report["total_ms"] / 1000, report["cpu"], added / 1024))
            for way, runs in ways.items():
                taken, wall, cpu, added = map(statistics.median, zip(*runs))
                print(f"{percent:6}%  {way}  {taken:11.0f}  {wall:6.2f}  {cpu:6.2f}  {added:9.1f}")
            git(main_tree, "worktree", "remove", "--force", str(tree))


if __name__ == "__main__":
    main()
