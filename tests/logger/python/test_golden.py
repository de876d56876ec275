"""The same calls give the same bytes in both loggers: ``tests/logger/golden/NAME.json`` are the calls, ``NAME.jsonl`` the bytes.

Run with RUNFOLIO_WRITE_GOLDEN=1 to write the bytes anew, and read the difference as code. README.md there has the rules.
"""

import json
import os
import pathlib
import unittest

from support import ROOT, LogTest, runfolio

GOLDEN = ROOT / "tests" / "logger" / "golden"


class Golden(LogTest):
    def replay(self, calls):
        del self.said[:]
        now = [1767225600.0]  # 2026-01-01T00:00:00Z; each reading is 1/8 s after the one before.

        def tick():
            now[0] += 0.125
            return now[0]

        self.patch("_time", tick)
        self.patch("_monotonic", lambda: now[0])
        self.patch("_random_token", lambda length: "w" * length)
        run = None
        for name, arguments in self.spelled(calls):
            if name == "init":
                run = runfolio.init(**{**arguments, "dir": self.logs, "capture": ["exit", "error"]})
            elif name == "log":
                run.log(arguments["data"], step=arguments.get("step"), commit=arguments.get("commit"))
            elif name == "histogram":
                run.log({arguments["name"]: runfolio.Histogram(np_histogram=(arguments["counts"], arguments["edges"]))}, step=arguments["step"])
            elif name == "count":
                histogram = runfolio.Histogram(arguments["values"], num_bins=arguments["bins"])
                run.log({arguments["name"]: histogram}, step=arguments["step"])
            elif name == "table":
                table = runfolio.Table(columns=arguments["columns"], data=arguments["rows"], kind=arguments.get("kind"))
                run.log({arguments["name"]: table}, step=arguments["step"])
            elif name == "artifact":
                rest = {key: value for key, value in arguments.items() if key not in ("file", "content")}
                source = arguments["file"]
                if "content" in arguments:
                    source = self.top / source
                    source.write_bytes(arguments["content"].encode("utf-8"))
                run.log_artifact(source, **rest)
            elif name == "tear":
                with open(run.path, "ab") as file:
                    file.write(arguments["text"].encode("utf-8"))
            elif name == "params":
                run.config.update(arguments)
            elif name == "summary":
                run.summary.update(arguments)
            else:
                getattr(run, name)(**arguments)
        self.assertEqual([text for text in self.said if "cannot be the id of a run" not in text], [])
        return pathlib.Path(run.path).read_bytes()

    def spelled(self, value):
        """A value of the calls with what JSON cannot say in its place: ``{"$float": "NaN"}``, ``{"$int": "18446744073709551616"}``."""
        if isinstance(value, list):
            return [self.spelled(item) for item in value]
        if isinstance(value, dict):
            if set(value) == {"$float"}:
                return float(value["$float"])
            if set(value) == {"$int"}:
                return int(value["$int"])
            return {key: self.spelled(item) for key, item in value.items()}
        return value

    def test_calls_give_the_golden_bytes(self):
        cases = sorted(GOLDEN.glob("*.json"))
        self.assertGreater(len(cases), 2)
        for case in cases:
            with self.subTest(case.stem):
                found = self.replay(json.loads(case.read_text(encoding="utf-8")))
                target = case.with_suffix(".jsonl")
                if os.environ.get("RUNFOLIO_WRITE_GOLDEN"):
                    target.write_bytes(found)
                self.assertEqual(found, target.read_bytes())


if __name__ == "__main__":
    unittest.main()
