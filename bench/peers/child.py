"""The process of PyTorch or NumPy, which speaks the protocol of child.ts (protocol.ts).

Usage: python3 child.py torch|numpy THREADS
"""

import base64
import json
import sys
import time

import numpy as np

WARM_UP_S = 0.2
FREE_CALL_S = 0.1
CHUNK_S = 0.005
RESULT_LENGTH = 4096


def say(message):
    def pack(value):
        if isinstance(value, np.ndarray):
            numbers = np.ascontiguousarray(value, dtype=np.float32)
            return {"f32": base64.b64encode(numbers.tobytes()).decode("ascii")}
        raise TypeError(type(value).__name__)

    print(json.dumps(message, default=pack), flush=True)


def unpack(value):
    if "f32" in value:
        return np.frombuffer(base64.b64decode(value["f32"]), dtype=np.float32).copy()
    return value


def stored(task):
    """A and B as they are stored, and as they are multiplied: views."""
    work = task["workload"]
    m, n, k, transpose = work["m"], work["n"], work["k"], work["transpose"]
    a = task["a"].reshape(k, m).T if transpose == "tn" else task["a"].reshape(m, k)
    b = task["b"].reshape(n, k).T if transpose == "nt" else task["b"].reshape(k, n)
    return a, b, m, n


def weight_of(layer):
    return layer["weight"].reshape(layer["inputs"], layer["units"])


def blas():
    """The library that multiplies matrices, as far as one can see: the speed hangs on it."""
    try:
        with open("/proc/self/maps", encoding="utf-8") as maps:
            loaded = maps.read().lower()
    except OSError:
        return ""
    for name in ("openblas", "mkl", "blis", "atlas"):
        if name in loaded:
            return f" with {name}"
    return " with the reference BLAS: slow" if "libblas.so" in loaded else ""


def repeat(function):
    def run(calls):
        for _ in range(calls):
            function()

    return run


class Numpy:
    version = np.__version__

    def gemm(self, task):
        a, b, m, n = stored(task)
        c = np.empty((m, n), dtype=np.float32)
        once = lambda: np.matmul(a, b, out=c)
        once()
        return {"units": 1, "run": repeat(once), "result": c}

    def train(self, _task):
        return {"unavailable": "arrays only: no gradients, no optimizers"}

    def deep(self, task):
        return self.train(task)

    def predict(self, task):
        work = task["workload"]
        batch, sizes = work["batchSize"], work["network"]["sizes"]
        x = task["x"].reshape(batch, sizes[0])
        layers = [(weight_of(it), it["bias"]) for it in task["layers"]]

        def once():
            h = x
            for weight, bias in layers[:-1]:
                h = h @ weight
                h += bias
                np.maximum(h, 0, out=h)
            weight, bias = layers[-1]
            z = h @ weight
            z += bias
            z -= z.max(axis=1, keepdims=True)
            np.exp(z, out=z)
            z /= z.sum(axis=1, keepdims=True)
            return z

        return {"units": batch, "run": repeat(once), "result": once()}


class Torch:
    def __init__(self, threads):
        import torch

        torch.set_num_threads(threads)
        self.torch = torch
        self.version = torch.__version__

    def network(self, task):
        """As one writes it; softmax and sigmoid stand with the loss."""
        torch = self.torch
        hidden = task["workload"]["network"]["hidden"]
        activation = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}[hidden]
        modules = []
        for it in task["layers"]:
            linear = torch.nn.Linear(it["inputs"], it["units"])
            with torch.no_grad():
                # Weights lie [units×inputs] here.
                weight = np.ascontiguousarray(weight_of(it).T)
                linear.weight.copy_(torch.from_numpy(weight))
                linear.bias.copy_(torch.from_numpy(it["bias"]))
            modules += [linear, activation()]
        return torch.nn.Sequential(*modules[:-1])

    def gemm(self, task):
        torch = self.torch
        a, b, m, n = stored(task)
        left, right, c = torch.from_numpy(a), torch.from_numpy(b), torch.empty(m, n)
        once = lambda: torch.mm(left, right, out=c)
        with torch.no_grad():
            once()
        return {"units": 1, "run": torch.no_grad()(repeat(once)), "result": c.numpy()}

    def train(self, task):
        torch = self.torch
        work = task["workload"]
        network, batch = work["network"], work["batchSize"]
        sizes, rule = network["sizes"], network["optimizer"]
        model = self.network(task)
        x = torch.from_numpy(task["x"].reshape(-1, sizes[0])).split(batch)
        y = torch.from_numpy(task["y"])
        if network["output"] == "softmax":
            loss_of, y = torch.nn.CrossEntropyLoss(), y.long().split(batch)
        else:
            loss_of, y = torch.nn.BCEWithLogitsLoss(), y.reshape(-1, 1).split(batch)
        # One call for all parameters: the faster of its ways.
        options = {"lr": rule["learningRate"], "foreach": True}
        if rule["name"] == "adam":
            update = torch.optim.Adam(model.parameters(), eps=1e-7, **options)
        else:
            update = torch.optim.SGD(model.parameters(), **options)
        batches = list(zip(x, y))
        count = 0

        def once():
            nonlocal count
            features, targets = batches[count % len(batches)]
            count += 1
            update.zero_grad(set_to_none=True)
            loss = loss_of(model(features), targets)
            loss.backward()
            update.step()
            return loss

        steps = [once().item() for _ in range(task["checkedSteps"])]
        return {"units": batch, "run": repeat(once), "losses": {"steps": steps}}

    def deep(self, task):
        torch = self.torch
        nn = torch.nn
        work = task["workload"]
        batch, rate = work["batchSize"], work["learningRate"]
        given = [torch.from_numpy(it) for it in task["parameters"]]
        trained = []

        def layer(module, weight, bias, shape):
            with torch.no_grad():
                module.weight.copy_(weight.reshape(shape))
                module.bias.copy_(bias)
            trained.extend([module.weight, module.bias])
            return module

        if work["kind"] == "convnet":
            side, channels = work["side"], 1
            modules = []
            for i, filters in enumerate(work["filters"]):
                # Channels lie outermost here: weights [filters, channels, 3, 3].
                weight = given[2 * i].reshape(3, 3, channels, filters).permute(3, 2, 0, 1)
                conv = nn.Conv2d(channels, filters, 3)
                modules += [layer(conv, weight, given[2 * i + 1], conv.weight.shape)]
                modules += [nn.ReLU(), nn.MaxPool2d(2)]
                side, channels = (side - 2) // 2, filters
            x = torch.from_numpy(task["x"].reshape(-1, 1, work["side"], work["side"]))
            classes = work["classes"]
            # So the dense layer's inputs come in another order.
            weight = given[-2].reshape(side, side, channels, classes).permute(3, 2, 0, 1)
            dense = nn.Linear(side * side * channels, classes)
            layer(dense, weight.contiguous(), given[-1], dense.weight.shape)
            model = nn.Sequential(*modules, nn.Flatten(), dense)
        else:
            features, units = work["features"], work["units"]
            recurrent = nn.LSTM(features, units, batch_first=True)
            dense = nn.Linear(units, work["classes"])
            with torch.no_grad():
                recurrent.weight_ih_l0.copy_(given[0].reshape(features, -1).T)
                recurrent.weight_hh_l0.copy_(given[1].reshape(units, -1).T)
                recurrent.bias_ih_l0.copy_(given[2])
                recurrent.bias_hh_l0.zero_()
            # It has two biases that do the same; Adam would move both.
            trained += [recurrent.weight_ih_l0, recurrent.weight_hh_l0, recurrent.bias_ih_l0]
            layer(dense, given[3].reshape(units, -1).T, given[4], dense.weight.shape)
            model = lambda x: dense(recurrent(x)[0][:, -1])
            x = torch.from_numpy(task["x"].reshape(-1, work["steps"], features))
        y = torch.from_numpy(task["y"]).long()
        loss_of = nn.CrossEntropyLoss()
        update = torch.optim.Adam(trained, lr=rate, eps=1e-7, foreach=True)
        batches = list(zip(x.split(batch), y.split(batch)))
        count = 0

        def once():
            nonlocal count
            features, targets = batches[count % len(batches)]
            count += 1
            update.zero_grad(set_to_none=True)
            loss = loss_of(model(features), targets)
            loss.backward()
            update.step()
            return loss

        steps = [once().item() for _ in range(task["checkedSteps"])]
        return {"units": batch, "run": repeat(once), "losses": {"steps": steps}}

    def predict(self, task):
        torch = self.torch
        work = task["workload"]
        batch, sizes = work["batchSize"], work["network"]["sizes"]
        model = self.network(task).eval()
        x = task["x"].reshape(batch, sizes[0])

        def once():
            with torch.inference_mode():
                return torch.softmax(model(torch.from_numpy(x)), dim=1).numpy()

        return {"units": batch, "run": repeat(once), "result": once()}


class Warm:
    """A runner, and how long one of its calls takes."""

    def __init__(self, runner):
        self.run = runner["run"]
        self.units = runner["units"]
        begin = time.perf_counter()
        calls = 1
        while True:
            start = time.perf_counter()
            self.run(calls)
            end = time.perf_counter()
            self.per_call = (end - start) / calls
            if end - begin >= WARM_UP_S:
                return
            calls *= 2

    def turn(self, seconds, now):
        chunk = max(1, round(min(CHUNK_S, seconds) / self.per_call))
        end = now() + seconds
        while self.per_call < FREE_CALL_S and now() < end:
            self.run(chunk)
        start = now()
        calls = 0
        while True:
            self.run(chunk)
            calls += chunk
            elapsed = now() - start
            if elapsed >= seconds:
                break
        self.per_call = elapsed / calls
        return {"rate": calls * self.units / elapsed, "milliseconds": elapsed * 1000}


def main():
    _, module, threads = sys.argv
    player = Torch(int(threads)) if module == "torch" else Numpy()
    np.ones((2, 2), dtype=np.float32) @ np.ones((2, 2), dtype=np.float32)
    say({"version": player.version + blas()})
    warm = None
    for line in sys.stdin:
        request = json.loads(line, object_hook=unpack)
        if "turn" in request:
            now = time.process_time if request["cpuTime"] else time.perf_counter
            say(warm.turn(request["turn"] / 1000, now))
            continue
        task = request["prepare"]
        runner = getattr(player, task["kind"])(task)
        if "unavailable" in runner:
            say(runner)
            continue
        warm = Warm(runner)
        reply = {"unitsPerCall": runner["units"]}
        if "losses" in runner:
            reply["losses"] = runner["losses"]
        if "result" in runner:
            reply["result"] = runner["result"].ravel()[:RESULT_LENGTH]
        say(reply)


main()
