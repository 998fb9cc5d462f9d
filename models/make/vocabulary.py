"""Chooses the pieces that stay. The rule reads pinned public inputs and this folder, never the corpus, so that the model
does not change when an entry is written.

Kept are
1. every piece of one character in the blocks of `KEPT_BLOCKS` (all Han characters the source knows, simplified or not);
2. every longer Han piece that is simplified (GB 2312);
3. every longer piece without letters that holds a symbol of those blocks;
4. every piece that the terms of terms.txt are made of, in the spellings of `spellings`;
5. of the other ASCII pieces the most useful, until the vocabulary has the size asked for. Useful is what English words
   (wordfreq, frequencies of 321,180 words), Python and its documentation (the sources of transformers) and, with a small
   weight, the source's own scores use.
"""

from __future__ import annotations

import gzip
import math
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgpack

from source import Source
from unigram import SPACE, Unigram

KEPT_BLOCKS = (
    "\u0021-\u007e"  # ASCII
    "\u00a1-\u00ff"  # Latin-1
    "\u0370-\u03ff"  # Greek
    "\u2010-\u2027\u2030-\u205e\u2070-\u209f\u20a0-\u20cf"  # general punctuation, super- and subscripts, currency
    "\u2100-\u23ff"  # letterlike, number forms, arrows, mathematical operators, technical
    "\u2460-\u27bf\u27c0-\u27ff\u2900-\u2bff"  # enclosed, boxes, shapes, symbols, dingbats, more arrows and operators
    "\u2e80-\u2fdf\u3001-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"  # CJK
    "\U0001d400-\U0001d7ff"  # mathematical letters
    "\U0001f300-\U0001faff"  # emoji
    "\U00020000-\U0003ffff"  # rare Han
)
_KEPT = re.compile(f"[{KEPT_BLOCKS}]*")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_ASCII = re.compile(r"[\x21-\x7e]+")


def _body(piece: str) -> str:
    return piece.removeprefix(SPACE)


def _simplified(text: str) -> bool:
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _always_kept(piece: str) -> bool:
    body = _body(piece)
    if not _KEPT.fullmatch(body) or SPACE in body:
        return body == ""
    if len(body) <= 1:
        return True
    if _HAN.fullmatch(body):
        return _simplified(body)
    return not _ASCII.fullmatch(body) and not any(c.isalpha() and not _HAN.match(c) for c in body)


def spellings(word: str) -> Iterator[tuple[str, float]]:
    """How a word turns up in running text, with its share: after a space or after Chinese, capitalised, in capitals."""
    for text, share in ((word, 0.76), (word[:1].upper() + word[1:], 0.2), (word.upper(), 0.04)):
        yield SPACE + text, share * 0.85
        yield text, share * 0.15


def _english_words(wheel: Path) -> Iterator[tuple[str, float]]:
    with zipfile.ZipFile(wheel) as archive:
        packed = archive.read("wordfreq/data/large_en.msgpack.gz")
    header, *bins = msgpack.unpackb(gzip.decompress(packed), raw=False)
    if header != {"format": "cB", "version": 1}:
        raise ValueError(f"{wheel}: unknown list format {header}")
    for centibels, words in enumerate(bins):
        for word in words:
            if word.isascii():
                yield word, 10 ** (-centibels / 100)


def _python_words(wheel: Path) -> Iterator[tuple[str, float]]:
    words: Counter[str] = Counter()
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".py"):
                words.update(archive.read(name).decode("utf-8").split())
    return ((word, float(count)) for word, count in sorted(words.items()) if word.isascii() and len(word) < 200)


def _shares(unigram: Unigram, texts: Iterable[tuple[str, float]]) -> dict[int, float]:
    """How much of all pieces in these texts each piece is."""
    counts: dict[int, float] = {}
    for text, weight in texts:
        for number in unigram.split(text):
            counts[number] = counts.get(number, 0.0) + weight
    total = math.fsum(counts.values())
    return {number: count / total for number, count in counts.items()}


def term_pieces(unigram: Unigram, path: Path) -> set[int]:
    """The pieces that the terms of a file are made of."""
    found: set[int] = set()
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            found.update(unigram.pieces(line))
            for word in unigram.normalise(line).split():
                for text, _share in spellings(word):
                    found.update(unigram.split(text))
    return found


def kept_scripts(source: Source) -> list[int]:
    """Every piece made of `KEPT_BLOCKS` only, however useful: the large vocabulary that the cut is compared with."""
    marks = [source.bos, source.pad, source.eos, source.unk]
    rest = (n for n, piece in enumerate(source.pieces[:-1]) if n not in marks and _KEPT.fullmatch(_body(piece)))
    return marks + list(rest)


def choose(source: Source, size: int, terms: Path, wordfreq: Path, transformers: Path) -> list[int]:
    """The original numbers of the pieces that stay, `size` with the four marks, ascending; the marks come first."""
    unigram = Unigram(source)
    marks = [source.bos, source.pad, source.eos, source.unk]
    kept = {number for number, piece in enumerate(source.pieces) if piece and _always_kept(piece)}
    kept |= term_pieces(unigram, terms)
    kept -= {*marks, len(source.pieces) - 1}

    english = _shares(
        unigram,
        ((text, f * share) for word, f in _english_words(wordfreq) for text, share in spellings(word)),
    )
    python = _shares(unigram, ((SPACE + word, count) for word, count in _python_words(transformers)))

    def usefulness(number: int) -> float:
        by_score = math.exp(float(source.scores[number]))
        return english.get(number, 0.0) + python.get(number, 0.0) + 0.05 * by_score

    # Rounded, so that the last digits of a platform's exp() cannot change the order.
    rest = sorted(
        (n for n in unigram.numbers.values() if n not in kept and _ASCII.fullmatch(_body(source.pieces[n]))),
        key=lambda number: (-round(usefulness(number), 12), number),
    )
    room = size - len(marks) - len(kept)
    if room < 0:
        raise ValueError(f"size {size} is less than the {len(kept) + len(marks)} pieces that are always kept")
    return marks + sorted(kept | set(rest[:room]))
