"""What the source itself promises: every Python from 3.8 on, and the standard library alone."""

import ast
import importlib.util
import re
import subprocess
import sys
import tempfile
import unittest

from support import ROOT, SOURCE, LogTest, read_lines

TEXT = (SOURCE / "runfolio.py").read_text(encoding="utf-8")
FRAMEWORKS = {"keras", "lightning", "pytorch_lightning", "transformers"}  # Imported inside the callback that needs them.


class Source(unittest.TestCase):
    def test_it_is_python_3_8(self):
        with self.assertRaises(SyntaxError):
            ast.parse("match 1:\n    case _: pass\n", feature_version=(3, 8))
        ast.parse(TEXT, feature_version=(3, 8))

    @unittest.skipIf(not hasattr(sys, "stdlib_module_names"), "Python before 3.10 does not know the names of its library")
    def test_it_imports_the_standard_library_alone(self):
        names = set()
        for node in ast.walk(ast.parse(TEXT)):
            if isinstance(node, ast.Import):
                names.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                names.add((node.module or "").split(".")[0])
        self.assertEqual(names - set(sys.stdlib_module_names) - FRAMEWORKS, set())
        top = [n for n in ast.parse(TEXT).body if isinstance(n, (ast.Import, ast.ImportFrom))]
        self.assertGreater(len(top), 10)

    @unittest.skipIf(importlib.util.find_spec("mypy") is None, "not installed: mypy")
    def test_its_types_are_strict(self):
        with tempfile.TemporaryDirectory() as cache:
            command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", cache, str(SOURCE / "runfolio.py")]
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=cache)
        self.assertEqual(done.returncode, 0, done.stdout.decode())

    def test_what_it_offers_is_there_and_documented(self):
        import runfolio

        for name in runfolio.__all__:
            self.assertTrue(hasattr(runfolio, name), name)
        for name in ("init", "log", "finish", "track", "partial_fit", "hf_callback", "lightning_logger", "keras_callback", "optuna_callback"):
            self.assertTrue(getattr(runfolio, name).__doc__, name)
        for name, value in vars(runfolio.Run).items():
            if callable(value) and not name.startswith("_"):
                self.assertTrue(value.__doc__, f"Run.{name}")


class Examples(LogTest):
    def test_the_first_example_of_the_guide_and_of_the_readme_runs(self):
        for page in (ROOT / "src" / "content" / "docs" / "python-logger.md", SOURCE / "README.md"):
            code = re.search(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.S)[1]
            self.run_script(f"import os; os.environ['RUNFOLIO_DIR'] = LOGS + '/{page.stem}'\n{code}")
            records = read_lines(self.only_log(f"{page.stem}/cifar10/runs/**/*.jsonl"))
            self.assertEqual((records[0]["params"]["lr"], records[-1]["status"]), (0.1, "finished"))
            self.assertGreater(len([r for r in records if "train/loss" in r]), 10)


if __name__ == "__main__":
    unittest.main()
