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
        now = [1767225600.0]  # 2026-01-01T00:00:00Z; each reading is 1/8 s after the one before.

        def tick():
            now[0] += 0.125
            return now[0]

        self.patch("_time", tick)
        self.patch("_monotonic", lambda: now[0])
        self.patch("_random_token", lambda length: "w" * length)
        run = None
        for name, arguments in calls:
            if name == "init":
                run = runfolio.init(**{**arguments, "dir": self.logs, "capture": ["exit", "error"]})
            elif name == "log":
                run.log(arguments["data"], step=arguments.get("step"))
            elif name == "histogram":
                run.log({arguments["name"]: runfolio.Histogram(np_histogram=(arguments["counts"], arguments["edges"]))}, step=arguments["step"])
            elif name == "table":
                table = runfolio.Table(columns=arguments["columns"], data=arguments["rows"], kind=arguments.get("kind"))
                run.log({arguments["name"]: table}, step=arguments["step"])
            elif name == "params":
                run.config.update(arguments)
            elif name == "summary":
                run.summary.update(arguments)
            else:
                getattr(run, name)(**arguments)
        return pathlib.Path(run.path).read_bytes()

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
