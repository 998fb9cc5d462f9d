"""Writes the kept pieces as a `tokenizer.json` for the JavaScript package @huggingface/tokenizers.

Its `Precompiled` normaliser is a fixed function (NFKC, white space and control characters as SentencePiece has them, `～`
untouched); over single code points it equals the source's map but for about 70 rare ones (Latin modifier letters, squared
letters). The four marks have names that start with a control character. The normaliser removes that character, so a text
that holds `</s>` or `<s>` (HTML, code, or somebody trying) never turns into a mark.
"""

from __future__ import annotations

import json

from source import Source

MARKS = ("\u0001<s>", "\u0001<pad>", "\u0001</s>", "\u0001<unk>")
BEGIN, PAD, END, UNKNOWN = range(4)


def tokenizer_json(source: Source, keep: list[int]) -> str:
    """The file's text. `keep` starts with the numbers of begin, pad, end and unknown, in this order."""
    names = [*MARKS, *(source.pieces[number] for number in keep[len(MARKS) :])]
    # The shortest decimal that reads back as the same fp32 score.
    scores = [float(str(source.scores[number])) for number in keep]
    begin, end = MARKS[BEGIN], MARKS[END]
    document = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Precompiled", "precompiled_charsmap": None},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
                {"type": "Strip", "strip_left": True, "strip_right": True},
            ],
        },
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": False},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": begin, "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": end, "type_id": 0}},
            ],
            "pair": [],
            "special_tokens": {
                name: {"id": name, "ids": [number], "tokens": [name]} for number, name in ((BEGIN, begin), (END, end))
            },
        },
        "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": False},
        "model": {"type": "Unigram", "unk_id": UNKNOWN, "vocab": [list(pair) for pair in zip(names, scores)]},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
