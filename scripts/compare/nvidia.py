"""On a machine with an NVIDIA card: this package beside PyTorch in half precision, in turns, and the
card's random numbers beside the recorded ones.

    make portable   # where Swift is; carry the folder of the project with out/portable there
    python3 scripts/compare/nvidia.py random edm2-img512-xs edm2-img512-s --batch 1,16

Needs PyTorch with CUDA and NumPy, nothing else: it is a program of its own because such a machine has no Swift.
With `--device cpu` it runs where no card is, to try the script itself.
"""

import argparse
import json
import os
import sys
import time

import torch

import edm2
from contestants import Ours
from timing import median, spread

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/compare/nvidia.py", description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "what", nargs="+", help="random (normals and integers of the seeds in the tests), or a "
        "published size: edm2-img512-xs, edm2-img512-s, ...")
    parser.add_argument("--batch", default="1,16", help="batch sizes; default %(default)s")
    parser.add_argument("--repeats", type=int, default=9, help="turns; default %(default)s")
    parser.add_argument("--device", default="cuda", help="PyTorch's; default %(default)s")
    parser.add_argument(
        "--program", default=os.path.join(ROOT, "out/portable/run"),
        help="that runs `bench`; default out/portable/run")
    parser.add_argument("--json", action="store_true", help="one JSON object per row")
    return parser.parse_args()


def compare_random(device):
    """Whether the numbers that `CUDAGenerator` is tested against are this card's."""
    path = os.path.join(ROOT, "Tests/GuidedDiffusionTests/Fixtures/philox.json")
    with open(path) as file:
        vectors = json.load(file)
    largest, wrong = 0, []
    for seed, expected in vectors["computed"].items():
        for shape, classes in [((3, 16, 16), 10), ((4, 64, 64), 1000)]:
            generator = torch.Generator(device).manual_seed(int(seed))
            normals = torch.randn(shape, generator=generator, device=device)
            index = torch.randint(classes, (), generator=generator, device=device).item()
            normals = normals.flatten()[: len(expected)].double().cpu()
            difference = (normals - torch.tensor(expected, dtype=torch.float64)).abs().max().item()
            largest = max(largest, difference)
            recorded = vectors["computed_randint_after_randn"][seed][f"mod{classes}"]
            if index != recorded:
                wrong.append(f"seed {seed} below {classes}: {index}, recorded {recorded}")
    print(f"random: normals differ by {largest:.1e} at most (bound 2e-6)")
    print("random: " + ("; ".join(wrong) or "all integers are the recorded ones"))
    return largest < 2e-6 and not wrong


class Torch:
    """A forward pass from the host to the host, as `bench network` times ours."""

    def __init__(self, name, network, inputs, device, channels_last):
        self.name, self.network, self.inputs, self.device = name, network, inputs, device
        self.format = torch.channels_last if channels_last else torch.contiguous_format

    @torch.inference_mode()
    def run(self):
        x, sigma, labels = (value.to(self.device) for value in self.inputs)
        return self.network(x.to(memory_format=self.format), sigma, labels).float().cpu()


def contestants(name, batch, options):
    """This package and PyTorch's networks, as the official code has them and at their best."""
    config = edm2.published(name)
    edge, classes = config["imageResolution"], config["labelCount"]
    inputs = (
        torch.randn(batch, config["imageChannels"], edge, edge), torch.ones(batch),
        torch.eye(classes)[torch.arange(batch) % classes])
    weights = edm2.Precond(config).state_dict()

    def network(prepares, channels_last):
        network = edm2.Precond(config).eval().requires_grad_(False)
        network.load_state_dict(weights)
        network = network.to(options.device).in_half_precision()
        if channels_last:
            network = network.to(memory_format=torch.channels_last)
        return network.keep_weights() if prepares else network

    def peer(title, prepares, channels_last):
        made = network(prepares, channels_last)
        return Torch(f"PyTorch fp16, {title}", made, inputs, options.device, channels_last)

    ours = Ours(options.program, ["bench", "network", name, "--batch", str(batch)])
    peers = [
        peer("official code", False, False), peer("official code, channels last", False, True),
        peer("weights prepared, channels last", True, True)]
    exact = edm2.Precond(config).eval().requires_grad_(False)
    exact.load_state_dict(weights)
    with torch.inference_mode():
        expected = exact.to(options.device)(*(v.to(options.device) for v in inputs)).cpu()
    for peer in peers:
        error = (peer.run() - expected).square().mean().sqrt() / expected.square().mean().sqrt()
        if not error < 3e-3:
            raise SystemExit(f"{peer.name} is {error:.1e} off the network in fp32")
    return ours, peers


def compare_network(name, batch, options):
    """Times all in turns; a row each."""
    ours, peers = contestants(name, batch, options)
    seconds = {c.name: [] for c in [ours, *peers]}
    for turn in range(options.repeats + 3):
        for contestant in [ours, *peers]:
            begin = time.perf_counter()
            result = contestant.run()
            elapsed = result if contestant is ours else time.perf_counter() - begin
            if turn >= 3:  # cuDNN's choices, caches and clocks settle
                seconds[contestant.name].append(elapsed)
    base = median(seconds[ours.name])
    if not options.json:
        print(f"{name}, batch {batch}, {ours.ready['device']}")
    for contestant in [ours, *peers]:
        times = seconds[contestant.name]
        row = dict(
            what=name, batch=batch, name=contestant.name, device=ours.ready["device"],
            median_seconds=median(times), spread=spread(times), repeats=len(times),
            tflops=ours.ready["gflop"] / median(times) / 1e3, speedup=median(times) / base)
        if options.json:
            print(json.dumps(row), flush=True)
            continue
        ratio = f"  autoguide is {row['speedup']:.2f}x as fast" if contestant is not ours else ""
        print(
            f"  {row['name']:46} {row['median_seconds'] * 1e3:9.2f} ms ±{row['spread']:5.1%}"
            f"  {row['tflops']:7.1f} TFLOP/s{ratio}", flush=True)
    ours.close()


def main():
    options = arguments()
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(1)
    if options.device == "cuda":
        print(f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}", flush=True)
    agrees = True
    for what in options.what:
        if what == "random":
            agrees = compare_random(options.device) and agrees
            continue
        for batch in options.batch.split(","):
            compare_network(what, int(batch), options)
    sys.exit(0 if agrees else 1)


if __name__ == "__main__":
    main()
