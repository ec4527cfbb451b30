#!/usr/bin/env python3
"""Packs a static embedding table into the file that moflo-embed reads in place.

    pack.py TABLE.npz WORDS.txt OUT.bin [--bits 4|8]

TABLE.npz holds `q` (int8 rows) and `s` (float16 row scales); WORDS.txt names the rows in order:
first the wordpieces (30,522 of them, continuation pieces begin with `##`), then whole words.

Layout, little endian, every section directly behind the one before:

    magic      8 bytes  "MFLOEMB1"
    header     6 x u32  words, wordpieces, dimensions, bits, log2(hash slots), bytes of all strings
    slots      u16      open-addressed hash table of row numbers, 0xffff = empty, linear probing
    offsets    u32      words + 1 offsets into the strings
    strings    bytes    the words, without separators
    scales     f16      one scale per row
    rows       bytes    4 bits: byte i holds dimension i (low half) and i + dimensions/2 (high half),
                        each as value + 8; 8 bits: one signed byte per dimension

Four-bit rows are scaled to the smaller of their largest value and 2.8 standard deviations: values
beyond that are rare, and clipping them keeps the steps of all others fine.
"""
import argparse
import struct

import numpy as np

CLIP = 2.8
SLOT_BITS = 16


def fnv1a(data: bytes) -> int:
    """The 32-bit FNV-1a hash, as in `table.rs`."""
    value = 0x811C9DC5
    for byte in data:
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def slot_of(data: bytes) -> int:
    """Folds the hash to the slot number, as in `table.rs`."""
    value = fnv1a(data)
    return (value ^ (value >> SLOT_BITS)) & ((1 << SLOT_BITS) - 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table")
    parser.add_argument("words")
    parser.add_argument("out")
    parser.add_argument("--bits", type=int, choices=(4, 8), default=4)
    parser.add_argument("--wordpieces", type=int, default=30522)
    options = parser.parse_args()

    archive = np.load(options.table)
    rows = archive["q"].astype(np.float32) * archive["s"].astype(np.float32).reshape(-1, 1)
    words = [w.encode() for w in open(options.words, encoding="utf-8").read().split("\n")]
    if words and not words[-1]:
        words.pop()
    count, dim = rows.shape
    assert len(words) == count < 0xFFFF, (len(words), count)

    slots = np.full(1 << SLOT_BITS, 0xFFFF, np.uint16)
    seen = set()
    for number, word in enumerate(words):
        if word in seen:
            continue  # The first row of a word is the one that is used.
        seen.add(word)
        slot = slot_of(word)
        while slots[slot] != 0xFFFF:
            slot = (slot + 1) & ((1 << SLOT_BITS) - 1)
        slots[slot] = number

    offsets = np.zeros(count + 1, np.uint32)
    offsets[1:] = np.cumsum([len(w) for w in words])
    strings = b"".join(words)

    if options.bits == 4:
        reach = np.minimum(np.abs(rows).max(1), CLIP * rows.std(1))
        scales = (np.maximum(reach, 1e-6) / 7).astype(np.float16)
        quantised = np.clip(np.rint(rows / np.maximum(scales.astype(np.float32), 1e-7)[:, None]), -7, 7)
        nibbles = (quantised + 8).astype(np.uint8)
        body = nibbles[:, : dim // 2] | (nibbles[:, dim // 2 :] << 4)
    else:
        scales = (np.maximum(np.abs(rows).max(1), 1e-6) / 127).astype(np.float16)
        body = np.clip(np.rint(rows / np.maximum(scales.astype(np.float32), 1e-7)[:, None]), -127, 127).astype(np.int8)

    with open(options.out, "wb") as out:
        out.write(b"MFLOEMB1")
        out.write(struct.pack("<6I", count, options.wordpieces, dim, options.bits, SLOT_BITS, len(strings)))
        for section in (slots, offsets, strings, scales, body):
            out.write(section if isinstance(section, bytes) else section.tobytes())


if __name__ == "__main__":
    main()
