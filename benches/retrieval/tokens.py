#!/usr/bin/env python3
"""What an agent reads until it has found the file: a search beside a keyword grep.

    benches/retrieval/tokens.py --flo PROGRAM --set QUERIES.jsonl --trees DIR [--root] [--limit N]

The sets are those of `benches/retrieval`: lines with `repo`, `root`, `query`, `relevant`, `exclude`.

- Ours is the whole output of `flo search -n 5`, as an agent reads it.
- The baseline is a careful agent with ripgrep: one pass for the content words of the query, the
  files ordered by idf * (1 + log tf) of what matched, then read in that order until as many of the
  right files were met as ours shows. Two readings are counted: the matching lines alone with their
  numbers (at most 20 a file), and whole files (at most 2,000 lines each). An order that never
  reaches our recall is counted separately with what its first ten files cost.
- Where ours shows no right file, nothing is compared; how often that is so is told.

A token is taken for four bytes on both sides. Prints quantiles over the queries.
"""

from __future__ import annotations

import argparse
import collections
import json
import math
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

STOP = set("a an and are as at be by do does for from has have how if in is it its not of on or the to was what when "
           "where which who why with this that into via using use".split())
BYTES = 4
LINES_PER_FILE = 20
LINES_OF_FILE = 2000
FILES = 10


def words(query: str) -> list[str]:
    return [word for word in dict.fromkeys(re.findall(r"\w+", query)) if word.lower() not in STOP]


def grep(query: str, folder: Path, files: int) -> tuple[list[str], dict[str, int]]:
    """The order of the files, and the bytes of each file's matching lines."""
    patterns = [part for word in words(query) for part in ("-e", word)]
    if not patterns:
        return [], {}
    options = ["rg", "-i", "-F", "--no-heading", "--color=never", "--with-filename"]
    found = subprocess.run([*options, "-o", "--no-line-number", *patterns, "."], cwd=folder, capture_output=True,
                           text=True, errors="replace", stdin=subprocess.DEVNULL).stdout
    times: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for line in found.splitlines():
        path, _, word = line.rpartition(":")
        times[word.lower()][path] += 1
    score: collections.Counter[str] = collections.Counter()
    for counter in times.values():
        idf = math.log(1 + files / len(counter))
        for path, number in counter.items():
            score[path] += idf * (1 + math.log(number))
    order = [path for path, _ in score.most_common(FILES)]
    lines = {}
    for path in order:
        text = subprocess.run(["rg", "-i", "-F", "-n", "--color=never", "-m", str(LINES_PER_FILE), *patterns, path],
                              cwd=folder, capture_output=True, stdin=subprocess.DEVNULL).stdout
        # Very long lines would count against grep; agents' tools cut them.
        lines[path] = len(path) + sum(min(len(line), 300) + 1 for line in text.split(b"\n"))
    return order, lines


def whole(file: Path) -> int:
    try:
        return sum(len(line) for line in file.read_bytes().splitlines(keepends=True)[:LINES_OF_FILE])
    except OSError:
        return 0


def quantiles(values: list[float]) -> str:
    values = sorted(values)
    at = lambda share: values[min(int(len(values) * share), len(values) - 1)]  # noqa: E731
    return " | ".join(f"{at(share):,.0f}" for share in (.1, .25, .5, .75, .9)) + f" | {statistics.mean(values):,.0f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flo", required=True)
    parser.add_argument("--set", type=Path, required=True)
    parser.add_argument("--trees", type=Path, required=True)
    parser.add_argument("--root", action="store_true", help="search below the folder that the query's `root` names")
    parser.add_argument("--limit", type=int, help="ask every n-th query only, so that about this many are asked")
    options = parser.parse_args()
    queries = [json.loads(line) for line in options.set.read_text().splitlines()]
    if options.limit:
        queries = queries[:: max(1, len(queries) // options.limit)]
    counts: dict[Path, int] = {}
    ours, lines, files, ratio = [], [], [], []
    missed = unreached = cheaper = 0
    dear: list[float] = []
    for query in queries:
        repo = options.trees / query["repo"]
        folder = repo / query.get("root", "") if options.root else repo
        if folder not in counts:
            subprocess.run([options.flo, "index", "-q"], cwd=folder, stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, check=True)
            listed = subprocess.run(["rg", "--files"], cwd=folder, capture_output=True, stdin=subprocess.DEVNULL)
            counts[folder] = listed.stdout.count(b"\n")
        wanted = {os.path.relpath(repo / item["path"], folder) for item in query["relevant"]}
        excluded = {os.path.relpath(repo / path, folder) for path in query.get("exclude", ())}
        shown = subprocess.run([options.flo, "search", "-n", "5", query["query"]], cwd=folder, capture_output=True,
                               stdin=subprocess.DEVNULL).stdout
        heads = re.findall(r"^(\S.*?):\d+-\d+(?:  |$)", shown.decode(errors="replace"), re.M)
        recall = len(wanted & set(heads))
        if recall == 0:
            missed += 1
            continue
        order, cost = grep(query["query"], folder, counts[folder])
        order = [path.removeprefix("./") for path in order]
        order = [path for path in order if path not in excluded]
        cost = {path.removeprefix("./"): number for path, number in cost.items()}
        reached = read = full = 0
        for path in order:
            read += cost[path]
            full += len(path) + whole(folder / path)
            reached += path in wanted
            if reached == recall:
                break
        ours.append(len(shown) / BYTES)
        if reached < recall:
            unreached += 1
            dear.append(read / BYTES)
            continue
        lines.append(read / BYTES)
        files.append(full / BYTES)
        ratio.append(100 * ours[-1] / lines[-1])
        cheaper += ours[-1] < lines[-1]
    print(f"{len(queries)} queries; ours shows no right file for {missed}; of the rest grep does not reach the same "
          f"recall in {FILES} files for {unreached}; where it does, ours is the shorter reading for {cheaper} of "
          f"{len(lines)}")
    print("| tokens | p10 | p25 | median | p75 | p90 | mean |\n|---|---|---|---|---|---|---|")
    for name, values in (("`flo search -n 5`", ours), ("grep, matching lines", lines), ("grep, whole files", files),
                         ("grep, lines of ten files in vain", dear), ("ours in % of matching lines", ratio)):
        if values:
            print(f"| {name} | {quantiles(values)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
