#!/usr/bin/env python3
"""Distils the static embedding table from all-MiniLM-L6-v2.

    distill.py --mirror DIR --work DIR [--texts N] [--threads N] [--steps corpus,vocab,teach,train,write]

DIR of --mirror holds bare clones as `<owner>+<name>/repo`; `sources.json` beside this script names
them with the commits that were read. Every step keeps its result in --work and is skipped when that
is there, so a run can be stopped and taken up. Everything is seeded: the same clones give the same
table, up to the order of additions in the linear algebra library.

 corpus  sentences, paragraphs, commit subjects and code chunks of the sources
 vocab   words frequent in code that are not one wordpiece become rows of their own
 teach   the teacher's vectors of all wordpieces, of these words, and of the texts
 train   rows weighted by smoothed inverse frequency, mapped linearly to the teacher's space, then
         trained so that sums of rows point where the teacher's vectors of the texts point
 write   frequency-weighted PCA to 256 dimensions; table.npz and words.txt for pack.py

`pack.py table.npz words.txt static-table.bin` makes the asset of moflo-embed from that.
"""
from __future__ import annotations

import argparse
import collections
import json
import math
import pickle
import random
import re
import subprocess
import time
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from tokenizers import Tokenizer

from teacher import MODEL, Teacher
from words import parts, words

PIECES = 30522
SIF = 3e-3
DIMENSIONS = 256
SEED = 7
CODE = {".py", ".rs", ".go", ".js", ".ts", ".tsx", ".jsx", ".java", ".kt", ".rb", ".php", ".c", ".h", ".cc", ".cpp",
        ".hpp", ".cs", ".ex", ".exs", ".hs", ".scala", ".swift", ".sh", ".zsh", ".lua", ".vue", ".mjs", ".zig"}
PROSE = {".md", ".rst", ".mdx"}
NOT_PROSE = re.compile(r"CHANGELOG|changes|release|HISTORY|locale|i18n", re.I)
VENDORED = re.compile(r"(^|/)(vendor|node_modules|third_party)/")


def git(repo: Path, *args: str, feed: bytes | None = None) -> bytes:
    return subprocess.run(["git", "-C", str(repo), *args], input=feed, capture_output=True, check=True).stdout


def blobs(repo: Path, objects: list[str]):
    """Texts of git objects, in order; missing ones are left out."""
    output = git(repo, "cat-file", "--batch", feed="\n".join(objects).encode())
    at = 0
    for _ in objects:
        end = output.index(b"\n", at)
        head = output[at:end].split()
        at = end + 1
        if len(head) < 3:
            continue
        size = int(head[2])
        yield output[at:at + size].decode("utf8", "ignore")
        at += size + 1


def paragraphs(text: str) -> list[str]:
    text = re.sub(r"```.*?```", "", text, flags=re.S)
    text = re.sub(r"\]\([^)]*\)", "] ", text)
    text = re.sub(r"<[^>]+>", " ", text)
    found = []
    for paragraph in re.split(r"\n\s*\n", text):
        paragraph = " ".join(paragraph.split())
        count = len(paragraph.split())
        letters = sum(c.isalpha() or c == " " for c in paragraph)
        if 5 <= count <= 110 and letters / len(paragraph) > 0.75:
            found.append(paragraph)
            if count > 24:
                found += [s for s in re.split(r"(?<=[.!?])\s+", paragraph) if 5 <= len(s.split()) <= 30]
    return found


def chunks(text: str, size: int = 750) -> list[str]:
    found, current = [], ""
    for line in text.splitlines(keepends=True):
        if current and len(current) + len(line) > size:
            found.append(current)
            current = ""
        current += line
    return found + [current] if current.strip() else found


def corpus(mirror: Path, work: Path) -> None:
    """All texts to train on, and the code chunks whose words are counted."""
    random.seed(SEED)
    texts: list[str] = []
    counted: dict[str, list[tuple[str, str]]] = {}
    for source in json.loads((Path(__file__).parent / "sources.json").read_text()):
        repo = mirror / source["repo"].replace("/", "+") / "repo"
        rev = source["commit"]
        prose, code = [], []
        for line in git(repo, "ls-tree", "-r", rev).decode("utf8", "ignore").splitlines():
            meta, path = line.split("\t", 1)
            mode, kind, object_id = meta.split()
            if kind != "blob" or mode == "120000" or VENDORED.search(path):
                continue
            suffix = Path(path).suffix
            if suffix in PROSE and not NOT_PROSE.search(path):
                prose.append((object_id, path))
            elif suffix in CODE:
                code.append((object_id, path))
        random.shuffle(prose)
        random.shuffle(code)
        found = [p for text in blobs(repo, [o for o, _ in prose[:900]]) for p in paragraphs(text)]
        random.shuffle(found)
        log = git(repo, "log", "--no-merges", "-n", "1500", "--format=%s", rev).decode("utf8", "replace").split("\n")
        log = [re.sub(r"\(?#\d+\)?", "", line).strip() for line in log if 4 <= len(line.split()) <= 20]
        random.shuffle(log)
        pieces = []
        for (_, path), text in zip(code[:1500], blobs(repo, [o for o, _ in code[:1500]])):
            if len(text) <= 200_000:
                pieces += [(path, piece) for piece in chunks(text)]
        random.shuffle(pieces)
        counted[source["repo"]] = pieces[:4000] + [("", p) for p in found[:1500]]
        texts += found[:5000] + log[:1200] + [f"{path}\n{piece[:350]}" for path, piece in pieces[:1300]]
        print(f"{source['repo']}: {len(found)} paragraphs, {len(log)} subjects, {len(pieces)} chunks", flush=True)
    texts = list(dict.fromkeys(texts))
    random.shuffle(texts)
    pickle.dump((texts, counted), open(work / "corpus.pickle", "wb"))
    print(len(texts), "texts")


def plain_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def vocab(work: Path) -> None:
    """Counts wordpieces and words; chooses the words that get rows of their own."""
    _, counted = pickle.load(open(work / "corpus.pickle", "rb"))
    tokenizer = plain_tokenizer()
    known = tokenizer.get_vocab()
    count: collections.Counter[str] = collections.Counter()
    where: dict[str, set[str]] = collections.defaultdict(set)
    for repo, pieces in counted.items():
        for path, piece in pieces:
            found = words(path + " " + piece)
            count.update(found)
            for word in set(found):
                where[word].add(repo)
    pieces = np.zeros(PIECES)
    for word, number in count.items():
        for piece in tokenizer.encode(word, add_special_tokens=False).ids:
            pieces[piece] += number
    own = [word for word, number in count.most_common()
           if number >= 8 and len(where[word]) >= 3 and word not in known and word.isascii() and word.isalnum()
           and not word.isdigit() and 3 <= len(word) <= 24 and not re.fullmatch(r"[0-9a-f]{6,}", word)]
    pickle.dump((own, [count[word] for word in own], pieces), open(work / "vocab.pickle", "wb"))
    print(len(own), "words of their own:", " ".join(own[:40]))


def teach(work: Path, limit: int, threads: int) -> None:
    """The teacher's vectors of wordpieces, words and texts."""
    texts, _ = pickle.load(open(work / "corpus.pickle", "rb"))
    own, _, _ = pickle.load(open(work / "vocab.pickle", "rb"))
    teacher = Teacher(work, threads=threads)
    ids = teacher.tokenizer.get_vocab()
    begin, end = ids["[CLS]"], ids["[SEP]"]
    plain = plain_tokenizer()
    if not (work / "own.npy").exists():
        np.save(work / "pieces.npy", teacher.forward([[begin, i, end] for i in range(PIECES)], batch=512))
        rows = [[begin] + plain.encode(word, add_special_tokens=False).ids + [end] for word in own]
        np.save(work / "own.npy", teacher.forward(rows, batch=512))
    texts = texts[:limit]
    start, saved = time.time(), []
    for at in range(0, len(texts), 4000):
        batch = texts[at:at + 4000]
        part = work / f"texts-{at}-{len(batch)}.npy"
        if not part.exists():
            # Written whole or not at all, so that a killed run leaves no half part behind.
            half = part.with_suffix(".half.npy")
            np.save(half, teacher.encode(batch).astype(np.float16))
            half.rename(part)
            print(f"{at + len(batch)} of {len(texts)} texts, {time.time() - start:.0f} s", flush=True)
        saved.append(part)
    np.save(work / "texts.npy", np.vstack([np.load(part) for part in saved]))
    for part in saved:
        part.unlink()


def unit(x: np.ndarray) -> np.ndarray:
    return x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-9)


def train(work: Path, epochs: int = 12, rate: float = 0.02) -> None:
    texts, _ = pickle.load(open(work / "corpus.pickle", "rb"))
    own, own_count, piece_count = pickle.load(open(work / "vocab.pickle", "rb"))
    targets = np.load(work / "texts.npy").astype(np.float32)
    texts = texts[:len(targets)]
    tokenizer = plain_tokenizer()
    number = {word: PIECES + i for i, word in enumerate(own)}
    cache: dict[str, list[int]] = {}

    def ids(word: str) -> list[int]:
        if word not in cache:
            cache[word] = [number[word]] if word in number else tokenizer.encode(word, add_special_tokens=False).ids
        return cache[word]

    row, column, value = [], [], []
    for i, text in enumerate(texts):
        for word, times in collections.Counter(words(text)).items():
            for k in ids(word):
                row.append(i)
                column.append(k)
                value.append(1 + math.log(times))
    size = PIECES + len(own)
    x = sparse.csr_matrix((np.array(value, np.float32), (row, column)), shape=(len(texts), size))
    counts = np.r_[piece_count, own_count] + 1
    weight = SIF / (SIF + counts / counts.sum())
    table = np.vstack([np.load(work / "pieces.npy"), np.load(work / "own.npy")])
    table = ((table - table.mean(0)) * weight[:, None]).astype(np.float32)
    special = [0, 100, 101, 102, 103]
    table[special] = 0
    goal = unit(targets - targets.mean(0))
    start = unit(x @ table)
    print("before", (start * goal).sum(1).mean())
    linear = np.linalg.solve(start.T @ start + 0.1 * np.eye(384), start.T @ goal)
    table = (table @ linear).astype(np.float32)
    table /= np.median(np.linalg.norm(table[1000:20000], axis=1))
    print("after the linear map", (unit(x @ table) * goal).sum(1).mean())
    held = np.arange(len(texts)) % 20 == 0
    learn, check = np.where(~held)[0], np.where(held)[0]
    first, second = np.zeros_like(table), np.zeros_like(table)
    generator = np.random.default_rng(SEED)
    for epoch in range(epochs):
        generator.shuffle(learn)
        for at in range(0, len(learn), 1024):
            batch = learn[at:at + 1024]
            inputs, wanted = x[batch], goal[batch]
            sums = inputs @ table
            norm = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
            got = sums / norm
            # Towards the teacher's vector, and towards the teacher's similarities within the batch.
            difference = got @ got.T - wanted @ wanted.T
            np.fill_diagonal(difference, 0)
            gradient = 8 * difference @ got / len(batch) - wanted
            gradient = (gradient - got * (gradient * got).sum(1, keepdims=True)) / norm
            rows = np.unique(inputs.indices)
            step = (inputs.T @ gradient)[rows]
            first[rows] = 0.9 * first[rows] + 0.1 * step
            second[rows] = 0.99 * second[rows] + 0.01 * step * step
            table[rows] -= rate * (1 - epoch / epochs) * first[rows] / (np.sqrt(second[rows]) + 1e-4)
        seen = (unit(x[check] @ table) * goal[check]).sum(1).mean()
        print(f"epoch {epoch}: cosine on held-out texts {seen:.4f}", flush=True)
    table[special] = 0
    np.save(work / "table.npy", table)


def write(work: Path) -> None:
    own, own_count, piece_count = pickle.load(open(work / "vocab.pickle", "rb"))
    table = np.load(work / "table.npy")
    weight = np.sqrt(np.r_[piece_count, own_count] + 1)
    weight = np.minimum(weight, np.percentile(weight, 99))
    weighted = table * weight[:, None]
    axes, _, _ = np.linalg.svd(weighted.T @ weighted)
    small = table @ axes[:, :DIMENSIONS]
    scale = np.maximum(np.abs(small).max(1, keepdims=True) / 127, 1e-9).astype(np.float16)
    rows = np.clip(np.rint(small / np.maximum(scale.astype(np.float32), 1e-9)), -127, 127).astype(np.int8)
    np.savez_compressed(work / "table.npz", q=rows, s=scale)
    names = [""] * PIECES
    for word, number in plain_tokenizer().get_vocab().items():
        names[number] = word
    (work / "words.txt").write_text("\n".join(names + own) + "\n", encoding="utf-8")
    print(rows.shape, "written to", work / "table.npz")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--texts", type=int, default=150_000)
    parser.add_argument("--threads", type=int, default=2, help="of the teacher")
    parser.add_argument("--steps", default="corpus,vocab,teach,train,write")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    steps = {
        "corpus": ("corpus.pickle", lambda: corpus(options.mirror, options.work)),
        "vocab": ("vocab.pickle", lambda: vocab(options.work)),
        "teach": ("texts.npy", lambda: teach(options.work, options.texts, options.threads)),
        "train": ("table.npy", lambda: train(options.work)),
        "write": ("table.npz", lambda: write(options.work)),
    }
    for name in options.steps.split(","):
        result, run = steps[name]
        if not (options.work / result).exists():
            print("==", name, flush=True)
            run()


if __name__ == "__main__":
    main()
