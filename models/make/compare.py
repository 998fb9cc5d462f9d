"""Measures what the vocabulary cut costs: `python compare.py` prints the table of the model card.

Every row is one vocabulary over the same 4-bit weights. Queries are the lines with split "dev" of eval/retrieval/*.jsonl
and, as a second and larger set, the `askedAs` wordings of the corpus. Each is looked up among the Chinese questions of all
entries: `query: ` against `passage: `, no index, no fusion, nothing else indexed.

same     share of texts that are split into the very same pieces as by the source's 250,002
cosine   mean cosine between the vectors of a text under this vocabulary and under the source's (lowest in brackets)
R@1 …    recall at 1 and 5, mean reciprocal rank at 10
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import numpy as np
import onnxruntime

from embedding import HERE, kept_pieces, unpack_source
from graph import build_graph
from source import Source, read_source
from unigram import Unigram
from vocabulary import kept_scripts

ROOT = HERE.parent.parent


class Model:
    """The source's weights behind one vocabulary (all of it when `keep` is None)."""

    def __init__(self, source: Source, keep: list[int] | None) -> None:
        numbers = list(range(len(source.pieces))) if keep is None else keep
        self.unigram = Unigram(source, None if keep is None else set(numbers))
        self.rows = {number: row for row, number in enumerate(numbers)}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        graph = build_graph(source, np.array(numbers), "compare").SerializeToString()
        self.session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self.bytes = len(graph)

    def split(self, text: str) -> list[int]:
        """Original piece numbers."""
        return self.unigram.encode(text)[:512]

    def embed(self, texts: list[str]) -> np.ndarray:
        """One vector of length 1 a row."""
        vectors = []
        for text in texts:
            ids = np.array([[self.rows[number] for number in self.split(text)]], np.int64)
            feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
            vectors.append(self.session.run(None, feeds)[0][0])
        return np.array(vectors)


def _corpus(root: Path) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """Chinese question by entry id, and (id, language, wording) of every `askedAs`; a small reader for our front matter."""
    import yaml

    titles: dict[str, str] = {}
    asked: list[tuple[str, str, str]] = []
    for path in sorted((root / "corpus").rglob("*.md")):
        parts = path.read_text("utf-8").split("---\n", 2)
        if len(parts) < 3 or not re.match(r"id:", parts[1]):
            continue
        entry = yaml.safe_load(parts[1])
        titles[entry["id"]] = entry["question"]["zh"]
        for language, wordings in (entry.get("askedAs") or {}).items():
            asked.extend((entry["id"], language, wording) for wording in wordings)
    return titles, asked


def _dev(root: Path) -> list[tuple[str, str, str]]:
    lines = [json.loads(line) for path in sorted((root / "eval/retrieval").glob("*.jsonl")) for line in path.open()]
    return [(q["id"], q["lang"], q["query"]) for q in lines if q["split"] == "dev"]


def _ranks(model: Model, titles: dict[str, str], queries: list[tuple[str, str, str]]) -> np.ndarray:
    """The place of the right title for every query, from 0."""
    ids = list(titles)
    places = {identifier: at for at, identifier in enumerate(ids)}
    passages = model.embed([f"passage: {titles[identifier]}" for identifier in ids])
    scores = model.embed([f"query: {text}" for _id, _language, text in queries]) @ passages.T
    right = np.array([scores[row, places[identifier]] for row, (identifier, _l, _t) in enumerate(queries)])
    return (scores > right[:, None]).sum(axis=1)


def main() -> None:
    """Prints one row a vocabulary."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--titles", type=Path, help="JSON list of {id, title}, instead of the corpus's own questions")
    parser.add_argument("--sizes", type=int, nargs="*", default=[34_000, 40_000, 44_000, 48_000])
    chosen = parser.parse_args()
    cache = HERE / ".cache"
    source = read_source(unpack_source(cache))

    titles, asked = _corpus(ROOT)
    if chosen.titles:
        titles = {entry["id"]: entry["title"] for entry in json.loads(chosen.titles.read_text("utf-8"))}
    sets = {
        name: [query for query in queries if query[0] in titles]
        for name, queries in (("dev", _dev(ROOT)), ("askedAs", asked))
    }
    print(f"{len(titles)} titles; " + "; ".join(f"{name} {len(queries)} queries" for name, queries in sets.items()))

    texts = [f"query: {text}" for queries in sets.values() for _id, _language, text in queries]
    reference = Model(source, None)
    splits, vectors = [reference.split(text) for text in texts], reference.embed(texts)
    variants: list[tuple[str, list[int] | None]] = [("source", None), ("scripts", kept_scripts(source))]
    variants += [(f"{size}", kept_pieces(source, cache, size)) for size in chosen.sizes]
    for name, keep in variants:
        model = reference if keep is None else Model(source, keep)
        same = np.mean([split == model.split(text) for split, text in zip(splits, texts)])
        cosines = (model.embed(texts) * vectors).sum(axis=1)
        row = f"{name:>8} {len(model.rows):>7} pieces {model.bytes / 1e6:5.1f} MB same {same:.3f} "
        row += f"cosine {cosines.mean():.4f} ({cosines.min():.3f})"
        for group, queries in sets.items():
            ranks = _ranks(model, titles, queries)
            for language in ("zh", "en"):
                part = ranks[[query[1] == language for query in queries]]
                reciprocal = np.where(part < 10, 1 / (part + 1), 0).mean()
                row += f" | {group} {language} {(part < 1).mean():.3f} {(part < 5).mean():.3f} {reciprocal:.3f}"
        print(row, flush=True)


if __name__ == "__main__":
    main()
