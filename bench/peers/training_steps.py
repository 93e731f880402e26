"""What a step of training takes in PyTorch, eager: the peer of TrainingSteps.java.

    python training_steps.py MODEL.onnx|bert THREADS STEPS

`bert` is all-MiniLM-L6-v2 as PyTorch modules with random weights: 16 texts of 64 tokens. A model
file of pictures is computed node by node with torch.nn.functional: 8 pictures of 48 x 160 pixels.
Needs torch, and onnx for a model file.
"""

import resource
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

WARM = 5


class Layer(nn.Module):
    def __init__(self, width=384, heads=12, inner=1536):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, x, mask):
        n, s, w = x.shape
        q, k, v = (
            f(x).view(n, s, self.heads, w // self.heads).transpose(1, 2)
            for f in (self.q, self.k, self.v)
        )
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.first(x + self.o(mixed.transpose(1, 2).reshape(n, s, w)))
        return self.second(x + self.down(F.gelu(self.up(x))))


class Bert(nn.Module):
    def __init__(self, width=384):
        super().__init__()
        self.tokens = nn.Embedding(30522, width)
        self.places = nn.Embedding(512, width)
        self.types = nn.Embedding(2, width)
        self.norm = nn.LayerNorm(width)
        self.layers = nn.ModuleList(Layer(width) for _ in range(6))

    def forward(self, ids, mask, types):
        places = torch.arange(ids.shape[1]).unsqueeze(0)
        x = self.norm(self.tokens(ids) + self.places(places) + self.types(types))
        bias = (1 - mask[:, None, None, :].float()) * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        return x


def pair(values):
    return tuple(values) if values else (1, 1)


class Graph(nn.Module):
    """An ONNX graph of a convolutional network, with its float weights as parameters."""

    def __init__(self, path):
        super().__init__()
        import onnx
        from onnx import numpy_helper

        model = onnx.load(path)
        self.nodes = []
        self.constants = {}
        arrays = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
        for node in model.graph.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            if node.op_type == "Constant":
                arrays[node.output[0]] = numpy_helper.to_array(attributes["value"])
            else:
                self.nodes.append((node.op_type, list(node.input), list(node.output), attributes))
        fixed = {n[1][i] for n in self.nodes if n[0] == "BatchNormalization" for i in (3, 4)}
        self.learned = nn.ParameterDict()
        for name, array in arrays.items():
            tensor = torch.tensor(array)
            if tensor.is_floating_point() and tensor.numel() > 1 and name not in fixed:
                self.learned[name.replace(".", "/")] = nn.Parameter(tensor)
            else:
                self.constants[name] = tensor
        self.input = [i.name for i in model.graph.input if i.name not in arrays][0]
        self.output = model.graph.output[0].name
        self.last = {}
        for place, (_, inputs, _, _) in enumerate(self.nodes):
            for name in inputs:
                self.last[name] = place

    def forward(self, x):
        known = {self.input: x}

        def get(name):
            if name in known:
                return known[name]
            key = name.replace(".", "/")
            return self.learned[key] if key in self.learned else self.constants[name]

        for place, (op, inputs, outputs, attributes) in enumerate(self.nodes):
            values = [get(name) if name else None for name in inputs]
            known[outputs[0]] = compute(op, values, attributes)
            for name in inputs:
                if name != self.output and self.last[name] == place:
                    known.pop(name, None)
        return known[self.output]


def compute(op, v, a):
    x = v[0]
    if op == "Conv":
        pads = a.get("pads", [0, 0, 0, 0])
        if pads[:2] != pads[2:]:
            x = F.pad(x, (pads[1], pads[3], pads[0], pads[2]))
            pads = [0, 0]
        return F.conv2d(
            x,
            v[1],
            v[2] if len(v) > 2 else None,
            pair(a.get("strides")),
            tuple(pads[:2]),
            pair(a.get("dilations")),
            a.get("group", 1),
        )
    if op == "BatchNormalization":
        return F.batch_norm(x, v[3], v[4], v[1], v[2], False, 0, a.get("epsilon", 1e-5))
    if op == "LayerNormalization":
        return F.layer_norm(x, x.shape[-1:], v[1], v[2], a.get("epsilon", 1e-5))
    if op == "HardSigmoid":
        return torch.clamp(x * a.get("alpha", 0.2) + a.get("beta", 0.5), 0, 1)
    if op == "Clip":
        low, high = (v[i] if len(v) > i and v[i] is not None else None for i in (1, 2))
        return torch.clamp(x, None if low is None else low.item(), None if high is None else high.item())
    if op in ("AveragePool", "MaxPool"):
        pads, kernel = a.get("pads", [0, 0, 0, 0]), a["kernel_shape"]
        strides = pair(a.get("strides"))
        if op == "MaxPool":
            return F.max_pool2d(x, kernel, strides, tuple(pads[:2]))
        return F.avg_pool2d(x, kernel, strides, tuple(pads[:2]), count_include_pad=False)
    if op == "ReduceMean":
        axes = a.get("axes") or v[1].tolist()
        return x.mean(axes, keepdim=bool(a.get("keepdims", 1)))
    if op == "Reshape":
        sizes = v[1].tolist()
        return x.reshape([x.shape[i] if s == 0 else s for i, s in enumerate(sizes)])
    if op == "Squeeze":
        axes = a.get("axes") or v[1].tolist()
        return x.squeeze(tuple(axes))
    if op == "Unsqueeze":
        for axis in a.get("axes") or v[1].tolist():
            x = x.unsqueeze(axis)
        return x
    if op == "Slice":
        for start, end, axis in zip(v[1].tolist(), v[2].tolist(), v[3].tolist()):
            end = min(end, x.shape[axis])
            x = x.narrow(axis, start, end - start)
        return x
    if op == "Gather":
        return torch.index_select(x, a.get("axis", 0), v[1].reshape(-1)).reshape(
            x.shape[: a.get("axis", 0)] + v[1].shape + x.shape[a.get("axis", 0) + 1 :]
        )
    simple = {
        "Add": lambda: x + v[1],
        "Sub": lambda: x - v[1],
        "Mul": lambda: x * v[1],
        "Div": lambda: x // v[1] if not x.is_floating_point() else x / v[1],
        "Pow": lambda: x ** v[1],
        "Sqrt": lambda: torch.sqrt(x),
        "Relu": lambda: F.relu(x),
        "Sigmoid": lambda: torch.sigmoid(x),
        "HardSwish": lambda: F.hardswish(x),
        "Identity": lambda: x,
        "MatMul": lambda: x @ v[1],
        "GlobalAveragePool": lambda: x.mean((2, 3), keepdim=True),
        "Transpose": lambda: x.permute(*a["perm"]),
        "Softmax": lambda: F.softmax(x, a.get("axis", -1)),
        "Concat": lambda: torch.cat(v, a["axis"]),
        "Shape": lambda: torch.tensor(x.shape),
        "Cast": lambda: x.to({1: torch.float32, 6: torch.int32, 7: torch.int64}[a["to"]]),
    }
    return simple[op]()


def main():
    kind, threads, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    if kind == "bert":
        model = Bert()
        shape = (16, 64)
        ids = torch.randint(1000, 30000, shape)
        inputs = (ids, torch.ones(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long))
    else:
        model = Graph(kind)
        inputs = (torch.rand(8, 3, 48, 160) * 2 - 1,)
    matrices = [p for p in model.parameters() if sum(s > 1 for s in p.shape) > 1]
    vectors = [p for p in model.parameters() if sum(s > 1 for s in p.shape) <= 1]
    groups = [{"params": matrices, "weight_decay": 0.01}, {"params": vectors, "weight_decay": 0}]
    optimizer = torch.optim.AdamW(groups, lr=1e-5)
    target = torch.rand_like(model(*inputs).detach())
    times = []
    for step in range(-WARM, steps):
        if step == 0:
            worked = time.process_time()
        began = time.perf_counter()
        optimizer.zero_grad()
        loss = F.mse_loss(model(*inputs), target)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        loss.item()
        if step >= 0:
            times.append(time.perf_counter() - began)
    worked = (time.process_time() - worked) / steps
    times.sort()
    quarter = len(times) // 4
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"pytorch {threads} threads: {statistics.median(times):.4f} s a step "
        f"({times[quarter]:.4f} to {times[3 * quarter]:.4f}), {worked:.4f} s of processors, VmHWM: {peak} kB"
    )


main()
