"""What the tests of the Python logger share: the module under test, scratch folders, reading logs back, child processes."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
SOURCE = ROOT / "src" / "logger" / "python"
sys.path.insert(0, str(SOURCE))
for name in list(os.environ):
    if name != "RUNFOLIO_WRITE_GOLDEN" and name.startswith(("RUNFOLIO_", "SLURM_", "OMPI_", "PMI")) or name in ("RANK", "LOCAL_RANK", "NODE_RANK"):
        del os.environ[name]
os.environ["RUNFOLIO_QUIET"] = "1"

import runfolio  # noqa: E402


def read_lines(path):
    """Records of a log, in order; raises on a line that is not whole JSON. A cut-short last line is the caller's affair."""
    return [json.loads(line) for line in pathlib.Path(path).read_bytes().decode("utf-8").split("\n") if line]


class LogTest(unittest.TestCase):
    """A test with a scratch folder of experiments in ``self.top`` and what was said on stderr in ``self.said``."""

    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="runfolio-python-"))
        self.addCleanup(shutil.rmtree, self.top, ignore_errors=True)
        self.logs = self.top / "experiments"
        self.logs.mkdir()
        self.said = []
        self.patch("_warn", self._keep)
        runfolio._said.clear()
        self.addCleanup(self._finish_left_over)

    def _keep(self, text, once=None):
        if once is not None:
            if once in runfolio._said:
                return
            runfolio._said.add(once)
        self.said.append(text)

    def _finish_left_over(self):
        for run in list(runfolio._open_runs):
            run.finish(_drain_seconds=0.0)
        runfolio._latest_run = None

    def patch(self, name, value):
        before = getattr(runfolio, name)
        setattr(runfolio, name, value)
        self.addCleanup(setattr, runfolio, name, before)

    def environ(self, **values):
        for name, value in values.items():
            before = os.environ.get(name)
            os.environ[name] = value
            if before is None:
                self.addCleanup(os.environ.pop, name, None)
            else:
                self.addCleanup(os.environ.__setitem__, name, before)

    def init(self, *args, **options):
        options.setdefault("dir", self.logs)
        options.setdefault("capture", False)
        return runfolio.init(*(args or ("e",)), **options)

    def records(self, run):
        return read_lines(run.path)

    def metrics(self, run):
        return [r for r in self.records(run) if "event" not in r]

    def events(self, run, event):
        return [r for r in self.records(run) if r.get("event") == event]

    def script(self, text, name="train.py"):
        """Writes a script that has ``runfolio`` and ``LOGS`` (a text) at hand."""
        head = f"import sys\nsys.path.insert(0, {str(SOURCE)!r})\nimport runfolio\nLOGS = {str(self.logs)!r}\n"
        path = self.top / name
        path.write_text(head + textwrap.dedent(text), encoding="utf-8")
        return path

    def start(self, path, *args, env=None, **options):
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        environment = {**os.environ, **(env or {})}
        process = subprocess.Popen([sys.executable, str(path), *map(str, args)], cwd=str(self.top), env=environment, **options)
        self.addCleanup(self._end, process)
        return process

    def _end(self, process):
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr, process.stdin):
            if stream is not None:
                stream.close()

    def run_script(self, text, *args, env=None, code=0, seconds=60):
        """Runs a script to its end; gives its stdout and stderr. Fails where it ends with another code."""
        process = self.start(self.script(text), *args, env=env)
        out, err = process.communicate(timeout=seconds)
        self.assertEqual(process.returncode, code, err.decode())
        return out.decode(), err.decode()

    def only_log(self, pattern="**/*.jsonl"):
        found = sorted(self.logs.glob(pattern))
        self.assertEqual(len(found), 1, found)
        return found[0]


def wait_until(condition, seconds=20.0):
    """Polls until a condition holds; raises AssertionError when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not come to pass in time")
        time.sleep(0.005)
