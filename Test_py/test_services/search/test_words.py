"""What a word is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcart.search.words import MAX_WORD, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Crème  brûlée, CRÈME!", ("creme", "brulee")),
        ("Straße İstanbul ŁÓDŹ smørrebrød", ("strasse", "istanbul", "lodz", "smorrebrod")),
        ("ﬁne ① x²", ("fine", "1", "x2")),
        ("0.5 l, T-SHIRT_red", ("0", "5", "l", "t", "shirt", "red")),
        ("東京タオル☕🎉", ("東", "京", "タ", "オ", "ル", "☕", "🎉")),
        ('" * NEAR(a b) \u200d\ufe0f\x00', ("near", "a", "b")),
        ("a\u0301\u0302\u0303\u0304b", ("ab",)),
        ("", ()),
        ("x" * 100, ("x" * MAX_WORD,)),
    ],
)
def test_words_are_told_apart_and_folded(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


@given(st.text(max_size=300))
def test_a_word_is_safe_in_every_index_and_its_own_word(text: str) -> None:
    words = words_of(text)
    assert len(set(words)) == len(words)
    for word in words:
        assert 1 <= len(word) <= MAX_WORD
        assert not any(sign.isspace() or (sign.isascii() and not sign.isalnum()) for sign in word)
        word.encode()


@given(st.text(max_size=100))
def test_case_makes_no_difference(text: str) -> None:
    assert words_of(text.upper().lower()) == words_of(text.upper())
