#!/usr/bin/env python3
"""What logging costs: microseconds a call and bytes a record, against a floor measured in the same process.

    python scripts/bench-logging.py [--calls 2000] [--times 40] [--json FILE]

The floor is what any script could do: ``f.write(json.dumps(d) + "\\n"); f.flush()``, d with its step and its five numbers. A call of
each logger writes the same numbers at the same step. Rounds are interleaved, so that a busy machine is busy for all, and the best round
of each counts. MLflow, W&B (offline), TensorBoard's writer (torch's, or tensorboardX) and Trackio are measured where they can be
imported, with fewer calls where a call is slow, and bytes are what their folder grew by.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "src" / "logger" / "python"))
os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", RUNFOLIO_QUIET="1")

import runfolio  # noqa: E402


def values(i):
    return {"train/loss": 1 / (i + 1), "train/acc": i / (i + 7), "lr": 0.001, "grad_norm": 1.25 + i / 3, "epoch": i // 100}


def floor(folder):
    file = open(folder / "floor.jsonl", "a", encoding="utf-8")

    def call(step, d):
        file.write(json.dumps({"step": step, **d}) + "\n")
        file.flush()

    return call, file.close


def floor_with_time(folder):
    from datetime import datetime, timezone

    file = open(folder / "floor.jsonl", "a", encoding="utf-8")

    def call(step, d):
        file.write(json.dumps({"step": step, "time": datetime.now(timezone.utc).isoformat(timespec="milliseconds"), **d}) + "\n")
        file.flush()

    return call, file.close


def runfolio_log(folder):
    run = runfolio.init("bench", dir=folder, capture=False)
    return (lambda step, d: run.log(d, step=step)), run.finish


def runfolio_with_system(folder):
    run = runfolio.init("bench", dir=folder, system_interval=1.0)
    return (lambda step, d: run.log(d, step=step)), run.finish


def runfolio_numpy(folder):
    import numpy

    run = runfolio.init("bench", dir=folder, capture=False)
    scalar = numpy.float32(0.5)
    return (lambda step, d: run.log({**d, "train/loss": scalar}, step=step)), run.finish


def mlflow(folder):
    import mlflow as library

    library.set_tracking_uri((folder / "mlruns").as_uri() if not hasattr(library, "genai") else f"sqlite:///{folder}/mlflow.db")
    library.set_experiment("bench")
    library.start_run()
    return (lambda step, d: library.log_metrics(d, step=step)), library.end_run


def wandb(folder):
    import wandb as library

    run = library.init(project="bench", dir=str(folder), mode="offline", settings=library.Settings(console="off"))
    return (lambda step, d: run.log(d, step=step)), run.finish


def tensorboard(folder):
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        from tensorboardX import SummaryWriter
    writer = SummaryWriter(str(folder))

    def call(step, d):
        for name, value in d.items():
            writer.add_scalar(name, value, step)
        writer.flush()  # As safe as the others: what was logged is in the file.

    return call, writer.close


def trackio(folder):
    os.environ["TRACKIO_DIR"] = str(folder)
    import trackio as library

    library.init(project="bench")
    return (lambda step, d: library.log(d)), library.finish


LOGGERS = [
    ("floor: json.dumps, write, flush", floor, 1.0),
    ("floor with a time", floor_with_time, 1.0),
    ("runfolio", runfolio_log, 1.0),
    ("runfolio, all captures", runfolio_with_system, 1.0),
    ("runfolio, a numpy scalar", runfolio_numpy, 1.0),
    ("tensorboard", tensorboard, 0.1),
    ("wandb offline", wandb, 0.1),
    ("trackio", trackio, 0.1),
    ("mlflow", mlflow, 0.01),
]


def size_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--calls", type=int, default=2_000)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    top = pathlib.Path(tempfile.mkdtemp(prefix="runfolio-bench-"))
    open_loggers, skipped = [], []
    try:
        for name, begin, share in LOGGERS:
            folder = top / str(len(open_loggers) + len(skipped))
            folder.mkdir()
            try:
                call, end = begin(folder)
                before = size_of(folder)
                call(0, values(0))
            except ImportError as error:
                skipped.append((name, f"{error.name or error} is not installed"))
                continue
            except Exception as error:  # noqa: BLE001 - another's logger that does not start here is no fault of ours.
                skipped.append((name, f"{type(error).__name__}: {str(error)[:100]}"))
                continue
            open_loggers.append([name, folder, call, end, max(50, int(options.calls * share)), [], before, 1])
        for _ in range(options.times):
            for entry in open_loggers:
                _, _, call, _, calls, seconds, _, done = entry
                prepared = [values(done + i) for i in range(calls)]
                began = time.perf_counter()
                for i, d in enumerate(prepared):
                    call(done + i, d)
                seconds.append((time.perf_counter() - began) / calls)
                entry[7] += calls
        rows = []
        for name, folder, _, end, _, seconds, before, done in open_loggers:
            end()
            rows.append({"name": name, "us": min(seconds) * 1e6, "bytes": (size_of(folder) - before) / done})
        lowest = rows[0]["us"]
        print(f"Python {sys.version.split()[0]}; five numbers a call; best of {options.times} rounds of {options.calls} calls")
        for row in rows:
            row["ratio"] = row["us"] / lowest
            print(f"{row['name']:34}{row['us']:10.2f} us a call{row['ratio']:9.2f} x floor{row['bytes']:9.0f} bytes a record")
        for name, reason in skipped:
            print(f"{name:34}skipped: {reason}")
        if options.json is not None:
            report = {
                "python": sys.version.split()[0],
                "calls": options.calls,
                "times": options.times,
                "rows": rows,
                "skipped": [{"name": n, "reason": r} for n, r in skipped],
            }
            options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    finally:
        shutil.rmtree(top, ignore_errors=True)


if __name__ == "__main__":
    main()
