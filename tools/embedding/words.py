"""Words of code and prose, as `moflo_embed::words` cuts them."""
from __future__ import annotations

import functools
import re

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+")
HUMP = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


@functools.lru_cache(maxsize=None)
def parts(word: str) -> tuple[str, ...]:
    """`parseHTTPResponse` and `parse_http_response` are both parse, http, response."""
    if "_" in word.strip("_"):
        found: list[str] = []
        for piece in word.split("_"):
            if piece:
                found += [hump.lower() for hump in HUMP.findall(piece)] or [piece.lower()]
        return tuple(found)
    return tuple(hump.lower() for hump in HUMP.findall(word))


def words(text: str) -> list[str]:
    """All words of a text, in order, identifiers cut into their parts."""
    return [part for word in WORD.findall(text) for part in parts(word)]
