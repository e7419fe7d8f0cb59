"""Checks the PyTorch networks and the sampler against the recorded numbers of the tests."""

import os
import subprocess
import tempfile

import torch

import edm2
from sampling import sample

BOUND = 1e-5
SAMPLE_BOUND = 1e-3  # what the tests of the package allow for whole samples


def error(actual, expected):
    """Largest difference over the rms of what is expected."""
    expected = expected.float()
    return ((actual - expected).abs().max() / expected.square().mean().sqrt()).item()


def load_pickle(autoguide, path, folder):
    """A published snapshot by way of `autoguide convert`."""
    out = os.path.join(folder, "network.safetensors")
    command = [autoguide, "convert", "--overwrite", path, out]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return edm2.load(out)


def check_forward(network, recorded, channels_last):
    """The worst error over all outputs of one recorded forward pass."""
    seen = {}
    hooks = [
        module.register_forward_hook(
            lambda _, inputs, output, name=f"act.{flavor}.{name}": seen.update({name: output})
        )
        for flavor, blocks in [("enc", network.unet.enc), ("dec", network.unet.dec)]
        for name, module in blocks.items()
    ]
    labels = recorded["class_labels"] if network.config["labelCount"] else None
    x, sigma = recorded["x"], recorded["sigma"].flatten()
    if channels_last:
        network = network.to(memory_format=torch.channels_last)
        x = x.to(memory_format=torch.channels_last)
    for _ in range(2):  # the second pass uses kept weights, if any
        seen["denoised"] = network(x, sigma, labels)
    seen["logvar"] = network.logvar(sigma)
    for hook in hooks:
        hook.remove()
    names = [n for n in recorded if n.startswith("act.") or n in ("denoised", "logvar")]
    if missing := [name for name in names if name not in seen]:
        raise SystemExit(f"check: no output {missing[0]}")
    return max(error(seen[name], recorded[name]) for name in names), len(names)


@torch.inference_mode()
def check(root, autoguide):
    """True if everything agrees; prints one line per network."""
    fixtures = os.path.join(root, "Tests/GuidedDiffusionTests/Fixtures")
    good = True

    def report(what, value, bound):
        nonlocal good
        good = good and value <= bound
        print(f"{'ok  ' if value <= bound else 'FAIL'} {what}: {value:.1e} (bound {bound:.0e})")

    with tempfile.TemporaryDirectory() as folder:
        for name in ["tiny-cond", "tiny-weak", "tiny-uncond", "small-latent"]:
            path = os.path.join(fixtures, f"{name}.pkl")
            recorded, _ = edm2.read_safetensors(
                os.path.join(fixtures, f"{name}.forward.safetensors"))
            for how in ["normalised in every pass", "kept", "kept, channels last"]:
                network = load_pickle(autoguide, path, folder)
                if how != "normalised in every pass":
                    network.keep_weights()
                worst, count = check_forward(network, recorded, "last" in how)
                report(f"{name}, weights {how}, {count} outputs", worst, BOUND)
    recorded, _ = edm2.read_safetensors(os.path.join(fixtures, "fashion.sampling.safetensors"))
    main, guide = embedded_pair(root)
    labels = torch.nn.functional.one_hot(recorded["labels"], 10).float()
    for guidance in [1, 2]:
        x = sample(main, guide, recorded["noise"], labels, guidance, steps=18)
        expected = recorded[f"latents.w{guidance}.0"]
        report(f"samples, w = {guidance}", error(x, expected), SAMPLE_BOUND)
    return good


def embedded_pair(root):
    """The networks in Models/."""
    return tuple(
        edm2.load(os.path.join(root, "Models", name))
        for name in ["main.safetensors", "guide.safetensors"])
