"""Makes statistics.pkl, in the form of the official reference statistics, and statistics.npz.

    python make-statistics.py
"""

import pickle

import numpy as np

x = np.random.RandomState(3).randn(20, 5)
mu, sigma = x.mean(0), np.cov(x, rowvar=False)
other = {"mu": np.zeros(3), "sigma": np.eye(3)}
with open("statistics.pkl", "wb") as file:
    pickle.dump({"fid": {"mu": mu, "sigma": sigma}, "fd_dinov2": other}, file)
np.savez("statistics.npz", mu=mu, sigma=np.asfortranarray(sigma), num_images=np.int64(20))
