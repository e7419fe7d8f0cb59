"""What is compared: each contestant computes the same thing when asked to `run`."""

import json
import os
import subprocess
import tempfile
import warnings

import torch

import edm2
from check import embedded_pair
from sampling import sample


class Ours:
    """`bench ... --interactive`, a process that runs when it is asked to."""

    name = "autoguide"

    def __init__(self, bench, arguments):
        self.process = subprocess.Popen(
            [bench, *arguments, "--interactive"], text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.ready = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"bench ended with exit code {self.process.wait()}")
        return json.loads(line)

    def ask(self, request, key):
        self.process.stdin.write(request + "\n")
        return self.answer()[key]

    def run(self):
        return self.ask("run", "seconds")

    def peak(self):
        return self.ask("peak", "peak_gflops")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Torch:
    """A forward pass of a PyTorch network."""

    def __init__(self, name, network, inputs):
        self.name, self.network, self.inputs = name, network, inputs

    @torch.inference_mode()
    def run(self):
        return self.network(*self.inputs)


class TorchImages:
    """The sampling loop in PyTorch, from noise to bytes."""

    def __init__(self, name, main, guide, batch, steps, guidance):
        self.name, self.main, self.guide = name, main, guide
        self.batch, self.steps, self.guidance = batch, steps, guidance

    @torch.inference_mode()
    def run(self):
        config = self.main.config
        edge, classes = config["imageResolution"], config["labelCount"]
        noise = torch.randn(self.batch, config["imageChannels"], edge, edge)
        labels = torch.eye(classes)[torch.arange(self.batch) % classes]
        x = sample(self.main, self.guide, noise, labels, self.guidance, self.steps)
        return (x * 127.5 + 128).clip(0, 255).to(torch.uint8)


class OnnxRuntime:
    """The ONNX export in ONNX Runtime."""

    name = "ONNX Runtime"

    def __init__(self, path, inputs, threads):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Threads that go on spinning would slow down whoever comes next.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        self.session = onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"])
        self.inputs = {name: value.numpy() for name, value in inputs.items()}

    def run(self):
        return torch.from_numpy(self.session.run(None, self.inputs)[0])


class OpenVINO:
    """The ONNX export in OpenVINO, in fp32."""

    name = "OpenVINO"

    def __init__(self, path, inputs, threads):
        import openvino

        core = openvino.Core()
        settings = dict(
            INFERENCE_NUM_THREADS=threads, INFERENCE_PRECISION_HINT="f32",
            PERFORMANCE_HINT="LATENCY")
        self.model = core.compile_model(core.read_model(path), "CPU", settings)
        self.inputs = {name: value.numpy() for name, value in inputs.items()}

    def run(self):
        return torch.from_numpy(self.model(self.inputs)[0])


def export(network, inputs):
    """The network as an ONNX file in a folder of its own, weights prepared."""
    folder = tempfile.TemporaryDirectory()
    path = os.path.join(folder.name, "network.onnx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the shapes are meant to be constants
        torch.onnx.export(
            network, tuple(inputs.values()), path, input_names=list(inputs), dynamo=False,
            opset_version=17)
    return folder, path


def networks(name, batch, bench, threads, peers):
    """Contestants for one forward pass of a published size with random weights."""
    torch.manual_seed(1)
    official = edm2.Precond(edm2.published(name)).eval().requires_grad_(False)
    config = official.config
    edge, classes = config["imageResolution"], config["labelCount"]
    inputs = dict(
        x=torch.randn(batch, config["imageChannels"], edge, edge), sigma=torch.ones(batch),
        labels=torch.eye(classes)[torch.arange(batch) % classes])
    contestants = [Ours(bench, ["network", name, "--batch", str(batch)])]
    if "official" in peers:
        contestants.append(Torch("PyTorch, official code", official, tuple(inputs.values())))
    weights = official.state_dict()

    def prepared(channels_last):
        network = edm2.Precond(config).eval().requires_grad_(False)
        network.load_state_dict(weights, assign=True)
        x = inputs["x"]
        if channels_last:
            network = network.to(memory_format=torch.channels_last)
            x = x.to(memory_format=torch.channels_last)
        network.keep_weights()
        with torch.inference_mode():
            network(x, inputs["sigma"], inputs["labels"])
        return network, (x, inputs["sigma"], inputs["labels"])

    if "nchw" in peers:
        contestants.append(Torch("PyTorch, weights prepared", *prepared(False)))
    if "nhwc" in peers:
        contestants.append(Torch("PyTorch, prepared, channels last", *prepared(True)))
    if "onnxruntime" in peers or "openvino" in peers:
        with torch.no_grad():
            network = edm2.Precond(config).eval().requires_grad_(False)
            network.load_state_dict(weights, assign=True)
            network.keep_weights()(*inputs.values())
            folder, path = export(network, inputs)
        with folder:
            if "onnxruntime" in peers:
                contestants.append(OnnxRuntime(path, inputs, threads))
            if "openvino" in peers:
                contestants.append(OpenVINO(path, inputs, threads))
    agree(contestants[1:])
    return contestants


def images(root, batch, steps, guidance, bench, peers):
    """Contestants for guided images of the embedded pair."""
    settings = [batch, steps, guidance]
    arguments = ["images"] + [
        f"--{name}={value}" for name, value in zip(["batch", "steps", "guidance"], settings)]
    contestants = [Ours(bench, arguments)]
    if "official" in peers:
        contestants.append(
            TorchImages("PyTorch, official code", *embedded_pair(root), *settings))
    if "nchw" in peers:
        pair = [network.keep_weights() for network in embedded_pair(root)]
        contestants.append(TorchImages("PyTorch, weights prepared", *pair, *settings))
    if "nhwc" in peers:
        pair = [
            network.to(memory_format=torch.channels_last).keep_weights()
            for network in embedded_pair(root)]
        contestants.append(TorchImages("PyTorch, prepared, channels last", *pair, *settings))
    return contestants


def agree(peers):
    """Stops unless all peers compute the same."""
    results = [peer.run() for peer in peers]
    for peer, result in zip(peers[1:], results[1:]):
        difference = (result - results[0]).abs().max() / results[0].square().mean().sqrt()
        if not difference < 1e-3:
            raise SystemExit(f"{peer.name} is {difference:.1e} off {peers[0].name}")
