"""Times contestants in turns and prints medians, spreads and ratios."""

import argparse
import json
import os
import sys
import time

import torch

from check import check, embedded_pair
from contestants import Ours, images, networks
from distances import compare_fid, compare_frechet
from features import features
from timing import median, spread
from toy import iterations
from train import training

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEERS = ["official", "nchw", "nhwc", "onnxruntime", "openvino"]


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/compare-pytorch",
        description="Times this package, PyTorch, ONNX Runtime and OpenVINO in turns.")
    parser.add_argument(
        "what", nargs="*", help="edm2-img512-xs, edm2-img512-s, ..., images (the embedded pair, "
        "guided), train (a training step of the embedded main network), features (of Inception-v3), "
        "toy (ten training iterations of the 2D example), frechet (the distance of 2048 features, "
        "against SciPy) or fid (of real images, from the files on; not timed); "
        "default: edm2-img512-xs")
    parser.add_argument(
        "--batch", type=int, help="default 2, for images 16, for features 8, for train 128, "
        "for toy 4096")
    parser.add_argument("--part", type=int, default=32, help="images at once in train; default 32")
    parser.add_argument("--dim", type=int, default=64, help="features of toy; default 64")
    parser.add_argument("--steps", type=int, default=32, help="of images; default 32")
    parser.add_argument("--guidance", type=float, default=2, help="of images; default 2")
    parser.add_argument("--count", type=int, default=2500, help="images per set of fid; default 2500")
    parser.add_argument("--repeats", type=int, default=7, help="turns; default 7")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="default: all cores")
    parser.add_argument("--peers", default=",".join(PEERS), help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="one JSON object per contestant")
    parser.add_argument(
        "--check", action="store_true",
        help="only check the PyTorch networks against recorded results of the official code")
    options = parser.parse_args()
    options.peers = options.peers.split(",")
    if unknown := [peer for peer in options.peers if peer not in PEERS]:
        parser.error(f"peer {unknown[0]} is not known: choose among {', '.join(PEERS)}")
    if options.repeats < 1:
        parser.error("--repeats must be 1 or more")
    return options


def measure(contestants, repeats):
    """Seconds of each contestant, and peaks in GFLOP/s, all in turns."""
    ours = contestants[0]
    seconds, peaks = {c.name: [] for c in contestants}, []
    pause = 0.3  # OpenMP threads spin for 0.2 s after their last work
    for turn in range(repeats + 1):
        for contestant in contestants:
            time.sleep(pause)
            begin = time.perf_counter()
            result = contestant.run()
            elapsed = result if contestant is ours else time.perf_counter() - begin
            if turn > 0:  # the first turn warms up
                seconds[contestant.name].append(elapsed)
        if turn > 0:
            time.sleep(pause)
            peaks.append(ours.peak())
    return seconds, peaks


def report(what, batch, contestants, seconds, peaks, as_json, is_images):
    """Prints a row per contestant."""
    ours, peak = contestants[0], median(peaks)
    base = median(seconds[ours.name])
    if not as_json:
        print(f"{what}, batch {batch}, {ours.ready['device']}, FMA peak {peak:.0f} GFLOP/s")
    for contestant in contestants:
        times = seconds[contestant.name]
        row = dict(
            what=what, batch=batch, name=contestant.name, device=ours.ready["device"],
            median_seconds=median(times), spread=spread(times), repeats=len(times),
            gflops=ours.ready["gflop"] / median(times), peak_gflops=peak,
            peak_ratio=ours.ready["gflop"] / median(times) / peak,
            speedup=median(times) / base)
        if is_images:
            row["images_per_second"] = batch / median(times)
        if as_json:
            print(json.dumps(row), flush=True)
            continue
        speed = f"{row['images_per_second']:8.2f} images/s" if is_images else ""
        print(
            f"  {row['name']:33} {row['median_seconds'] * 1e3:9.1f} ms ±{row['spread']:5.1%}"
            f"  {row['peak_ratio']:5.2f}x peak {speed}"
            + (f"  autoguide is {row['speedup']:.2f}x as fast" if contestant is not ours else ""),
            flush=True)


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    build = os.path.join(ROOT, ".build/release")
    if options.check:
        sys.exit(0 if check(ROOT, os.path.join(build, "autoguide")) else 1)
    bench = os.path.join(build, "bench")
    for what in options.what or ["edm2-img512-xs"]:
        if what == "frechet":
            compare_frechet(bench, 2048, min(options.repeats, 3))
            continue
        if what == "fid":
            compare_fid(os.path.join(build, "autoguide"), options.count)
            continue
        is_images = what == "images"
        batch = options.batch or {"images": 16, "train": 128, "toy": 4096, "features": 8}.get(what, 2)
        if what == "toy":
            contestants = iterations(options.dim, batch, bench, Ours)
            label = f"10 toy iterations, {options.dim} features"
        elif what == "train":
            contestants = training(
                lambda: embedded_pair(ROOT)[0], batch, options.part, bench, Ours)
            label = "training step of the embedded main network"
        elif what == "features":
            contestants = features(batch, bench, Ours)
            label = "Inception-v3's features of 32x32 pictures"
        elif is_images:
            contestants = images(
                ROOT, batch, options.steps, options.guidance, bench, options.peers)
            label = f"images, {options.steps} steps, w = {options.guidance:g}"
        else:
            contestants = networks(what, batch, bench, options.threads, options.peers)
            label = what
        seconds, peaks = measure(contestants, options.repeats)
        report(label, batch, contestants, seconds, peaks, options.json,
            is_images or what in ("train", "features"))
        contestants[0].close()


if __name__ == "__main__":
    main()
