"""Debian version comparison as policy 5.6.12 words it, character by character: slow, to be checked by eye."""

from __future__ import annotations


def compare(left: str, right: str) -> int:
    """-1, 0 or 1."""
    left_epoch, left_upstream, left_revision = _parts(left)
    right_epoch, right_upstream, right_revision = _parts(right)
    if left_epoch != right_epoch:
        return -1 if left_epoch < right_epoch else 1
    return _compare_part(left_upstream, right_upstream) or _compare_part(left_revision, right_revision)


def _parts(version: str) -> tuple[int, str, str]:
    epoch, colon, rest = version.partition(":")
    if not colon:
        epoch, rest = "0", version
    upstream, hyphen, revision = rest.rpartition("-")
    return int(epoch), upstream if hyphen else rest, revision if hyphen else "0"  # an absent revision equals 0


def _compare_part(left: str, right: str) -> int:
    """'The strings are compared from left to right': non-digits by a modified ASCII order, then digits by number."""
    while left or right:
        left_word, left = _take(left, digits=False)
        right_word, right = _take(right, digits=False)
        found = _compare_words(left_word, right_word)
        if found:
            return found
        left_number, left = _take(left, digits=True)
        right_number, right = _take(right, digits=True)
        if int(left_number or "0") != int(right_number or "0"):
            return -1 if int(left_number or "0") < int(right_number or "0") else 1
    return 0


def _take(text: str, *, digits: bool) -> tuple[str, str]:
    count = 0
    while count < len(text) and (text[count] in "0123456789") is digits:
        count += 1
    return text[:count], text[count:]


def _compare_words(left: str, right: str) -> int:
    for place in range(max(len(left), len(right))):
        left_rank, right_rank = _rank(left[place : place + 1]), _rank(right[place : place + 1])
        if left_rank != right_rank:
            return -1 if left_rank < right_rank else 1
    return 0


def _rank(character: str) -> tuple[int, str]:
    """'Letters sort earlier than all the non-letters and a tilde sorts before anything, even the end of a part.'"""
    if character == "~":
        return 0, ""
    if character == "":
        return 1, ""
    return (2, character) if character.isalpha() else (3, character)
