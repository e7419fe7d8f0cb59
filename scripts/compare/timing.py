"""Statistics of repeated times."""


def median(values):
    return sorted(values)[len(values) // 2]


def spread(values):
    """Half the distance between the quartiles, as a part of the median."""
    ordered, n = sorted(values), len(values)
    return (ordered[n * 3 // 4] - ordered[n // 4]) / 2 / median(values)
