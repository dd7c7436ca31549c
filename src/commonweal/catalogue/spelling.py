"""Known words that a misspelt one looks like, found among many without comparing it with each of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher

LIKELY = 40
"""How many words that share the most pairs of letters are compared letter by letter."""
ALIKE = 75
"""From how many per cent of letters in common two words look alike."""


class Spelling:
    """Words by their pairs of letters: a word with one wrong letter still shares most pairs with the right one."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(set(words))
        self._by_pair: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self._words):
            for pair in _pairs(word):
                self._by_pair[pair].append(number)

    def near(self, word: str, *, most: int = 3) -> list[str]:
        """Return up to `most` known words that look like `word`, the likest first."""
        shared: Counter[int] = Counter()
        for pair in _pairs(word):
            shared.update(self._by_pair.get(pair, ()))
        likely = sorted(shared, key=lambda n: (abs(len(self._words[n]) - len(word)) - 2 * shared[n], n))[:LIKELY]
        found = [(_alike(word, known), known) for known in (self._words[number] for number in likely)]
        best = sorted((each for each in found if each[0] >= ALIKE), key=lambda each: (-each[0], each[1]))
        return [known for _, known in best[:most]]


def _pairs(word: str) -> set[str]:
    marked = f" {word} "
    return {marked[at : at + 2] for at in range(len(marked) - 1)}


def _alike(one: str, other: str) -> int:
    """
    Return the letters that two words have in common, in order, as whole per cent of all their letters.

    The same letters in another order are alike enough; nobody leaves out more than a third of a word.
    """
    if 3 * abs(len(one) - len(other)) > len(one):
        return 0
    common = sum(block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())
    share = 200 * common // (len(one) + len(other))
    return max(share, ALIKE) if sorted(one) == sorted(other) else share
