"""Writes the encoder as an ONNX graph, node by node, from the 4-bit weights of the source: nothing is quantised again.

`MatMulNBits` (block 32, no zero point) reads a nibble n as scale * (n - 8), which is what the source stores, so repacking
the nibbles is lossless. Scales stay fp16 in the file and are cast once, when the session folds constants.

Inputs  input_ids int64 [batch, tokens], attention_mask int64 [batch, tokens] (1 for a token, 0 for padding)
Output  embedding float32 [batch, dims], mean over the tokens, length 1
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from source import BLOCK, Blocks, Source

MICROSOFT = "com.microsoft"
ACCURACY_INT8 = 4
"""Activations are rounded to int8 per block of 32 while multiplying: the source's own engine does the same."""


def _pack(nibbles: np.ndarray) -> np.ndarray:
    """Two neighbours a byte, the first in the low nibble."""
    return (nibbles[..., 0::2] | (nibbles[..., 1::2] << 4)).astype(np.uint8)


class _Builder:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def constant(self, name: str, values: np.ndarray) -> str:
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def fp16(self, name: str, values: np.ndarray) -> str:
        """A constant stored as fp16 and used as fp32."""
        return self.node("Cast", [self.constant(f"{name}.fp16", values)], name, to=TensorProto.FLOAT)

    def linear(self, x: str, name: str, weights: Blocks, bias: np.ndarray) -> str:
        """x @ weights.T + bias."""
        outputs, inputs = weights.nibbles.shape
        packed = _pack(weights.nibbles).reshape(outputs, inputs // BLOCK, BLOCK // 2)
        return self.node(
            "MatMulNBits",
            [
                x,
                self.constant(f"{name}.q", packed),
                self.fp16(f"{name}.scales", weights.scales.reshape(-1)),
                "",
                "",
                self.constant(f"{name}.bias", bias.astype(np.float32)),
            ],
            name,
            MICROSOFT,
            K=inputs,
            N=outputs,
            bits=4,
            block_size=BLOCK,
            accuracy_level=ACCURACY_INT8,
        )


def _blocks(source: Source, name: str) -> Blocks:
    tensor = source.tensors[name]
    assert isinstance(tensor, Blocks), name
    return tensor


def _floats(source: Source, name: str) -> np.ndarray:
    tensor = source.tensors[name]
    assert isinstance(tensor, np.ndarray), name
    return tensor


def build_graph(source: Source, keep: np.ndarray, producer: str) -> onnx.ModelProto:
    """The encoder with the embedding rows `keep` (original piece numbers, in the new order)."""
    b = _Builder()
    dims = source.dims

    word = _blocks(source, "emb.word").rows(keep)
    # As a signed nibble n - 8 needs no zero point here.
    b.initializers.append(
        helper.make_tensor("word.q", TensorProto.INT4, word.nibbles.shape, _pack(word.nibbles ^ 8).tobytes(), raw=True)
    )
    b.node(
        "GatherBlockQuantized",
        ["word.q", "input_ids", b.fp16("word.scales", word.scales)],
        "word",
        MICROSOFT,
        gather_axis=0,
        quantize_axis=1,
        block_size=BLOCK,
    )

    positions = _floats(source, "emb.pos").reshape(-1, dims)[: source.max_positions]
    kind = _floats(source, "emb.type").reshape(-1, dims)[0]
    b.constant("positions", (positions + kind).astype(np.float32))
    b.node("Shape", ["input_ids"], "tokens", start=1, end=2)
    b.node("Slice", ["positions", b.constant("zero", np.array([0], np.int64)), "tokens"], "position")
    b.node("Add", ["word", "position"], "embedded")
    x = b.node(
        "LayerNormalization",
        ["embedded", b.constant("ln.w", _floats(source, "emb.ln.w")), b.constant("ln.b", _floats(source, "emb.ln.b"))],
        "normalised",
        axis=-1,
        epsilon=source.epsilon,
    )
    b.node("Cast", ["attention_mask"], "mask.int", to=TensorProto.INT32)

    def norm(residual: str, update: str, prefix: str, output: str) -> str:
        gamma = b.constant(f"{prefix}.w", _floats(source, f"{prefix}.w"))
        beta = b.constant(f"{prefix}.b", _floats(source, f"{prefix}.b"))
        return b.node(
            "SkipLayerNormalization", [residual, update, gamma, beta], output, MICROSOFT, epsilon=source.epsilon
        )

    for layer in range(source.layers):
        at = f"l{layer}"

        def project(name: str, inputs: str, at: str = at) -> str:
            return b.linear(inputs, f"{at}.{name}", _blocks(source, f"{at}.{name}.w"), _floats(source, f"{at}.{name}.b"))

        attended = b.node(
            "MultiHeadAttention",
            [project("q", x), project("k", x), project("v", x), "", "mask.int"],
            f"{at}.attended",
            MICROSOFT,
            num_heads=source.heads,
        )
        x = norm(x, project("ao", attended), f"{at}.aln", f"{at}.attention")
        widened = b.node("Gelu", [project("fi", x)], f"{at}.gelu", MICROSOFT)
        x = norm(x, project("fo", widened), f"{at}.oln", f"{at}.out")

    b.node("Cast", ["attention_mask"], "mask.float", to=TensorProto.FLOAT)
    b.node("Unsqueeze", ["mask.float", b.constant("one", np.array([1], np.int64))], "mask.row")
    b.node("MatMul", ["mask.row", x], "summed")
    b.node("Squeeze", ["summed", "one"], "pooled")
    # A mean and a sum point the same way, so the division by the number of tokens is left to the normalisation.
    b.node("LpNormalization", ["pooled"], "embedding", axis=-1, p=2)

    graph = helper.make_graph(
        b.nodes,
        "multilingual-e5-small",
        [
            helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "tokens"]),
            helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["batch", "tokens"]),
        ],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", dims])],
        b.initializers,
    )
    return helper.make_model(
        graph,
        producer_name=producer,
        ir_version=10,
        opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)],
    )
