"""What a word is: the same for what is kept and what is asked, whatever index it is for.

A word is letters and digits, in one case and without diacritics. Signs of scripts that do not part words (Chinese,
Japanese), and pictures like ☕, are a word each. No pattern is matched here: one pass, character by character.
"""

from __future__ import annotations

from typing import Final
from unicodedata import category, combining, normalize

MAX_WORD: Final = 64
"""Characters of a word that count."""

_PLAIN: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
"""Letters that Unicode does not take apart, and that people who have no key for them write so."""
_LOOKS: Final = frozenset(map(chr, range(0xFE00, 0xFE10)))
"""Say how the sign before them is drawn."""
_ALONE: Final = ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
"""Kana and Han."""


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text in their order, each once.

    Example
    -------
    >>> words_of("Crème brûlée, CRÈME!"), words_of("Straße NEAR(ØL*)"), words_of("東京 ☕")
    (('creme', 'brulee'), ('strasse', 'near', 'ol'), ('東', '京', '☕'))
    """
    words: dict[str, None] = {}
    word: list[str] = []
    for sign in _folded(text):
        kind = category(sign)
        alone = kind == "So" or _stands_alone(sign)
        if (kind[0] in "LN" and not alone) or (kind[0] == "M" and word):
            word.append(sign)
            continue
        if word:
            words["".join(word[:MAX_WORD])] = None
            word = []
        if alone:
            words[sign] = None
    if word:
        words["".join(word[:MAX_WORD])] = None
    return tuple(words)


def _folded(text: str) -> str:
    apart = normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not (combining(sign) or sign in _LOOKS)).casefold().translate(_PLAIN)


def _stands_alone(sign: str) -> bool:
    code = ord(sign)
    return code >= _ALONE[0][0] and any(first <= code <= last for first, last in _ALONE)
