#!/usr/bin/env python3
"""Train the sample runs below ``experiments/``: small models, really trained, logged as they train.

    pip install -r scripts/requirements-train.txt
    python scripts/train-digits.py                            # every experiment
    python scripts/train-digits.py --only digits              # all below one folder
    python scripts/train-digits.py --only digits/mlp-width --force

The data sets are the ones that scikit-learn carries in its package (digits, diabetes, breast cancer, wine), so
nothing is downloaded. Most runs are logged with ``src/logger/python/runfolio.py``, as any training script would. Some
show what other programs leave, and are written here without it: plain prints (``breast-cancer/plain-prints``), whole
runs as lines or as YAML (``digits/forest-sweep``, ``wine/svm-grid``, ``diabetes/ridge``), and second segments
(``digits/interruptions``, runs ``resumed-exact``). Each experiment trains in a process of its own, so that the command
in its logs is the one that trains it again.

Determinism: splits are fixed, everything else follows from the seed in a run's params. Run again with the same
packages, the values are the same; times, ``system`` readings, durations, the commit and the place of the one torn
line are not, nor is the order of a set in scikit-learn's own error text. One thread keeps sums in one order.

Three things in these logs are usually accidents and are brought about here on purpose, each by the real cause:

* *Diverged runs* (``digits/optimizers``, ``digits/weight-decay``, ``digits/random-search``): step sizes far too large, until float32 overflows.
* *Stopped runs* (``digits/interruptions``): a child process trains, and this process sends it SIGTERM or SIGKILL. The
  child holds still after a given epoch, so that the stop falls at the same epoch each time.
* *A torn last line* (``digits/interruptions``, run ``sigkill-epoch41``): the logger hands each record to the system in
  one write, so the child writes one large record by itself, in pieces of 256 bytes, as a slow disk would take them. This process kills it with SIGKILL as soon as the file
  ends without a newline. The cut is where it happened to fall; nothing is edited afterwards.

Without ``--force`` the script refuses to touch an experiment that has logs; with it, the experiment's ``runs/``,
``runs.jsonl`` and ``runs.yaml`` are removed first. ``experiment.yaml`` and ``README.md`` are never touched.
"""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # Before numpy is loaded: one thread, one order of summation.

import argparse
import csv
import dataclasses
import gzip
import io
import json
import math
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
import wave
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import sklearn
from sklearn import datasets
from sklearn.calibration import CalibratedClassifierCV, calibration_curve
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor, RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.metrics import (
    brier_score_loss,
    f1_score,
    log_loss,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)
from sklearn.model_selection import (
    KFold,
    StratifiedKFold,
    cross_val_score,
    train_test_split,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

SCRIPT = Path(__file__).resolve()
REPOSITORY = SCRIPT.parent.parent
sys.path.insert(0, str(REPOSITORY / "src" / "logger" / "python"))

import runfolio  # noqa: E402

SPLIT_SEED = 20  # Splits are the same in all runs; a run's own seed governs what happens in training.

Record = dict[str, Any]
Params = dict[str, Any]


# ---------------------------------------------------------------- writing logs


def now() -> str:
    """The current time, ISO 8601 with offset: ``2026-01-31T12:00:00.000+00:00``."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def short(value: float) -> float:
    """A number with six significant digits, so that logs stay small. NaN and infinities pass through."""
    return float(f"{float(value):.6g}")


def shorten(values: dict[str, Any]) -> dict[str, Any]:
    """A flat dict whose floats, numpy's included, are ``short``."""
    return {key: short(v) if isinstance(v, (float, np.floating)) else v for key, v in values.items()}


def log_confusion(run: runfolio.Run, step: int, actual: np.ndarray, predicted: np.ndarray) -> None:
    run.log({"val/confusion": runfolio.plot.confusion_matrix(y_true=actual, preds=predicted)}, step=step)


def histogram_of(values: np.ndarray, bins: int = 24) -> runfolio.Histogram:
    counts, edges = np.histogram(values, bins=bins)
    return runfolio.Histogram(np_histogram=(counts, [short(e) for e in edges]))


class OwnSegment:
    """A second segment of a run, written as a script without the logger may do it: one write and one flush a record."""

    def __init__(self, path: Path, start: Record) -> None:
        self.file = open(path, "a", encoding="utf-8", newline="\n")
        self.write({"event": "start", **start})

    def write(self, record: Record) -> None:
        self.file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
        self.file.flush()

    def log(self, values: dict[str, Any], step: int) -> None:
        self.write({"step": step, "time": now(), **values})

    def message(self, text: str, level: str = "info") -> None:
        self.write({"event": "log", "time": now(), "level": level, "message": text})

    def finish(self, metrics: dict[str, Any]) -> None:
        self.write({"event": "end", "status": "finished", "time": now(), "exit_code": 0, "metrics": metrics})
        self.file.close()


def start_record(
    experiment: str,
    name: str,
    params: Params,
    seed: int | None,
    *,
    tags: list[str] | None = None,
    group: str | None = None,
    notes: str | None = None,
    resumed: bool = False,
) -> Record:
    """A ``start`` record for what is written without the logger."""
    record: Record = {"event": "start", "time": now()}
    if resumed:
        record["resumed"] = True
    record |= {"name": name, "params": params, "tags": tags or []}
    if group is not None:
        record["group"] = group
    if notes is not None:
        record["notes"] = notes
    if seed is not None:
        record["seed"] = seed
    return record | provenance(experiment)


def whole_run(run_id: str, start: Record, metrics: dict[str, Any], series: dict[str, Any] | None = None) -> Record:
    """A finished run as one object, for runs.jsonl and YAML: ``time`` is from its start record, ``ended`` is now."""
    fields = {key: value for key, value in start.items() if key != "event"}
    record: Record = {"id": run_id, **fields, "status": "finished", "ended": now(), "exit_code": 0}
    record["metrics"] = shorten(metrics)
    if series:
        record["series"] = series
    return record


def append_line(path: Path, record: Record) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")


@cache
def git_state() -> Record | None:
    """Commit, branch, and whether this script or any tracked file differs from it; None where there is no commit."""

    def git(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["git", "-C", str(REPOSITORY), *args], capture_output=True, text=True, check=False)

    try:
        commit = git("rev-parse", "--verify", "--quiet", "HEAD")
    except FileNotFoundError:
        return None
    if commit.returncode != 0:
        return None
    state: Record = {"commit": commit.stdout.strip()}
    branch = git("symbolic-ref", "--quiet", "--short", "HEAD")
    if branch.returncode == 0:
        state["branch"] = branch.stdout.strip()
    changed = git("diff", "--quiet", "HEAD", "--", ".", ":(exclude)experiments").returncode != 0
    unknown_to_git = git("ls-files", "--error-unmatch", str(SCRIPT)).returncode != 0
    return state | {"dirty": changed or unknown_to_git}


def provenance(experiment: str) -> Record:
    """Commit, the command that makes this run again, and the versions that matter."""
    state = git_state()
    return {
        **({"git": state} if state else {}),
        "command": f"python {SCRIPT.relative_to(REPOSITORY).as_posix()} --only {experiment}",
        "env": {
            "python": platform.python_version(),
            "packages": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
        },
    }


def compress(path: Path) -> None:
    """Replace a log that has ended by its gzip, without a name or a time in the header."""
    data = path.read_bytes()
    with open(path.with_name(path.name + ".gz"), "wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
            file.write(data)
    path.unlink()


def yaml_lines(value: Record, indent: str = "") -> Iterator[str]:
    """A mapping as block YAML, lists on one line. Enough for run documents; strings are always quoted."""
    for key, item in value.items():
        if isinstance(item, dict) and item:
            yield f"{indent}{key}:"
            yield from yaml_lines(item, indent + "  ")
        elif isinstance(item, list):
            yield f"{indent}{key}: [{', '.join(map(yaml_scalar, item))}]"
        else:
            yield f"{indent}{key}: {yaml_scalar(item)}"


def yaml_scalar(value: Any) -> str:
    if isinstance(value, float):
        if not math.isfinite(value):
            return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
        text = repr(value)
        return text.replace("e", ".0e") if "e" in text and "." not in text else text  # 1e-05 is text in YAML 1.1.
    return json.dumps(value, ensure_ascii=False)


def append_yaml(path: Path, record: Record, *, document_marker: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", encoding="utf-8", newline="\n") as file:
        file.write(("---\n" if document_marker else "") + "\n".join(yaml_lines(record)) + "\n")


# ---------------------------------------------------------------- pictures


def tile(images: Iterable[np.ndarray], columns: int, scale: int, gap: int = 4) -> np.ndarray:
    """RGB images of one size, enlarged by whole pixels and set in a grid on white."""
    enlarged = [np.kron(image, np.ones((scale, scale, 1), np.uint8)) for image in images]
    height, width = enlarged[0].shape[:2]
    rows = math.ceil(len(enlarged) / columns)
    sheet = np.full((rows * (height + gap) + gap, columns * (width + gap) + gap, 3), 255, np.uint8)
    for i, image in enumerate(enlarged):
        top, left = gap + (i // columns) * (height + gap), gap + (i % columns) * (width + gap)
        sheet[top : top + height, left : left + width] = image
    return sheet


def diverging_colours(values: np.ndarray, limit: float) -> np.ndarray:
    """Orange below zero, white at zero, blue above; ``limit`` is where the colour is full."""
    share = np.clip(values / limit, -1, 1)[..., None]
    blue, orange, white = np.array([12, 87, 201]), np.array([190, 90, 20]), np.array([255, 255, 255])
    end = np.where(share > 0, blue, orange)
    return (white + np.abs(share) * (end - white)).round().astype(np.uint8)


# ---------------------------------------------------------------- data


@dataclasses.dataclass(frozen=True)
class Split:
    """Features and targets of the three parts, 60 : 20 : 20."""

    train_x: np.ndarray
    train_y: np.ndarray
    val_x: np.ndarray
    val_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray

    def first(self, count: int) -> Split:
        """The same split with only the first ``count`` training samples."""
        return Split(self.train_x[:count], self.train_y[:count], self.val_x, self.val_y, self.test_x, self.test_y)


def split(x: np.ndarray, y: np.ndarray, stratify: bool) -> Split:
    def cut(x: np.ndarray, y: np.ndarray, share: float) -> list[np.ndarray]:
        return train_test_split(x, y, test_size=share, random_state=SPLIT_SEED, stratify=y if stratify else None)

    rest_x, test_x, rest_y, test_y = cut(x, y, 0.2)
    train_x, val_x, train_y, val_y = cut(rest_x, rest_y, 0.25)
    return Split(train_x, train_y, val_x, val_y, test_x, test_y)


@cache
def digits() -> Split:
    """1,797 images of 8 × 8 pixels in float32, scaled to 0…1; stratified."""
    x, y = datasets.load_digits(return_X_y=True)
    return split((x / 16).astype(np.float32), y, stratify=True)


def digits_params(**more: Any) -> Params:
    return {"name": "digits", "pixel_range": [0, 1], "shuffle": True, "augment": None, **more}


@cache
def diabetes() -> Split:
    x, y = datasets.load_diabetes(return_X_y=True)
    return split(x, y, stratify=False)


# ---------------------------------------------------------------- a multi-layer perceptron in numpy


class Mlp:
    """Dense layers, leaky ReLU between them (slope 0 is ReLU), softmax cross-entropy; float32 throughout."""

    def __init__(self, sizes: list[int], slope: float, rng: np.random.Generator) -> None:
        self.slope = np.float32(slope)
        self.values: list[np.ndarray] = []  # weight, bias, weight, bias …
        for fan_in, fan_out in zip(sizes, sizes[1:]):
            scale = math.sqrt(2 / fan_in)
            self.values.append((rng.standard_normal((fan_in, fan_out)) * scale).astype(np.float32))
            self.values.append(np.zeros(fan_out, np.float32))

    def forward(self, x: np.ndarray) -> list[np.ndarray]:
        """The activations of every layer: the input first, the log-probabilities last."""
        activations = [x]
        for i in range(0, len(self.values), 2):
            z = activations[-1] @ self.values[i] + self.values[i + 1]
            if i + 2 < len(self.values):
                activations.append(np.where(z > 0, z, self.slope * z))
            else:
                z = z - z.max(axis=1, keepdims=True)
                activations.append(z - np.log(np.exp(z).sum(axis=1, keepdims=True)))
        return activations

    def loss_and_gradients(self, x: np.ndarray, y: np.ndarray) -> tuple[float, list[np.ndarray]]:
        activations = self.forward(x)
        log_p = activations[-1]
        rows = np.arange(len(y))
        loss = -float(log_p[rows, y].mean())
        delta = np.exp(log_p)
        delta[rows, y] -= 1
        delta /= np.float32(len(y))
        gradients: list[np.ndarray] = []
        for i in range(len(self.values) - 2, -1, -2):
            a = activations[i // 2]
            gradients[:0] = [a.T @ delta, delta.sum(axis=0)]
            if i > 0:
                delta = (delta @ self.values[i].T) * np.where(a > 0, np.float32(1), self.slope)
        return loss, gradients

    def evaluate(self, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
        """Mean cross-entropy and accuracy."""
        log_p = self.forward(x)[-1]
        return -float(log_p[np.arange(len(y)), y].mean()), float((log_p.argmax(axis=1) == y).mean())

    def predict(self, x: np.ndarray) -> np.ndarray:
        return self.forward(x)[-1].argmax(axis=1)


class Optimizer:
    """SGD (with or without momentum, heavy-ball or Nesterov), RMSprop and Adam; L2 decay on weights, not on biases."""

    def __init__(self, model: Mlp, name: str, lr: float, momentum: float = 0.0, weight_decay: float = 0.0) -> None:
        self.model, self.name, self.lr = model, name, lr
        self.momentum, self.weight_decay = np.float32(momentum), np.float32(weight_decay)
        self.first = [np.zeros_like(v) for v in model.values]
        self.second = [np.zeros_like(v) for v in model.values]
        self.count = 0

    def apply(self, gradients: list[np.ndarray]) -> float:
        """One update in place. Returns the norm of the whole gradient, decay included."""
        self.count += 1
        lr, total = np.float32(self.lr), 0.0
        for value, g, m, v in zip(self.model.values, gradients, self.first, self.second):
            if self.weight_decay and value.ndim == 2:
                g = g + self.weight_decay * value
            total += float(np.sum(g * g))
            if self.name in ("sgd", "momentum", "nesterov"):
                m *= self.momentum
                m += g
                value -= lr * (g + self.momentum * m if self.name == "nesterov" else m)
            elif self.name == "rmsprop":
                v *= np.float32(0.9)
                v += np.float32(0.1) * g * g
                value -= lr * g / (np.sqrt(v) + np.float32(1e-7))
            elif self.name == "adam":
                m *= np.float32(0.9)
                m += np.float32(0.1) * g
                v *= np.float32(0.999)
                v += np.float32(0.001) * g * g
                m_hat = m / np.float32(1 - 0.9**self.count)
                v_hat = v / np.float32(1 - 0.999**self.count)
                value -= lr * m_hat / (np.sqrt(v_hat) + np.float32(1e-8))
            else:
                raise ValueError(f"unknown optimizer {self.name!r}")
        return math.sqrt(total) if math.isfinite(total) else total


class Trainer:
    """A model, its optimizer and its data, advanced an epoch or a batch at a time."""

    def __init__(self, data: Split, params: Params, seed: int) -> None:
        model, optimizer = params["model"], params["optimizer"]
        self.data = data
        self.batch_size = int(params["batch_size"])
        self.rng = np.random.default_rng(seed)
        hidden = model["hidden"] if "hidden" in model else [model["width"]]
        self.model = Mlp([data.train_x.shape[1], *hidden, 10], float(model.get("slope", 0)), self.rng)
        self.optimizer = Optimizer(self.model, **optimizer)
        self.epochs_done = 0

    def batches(self) -> Iterator[np.ndarray]:
        """The indices of one epoch's batches, in a fresh order."""
        order = self.rng.permutation(len(self.data.train_y))
        for start in range(0, len(order), self.batch_size):
            yield order[start : start + self.batch_size]

    def batch(self, index: np.ndarray) -> tuple[float, float]:
        """One update. Returns the batch's loss before it and the gradient norm."""
        loss, gradients = self.model.loss_and_gradients(self.data.train_x[index], self.data.train_y[index])
        return loss, self.optimizer.apply(gradients)

    def epoch(self) -> float:
        """One pass over the training data. Returns the mean gradient norm."""
        norms = [self.batch(index)[1] for index in self.batches()]
        self.epochs_done += 1
        return float(np.mean(norms))

    def evaluation(self) -> dict[str, float]:
        """Loss and accuracy on the training and the validation part, measured after the updates."""
        train_loss, train_acc = self.model.evaluate(self.data.train_x, self.data.train_y)
        val_loss, val_acc = self.model.evaluate(self.data.val_x, self.data.val_y)
        return {"train/loss": train_loss, "train/acc": train_acc, "val/loss": val_loss, "val/acc": val_acc}

    def dead_units(self) -> int:
        """How many units of the first hidden layer are at or below zero for every training sample."""
        return int((self.model.forward(self.data.train_x)[1] <= 0).all(axis=0).sum())

    def test(self) -> dict[str, float]:
        loss, acc = self.model.evaluate(self.data.test_x, self.data.test_y)
        return {"test/loss": loss, "test/acc": acc}

    def save(self, path: Path) -> None:
        arrays = {f"value{i}": v for i, v in enumerate(self.model.values)}
        arrays |= {f"first{i}": v for i, v in enumerate(self.optimizer.first)}
        arrays |= {f"second{i}": v for i, v in enumerate(self.optimizer.second)}
        np.savez(
            path,
            epoch=self.epochs_done,
            count=self.optimizer.count,
            rng=json.dumps(self.rng.bit_generator.state),
            **arrays,
        )

    def load(self, path: Path, *, weights_only: bool) -> None:
        """Go on from a checkpoint: all of it, or the weights alone, as many a script does."""
        with np.load(path) as saved:
            self.epochs_done = int(saved["epoch"])
            for i, value in enumerate(self.model.values):
                value[...] = saved[f"value{i}"]
                if not weights_only:
                    self.optimizer.first[i][...] = saved[f"first{i}"]
                    self.optimizer.second[i][...] = saved[f"second{i}"]
            if not weights_only:
                self.optimizer.count = int(saved["count"])
                self.rng.bit_generator.state = json.loads(str(saved["rng"]))


def train_epochs(run: runfolio.Run, trainer: Trainer, epochs: int) -> list[dict[str, float]]:
    """Train and log one record an epoch; step 0 is the untrained model. Returns what was logged, in order."""
    history = [trainer.evaluation()]
    run.log(shorten(history[0]), step=0)
    with np.errstate(over="ignore", invalid="ignore"):
        while trainer.epochs_done < epochs:
            norm = trainer.epoch()
            values = {**trainer.evaluation(), "lr": trainer.optimizer.lr, "grad_norm": norm}
            run.log(shorten(values), step=trainer.epochs_done)
            history.append(values)
    return history


def log_weights(run: runfolio.Run, trainer: Trainer, step: int) -> None:
    layers = trainer.model.values[::2]
    run.log({f"weights/layer{layer}": histogram_of(weight) for layer, weight in enumerate(layers)}, step=step)


def summary_of(history: list[dict[str, float]]) -> dict[str, float]:
    """Best validation accuracy and the first epoch that had it."""
    accuracies = [h["val/acc"] for h in history]
    return {"best/val_acc": max(accuracies), "best/epoch": int(np.argmax(accuracies))}


def mark_best(runs: list[tuple[float, runfolio.Run]], text: Callable[[float], str]) -> None:
    """Tag the run with the highest score (the first of equals) and note why, after its end."""
    score, run = max(runs, key=lambda pair: pair[0])
    run.tag(add="best")
    run.note(text(score))


# ---------------------------------------------------------------- digits


def train_mlp_width(folder: Path, experiment: str) -> None:
    """How wide must one hidden layer be? Six widths, three seeds; the widest run of seed 0 keeps files."""
    epochs, runs = 60, []
    for width in (4, 8, 16, 32, 64, 128):
        for seed in range(3):
            params = {
                "data": digits_params(train_samples=len(digits().train_y)),
                "model": {"kind": "mlp", "width": width, "activation": "relu"},
                "optimizer": {"name": "momentum", "lr": 0.02, "momentum": 0.9},
                "batch_size": 32,
                "epochs": epochs,
                "early_stopping": False,
            }
            keeps_files = width == 128 and seed == 0
            run = runfolio.init(
                experiment,
                params,
                id=f"w{width:03d}-seed{seed}",
                name=f"width {width}, seed {seed}",
                seed=seed,
                tags=["mlp", "numpy"] + (["with-artifacts"] if keeps_files else []),
                group=f"width-{width}",
                system_interval=0.25,
            )
            history = train_width_run(run, Trainer(digits(), params, seed), epochs, keeps_files)
            runs.append((max(h["val/acc"] for h in history), run))
    mark_best(runs, lambda acc: f"Highest validation accuracy of this experiment: {acc:.4f}.")


def train_width_run(run: runfolio.Run, trainer: Trainer, epochs: int, keeps_files: bool) -> list[dict[str, float]]:
    history: list[dict[str, float]] = []
    trainable = sum(v.size for v in trainer.model.values)
    run.config["model"] = {**run.config["model"], "trainable_values": trainable}  # Known once it is built.
    for until in (0, 20, epochs):
        if until == 0:
            history.append({**trainer.evaluation(), "dead_units": trainer.dead_units()})
            run.log(shorten(history[0]), step=0)
        while trainer.epochs_done < until:
            norm = trainer.epoch()
            values = {**trainer.evaluation(), "lr": trainer.optimizer.lr, "grad_norm": norm}
            history.append({**values, "dead_units": trainer.dead_units()})
            run.log(shorten(history[-1]), step=trainer.epochs_done)
        log_weights(run, trainer, until)
        if keeps_files:
            caption = f"Weights into the hidden units after {until} epochs; blue is positive"
            run.log({"first-layer": runfolio.Image(draw_first_layer(trainer.model), caption=caption)}, step=until)
    log_confusion(run, epochs, trainer.data.val_y, trainer.model.predict(trainer.data.val_x))
    final = {**trainer.test(), **summary_of(history)}
    if keeps_files:
        keep_files(run, trainer, epochs, final)
    run.finish(metrics=shorten(final))
    return history


def draw_first_layer(model: Mlp) -> np.ndarray:
    """The first 64 hidden units as 8 × 8 pictures of their incoming weights."""
    weights = model.values[0].T[:64].reshape(-1, 8, 8)
    return tile(diverging_colours(weights, limit=0.8), columns=16, scale=4)


def draw_digits(pictures: np.ndarray) -> np.ndarray:
    """Digits in black on white, eight in a row."""
    grey = ((1 - pictures) * 255).round().astype(np.uint8).reshape(-1, 8, 8, 1)
    return tile([np.repeat(g, 3, axis=2) for g in grey], columns=8, scale=6)


def keep_files(run: runfolio.Run, trainer: Trainer, step: int, final: dict[str, float]) -> None:
    """Misclassified validation digits as a picture and a table, a model card, and where the data is described."""
    data = trainer.data
    log_p = trainer.model.forward(data.val_x)[-1]
    predicted = log_p.argmax(axis=1)
    wrong = np.flatnonzero(predicted != data.val_y)
    caption = f"The {len(wrong)} validation digits that are read wrongly"
    run.log({"misclassified": runfolio.Image(draw_digits(data.val_x[wrong]), caption=caption)}, step=step)
    table = Path(run.dir) / "misclassified.csv"
    with open(table, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["val_index", "actual", "predicted", "probability"])
        for i in wrong:
            writer.writerow([i, data.val_y[i], predicted[i], f"{math.exp(log_p[i, predicted[i]]):.4f}"])
    run.log_artifact(table, caption="The same digits with the answer given and its probability", step=step)
    card = Path(run.dir) / "model-card.md"
    card.write_text(model_card(trainer, final, len(wrong)), encoding="utf-8")
    run.log_artifact(card, caption="Model card")
    run.log_artifact(
        "https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
        name="Digits data set (UCI)",
        kind="data",
        caption="Where the images come from; scikit-learn carries the test part of it",
    )


def model_card(trainer: Trainer, final: dict[str, float], wrong: int) -> str:
    count = sum(v.size for v in trainer.model.values)
    width = trainer.model.values[0].shape[1]
    tested = len(trainer.data.test_y)
    return f"""# Digits classifier, one hidden layer of {width}

**What it does.** Reads one handwritten digit from 8 × 8 grey pixels scaled to 0…1.

**Model.** 64 inputs, {width} hidden units with ReLU, 10 outputs with softmax; {count:,} trainable values,
float32, numpy.

**Data.** The digits that scikit-learn carries: {len(trainer.data.train_y):,} images for training,
{len(trainer.data.val_y)} for validation, {len(trainer.data.test_y)} for the test, stratified. All parts hold digits
by the same writers, so the figures say little about handwriting it has not seen.

| part | accuracy | mistakes |
| --- | --- | --- |
| validation, last epoch | {1 - wrong / len(trainer.data.val_y):.4f} | {wrong} of {len(trainer.data.val_y)} |
| test | {final["test/acc"]:.4f} | {round((1 - final["test/acc"]) * tested)} of {tested} |

**Not for use.** It is an example for a run folder with files; no one has checked it for anything else.
"""


def train_optimizers(folder: Path, experiment: str) -> None:
    """Five update rules at a usual step size, three seeds; then a step size that overflows, twice."""
    settings = [
        {"name": "sgd", "lr": 0.1},
        {"name": "momentum", "lr": 0.02, "momentum": 0.9},
        {"name": "nesterov", "lr": 0.02, "momentum": 0.9},
        {"name": "rmsprop", "lr": 0.001},
        {"name": "adam", "lr": 0.001},
    ]

    def params_for(optimizer: Params) -> Params:
        return {
            "data": digits_params(train_samples=len(digits().train_y)),
            "model": {"kind": "mlp", "hidden": [32], "activation": "leaky_relu", "slope": 0.1},
            "optimizer": optimizer,
            "batch_size": 32,
            "epochs": 50,
            "lr_schedule": None,
        }

    runs = []
    for optimizer in settings:
        for seed in range(3):
            params, name = params_for(optimizer), optimizer["name"]
            run = runfolio.init(
                experiment,
                params,
                id=f"{name}-seed{seed}",
                name=f"{name}, seed {seed}",
                seed=seed,
                tags=["mlp", "numpy"],
                group=name,
            )
            trainer = Trainer(digits(), params, seed)
            history = train_epochs(run, trainer, 50)
            reached = next((i for i, h in enumerate(history) if h["val/acc"] >= 0.95), None)
            final = {**trainer.test(), **summary_of(history)}
            if reached is not None:
                final["epochs_to_95"] = reached
            run.finish(metrics=shorten(final))
            runs.append((max(h["val/acc"] for h in history), run))
    mark_best(runs, lambda acc: f"Highest validation accuracy of this experiment: {acc:.4f}.")

    too_high = {"name": "momentum", "lr": 1.0, "momentum": 0.9}
    train_to_nan(experiment, params_for(too_high))
    try:
        train_until_overflow(experiment, params_for(too_high))
    except FloatingPointError:
        return
    raise AssertionError("the step size was meant to overflow")


def train_to_nan(experiment: str, params: Params) -> None:
    """A step size of 1 with momentum: weights grow until float32 overflows, and training goes on over NaN."""
    run = runfolio.init(
        experiment,
        params,
        id="lr1-seed0",
        name="lr=1.0, momentum 0.9",
        seed=0,
        tags=["mlp", "numpy", "diverges"],
        notes="Step size fifty times the usual one, to see what a diverging run looks like in the log.",
    )
    trainer = Trainer(digits(), params, 0)
    history = train_epochs(run, trainer, params["epochs"])
    infinite = next(i for i, h in enumerate(history) if not math.isfinite(h["val/loss"]))
    nan = next(i for i, h in enumerate(history) if math.isnan(h["val/loss"]))
    text = f"val/loss is infinite at epoch {infinite} and NaN from epoch {nan} on."
    run.alert("Loss is not finite", text, level="error")
    run.finish(metrics=shorten(trainer.test()))


def train_until_overflow(experiment: str, params: Params) -> None:
    """The same settings with numpy told to raise on overflow: the exception leaves the block, and the run has failed."""
    with runfolio.init(
        experiment,
        {**params, "raise_on_overflow": True},
        id="lr1-strict-seed0",
        name="lr=1.0, strict",
        seed=0,
        tags=["mlp", "numpy", "diverges"],
        notes="As lr1-seed0, but numpy raises on overflow instead of going on with infinities.",
    ) as run:
        trainer = Trainer(digits(), params, 0)
        with np.errstate(over="raise", invalid="raise"):
            train_loudly(run, trainer, params["epochs"])


def train_loudly(run: runfolio.Run, trainer: Trainer, epochs: int) -> None:
    """As ``train_epochs``, under the caller's rules for overflow; the log says in which epoch it stopped."""
    run.log(shorten(trainer.evaluation()), step=0)
    try:
        while trainer.epochs_done < epochs:
            norm = trainer.epoch()
            values = {**trainer.evaluation(), "lr": trainer.optimizer.lr, "grad_norm": norm}
            run.log(shorten(values), step=trainer.epochs_done)
    except FloatingPointError as error:
        run.message(f"stopped in epoch {trainer.epochs_done + 1}: {error}", level="error")
        raise


def train_weight_decay(folder: Path, experiment: str) -> None:
    """Does decay help with 150 training images? Five strengths, three seeds, and one that cannot converge."""
    data, epochs, runs = digits().first(150), 120, []
    for strength in (0.0, 0.001, 0.01, 0.03, 0.1):
        for seed in range(3):
            params = weight_decay_params(strength, epochs)
            run = runfolio.init(
                experiment,
                params,
                id=f"wd{strength:g}-seed{seed}",
                name=f"λ={strength:g}{', größer' if strength == 0.1 else ''}, seed {seed}",
                seed=seed,
                tags=["mlp", "numpy", "few-samples"],
                group=f"λ={strength:g}",
            )
            trainer = Trainer(data, params, seed)
            history = train_epochs(run, trainer, epochs)
            log_weights(run, trainer, epochs)
            norm = math.sqrt(sum(float(np.sum(w * w)) for w in trainer.model.values[::2]))
            run.finish(metrics=shorten({**trainer.test(), **summary_of(history), "weight_norm": norm}))
            runs.append((max(h["val/acc"] for h in history), run))
    mark_best(runs, lambda acc: f"Highest validation accuracy of this experiment: {acc:.4f}.")

    strength = 25.0
    params = weight_decay_params(strength, epochs)
    run = runfolio.init(
        experiment,
        params,
        id="wd25-seed0",
        name="λ=25, viel zu groß",
        seed=0,
        tags=["mlp", "numpy", "few-samples", "diverges"],
        notes="lr · λ = 2.5 is over 2, so each update multiplies every weight by about −1.5.",
    )
    trainer = Trainer(data, params, 0)
    run.log(shorten(trainer.evaluation()), step=0)
    with np.errstate(over="ignore", invalid="ignore"):
        while trainer.epochs_done < epochs:
            norm = trainer.epoch()
            values = {**trainer.evaluation(), "lr": trainer.optimizer.lr, "grad_norm": norm}
            run.log(shorten(values), step=trainer.epochs_done)
            if not math.isfinite(values["val/loss"]):
                break
    reason = f"Stopped: val/loss is not finite at epoch {trainer.epochs_done}."
    run.alert("Diverged", reason, level="error")
    run.finish(status="failed", error=reason)


def weight_decay_params(strength: float, epochs: int) -> Params:
    return {
        "data": digits_params(train_samples=150),
        "model": {"kind": "mlp", "hidden": [64], "activation": "relu"},
        "optimizer": {"name": "sgd", "lr": 0.1, "weight_decay": strength},
        "batch_size": 30,
        "epochs": epochs,
    }


def learning_rate(schedule: Params, step: int, total: int) -> float:
    """The step size before update ``step`` (from 0) of ``total``."""
    top, kind = schedule["lr"], schedule["kind"]
    warmup = schedule["warmup_steps"] or 0
    if step < warmup:
        return top * (step + 1) / warmup
    if kind == "constant":
        return top
    if kind == "steps":
        return top * 0.1 ** sum(step >= m for m in schedule["milestones"])
    return 0.5 * top * (1 + math.cos(math.pi * (step - warmup) / (total - warmup)))


def train_schedules(folder: Path, experiment: str) -> None:
    """5,000 batches under four step-size schedules. constant-s0 logs every batch, the others every 25th."""
    total = 5000
    schedules: dict[str, Params] = {
        "constant": {"kind": "constant", "lr": 0.1, "warmup_steps": None, "milestones": []},
        "steps": {"kind": "steps", "lr": 0.1, "warmup_steps": None, "milestones": [2500, 4000]},
        "cosine": {"kind": "cosine", "lr": 0.1, "warmup_steps": None, "milestones": []},
        "warmup-cosine": {"kind": "cosine", "lr": 0.1, "warmup_steps": 250, "milestones": []},
    }
    for name, schedule in schedules.items():
        for seed in range(3):
            every = 1 if name == "constant" and seed == 0 else 25
            run = train_schedule(experiment, schedule, seed, total, every, id=f"{name}-seed{seed}", group=name)
            if name == "warmup-cosine":
                compress(Path(run.path))
    smoke = train_schedule(experiment, schedules["constant"], 0, 100, 25, id="smoke-100", tags=["smoke"])
    smoke.archive("100 batches only, to see that the loop and the log work.")


def train_schedule(
    experiment: str, schedule: Params, seed: int, total: int, every: int, *, id: str, **options: Any
) -> runfolio.Run:
    params: Params = {
        "data": digits_params(train_samples=len(digits().train_y)),
        "model": {"kind": "mlp", "hidden": [64, 32], "activation": "leaky_relu", "slope": 0.1},
        "optimizer": {"name": "momentum", "lr": schedule["lr"], "momentum": 0.9},
        "schedule": {key: value for key, value in schedule.items() if key != "lr"},
        "batch_size": 16,
        "steps": total,
        "log_every": every,
    }
    name = f"{options['group']}, seed {seed}" if "group" in options else "smoke test"
    options = {"tags": ["mlp", "numpy"], "name": name, "system_interval": 0.25, **options}
    run = runfolio.init(experiment, params, id=id, seed=seed, **options)
    trainer = Trainer(digits(), params, seed)
    step = 0
    while step < total:
        for index in trainer.batches():
            trainer.optimizer.lr = learning_rate(schedule, step, total)
            loss, norm = trainer.batch(index)
            step += 1
            record: dict[str, Any] = {"train/loss": loss, "lr": trainer.optimizer.lr, "grad_norm": norm}
            if step % 100 == 0:
                val_loss, val_acc = trainer.model.evaluate(digits().val_x, digits().val_y)
                record |= {"epoch": trainer.epochs_done, "val/loss": val_loss, "val/acc": val_acc}
            if step % every == 0:
                run.log(shorten(record), step=step)
            if step == total:
                break
        else:
            trainer.epochs_done += 1
    run.finish(metrics=shorten(trainer.test()))
    return run


def train_activations(folder: Path, experiment: str) -> None:
    """scikit-learn's MLPClassifier, an epoch at a time by partial_fit; the last run asks for what it does not have."""
    data, epochs = digits(), 40
    for activation in ("identity", "logistic", "tanh", "relu", "softplus"):
        for seed in range(3 if activation != "softplus" else 1):
            params = {
                "data": digits_params(train_samples=len(data.train_y)),
                "model": {"kind": "sklearn.MLPClassifier", "hidden": [24, 24], "activation": activation},
                "optimizer": {"name": "adam", "lr": 0.002},
                "batch_size": 64,
                "epochs": epochs,
            }
            run = runfolio.init(
                experiment,
                params,
                id=f"{activation}-seed{seed}",
                name=f"{activation}, seed {seed}",
                seed=seed,
                tags=["mlp", "scikit-learn"],
                group=activation,
            )
            model = MLPClassifier(
                hidden_layer_sizes=(24, 24),
                activation=activation,
                learning_rate_init=0.002,
                batch_size=64,
                random_state=seed,
            )
            try:
                with run:
                    final = fit_in_epochs(run, model, data, epochs)
                    log_confusion(run, epochs, data.val_y, model.predict(data.val_x))
                    run.finish(metrics=shorten(final))
            except ValueError:
                continue  # softplus, which scikit-learn does not have; the run's end has the error.


def fit_in_epochs(run: runfolio.Run, model: MLPClassifier, data: Split, epochs: int) -> dict[str, float]:
    for epoch in range(1, epochs + 1):
        model.partial_fit(data.train_x, data.train_y, classes=np.arange(10))
        probabilities = model.predict_proba(data.val_x)
        values = {
            "train/loss": float(model.loss_),
            "train/acc": float(model.score(data.train_x, data.train_y)),
            "val/loss": float(log_loss(data.val_y, probabilities)),
            "val/acc": float((probabilities.argmax(axis=1) == data.val_y).mean()),
        }
        run.log(shorten(values), step=epoch)
    return {"test/acc": float(model.score(data.test_x, data.test_y))}


def train_forest_sweep(folder: Path, experiment: str) -> None:
    """Random forests: depth and features a split, three seeds; one line a run, accuracy after every tree."""
    data, trees = digits(), 100
    for depth in (4, 8, 16, None):
        for features in ("sqrt", 0.5, None):
            for seed in range(3):
                params = {
                    "model": {"kind": "sklearn.RandomForestClassifier", "trees": trees},
                    "max_depth": depth,
                    "max_features": features,
                    "bootstrap": True,
                    "class_weight": None,
                }
                label = f"depth {depth or 'unlimited'}, features {features or 'all'}"
                tags = ["forest", "scikit-learn"]
                start = start_record(experiment, f"{label}, seed {seed}", params, seed, tags=tags, group=label)
                began = time.perf_counter()
                forest = RandomForestClassifier(
                    trees, max_depth=depth, max_features=features, random_state=seed, n_jobs=1
                ).fit(data.train_x, data.train_y)
                seconds = time.perf_counter() - began
                series = {
                    "train/acc": accuracy_by_tree(forest, data.train_x, data.train_y),
                    "val/acc": accuracy_by_tree(forest, data.val_x, data.val_y),
                }
                metrics = {
                    "test/acc": forest.score(data.test_x, data.test_y),
                    "leaves": int(np.mean([tree.get_n_leaves() for tree in forest.estimators_])),
                    "fit_seconds": seconds,
                }
                run_id = f"d{depth or 'max'}-f{features or 'all'}-s{seed}"
                append_line(folder / "runs.jsonl", whole_run(run_id, start, metrics, series))


def accuracy_by_tree(forest: RandomForestClassifier, x: np.ndarray, y: np.ndarray) -> Record:
    """The accuracy of the first 1, 2, 3 … trees together, as a series."""
    x = x.astype(np.float32)
    votes = np.cumsum([tree.predict_proba(x) for tree in forest.estimators_], axis=0)
    values = (votes.argmax(axis=2) == y).mean(axis=1)
    return {"step": list(range(1, len(values) + 1)), "value": [float(f"{v:.4g}") for v in values]}


# ---------------------------------------------------------------- digits/augmentation


AUGMENTED_EPOCHS, LOOK_AT = 200, (0, 10, 25, 50, 100, 200)
EIGHT = 8  # The digit whose probabilities the ROC, precision-recall and calibration tables are about.


def train_augmentation(folder: Path, experiment: str) -> None:
    """Do shifted and noisy copies help a larger network? Three ways, three seeds; every run keeps pictures and tables."""
    for kind in ("none", "shift", "shift-noise"):
        for seed in range(3):
            augment = {"shift_px": 0 if kind == "none" else 1, "noise_sd": 0.1 if kind == "shift-noise" else 0.0}
            params = {
                "data": {**digits_params(train_samples=len(digits().train_y)), "augment": augment},
                "model": {"kind": "mlp", "hidden": [128, 64], "activation": "leaky_relu", "slope": 0.1},
                "optimizer": {"name": "momentum", "lr": 0.02, "momentum": 0.9, "weight_decay": 0.0001},
                "batch_size": 32,
                "epochs": AUGMENTED_EPOCHS,
            }
            with runfolio.init(
                experiment,
                params,
                id=f"{kind}-seed{seed}",
                name=f"{kind}, seed {seed}",
                seed=seed,
                tags=["mlp", "numpy", "with-artifacts"],
                group=kind,
                system_interval=0.15,
            ) as run:
                train_augmented(run, Trainer(digits(), params, seed), augment, seed)


def train_augmented(run: runfolio.Run, trainer: Trainer, augment: Params, seed: int) -> None:
    plain, rng = trainer.data, np.random.default_rng([seed, 1])
    history: list[dict[str, float]] = []
    look(run, trainer, 0)
    while trainer.epochs_done < AUGMENTED_EPOCHS:
        trainer.data = dataclasses.replace(plain, train_x=augmented(plain.train_x, augment, rng))
        norm = trainer.epoch()
        trainer.data = plain  # Measured on the pictures as they are.
        history.append({**trainer.evaluation(), "grad_norm": norm})
        run.log(shorten(history[-1]), step=trainer.epochs_done)
        if trainer.epochs_done in LOOK_AT:
            look(run, trainer, trainer.epochs_done)
    if seed == 0:
        tune = Path(run.dir) / "val-loss.wav"
        tune.write_bytes(sonify([h["val/loss"] for h in history]))
        caption = "Validation loss as a tone, one epoch after the other: an octave for each halving of the loss"
        run.log_artifact(tune, caption=caption, step=AUGMENTED_EPOCHS)
    final = {**trainer.test(), **summary_of(history)}
    final["best/epoch"] += 1  # This history begins with epoch 1.
    run.finish(metrics=shorten(final))


def augmented(x: np.ndarray, augment: Params, rng: np.random.Generator) -> np.ndarray:
    """Each picture moved by up to ``shift_px`` both ways, what comes in being empty, and noise on every pixel."""
    reach = augment["shift_px"]
    if reach:
        padded = np.pad(x.reshape(-1, 8, 8), ((0, 0), (reach, reach), (reach, reach)))
        down, right = rng.integers(0, 2 * reach + 1, (2, len(x)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (8, 8), axis=(1, 2))
        x = windows[np.arange(len(x)), down, right].reshape(-1, 64)
    if augment["noise_sd"]:
        noise = rng.standard_normal(x.shape).astype(np.float32) * np.float32(augment["noise_sd"])
        x = np.clip(x + noise, 0, 1)
    return x


def look(run: runfolio.Run, trainer: Trainer, step: int) -> None:
    """What is worth seeing several times: weights, confusions, mistakes as a picture, and how probable an eight is."""
    data = trainer.data
    log_p = trainer.model.forward(data.val_x)[-1]
    predicted = log_p.argmax(axis=1)
    log_weights(run, trainer, step)
    log_confusion(run, step, data.val_y, predicted)
    log_probability_tables(run, step, data.val_y == EIGHT, np.exp(log_p[:, EIGHT]).astype(float))
    wrong = np.flatnonzero(predicted != data.val_y)
    shown = wrong[:32]
    answers = ", ".join(f"{data.val_y[i]} read as {predicted[i]}" for i in shown[:8])
    caption = f"{len(shown)} of {len(wrong)} validation digits that are read wrongly; first row: {answers}"
    run.log({"val/misclassified": runfolio.Image(draw_digits(data.val_x[shown]), caption=caption)}, step=step)


def sonify(losses: list[float], seconds: float = 2.0, rate: int = 8000) -> bytes:
    """A WAV of one tone whose pitch follows a loss: 220 Hz at 1, an octave higher for each halving, at most 3,520 Hz."""
    pitch = 220 / np.clip(np.array(losses), 1 / 16, 4)
    hertz = np.interp(np.linspace(0, len(losses) - 1, int(seconds * rate)), np.arange(len(losses)), pitch)
    tone = np.sin(2 * np.pi * np.cumsum(hertz) / rate)
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(rate)
        file.writeframes((128 + 80 * tone).round().astype(np.uint8).tobytes())
    return stream.getvalue()


# ---------------------------------------------------------------- digits/random-search


def train_random_search(folder: Path, experiment: str) -> None:
    """Thirty settings of six params drawn at random, three seeds each: which of them matter?"""
    draw = np.random.default_rng(7)
    for cell in range(30):
        optimizer = {
            "name": "momentum",
            "lr": short(10 ** draw.uniform(-3, 0)),
            "momentum": short(draw.choice([0.0, 0.5, 0.9, 0.95])),
            "weight_decay": short(10 ** draw.uniform(-6, -1.5)),
        }
        slope = float(draw.choice([0.0, 0.1]))
        model = {"kind": "mlp", "width": int(draw.choice([8, 16, 32, 64])), "slope": slope}
        batch_size = int(draw.choice([16, 32, 64, 128]))
        for seed in range(3):
            params = {
                "data": digits_params(train_samples=len(digits().train_y)),
                "model": model,
                "optimizer": optimizer,
                "batch_size": batch_size,
                "epochs": 20,
            }
            run = runfolio.init(
                experiment,
                params,
                id=f"cell{cell:02d}-seed{seed}",
                name=f"cell {cell}, seed {seed}",
                seed=seed,
                tags=["mlp", "numpy", "sweep"],
                group=f"cell{cell:02d}",
            )
            trainer = Trainer(digits(), params, seed)
            history = train_epochs(run, trainer, 20)
            run.finish(metrics=shorten({**trainer.test(), **summary_of(history)}))


# ---------------------------------------------------------------- digits/interruptions


INTERRUPTED_EPOCHS, CHECKPOINT_EVERY, STOP_AFTER = 60, 20, 34


def interrupted_params(on_resume: str | None) -> Params:
    return {
        "data": digits_params(train_samples=len(digits().train_y)),
        "model": {"kind": "mlp", "hidden": [32], "activation": "leaky_relu", "slope": 0.1},
        "optimizer": {"name": "adam", "lr": 0.005},
        "batch_size": 32,
        "epochs": INTERRUPTED_EPOCHS,
        "checkpoint_every": CHECKPOINT_EVERY,
        "on_resume": on_resume,
    }


def train_interruptions(folder: Path, experiment: str) -> None:
    """Runs that are stopped from outside. What the child processes do is in ``work``."""
    runs = folder / "runs"
    with tempfile.TemporaryDirectory(prefix="train-digits-") as scratch:
        for seed in range(3):
            job = {"experiment": experiment, "seed": seed}
            work({**job, "name": f"uninterrupted, seed {seed}", "id": f"uninterrupted-seed{seed}"})

            # Everything restored. The first process is killed between two records; the second, without the logger, has a
            # segment of its own.
            whole = runs / f"resumed-exact-seed{seed}"
            job |= {"name": f"resumed exactly, seed {seed}", "on_resume": "everything", "id": whole.name}
            first = {**job, "in_folder": True, "checkpoint": f"{scratch}/exact-{seed}.npz"}
            stop_child({**first, "hold_after": STOP_AFTER}, whole / "run.jsonl", signal.SIGKILL)
            run_child({**first, "resume": True, "segment": str(whole / "resume-2.jsonl")})

            # Only the weights restored. The first process answers SIGTERM itself, the second appends to the same file.
            job |= {"name": f"resumed with weights only, seed {seed}", "on_resume": "weights"}
            first = {**job, "id": f"resumed-weights-seed{seed}", "checkpoint": f"{scratch}/w-{seed}.npz"}
            held = {**first, "hold_after": STOP_AFTER, "answers_sigterm": True}
            stop_child(held, runs / f"{first['id']}.jsonl", signal.SIGTERM, expected=143)
            run_child({**first, "resume": True})

        job = {"experiment": experiment, "seed": 0, "on_resume": None}
        held = {**job, "name": "stopped by SIGTERM", "id": "sigterm-epoch27", "hold_after": 27}
        stop_child(held, runs / "sigterm-epoch27.jsonl", signal.SIGTERM)
        tear = {**job, "name": "killed while writing", "id": "sigkill-epoch41", "big_record_after": 41}
        stop_child(tear, runs / "sigkill-epoch41.jsonl", signal.SIGKILL, torn=True)


def start_child(job: Record) -> subprocess.Popen[bytes]:
    """A child that trains. What it is to do comes by stdin, so that the command line in its log stays short."""
    child = subprocess.Popen([sys.executable, str(SCRIPT), "--worker"], stdin=subprocess.PIPE)
    with child.stdin as stdin:
        stdin.write(json.dumps(job).encode())
    return child


def run_child(job: Record) -> None:
    if start_child(job).wait() != 0:
        raise RuntimeError(f"{job['id']}: the child failed")


def stop_child(
    job: Record, path: Path, how: signal.Signals, *, torn: bool = False, expected: int | None = None
) -> None:
    """Start a child, wait until its log has come to the place in question, send the signal, and check the outcome."""
    child = start_child(job)
    try:
        while not ready_to_stop(path, job.get("hold_after"), torn):
            if child.poll() is not None:
                raise RuntimeError(f"{path.name}: the child ended by itself with {child.returncode}")
            time.sleep(0.0005 if torn else 0.01)
        child.send_signal(how)
    finally:
        if child.poll() is None and how != signal.SIGTERM:
            child.kill()
        code = child.wait()
    expected = expected if expected is not None else -how
    if code != expected:
        raise RuntimeError(f"{path.name}: expected exit status {expected}, found {code}")
    if path.read_bytes().endswith(b"\n") == torn:
        raise RuntimeError(f"{path.name}: the kill did not fall where it should; run this experiment again")


def ready_to_stop(path: Path, hold_after: int | None, torn: bool) -> bool:
    data = path.read_bytes() if path.exists() else b""
    if torn:
        return len(data) > 0 and not data.endswith(b"\n") and b'"name":"weights/all"' in data[data.rfind(b"\n") :]
    return data.endswith(b"\n") and f'\n{{"step":{hold_after},'.encode() in data


def work(job: Record) -> None:
    """Train one interruptible run, in this process or as a child.

    SIGTERM is left to the logger, which writes an ``end`` with status ``killed``; with ``answers_sigterm`` this process
    has a handler of its own, stops at the next epoch's end and exits with 143. With ``hold_after`` it waits after that
    epoch for the signal that is about to come, so that runs are reproducible. With ``big_record_after`` it writes, after
    that epoch, one record in small flushed pieces.
    """
    stopping = False

    def on_sigterm(*_: Any) -> None:
        nonlocal stopping
        stopping = True

    if job.get("answers_sigterm"):
        signal.signal(signal.SIGTERM, on_sigterm)
    seed, resume, on_resume = job["seed"], job.get("resume", False), job.get("on_resume")
    params = interrupted_params(on_resume)
    trainer = Trainer(digits(), params, seed)
    checkpoint = Path(job["checkpoint"]) if "checkpoint" in job else None
    if resume and checkpoint:
        trainer.load(checkpoint, weights_only=on_resume == "weights")
    run = begin_interruptible(job, params)
    if resume:
        run.message(f"resumed from the checkpoint of epoch {trainer.epochs_done}, {on_resume} restored")
    else:
        run.log(shorten(trainer.evaluation()), step=0)
    while trainer.epochs_done < params["epochs"] and not stopping:
        norm = trainer.epoch()
        epoch = trainer.epochs_done
        run.log(shorten({**trainer.evaluation(), "lr": trainer.optimizer.lr, "grad_norm": norm}), step=epoch)
        if checkpoint and not resume and epoch % CHECKPOINT_EVERY == 0:
            trainer.save(checkpoint)
            run.message(f"checkpoint written at epoch {epoch}")
        if epoch == job.get("big_record_after"):
            values = np.concatenate([v.ravel() for v in trainer.model.values])
            write_in_pieces(Path(run.path), histogram_of(values, bins=2000), epoch)
        while epoch == job.get("hold_after") and not stopping:
            time.sleep(0.01)
    if stopping:
        run.message(f"SIGTERM received after epoch {trainer.epochs_done}", level="warning")
        run.finish()
        sys.exit(143)
    run.finish(metrics=shorten(trainer.test()))


def begin_interruptible(job: Record, params: Params) -> Any:
    """The run, new or resumed; or a segment of it, with the same calls."""
    group = {"everything": "resumed-exact", "weights": "resumed-weights"}.get(params["on_resume"], "uninterrupted")
    about = {"tags": ["mlp", "numpy"], "group": group}
    if "segment" in job:
        start = start_record(job["experiment"], job["name"], params, job["seed"], resumed=True, **about)
        return OwnSegment(Path(job["segment"]), start)
    resume = "must" if job.get("resume") else None
    run = runfolio.init(
        job["experiment"], params, id=job["id"], name=job["name"], seed=job["seed"], resume=resume, **about
    )
    if job.get("in_folder"):
        run.dir  # A run that keeps files is a folder; asking for it makes it.
    return run


def write_in_pieces(path: Path, histogram: runfolio.Histogram, step: int) -> None:
    """One record in flushed pieces of 256 bytes with a pause between them: a disk that cannot keep up."""
    record = {"event": "histogram", "name": "weights/all", "step": step}
    record |= {"edges": histogram.edges, "counts": histogram.counts}
    line = json.dumps(record, separators=(",", ":")) + "\n"
    with open(path, "a", encoding="utf-8", newline="\n") as file:
        for start in range(0, len(line), 256):
            file.write(line[start : start + 256])
            file.flush()
            time.sleep(0.001)


# ---------------------------------------------------------------- diabetes


def regression_errors(actual: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    residual = actual - predicted
    rmse = float(np.sqrt(np.mean(residual**2)))
    return {"rmse": rmse, "r2": float(1 - np.mean(residual**2) / np.var(actual))}


def train_ridge(folder: Path, experiment: str) -> None:
    """Ridge over eleven strengths as one YAML stream; kernel ridge and the mean as documents of their own."""
    for alpha in np.geomspace(1e-4, 10, 11):
        alpha = short(alpha)
        params = {"model": "ridge", "alpha": alpha, "fit_intercept": True, "kernel": None, "folds": 10}
        start = start_record(experiment, f"ridge, α={alpha:g}", params, None, tags=["ridge", "linear"])
        record = cross_validated(f"ridge-{alpha:g}", start, Ridge(alpha=alpha))
        append_yaml(folder / "runs.yaml", record, document_marker=True)
    for gamma in (0.3, 3.0, 30.0):
        params = {
            "model": "kernel-ridge",
            "alpha": 0.1,
            "fit_intercept": False,
            "kernel": {"name": "rbf", "gamma": gamma},
            "folds": 10,
        }
        start = start_record(experiment, f"kernel ridge, rbf, γ={gamma:g}", params, None, tags=["ridge", "kernel"])
        model = KernelRidge(alpha=0.1, kernel="rbf", gamma=gamma)
        record = cross_validated(f"kernel-rbf-{gamma:g}", start, CentredTarget(model))
        record.pop("id")
        append_yaml(folder / "runs" / f"kernel-rbf-{gamma:g}.yaml", record, document_marker=False)
    start = start_record(experiment, "the mean, nothing else", {"model": "mean", "folds": 10}, None, tags=["baseline"])
    record = cross_validated("mean", start, Ridge(alpha=1e12))
    record.pop("id")
    record["notes"] = "Ridge so strong that only the intercept is left: predicts the training mean."
    append_yaml(folder / "runs" / "mean.yaml", record, document_marker=False)


class CentredTarget:
    """A regressor without an intercept, given the target less its training mean."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def fit(self, x: np.ndarray, y: np.ndarray) -> CentredTarget:
        self.mean = float(y.mean())
        self.model.fit(x, y - self.mean)
        return self

    def predict(self, x: np.ndarray) -> np.ndarray:
        return self.model.predict(x) + self.mean


def cross_validated(run_id: str, start: Record, model: Any) -> Record:
    """Ten folds over training and validation parts together (a step is a fold), then one fit for the test part."""
    data = diabetes()
    x, y = np.vstack([data.train_x, data.val_x]), np.concatenate([data.train_y, data.val_y])
    folds = []
    for fit, held in KFold(10, shuffle=True, random_state=SPLIT_SEED).split(x):
        folds.append(regression_errors(y[held], model.fit(x[fit], y[fit]).predict(x[held])))
    test = regression_errors(data.test_y, model.fit(x, y).predict(data.test_x))
    metrics = {
        "cv/rmse_mean": float(np.mean([f["rmse"] for f in folds])),
        "cv/rmse_sd": float(np.std([f["rmse"] for f in folds], ddof=1)),
        "cv/r2_mean": float(np.mean([f["r2"] for f in folds])),
        "test/rmse": test["rmse"],
        "test/r2": test["r2"],
    }
    if hasattr(model, "coef_"):
        metrics["coef_norm"] = float(np.linalg.norm(model.coef_))
    steps = list(range(len(folds)))
    series = {f"fold/{key}": {"step": steps, "value": [short(f[key]) for f in folds]} for key in ("rmse", "r2")}
    return whole_run(run_id, start, metrics, series)


def train_boosting(folder: Path, experiment: str) -> None:
    """Gradient boosting: shrinkage against depth, three seeds, the error after every second stage."""
    data, stages = diabetes(), 300
    for lr in (0.03, 0.1, 0.3):
        for depth in (1, 3):
            for seed in range(3):
                params = {
                    "model": {"kind": "sklearn.GradientBoostingRegressor", "stages": stages, "max_depth": depth},
                    "lr": lr,
                    "subsample": 0.7,
                    "loss": "squared_error",
                }
                group = f"lr{lr:g}-d{depth}"
                run = runfolio.init(
                    experiment,
                    params,
                    id=f"{group}-seed{seed}",
                    name=f"lr={lr:g}, depth {depth}, seed {seed}",
                    seed=seed,
                    tags=["boosting", "scikit-learn"],
                    group=group,
                )
                model = GradientBoostingRegressor(
                    n_estimators=stages, learning_rate=lr, max_depth=depth, subsample=0.7, random_state=seed
                ).fit(data.train_x, data.train_y)
                log_stages(run, model, data)


def log_stages(run: runfolio.Run, model: GradientBoostingRegressor, data: Split) -> None:
    train = [regression_errors(data.train_y, p)["rmse"] for p in model.staged_predict(data.train_x)]
    val = [regression_errors(data.val_y, p)["rmse"] for p in model.staged_predict(data.val_x)]
    best = int(np.argmin(val))
    for stage in range(1, len(val) + 1):
        if stage == 1 or stage % 2 == 0:
            run.log(shorten({"train/rmse": train[stage - 1], "val/rmse": val[stage - 1]}), step=stage)
    if val[-1] > 1.1 * val[best]:
        text = f"val/rmse was {val[best]:.2f} after {best + 1} stages and is {val[-1]:.2f} after {len(val)}."
        run.alert("Overfitting", text, level="warn")
    tests = [regression_errors(data.test_y, p)["rmse"] for p in model.staged_predict(data.test_x)]
    final = {"best/val_rmse": val[best], "best/stage": best + 1, "best/test_rmse": tests[best], "test/rmse": tests[-1]}
    run.finish(metrics=shorten(final))


# ---------------------------------------------------------------- breast cancer


def train_plain_prints(folder: Path, experiment: str) -> None:
    """What a loop that only prints would leave: no events, default separators, ``epoch`` for the step.

    The runs with log loss open with their config; the perceptron ones repeat it on every line.
    """
    x, y = datasets.load_breast_cancer(return_X_y=True)
    data = split(x, y, stratify=True)
    scaler = StandardScaler().fit(data.train_x)
    train_x, val_x = scaler.transform(data.train_x), scaler.transform(data.val_x)
    for loss in ("log_loss", "perceptron"):
        for penalty in ("l1", "l2", "elasticnet"):
            config = {"loss": loss, "penalty": penalty, "alpha": 0.02, "eta0": 0.01, "seed": 0, "average": False}
            model = SGDClassifier(
                loss=loss, penalty=penalty, alpha=0.02, learning_rate="constant", eta0=0.01, random_state=0
            )
            path = folder / "runs" / f"{loss.replace('_', '-')}-{penalty}.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "a", encoding="utf-8") as out:
                if loss == "log_loss":
                    print(json.dumps({"config": config}), file=out, flush=True)
                for epoch in range(1, 41):
                    began = time.perf_counter()
                    model.partial_fit(train_x, data.train_y, classes=[0, 1])
                    margin = model.decision_function(val_x)
                    row: Record = {
                        "epoch": epoch,
                        "time": round(time.perf_counter() - began, 6),
                        "train_acc": model.score(train_x, data.train_y),
                        "val": {
                            "acc": model.score(val_x, data.val_y),
                            "f1": float(f1_score(data.val_y, margin > 0)),
                            "auc": float(roc_auc_score(data.val_y, margin)),
                        },
                        "nonzero": int(np.count_nonzero(model.coef_)),
                    }
                    if loss == "log_loss":
                        row["train_loss"] = float(log_loss(data.train_y, model.predict_proba(train_x)))
                    else:
                        row["config"] = config
                    print(json.dumps(row), file=out, flush=True)


def train_calibration(folder: Path, experiment: str) -> None:
    """Whose probabilities can be believed? Five classifiers, three shufflings of ten folds; a step is a fold."""
    x, y = datasets.load_breast_cancer(return_X_y=True)
    models: dict[str, Callable[[int], Any]] = {
        "naive-bayes": lambda seed: GaussianNB(),
        "naive-bayes-isotonic": lambda seed: CalibratedClassifierCV(GaussianNB(), method="isotonic", cv=5),
        "logistic": lambda seed: make_pipeline(StandardScaler(), LogisticRegression(C=1.0)),
        "forest": lambda seed: RandomForestClassifier(60, random_state=seed, n_jobs=1),
        "boosting": lambda seed: GradientBoostingClassifier(n_estimators=60, max_depth=2, random_state=seed),
    }
    for name, make in models.items():
        for seed in range(3):
            params = {"model": name, "folds": 10, "stratified": True, "bins": 10, "positive_class": "benign"}
            run = runfolio.init(
                experiment,
                params,
                id=f"{name}-seed{seed}",
                name=f"{name}, seed {seed}",
                seed=seed,
                tags=["probabilities", "scikit-learn"],
                group=name,
                system_interval=0.25,
            )
            pooled = np.empty(len(y))
            for fold, (fit, held) in enumerate(StratifiedKFold(10, shuffle=True, random_state=seed).split(x, y)):
                began = time.perf_counter()
                pooled[held] = make(seed).fit(x[fit], y[fit]).predict_proba(x[held])[:, 1]
                seconds = time.perf_counter() - began
                values = {**probability_scores("fold", y[held], pooled[held]), "fit_seconds": seconds}
                run.log(shorten(values), step=fold)
            log_probability_tables(run, 9, y, pooled)
            run.finish(metrics=shorten(probability_scores("cv", y, pooled)))


def probability_scores(prefix: str, actual: np.ndarray, p: np.ndarray) -> dict[str, float]:
    return {
        f"{prefix}/brier": float(brier_score_loss(actual, p)),
        f"{prefix}/logloss": float(log_loss(actual, np.clip(p, 1e-15, 1 - 1e-15))),
        f"{prefix}/auc": float(roc_auc_score(actual, p)),
    }


def log_probability_tables(run: runfolio.Run, step: int, actual: np.ndarray, p: np.ndarray) -> None:
    """ROC, precision-recall and calibration of the probabilities of one class."""

    def rows(*columns: np.ndarray) -> list[list[Any]]:
        return [[short(v) for v in row] for row in zip(*columns, strict=True)]

    fpr, tpr, threshold = roc_curve(actual, p)  # The first threshold is infinite: nothing is called positive.
    precision, recall, _ = precision_recall_curve(actual, p, drop_intermediate=True)
    observed, predicted = calibration_curve(actual, p, n_bins=10)
    counts = np.bincount(np.searchsorted(np.linspace(0, 1, 11)[1:-1], p), minlength=10)  # The same bins.
    cells = [[*pair, int(n)] for pair, n in zip(rows(predicted, observed), counts[counts > 0], strict=True)]
    run.log(
        {
            "roc": runfolio.Table(["fpr", "tpr", "threshold"], rows(fpr, tpr, threshold), kind="roc"),
            "pr": runfolio.Table(["recall", "precision"], rows(recall[::-1], precision[::-1]), kind="pr"),
            "calibration": runfolio.Table(["predicted", "observed", "count"], cells, kind="calibration"),
        },
        step=step,
    )


# ---------------------------------------------------------------- wine


def train_svm_grid(folder: Path, experiment: str) -> None:
    """A grid of support vector machines, each scored by five folds: thirty runs of one line, without series."""
    x, y = datasets.load_wine(return_X_y=True)
    folds = StratifiedKFold(5, shuffle=True, random_state=SPLIT_SEED)
    for c in (0.01, 0.1, 1.0, 10.0, 100.0):
        for gamma in (None, 0.001, 0.01, 0.1, 1.0, 10.0):
            params = {
                "kernel": "linear" if gamma is None else "rbf",
                "C": c,
                "gamma": gamma,
                "standardise": True,
                "folds": 5,
            }
            setting = f"C={c:g}" + ("" if gamma is None else f",gamma={gamma:g}")
            start = start_record(
                experiment, f"{params['kernel']}, {setting}", params, None, tags=["svm", params["kernel"]]
            )
            svm = SVC(C=c, kernel=params["kernel"], gamma=gamma or "scale")
            scores = cross_val_score(make_pipeline(StandardScaler(), svm), x, y, cv=folds)
            vectors = make_pipeline(StandardScaler(), svm).fit(x, y)[-1].n_support_.sum()
            metrics = {
                "cv/acc": float(scores.mean()),
                "cv/acc_sd": float(scores.std(ddof=1)),
                "support_vectors": int(vectors),
            }
            append_line(folder / "runs.jsonl", whole_run(f"{params['kernel']},{setting}", start, metrics))


# ---------------------------------------------------------------- command line


EXPERIMENTS: dict[str, Callable[[Path, str], None]] = {
    "digits/mlp-width": train_mlp_width,
    "digits/optimizers": train_optimizers,
    "digits/weight-decay": train_weight_decay,
    "digits/schedules": train_schedules,
    "digits/activations": train_activations,
    "digits/forest-sweep": train_forest_sweep,
    "digits/interruptions": train_interruptions,
    "digits/augmentation": train_augmentation,
    "digits/random-search": train_random_search,
    "diabetes/ridge": train_ridge,
    "diabetes/boosting": train_boosting,
    "breast-cancer/plain-prints": train_plain_prints,
    "breast-cancer/calibration": train_calibration,
    "wine/svm-grid": train_svm_grid,
}


def logs_in(folder: Path) -> list[Path]:
    return [path for name in ("runs", "runs.jsonl", "runs.yaml") if (path := folder / name).exists()]


def main() -> int:
    parser = argparse.ArgumentParser(description="Train the sample runs below experiments/.")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "experiments", help="folder of the experiments")
    parser.add_argument("--only", metavar="EXPERIMENT", help="one experiment, or a folder such as digits")
    parser.add_argument("--force", action="store_true", help="remove the logs of these experiments and train again")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        work(json.load(sys.stdin))
        return 0
    os.environ["RUNFOLIO_DIR"] = str(args.out.resolve())
    # These logs are published: host and user say nothing about the result, and a patch might hold anyone's work.
    os.environ["RUNFOLIO_CAPTURE"] = "-host,-user,-patch"

    only = args.only.strip("/") if args.only else None
    chosen = [e for e in EXPERIMENTS if only is None or e == only or e.startswith(f"{only}/")]
    if not chosen:
        print(f"No experiment is named {args.only}. There are: {', '.join(EXPERIMENTS)}.", file=sys.stderr)
        return 2
    present = [path for e in chosen for path in logs_in(args.out / e)]
    if present and not args.force:
        listed = "\n".join(f"  {path}" for path in present)
        print(
            f"These logs exist and are left alone:\n{listed}\n--force removes them and trains again.", file=sys.stderr
        )
        return 2
    for path in present:
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    began = time.perf_counter()
    if len(chosen) > 1:
        own = [] if args.out == parser.get_default("out") else ["--out", str(args.out)]
        for experiment in chosen:
            subprocess.run([sys.executable, str(SCRIPT), "--only", experiment, *own], check=True)
    else:
        warnings.simplefilter("ignore", ConvergenceWarning)
        EXPERIMENTS[chosen[0]](args.out.resolve() / chosen[0], chosen[0])
    print(f"{args.only or 'all':<28} {time.perf_counter() - began:6.1f} s", file=sys.stderr, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
