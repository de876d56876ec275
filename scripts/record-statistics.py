"""Records what SciPy says of samples, for the tests of src/series/ to be held against.

Run it after a change of the cases below, in a virtual environment with scripts/requirements-statistics.txt:

    python scripts/record-statistics.py

It writes tests/series/__golden__/statistics.json. Numbers that JSON has no word for stand as text; null is "SciPy gives NaN".
"""

import json
import math
import pathlib
import warnings

import numpy as np
from scipy import optimize, special, stats

NAN, INF = math.nan, math.inf
TARGET = pathlib.Path(__file__).resolve().parent.parent / "tests/series/__golden__/statistics.json"

SAMPLES = {
    "three seeds": [0.912, 0.905, 0.921],
    "five seeds": [0.3121, 0.2987, 0.3305, 0.3044, 0.3190],
    "ten seeds": [71.2, 70.8, 72.9, 71.5, 69.9, 73.1, 70.2, 71.8, 72.4, 71.0],
    "ties": [0.5, 0.5, 0.75, 0.75, 0.75, 1.0],
    "one outlier": [1.01, 0.99, 1.0, 1.02, 57.3],
    "negative values": [-3.5, -2.25, -7.125, -4.0],
    "both signs": [-1.0, 0.0, 1.0, 2.0],
    "tiny values": [1.5e-9, 2.5e-9, 1.75e-9, 3.125e-9],
    "huge values": [1e150, 2e150, 4e150],
    "far from zero, close together": [1e6 + 0.25, 1e6 + 0.5, 1e6 + 0.625, 1e6 + 1],
    "two seeds": [0.25, 0.75],
    "one seed": [0.25],
    "no spread": [0.1, 0.1, 0.1, 0.1],
    "NaN among them": [0.912, NAN, 0.905, 0.921],
    "infinities among them": [INF, 1.0, 2.0, -INF, 4.0],
    "nothing finite": [NAN, INF],
}

PAIRS = {
    "three against three": ([0.912, 0.905, 0.921], [0.931, 0.942, 0.937]),
    "three against three, overlapping": ([0.912, 0.905, 0.921], [0.910, 0.925, 0.915]),
    "five against five": ([0.3121, 0.2987, 0.3305, 0.3044, 0.3190], [0.2871, 0.2912, 0.2790, 0.3001, 0.2855]),
    "unlike sizes": ([71.2, 70.8, 72.9, 71.5, 69.9, 73.1, 70.2], [68.8, 70.1, 69.4, 69.0]),
    "unlike variances": ([10.0, 10.1, 9.9, 10.05, 9.95], [8.0, 12.5, 15.0, 6.0, 11.0]),
    "ties across the groups": ([1.0, 2.0, 2.0, 3.0], [2.0, 2.0, 3.0, 4.0]),
    "the same values": ([1.0, 2.0, 4.0], [1.0, 2.0, 4.0]),
    "the same mean": ([1.0, 2.0, 3.0], [0.0, 2.0, 4.0]),
    "far apart": ([1.0, 1.01, 0.99, 1.0], [5.0, 5.02, 4.98, 5.01]),
    "no spread in one": ([0.5, 0.5, 0.5], [0.75, 1.0, 0.875]),
    "non-finite left out": ([1.0, NAN, 2.0, 3.5], [2.5, 4.0, INF, 5.0]),
    "eight against eight": (
        [0.52, 0.61, 0.48, 0.55, 0.59, 0.50, 0.57, 0.53],
        [0.60, 0.66, 0.58, 0.63, 0.55, 0.69, 0.61, 0.64],
    ),
    "huge values": ([1e60, 2e60, 4e60], [3e60, 5e60, 6e60]),
    "tiny values": ([1.5e-9, 2.5e-9, 1.75e-9], [2.75e-9, 3.5e-9, 3.125e-9]),
}

MANY = {
    "three groups": [[1.0, 2.0, 4.0], [3.0, 5.0, 4.5, 6.0], [9.0, 9.5, 8.0, 7.0]],
    "two groups": [[0.912, 0.905, 0.921], [0.931, 0.942, 0.937]],
    "five groups, one mean": [
        [0.1, 0.3, 0.2],
        [0.15, 0.25, 0.2],
        [0.2, 0.1, 0.3],
        [0.05, 0.35, 0.2],
        [0.19, 0.2, 0.21],
    ],
    "unlike sizes and variances": [
        [10.0, 10.1, 9.9],
        [8.0, 12.5, 15.0, 6.0, 11.0],
        [9.0, 9.5, 9.25, 9.75, 9.1, 9.3],
        [14.0, 13.0, 13.5, 12.9],
    ],
}

# Multiples of a power of two, so that sums are exact in any order.
BOOTSTRAP = {
    "three seeds": [0.25, 0.5, 1.0],
    "four seeds, skewed": [0.125, 0.25, 0.375, 4.0],
    "five seeds": [2.0, 2.25, 2.75, 3.0, 1.5],
    "ties": [1.0, 1.0, 2.0, 2.0, 2.0, 5.0],
    "ten seeds": [7.125, 6.75, 8.0, 7.5, 7.25, 6.5, 7.75, 7.0, 8.5, 6.875],
    "negative": [-3.5, -2.25, -7.125, -4.0],
}


class Mulberry(np.random.Generator):
    """Deals the indices that src/series/random-numbers.ts deals."""

    def __init__(self, seed):
        super().__init__(np.random.PCG64(0))
        self.state = seed & 0xFFFFFFFF

    def next(self):
        mask = 0xFFFFFFFF
        self.state = (self.state + 0x6D2B79F5) & mask
        t = ((self.state ^ (self.state >> 15)) * (self.state | 1)) & mask
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & mask)) & mask
        return ((t ^ (t >> 14)) & mask) / 2**32

    def integers(self, low, high=None, size=None, dtype=np.int64, endpoint=False):
        assert low == 0 and not endpoint
        count = int(np.prod(size))
        return np.array([math.floor(self.next() * high) for _ in range(count)], dtype=dtype).reshape(size)


def finite(values):
    return np.array([value for value in values if math.isfinite(value)], dtype=float)


def describe(values):
    a = finite(values)
    n = len(a)
    low, high = stats.t.interval(0.95, n - 1, loc=a.mean(), scale=stats.sem(a)) if n > 1 else (NAN, NAN)
    return {
        "n": n,
        "mean": a.mean() if n else NAN,
        "median": np.median(a) if n else NAN,
        "sd": np.std(a, ddof=1) if n > 1 else NAN,
        "low": low,
        "high": high,
    }


def hedges(a, b):
    n, m = len(a), len(b)
    degrees = n + m - 2
    pooled = math.sqrt(((n - 1) * np.var(a, ddof=1) + (m - 1) * np.var(b, ddof=1)) / degrees)
    d = (a.mean() - b.mean()) / pooled
    factor = special.gamma(degrees / 2) / (math.sqrt(degrees / 2) * special.gamma((degrees - 1) / 2))
    root = math.sqrt(n * m / (n + m))
    t = d * root

    def bound(share):
        reach = 20 + 2 * abs(t)

        def above(x):
            p = stats.nct.cdf(t, degrees, x)
            # SciPy has no answer where t and x are far apart; there p is 0 or 1.
            return (float(x < t) if math.isnan(p) else p) - share

        delta = optimize.brentq(above, t - reach, t + reach, xtol=1e-14, rtol=1e-15, maxiter=500)
        return factor * delta / root

    return {"g": factor * d, "gLow": bound(0.975), "gHigh": bound(0.025)}


def compare(first, second):
    a, b = finite(first), finite(second)
    welch = stats.ttest_ind(a, b, equal_var=False)
    interval = welch.confidence_interval(0.95)
    permuted = stats.permutation_test(
        (a, b),
        lambda x, y, axis: np.mean(x, axis=axis) - np.mean(y, axis=axis),
        permutation_type="independent",
        vectorized=True,
        n_resamples=np.inf,
    )
    return {
        "t": welch.statistic,
        "degrees": welch.df,
        "p": welch.pvalue,
        "low": interval.low,
        "high": interval.high,
        "permutationP": permuted.pvalue,
        "arrangements": len(permuted.null_distribution),
        **hedges(a, b),
    }


def seeds_needed(effect):
    n = 2
    while True:
        degrees = 2 * n - 2
        bound = stats.t.ppf(0.975, degrees)
        delta = effect * math.sqrt(n / 2)
        if stats.nct.sf(bound, degrees, delta) + stats.nct.cdf(-bound, degrees, delta) >= 0.8:
            return n
        n += 1


def holm(ps):
    order = np.argsort(ps, kind="stable")
    adjusted = np.maximum.accumulate(np.array(ps)[order] * (len(ps) - np.arange(len(ps))))
    result = np.empty(len(ps))
    result[order] = np.minimum(1, adjusted)
    return list(result)


def anova(groups):
    arrays = [np.array(group) for group in groups]
    outcome = stats.f_oneway(*arrays, equal_var=False)
    pairs = [
        stats.ttest_ind(arrays[i], arrays[j], equal_var=False).pvalue
        for i in range(len(arrays))
        for j in range(i + 1, len(arrays))
    ]
    return {"f": outcome.statistic, "p": outcome.pvalue, "pairs": pairs, "holm": holm(pairs)}


def bootstrap(values):
    outcome = stats.bootstrap(
        (np.array(values),), np.mean, n_resamples=9_999, method="BCa", confidence_level=0.95, rng=Mulberry(0)
    )
    return {"low": outcome.confidence_interval.low, "high": outcome.confidence_interval.high}


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(item) for item in value]
    if isinstance(value, (float, np.floating)):
        if math.isnan(value):
            return None
        return float(value) if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")
    return int(value) if isinstance(value, np.integer) else value


def words(values):
    return ["NaN" if math.isnan(x) else plain(float(x)) for x in values]


def main():
    warnings.simplefilter("ignore")
    recorded = {
        "scipy": __import__("scipy").__version__,
        "numpy": np.__version__,
        "describe": [{"name": k, "values": words(v), **plain(describe(v))} for k, v in SAMPLES.items()],
        "compare": [
            {"name": k, "a": words(a), "b": words(b), **plain(compare(a, b))} for k, (a, b) in PAIRS.items()
        ],
        "anova": [{"name": k, "groups": v, **plain(anova(v))} for k, v in MANY.items()],
        "bootstrap": [{"name": k, "values": v, **plain(bootstrap(v))} for k, v in BOOTSTRAP.items()],
        "seedsNeeded": [{"effect": x, "n": seeds_needed(x)} for x in [0.1, 0.2, 0.5, 0.8, 1.0, 1.5, 2.0, 3.0, 5.0]],
        "noncentralT": [
            {"t": t, "degrees": v, "delta": d, "p": plain(stats.nct.cdf(t, v, d))}
            for v in (2, 4, 10, 58)
            for t in (-3.0, 0.0, 0.5, 2.1, 8.0)
            for d in (-2.0, 0.0, 0.7, 3.0)
        ],
        "t": [
            {"t": t, "degrees": v, "p": 2 * stats.t.sf(t, v), "bound": stats.t.isf(0.025, v)}
            for t, v in [(0.001, 7), (1.5, 3.3), (2.5, 2), (40.0, 4), (6.0, 200), (1e-9, 5)]
        ],
    }
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(plain(recorded), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"wrote {TARGET}")


if __name__ == "__main__":
    main()
