"""The source's tokenizer: its own normalisation map and a Viterbi search over the unigram scores.

It is the reference that `@huggingface/tokenizers` is tested against, so it shares no code with it. Two departures from
the C engine of the source, both in favour of SentencePiece itself: white space at both ends is dropped, and neighbouring
unknown characters make one unknown piece. A third is ours: the text `</s>` is text, never the end mark.
"""

from __future__ import annotations

import re

from source import Source

SPACE = "▁"


class Unigram:
    """Splits text over the pieces `allowed` (original numbers; all of them when absent). Ids are original numbers."""

    def __init__(self, source: Source, allowed: set[int] | None = None) -> None:
        self.source = source
        special = {source.bos, source.eos, source.pad, source.unk, len(source.pieces) - 1}
        self.numbers = {
            piece: number
            for number, piece in enumerate(source.pieces)
            if number not in special and (allowed is None or number in allowed)
        }
        self.longest = max(map(len, self.numbers))
        self.unknown_score = float(source.scores.min()) - 10

    def normalise(self, text: str) -> str:
        """Maps every code point, makes every run of spaces one space, strips."""
        mapped = "".join(self.source.normalisation.get(ord(c), c) for c in text)
        return re.sub(" +", " ", mapped).strip(" ")

    def pieces(self, text: str) -> list[int]:
        """The best split of a text, without the marks of begin and end."""
        text = self.normalise(text)
        return self.split(SPACE + text.replace(" ", SPACE)) if text else []

    def split(self, text: str) -> list[int]:
        """The best split of an already normalised string, `▁` for a space."""
        best = [0.0] + [float("-inf")] * len(text)
        back: list[tuple[int, int]] = [(0, 0)] * (len(text) + 1)
        scores, unknown = self.source.scores, self.source.unk
        for start in range(len(text)):
            for end in range(start + 1, min(len(text), start + self.longest) + 1):
                number = self.numbers.get(text[start:end])
                if number is not None and best[start] + float(scores[number]) > best[end]:
                    best[end], back[end] = best[start] + float(scores[number]), (start, number)
            if best[start] + self.unknown_score > best[start + 1]:
                best[start + 1], back[start + 1] = best[start] + self.unknown_score, (start, unknown)
        found: list[int] = []
        at = len(text)
        while at > 0:
            at, number = back[at]
            if not (number == unknown and found and found[-1] == unknown):
                found.append(number)
        return found[::-1]

    def encode(self, text: str) -> list[int]:
        """The ids the model reads."""
        return [self.source.bos, *self.pieces(text), self.source.eos]
