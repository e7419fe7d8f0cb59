"""Makes the pictures of this folder: a source, and what PIL's filters make of it (Pillow 13.0)."""
import numpy as np
from PIL import Image
from PIL.Image import Resampling

state = np.random.RandomState(7)
coarse = state.randint(0, 256, (75 // 4 + 2, 101 // 4 + 2, 3), dtype=np.uint8)
smooth = np.array(Image.fromarray(coarse).resize((101, 75), Resampling.BICUBIC))
source = smooth // 2 + state.randint(0, 128, (75, 101, 3), dtype=np.uint8)
source[:20, :20] = 255
source[30:40, :] = 0


def resize(pixels, width, height, resampling):
    return np.array(Image.fromarray(pixels).resize((width, height), resampling))


def save(name, pixels):
    Image.fromarray(pixels).save(f"{name}.png")


save("source", source)
save("scale", resize(source, 64, 64, Resampling.LANCZOS))
# The square in the middle: columns 13..87 of 101.
save("center-crop", resize(source[:, 13:88], 32, 32, Resampling.LANCZOS))
# 64 x 32: round(64 * 75 / 101) = 48 rows, 13..60, on black.
wide = np.zeros((64, 64, 3), np.uint8)
wide[16:48] = resize(source[13:61], 64, 32, Resampling.LANCZOS)
save("center-crop-wide", wide)
# 16: halved twice, then the shorter edge 18 becomes 16.
halved = resize(resize(source, 50, 37, Resampling.BOX), 25, 18, Resampling.BOX)
small = resize(halved, round(25 * 16 / 18), 16, Resampling.BICUBIC)
left = (small.shape[1] - 16) // 2
save("center-crop-dhariwal", small[:, left : left + 16])
