"""Heun sampling with guidance in PyTorch (EDM Algorithm 1, autoguidance)."""

import torch


def schedule(steps, low=0.002, high=80.0, rho=7.0):
    """Noise levels t_0 ... t_N, the last one 0."""
    i = torch.arange(steps, dtype=torch.float32)
    a, b = high ** (1 / rho), low ** (1 / rho)
    return torch.cat([(a + i / (steps - 1) * (b - a)) ** rho, torch.zeros(1)])


def sample(main, guide, noise, labels, guidance, steps):
    """Images [N, C, H, W] from unit noise; `guide` is unused for guidance 1."""

    def denoise(x, sigma):
        sigmas = sigma.expand(len(x))
        d = main(x, sigmas, labels)
        return d if guidance == 1 else torch.lerp(guide(x, sigmas, labels), d, guidance)

    levels = schedule(steps)
    x = noise * levels[0]
    for i in range(steps):
        now, following = levels[i], levels[i + 1]
        slope = (x - denoise(x, now)) / now
        y = x + (following - now) * slope
        if i < steps - 1:
            second = (y - denoise(y, following)) / following
            y = x + (following - now) * (slope + second) / 2
        x = y
    return x
