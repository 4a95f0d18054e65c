"""A BERT encoder as an ONNX graph, written node by node.

Writing the graph by hand, instead of tracing the torch module, keeps two promises that tracing does not:
the word embeddings stay outside (two towers share one table), and the integer arithmetic takes one
activation scale **a row**, so that a text's scores do not depend on its neighbours in the batch.

Input `words` float32 `[batch, length, width]`: word embeddings of texts of one length, without padding.
Output `state` float32 `[batch, width]`: the mean of the last layer's token states, or what else pools them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from affekt.encoder import pack_nibbles, quantize_blocks

Weights = Mapping[str, NDArray[np.float32]]
Precision = Literal["float32", "int8-static", "int8-rows", "int8-blocks", "int4-blocks", "int8-dynamic"]
PRECISIONS: Final[tuple[Precision, ...]] = get_args(Precision)
Pooling = Literal["mean", "cls", "qformer"]
POOLINGS: Final[tuple[Pooling, ...]] = get_args(Pooling)
Ranges = Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]

QUERIES: Final = "qformer."
"""What the names of a Q-Former's tensors begin with."""
RELATIVE: Final = "encoder.relative_attention_bias"
"""Name of the table `[buckets, heads]` that MPNet's attention adds by the distance of two tokens."""
_FARTHEST = 128  # tokens; from there on all distances share a bucket
_OPSET = 18
_CONTRIB = "com.microsoft"
# uint8 × int8 products are added in pairs with 16-bit saturation on machines without VNNI:
# weights of 7 bits keep 2 · 255 · 64 below 2^15.
_WEIGHT_MAX = 63
_BLOCK = 32
_SMOOTHING = 0.7


@dataclass(frozen=True, slots=True)
class BertShape:
    """Sizes of a BERT encoder.

    Args:
        layers: number of transformer layers.
        heads: attention heads a layer.
        width: of the token states.
        positions: longest input in tokens; longer tables are cut to it.
        epsilon: of the layer norms.
    """

    layers: int
    heads: int
    width: int
    positions: int
    epsilon: float = 1e-12


@dataclass(frozen=True, slots=True)
class QueryShape:
    """Sizes of a Q-Former.

    Args:
        count: learned queries.
        layers: of self-attention, cross-attention and feed-forward.
        heads: of each attention.
        width: of the queries.
        epsilon: of the layer norms.
    """

    count: int
    layers: int
    heads: int
    width: int
    epsilon: float = 1e-5


@dataclass(slots=True)
class _Graph:
    """Nodes and initialisers in the making."""

    precision: Precision
    ranges: Ranges = field(default_factory=dict)
    nodes: list[Any] = field(default_factory=list)
    initializers: list[Any] = field(default_factory=list)
    _count: int = 0

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Store a tensor once under a name."""
        from onnx import numpy_helper

        if all(t.name != name for t in self.initializers):
            self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, op: str, inputs: list[str], domain: str = "", outputs: int = 1, **attributes: Any) -> Any:
        """Append a node; its output name, or names if there are several."""
        from onnx import helper

        self._count += 1
        names = [f"{op}_{self._count}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def matmul(self, x: str, name: str, weight: NDArray[np.float32]) -> str:
        """`x @ weight`, weight `[in, out]`, in the graph's precision."""
        if self.precision == "float32":
            return str(self.node("MatMul", [x, self.constant(name, weight)]))
        if self.precision.endswith("-blocks"):
            return self._block_matmul(x, name, weight, 8 if self.precision == "int8-blocks" else 4)
        if self.precision == "int8-static" and name in self.ranges:
            return self._static_matmul(x, name, weight)
        packed, columns = self._columns(name, weight)
        if self.precision == "int8-dynamic":
            return str(self.node("DynamicQuantizeMatMul", [x, packed, columns], _CONTRIB))
        return self._row_matmul(x, packed, columns)

    def _columns(self, name: str, weight: NDArray[np.float32]) -> tuple[str, str]:
        """Weights of 7 bits with a scale a column."""
        scale = np.maximum(np.abs(weight).max(axis=0), 1e-8) / _WEIGHT_MAX
        packed = self.constant(f"{name}.int8", np.rint(weight / scale).astype(np.int8))
        return packed, self.constant(f"{name}.scale", scale.astype(np.float32))

    def _static_matmul(self, x: str, name: str, weight: NDArray[np.float32]) -> str:
        """One activation scale for good, from calibration texts.

        Channels with a wide range would take all the steps: part of their range is moved into the
        weights first (Xiao et al. 2023, SmoothQuant, eq. 4).
        """
        low, high = np.minimum(self.ranges[name][0], 0), np.maximum(self.ranges[name][1], 0)
        reach = np.maximum(np.maximum(-low, high), 1e-5)
        smooth = reach**_SMOOTHING / np.maximum(np.abs(weight).max(axis=1), 1e-5) ** (1 - _SMOOTHING)
        step = max((high / smooth).max() - (low / smooth).min(), 1e-6) / 255
        zero = int(np.clip(np.rint(-(low / smooth).min() / step), 0, 255))
        packed, columns = self._columns(name, weight * smooth[:, None])
        inverse = self.constant(f"{name}.smooth", (1 / smooth).astype(np.float32))
        scale = self.constant(f"{name}.step", np.array(step, np.float32))
        middle = self.constant(f"{name}.zero", np.array(zero, np.uint8))
        rows = self.node("QuantizeLinear", [self.node("Mul", [x, inverse]), scale, middle])
        return str(self.node("MatMulIntegerToFloat", [rows, packed, scale, columns, middle], _CONTRIB))

    def _row_matmul(self, x: str, packed: str, columns: str) -> str:
        """One activation scale a row, taken from the row itself."""
        step = self.constant("row.step", np.array(1 / 127, np.float32))
        zero = self.constant("row.zero", np.array(128, np.uint8))
        floor = self.constant("row.floor", np.array(1e-6, np.float32))
        axis = self.constant("row.axis", np.array([-1], np.int64))
        largest = self.node("ReduceMax", [self.node("Abs", [x]), axis], keepdims=1)
        largest = self.node("Max", [largest, floor])
        rows = self.node("QuantizeLinear", [self.node("Div", [x, largest]), step, zero])
        product = self.node("MatMulIntegerToFloat", [rows, packed, step, columns, zero], _CONTRIB)
        return str(self.node("Mul", [product, largest]))

    def _block_matmul(self, x: str, name: str, weight: NDArray[np.float32], bits: int) -> str:
        inputs, outputs = weight.shape
        packed, scale = _pack_blocks(weight, bits)
        return str(
            self.node(
                "MatMulNBits",
                [x, self.constant(f"{name}.q{bits}", packed), self.constant(f"{name}.scale", scale)],
                _CONTRIB,
                K=inputs,
                N=outputs,
                bits=bits,
                block_size=_BLOCK,
                accuracy_level=4,
            )
        )

    def norm(self, x: str, skip: str, name: str, weights: Weights, bias: str, epsilon: float) -> str:
        """`LayerNorm(x + bias + skip)`."""
        gamma = self.constant(f"{name}.gamma", weights[f"{name}.weight"])
        beta = self.constant(f"{name}.beta", weights[f"{name}.bias"])
        inputs = [x, skip, gamma, beta, self.constant(bias, weights[bias])]
        return str(self.node("SkipLayerNormalization", inputs, _CONTRIB, epsilon=epsilon))

    def plain_norm(self, x: str, name: str, weights: Weights, epsilon: float) -> str:
        """`LayerNorm(x)`."""
        gamma = self.constant(f"{name}.gamma", weights[f"{name}.weight"])
        beta = self.constant(f"{name}.beta", weights[f"{name}.bias"])
        return str(self.node("LayerNormalization", [x, gamma, beta], axis=-1, epsilon=epsilon))

    def linear(self, x: str, name: str, weights: Weights) -> str:
        """`x @ weight + bias`."""
        product = self.matmul(x, name, weights[f"{name}.weight"].T)
        return str(self.node("Add", [product, self.constant(f"{name}.bias", weights[f"{name}.bias"])]))


def _pack_blocks(weight: NDArray[np.float32], bits: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Block quantisation as `MatMulNBits` reads it: `[out, blocks, bytes]`, zero in the middle."""
    inputs, outputs = weight.shape
    blocks = np.pad(weight.T, ((0, 0), (0, -inputs % _BLOCK))).reshape(outputs, -1, _BLOCK)
    codes, scale = quantize_blocks(blocks, bits)
    packed = pack_nibbles(codes) if bits == 4 else (codes.astype(np.int16) + 128).astype(np.uint8)
    return packed, scale.reshape(-1)


def relative_buckets(length: int, buckets: int) -> NDArray[np.int64]:
    """Bucket of the distance from each token to each other, `[length, length]` (Raffel et al. 2020, T5, section 2.1).

    Half of the buckets are for tokens before, half for those after; in each half the near ones have a bucket for
    every distance, and the far ones share buckets that grow with the distance's logarithm.

    Args:
        length: of the text, in tokens.
        buckets: all of them.

    Returns:
        Rows of the table of biases.
    """
    place = np.arange(length)
    distance = place[:, None] - place[None, :]
    half = buckets // 2
    exact = half // 2
    steps = np.abs(distance)
    far = np.log(np.maximum(steps, 1).astype(np.float32) / exact) / np.float32(np.log(_FARTHEST / exact))
    shared = np.minimum(exact + (far * (half - exact)).astype(np.int64), half - 1)
    rows: NDArray[np.int64] = np.where(distance < 0, half, 0) + np.where(steps < exact, steps, shared)
    return rows


def _relative_bias(graph: _Graph, weights: Weights, shape: BertShape, length: str) -> str:
    """What attention adds by distance, `[1, heads, length, length]`; empty where the encoder has no such table."""
    if f"{RELATIVE}.weight" not in weights:
        return ""
    table = weights[f"{RELATIVE}.weight"].T
    places = graph.constant("distances", relative_buckets(shape.positions, table.shape[1]))
    start = graph.constant("distances.start", np.array([0, 0], np.int64))
    stop = graph.node("Concat", [length, length], axis=0)
    read = graph.node("Slice", [places, start, stop])
    bias = graph.node("Gather", [graph.constant(RELATIVE, table), read], axis=1)
    return str(graph.node("Unsqueeze", [bias, graph.constant("distances.axis", np.array([0], np.int64))]))


def _layer(graph: _Graph, x: str, weights: Weights, prefix: str, shape: BertShape, distances: str) -> str:
    """One post-norm transformer layer."""
    attention = f"{prefix}attention.self."
    parts = ("query", "key", "value")
    packed = np.concatenate([weights[f"{attention}{p}.weight"].T for p in parts], axis=1)
    bias = np.concatenate([weights[f"{attention}{p}.bias"] for p in parts])
    projected = graph.matmul(x, f"{attention}qkv", packed)
    q, k, v = graph.node("Split", [projected], outputs=3, axis=-1, num_outputs=3)
    mixed = graph.node(
        "MultiHeadAttention",
        [q, k, v, graph.constant(f"{attention}qkv.bias", bias), *(["", distances] if distances else [])],
        _CONTRIB,
        num_heads=shape.heads,
    )
    out = f"{prefix}attention.output."
    mixed = graph.matmul(mixed, f"{out}dense", weights[f"{out}dense.weight"].T)
    x = graph.norm(mixed, x, f"{out}LayerNorm", weights, f"{out}dense.bias", shape.epsilon)
    inner = graph.matmul(x, f"{prefix}intermediate", weights[f"{prefix}intermediate.dense.weight"].T)
    inner_bias = f"{prefix}intermediate.dense.bias"
    inner = graph.node("BiasGelu", [inner, graph.constant(inner_bias, weights[inner_bias])], _CONTRIB)
    out = f"{prefix}output."
    outer = graph.matmul(inner, f"{out}dense", weights[f"{out}dense.weight"].T)
    return graph.norm(outer, x, f"{out}LayerNorm", weights, f"{out}dense.bias", shape.epsilon)


def _attention(graph: _Graph, x: str, states: str, weights: Weights, prefix: str, heads: int) -> str:
    """Attention from `x` to `states`, with the bias of its output."""
    parts = ("query", "key", "value")
    projected = [
        graph.matmul(source, f"{prefix}{part}", weights[f"{prefix}{part}.weight"].T)
        for part, source in zip(parts, (x, states, states), strict=True)
    ]
    bias = np.concatenate([weights[f"{prefix}{part}.bias"] for part in parts])
    mixed = graph.node(
        "MultiHeadAttention",
        [*projected, graph.constant(f"{prefix}bias", bias)],
        _CONTRIB,
        num_heads=heads,
    )
    return graph.linear(mixed, f"{prefix}output", weights)


def _query_layer(graph: _Graph, x: str, states: str, weights: Weights, prefix: str, shape: QueryShape) -> str:
    """One pre-norm layer of a Q-Former."""
    normed = graph.plain_norm(x, f"{prefix}own_norm", weights, shape.epsilon)
    x = str(graph.node("Add", [x, _attention(graph, normed, normed, weights, f"{prefix}own.", shape.heads)]))
    normed = graph.plain_norm(x, f"{prefix}cross_norm", weights, shape.epsilon)
    x = str(
        graph.node("Add", [x, _attention(graph, normed, states, weights, f"{prefix}cross.", shape.heads)])
    )
    normed = graph.plain_norm(x, f"{prefix}inner_norm", weights, shape.epsilon)
    inner = graph.matmul(normed, f"{prefix}inner", weights[f"{prefix}inner.weight"].T)
    bias = graph.constant(f"{prefix}inner.bias", weights[f"{prefix}inner.bias"])
    inner = graph.node("BiasGelu", [inner, bias], _CONTRIB)
    return str(graph.node("Add", [x, graph.linear(inner, f"{prefix}outer", weights)]))


def _queries(graph: _Graph, states: str, weights: Weights, shape: QueryShape) -> str:
    """The states of a Q-Former's queries, `[batch, queries, width]`."""
    batch = graph.node("Shape", [states], start=0, end=1)
    one = graph.constant(f"{QUERIES}one", np.array([1], np.int64))
    repeats = graph.node("Concat", [batch, one, one], axis=0)
    own = graph.constant(f"{QUERIES}queries", weights[f"{QUERIES}queries"][None])
    x = str(graph.node("Tile", [own, repeats]))
    for i in range(shape.layers):
        x = _query_layer(graph, x, states, weights, f"{QUERIES}layers.{i}.", shape)
    return x


def _pooled(
    graph: _Graph, states: str, weights: Weights, pooling: Pooling, queries: QueryShape | None
) -> str:
    """One state a text, `[batch, width]`."""
    if pooling == "cls":
        states = graph.node("Gather", [states, graph.constant("first", np.array([0], np.int64))], axis=1)
    if pooling == "qformer":
        assert queries is not None
        states = _queries(graph, states, weights, queries)
    axis = graph.constant("tokens.axis", np.array([1], np.int64))
    return str(graph.node("ReduceMean", [states, axis], keepdims=0))


def bert_graph(
    weights: Weights,
    shape: BertShape,
    precision: Precision = "float32",
    ranges: Ranges | None = None,
    pooling: Pooling = "mean",
    queries: QueryShape | None = None,
) -> bytes:
    """Serialise a BERT encoder.

    Args:
        weights: tensors by their names in transformers' `BertModel`, torch layout `[out, in]`; with `RELATIVE`'s table
            attention also hears how far two tokens are apart.
        shape: sizes of the encoder.
        precision: `float32`; `int8-static` (7-bit weights with a scale a column, 8-bit activations with
            scales from calibration); `int8-rows` (activations with a scale a row); `int8-blocks` or
            `int4-blocks` (weights in blocks of 32, `MatMulNBits`); `int8-dynamic` (one activation scale
            a batch: for comparison only, its scores depend on the batch).
        ranges: for `int8-static`, the lowest and highest input of each matrix product, `[in]` each, by
            the name of its weights; see `calibrate`. Products without ranges are as in `int8-rows`.
        pooling: `mean` of the token states, `cls` (the first one), or `qformer`: the mean of its queries.
        queries: sizes of the Q-Former, whose tensors are among the weights by the names in `QFormer`,
            after `qformer.`.

    Returns:
        The ONNX model, for onnxruntime's CPU provider.
    """
    from onnx import TensorProto, helper

    graph = _Graph(precision, ranges or {})
    embedded = "embeddings."
    table = weights[f"{embedded}position_embeddings.weight"][: shape.positions]
    table = table + weights[f"{embedded}token_type_embeddings.weight"][0]
    length = graph.node("Shape", ["words"], start=1, end=2)
    start = graph.constant("zero", np.array([0], np.int64))
    places = graph.node("Slice", [graph.constant("positions", table), start, length])
    x = graph.node("Add", ["words", places])
    gamma = graph.constant("words.gamma", weights[f"{embedded}LayerNorm.weight"])
    beta = graph.constant("words.beta", weights[f"{embedded}LayerNorm.bias"])
    x = graph.node("LayerNormalization", [x, gamma, beta], axis=-1, epsilon=shape.epsilon)
    distances = _relative_bias(graph, weights, shape, length)
    for i in range(shape.layers):
        x = _layer(graph, x, weights, f"encoder.layer.{i}.", shape, distances)
    state = _pooled(graph, x, weights, pooling, queries)
    graph.nodes.append(helper.make_node("Identity", [state], ["state"]))
    width = shape.width if queries is None else queries.width
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "bert",
            [helper.make_tensor_value_info("words", TensorProto.FLOAT, ["batch", "length", shape.width])],
            [helper.make_tensor_value_info("state", TensorProto.FLOAT, ["batch", width])],
            graph.initializers,
        ),
        opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)],
        ir_version=9,
    )
    return bytes(model.SerializeToString())
