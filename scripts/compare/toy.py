"""Training iterations of the 2D example in PyTorch, written from the paper's appendix C."""

import math

import numpy as np
import torch


# In a row, as in a training: one alone finds the caches cold.
ITERATIONS = 10


def tree(random, angle):
    """Weights, means and covariances of the Gaussians of one class."""
    scale = np.array([1.3136, 1.3844])
    components = []

    def branch(position, angle, depth):
        if depth == 7:
            return
        length = 0.292 * 0.8**depth * (1 + 0.2 * random.randn())
        thickness = 0.2 * 0.8**depth / length
        size = 0.06 * scale * length
        u = np.array([np.cos(angle), np.sin(angle)])
        along = np.outer(u, u)
        covariance = (along + thickness**2 * (np.eye(2) - along)) * np.outer(size, size)
        for t in np.linspace(0.07, 0.93, 8):
            components.append(
                (length * 0.5**depth, scale * (position + u * length * t), covariance))
        for side in (1, -1):
            spread = 0.7**depth * (1 + 0.2 * random.randn())
            branch(position + u * length, angle + side * spread, depth + 1)

    branch(np.array([0.0030, 0.0325]), angle, 0)
    return components


class Truth:
    """Class A, smoothed by noise."""

    def __init__(self):
        components = tree(np.random.RandomState(2), np.pi / 4)
        weights, means, covariances = (
            torch.tensor(np.array(column), dtype=torch.float32) for column in zip(*components))
        self.weights, self.means, self.covariances = weights / weights.sum(), means, covariances

    def smoothed(self, sigma):
        """Covariances for each level, [N, K, 2, 2]."""
        noise = sigma.square()[:, None, None, None] * torch.eye(2)
        return self.covariances + noise

    def sample(self, sigma):
        index = self.weights.multinomial(len(sigma), replacement=True)
        covariances = self.covariances[index] + sigma.square()[:, None, None] * torch.eye(2)
        factors = torch.linalg.cholesky(covariances)
        normals = torch.randn(len(sigma), 2, 1)
        return self.means[index] + (factors @ normals).squeeze(-1)

    def score(self, x, sigma):
        covariances = self.smoothed(sigma)
        a, b, c = covariances[..., 0, 0], covariances[..., 0, 1], covariances[..., 1, 1]
        determinants = a * c - b * b
        d = x[:, None] - self.means
        dx, dy = d.unbind(-1)
        h = torch.stack([c * dx - b * dy, a * dy - b * dx], -1) / determinants[..., None]
        exponents = -0.5 * (d * h).sum(-1) - 0.5 * determinants.log() + self.weights.log()
        return -(exponents.softmax(1)[..., None] * h).sum(1)


class DifferentiatedTruth(Truth):
    """The score as the gradient of the log-density, as for the network."""

    def __init__(self):
        super().__init__()
        self.variances, self.axes = torch.linalg.eigh(self.covariances)

    def log_density(self, x, sigma):
        variances = self.variances + sigma.square()[:, None, None]
        d = x[:, None] - self.means
        along = torch.einsum("kij,nki->nkj", self.axes, d)
        exponents = -0.5 * (along.square() / variances).sum(-1)
        weights = self.weights / (2 * math.pi * variances.prod(-1).sqrt())
        return torch.logsumexp(exponents + weights.log(), 1)

    def score(self, x, sigma):
        with torch.enable_grad():
            x = x.detach().requires_grad_(True)
            score, = torch.autograd.grad(self.log_density(x, sigma).sum(), x)
        return score


class SpectralTruth(DifferentiatedTruth):
    """The score as the official script has it: S^-1 (mean - x) through the eigenvectors of each
    covariance, one product of four factors, and the components' densities as weights."""

    def score(self, x, sigma):
        variances = self.variances + sigma.square()[:, None, None]
        d = self.means - x[:, None]
        h = torch.einsum(
            "kij,nkj,klj,nkl->nki", self.axes, variances.reciprocal(), self.axes, d)
        exponents = -0.5 * (d * h).sum(-1)
        densities = self.weights / (2 * math.pi * variances.prod(-1).sqrt()) * exponents.exp()
        return (densities[..., None] * h).sum(1) / densities.sum(1, keepdim=True)


def normalized(w):
    return w / (1e-4 + w.square().mean(1, keepdim=True).sqrt())


class Network(torch.nn.Module):
    def __init__(self, features):
        super().__init__()
        widths = [4] + [features] * 5
        self.weights = torch.nn.ParameterList(
            torch.randn(output, width) for width, output in zip(widths, widths[1:]))
        self.gain = torch.nn.Parameter(torch.zeros([]))

    def forward(self, x, sigma):
        sigma = sigma[:, None]
        x = x / (0.25 + sigma.square()).sqrt()
        y = torch.cat([x, sigma.log() / 4, torch.ones_like(sigma)], 1)
        for layer, w in enumerate(self.weights):
            if layer > 0:
                y = torch.nn.functional.silu(y) / 0.596
            y = y @ (normalized(w) / math.sqrt(w.shape[1])).t()
        return self.gain * y.square().mean(1) / sigma[:, 0] - x.square().sum(1) / 2


class TorchIteration:
    """Points, true scores, loss, gradient, Adam, average."""

    def __init__(self, name, truth, features, batch):
        torch.manual_seed(0)
        self.name, self.truth, self.batch = name, truth, batch
        self.network = Network(features)
        self.average = [p.detach().clone() for p in self.network.parameters()]
        self.optimizer = torch.optim.Adam(
            self.network.parameters(), lr=0.01, betas=(0.9, 0.99), eps=1e-8)

    def run(self):
        for _ in range(ITERATIONS):
            self.step()

    def step(self):
        with torch.no_grad():
            for w in self.network.weights:
                w.copy_(normalized(w))
        sigma = (torch.randn(self.batch) * 1.5 - 2.3).exp()
        x = self.truth.sample(sigma)
        target = self.truth.score(x, sigma)
        x.requires_grad_(True)
        score, = torch.autograd.grad(self.network(x, sigma).sum(), x, create_graph=True)
        loss = (sigma.square()[:, None] * (score - target).square()).mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        with torch.no_grad():
            for a, p in zip(self.average, self.network.parameters()):
                a.lerp_(p, 0.01)


def iterations(features, batch, bench, ours):
    """Contestants for ten iterations."""
    arguments = ["toy", "--dim", str(features), "--batch", str(batch)]
    arguments += ["--iterations", str(ITERATIONS)]
    return [
        ours(bench, arguments),
        TorchIteration("PyTorch, true score as official", SpectralTruth(), features, batch),
        TorchIteration("PyTorch, scores by autograd", DifferentiatedTruth(), features, batch),
        TorchIteration("PyTorch, true score by formula", Truth(), features, batch),
    ]
