"""One training step of an EDM2 network in PyTorch: loss, gradient, Adam, two averages."""

import torch

import edm2


class TorchTraining:
    """The official recipe in fp32, the batch in parts as large as ours."""

    def __init__(self, name, network, batch, part, channels_last):
        self.name, self.batch, self.part = name, batch, part
        self.layout = torch.channels_last if channels_last else torch.contiguous_format
        self.network = network.train().requires_grad_(True).to(memory_format=self.layout)
        self.averages = [
            [p.detach().clone() for p in network.parameters()] for _ in range(2)]
        self.optimizer = torch.optim.Adam(
            network.parameters(), lr=0.01, betas=(0.9, 0.99), eps=1e-8)
        config = network.config
        edge = config["imageResolution"]
        self.images = torch.randn(batch, config["imageChannels"], edge, edge)
        classes = config["labelCount"]
        self.labels = torch.eye(classes)[torch.arange(batch) % classes] if classes else None

    def loss(self, images, labels):
        data = self.network.config["sigmaData"]
        sigma = (torch.randn(len(images)) - 0.4).exp()
        column = sigma[:, None, None, None]
        weight = (column**2 + data**2) / (column * data) ** 2
        noise = torch.randn_like(images) * column
        x = (images + noise).to(memory_format=self.layout)
        denoised = self.network(x, sigma, labels)
        u = self.network.logvar(sigma).reshape(-1, 1, 1, 1)
        return weight / u.exp() * (denoised - images).square() + u

    def run(self):
        with torch.no_grad():
            for module in self.network.modules():
                if isinstance(module, edm2.MPConv):
                    w = module.weight
                    w.copy_(edm2.normalize(w, list(range(1, w.ndim))))
        self.optimizer.zero_grad()
        for first in range(0, self.batch, self.part):
            part = slice(first, first + self.part)
            labels = None if self.labels is None else self.labels[part]
            (self.loss(self.images[part], labels).sum() / self.batch).backward()
        for p in self.network.parameters():
            if p.grad is not None:
                torch.nan_to_num(p.grad, nan=0, posinf=0, neginf=0, out=p.grad)
        self.optimizer.step()
        with torch.no_grad():
            for average in self.averages:
                for a, p in zip(average, self.network.parameters()):
                    a.lerp_(p, 0.01)


def training(network, batch, part, bench, ours):
    """Contestants for one step; `network` makes a network."""
    arguments = ["train", "--batch", str(batch), "--batch-gpu", str(part)]
    return [
        ours(bench, arguments),
        TorchTraining("PyTorch", network(), batch, part, False),
        TorchTraining("PyTorch, channels last", network(), batch, part, True),
    ]
