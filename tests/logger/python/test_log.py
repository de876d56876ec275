"""What a script calls, and the records that come of it."""

import asyncio
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import types
import unittest
from unittest import mock

from support import LogTest, read_lines, runfolio


class ThreeLines(LogTest):
    def test_init_log_and_finish_write_a_start_the_values_and_an_end(self):
        run = runfolio.init(experiment="cifar10", params={"lr": 0.1}, dir=self.logs, capture=False)
        run.log({"loss": 0.31}, step=10)
        run.finish()
        start, line, end = self.records(run)
        self.assertEqual(list(start)[:3], ["event", "time", "name"])
        self.assertEqual(start["params"], {"lr": 0.1})
        self.assertEqual(list(line), ["step", "time", "loss"])
        self.assertEqual((line["step"], line["loss"]), (10, 0.31))
        self.assertEqual(list(end)[:3], ["event", "status", "time"])
        self.assertEqual((end["status"], end["elapsed"] >= 0), ("finished", True))
        self.assertEqual(os.path.relpath(run.path, str(self.logs)), f"cifar10/runs/{run.id}.jsonl")
        self.assertEqual(self.said, [])

    def test_steps_are_counted_where_none_is_given(self):
        run = self.init()
        run.log({"a": 1})
        run.log({"a": 2}, commit=False)
        run.log({"b": 2})
        run.log({"a": 3}, step=10)
        run.log({"b": 3})
        run.log({"a": 4})
        run.log({"step": 20, "a": 5})
        run.log({"_step": 30, "a": 6})
        run.log({"step": 5, "a": 7}, step=6)
        self.assertEqual([line["step"] for line in self.metrics(run)], [0, 1, 1, 10, 10, 11, 20, 30, 6])
        self.assertEqual(self.metrics(run)[-1]["step/logged"], 5)

    def test_nested_values_are_flattened_and_reserved_names_stay_apart(self):
        run = self.init()
        run.log({"val": {"acc": 1.0, "per": {"class": 2}}, "event": "start", "time": 12.5})
        record = self.metrics(run)[0]
        self.assertEqual({k: v for k, v in record.items() if k != "_timestamp"}, {
            "step": 0, "time": 12.5, "val/acc": 1.0, "val/per/class": 2, "event/text": "start",
        })
        self.assertRegex(record["_timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_a_step_that_is_no_number_is_counted_instead(self):
        run = self.init()
        run.log({"a": 1}, step="twelve")
        run.log({"a": 1}, step=float("nan"))
        self.assertEqual([line["step"] for line in self.metrics(run)], [0, 1])
        self.assertEqual(self.said, ["\"step\" should be a number, found 'twelve'; a counted step is written."])

    def test_values_after_the_end_begin_the_run_again(self):
        run = self.init()
        run.log({"a": 1})
        run.finish()
        run.log({"a": 2})
        run.finish()
        self.assertEqual([r.get("event") for r in self.records(run)], ["start", None, "end", "start", None, "end"])
        self.assertTrue(self.records(run)[3]["resumed"])

    def test_what_is_said_about_an_ended_run_does_not_begin_it_again(self):
        run = self.init(tags=["a"])
        run.log({"a": 1})
        run.finish()
        with open(run.path, "ab") as file:
            file.write(b'{"event":"note","te')
        run.tag(add="best")
        run.note("the best of all")
        run.alert("Look", "here")
        run.archive("only a test")
        run.archive(archived=False)
        text = pathlib.Path(run.path).read_text(encoding="utf-8").splitlines()
        said = [{k: v for k, v in json.loads(line).items() if k != "time"} for line in text[4:]]
        self.assertEqual(text[3], '{"event":"note","te')
        self.assertEqual(said, [
            {"event": "tag", "add": ["best"]},
            {"event": "note", "text": "the best of all"},
            {"event": "alert", "level": "info", "title": "Look", "text": "here"},
            {"event": "archive", "archived": True, "reason": "only a test"},
            {"event": "archive", "archived": False},
        ])
        self.assertEqual((run.ended, run.tags, runfolio._open_runs), (True, ("a", "best"), []))
        os.unlink(run.path)
        run.note("nobody reads this")
        self.assertFalse(pathlib.Path(run.path).exists())
        self.assertEqual(len(self.said), 1)

    def test_finish_twice_writes_one_end(self):
        run = self.init()
        run.finish()
        run.finish()
        self.assertEqual(len(self.events(run, "end")), 1)

    def test_config_and_summary_are_written_when_they_are_set(self):
        run = self.init(params={"lr": 0.1, "model": {"width": 4}})
        run.config.lr = 0.2
        run.config["seed"] = 3
        run.config.update({"lr": 0.2, "epochs": 5})
        run.log({"loss": 1.0}, step=4)
        run.summary["best"] = 0.5
        run.summary.acc = 0.9
        self.assertEqual(run.config.model["width"], 4)
        self.assertEqual(run.summary["loss"], 1.0)
        run.finish()
        self.assertEqual([r["params"] for r in self.events(run, "params")], [{"lr": 0.2}, {"seed": 3}, {"epochs": 5}])
        self.assertEqual([(m["step"], m.get("best"), m.get("acc")) for m in self.metrics(run)][1:], [(4, 0.5, None), (4, None, 0.9)])
        self.assertEqual(self.events(run, "end")[0]["metrics"], {"best": 0.5, "acc": 0.9})

    def test_messages_notes_tags_and_alerts(self):
        run = self.init(tags=["a"])
        run.message("hello", "WARNING")
        run.note("**good**")
        run.tag(add=["b", "c"], remove="a")
        run.alert("Loss is high", "over 9", level=runfolio.AlertLevel.WARN)
        run.finish()
        kinds = [{k: v for k, v in r.items() if k != "time"} for r in self.records(run)[1:-1]]
        self.assertEqual(kinds, [
            {"event": "log", "level": "warning", "message": "hello"},
            {"event": "note", "text": "**good**"},
            {"event": "tag", "add": ["b", "c"], "remove": ["a"]},
            {"event": "alert", "level": "warn", "title": "Loss is high", "text": "over 9"},
        ])
        self.assertEqual(run.tags, ("b", "c"))

    def test_an_id_or_a_resume_that_cannot_be_is_named(self):
        run = self.init(id="../x", resume="maybe")
        self.assertEqual(run.id, "x")
        said = "\n".join(self.said)
        self.assertIn('"../x" cannot be the id of a run; it is written as "x".', said)
        self.assertIn('resume is "allow", "auto", "must", "never" or True, not "maybe"', said)

    def test_define_metric_keeps_the_extremes_in_the_end(self):
        run = self.init()
        run.define_metric("val/*", summary="max")
        run.define_metric("loss", goal="minimize", summary="best")
        for loss, acc in ((3, 0.1), (1, 0.9), (2, 0.5)):
            run.log({"loss": loss, "val/acc": acc, "other": 1})
        run.finish()
        self.assertEqual(self.events(run, "end")[0]["metrics"], {"loss/min": 1, "val/acc/max": 0.9})

    def test_define_metric_tells_the_mean_of_finite_values_and_the_first(self):
        run = self.init()
        run.define_metric("loss", summary="mean, first")
        for loss in (3, float("nan"), 1.5, float("inf")):
            run.log({"loss": loss})
        run.finish()
        self.assertEqual(self.events(run, "end")[0]["metrics"], {"loss/first": 3, "loss/mean": 2.25})

    def test_define_metric_puts_values_at_the_step_of_another_metric(self):
        run = self.init()
        epoch = run.define_metric("epoch")
        run.define_metric("val/*", step_metric=epoch)
        run.log({"loss": 3, "val/acc": 0.1})  # Before there is an epoch
        run.log({"loss": 2, "epoch": 1, "val/acc": 0.5})
        run.log({"val/acc": 0.75})
        run.finish()
        lines = [{k: v for k, v in line.items() if k != "time"} for line in self.metrics(run)]
        self.assertEqual(lines, [
            {"step": 0, "loss": 3, "val/acc": 0.1},
            {"step": 1, "loss": 2, "epoch": 1},
            {"step": 1, "_step": 1, "val/acc": 0.5},
            {"step": 1, "_step": 2, "val/acc": 0.75},
        ])
        again = self.init(id=run.id, resume="must")
        self.assertEqual(again.step, 3)
        again.finish()


class Ways(LogTest):
    def test_a_with_block_that_raises_ends_as_failed_with_the_error(self):
        with self.assertRaises(ValueError):
            with self.init(capture=["error", "exit"]) as run:
                runfolio.log({"loss": 1})
                raise ValueError("too small")
        end = self.events(run, "end")[0]
        self.assertEqual((end["status"], end["exit_code"], end["error"]["type"]), ("failed", 1, "ValueError"))
        self.assertIn("too small", end["error"]["traceback"])
        self.assertNotIn(str(self.top), end["error"]["traceback"])
        self.assertNotIn(os.path.dirname(__file__) + os.sep, end["error"]["traceback"])

    def test_the_decorator_takes_params_from_the_arguments_and_final_values_from_the_result(self):
        @runfolio.track("tracked", dir=self.logs, capture=False)
        def train(lr, *, epochs=2, run=None, **more):
            run.log({"loss": lr})
            return {"acc": 0.5}

        self.assertEqual(train(0.1, width=3), {"acc": 0.5})
        records = read_lines(self.only_log("tracked/runs/*.jsonl"))
        self.assertEqual(records[0]["params"], {"lr": 0.1, "epochs": 2, "width": 3})
        self.assertEqual(records[-1]["metrics"], {"acc": 0.5})

    def test_the_decorator_works_on_async_functions_each_with_its_own_run(self):
        @runfolio.track("tracked", dir=self.logs, capture=False)
        async def train(value):
            for _ in range(3):
                await asyncio.sleep(0)
                runfolio.log({"value": value})

        async def both():
            await asyncio.gather(*(train(v) for v in range(5)))

        asyncio.run(both())
        logs = sorted((self.logs / "tracked/runs").glob("*.jsonl"))
        self.assertEqual(len(logs), 5)
        for log in logs:
            records = read_lines(log)
            self.assertEqual({r["value"] for r in records if "event" not in r}, {records[0]["params"]["value"]})

    def test_log_before_init_warns_once_and_does_no_harm(self):
        runfolio._latest_run = None
        runfolio.log({"a": 1})
        runfolio.log({"a": 1})
        self.assertEqual(self.said, ["log was called before init; nothing was written."])

    def test_wrong_arguments_of_log_warn_and_write_nothing(self):
        run = self.init()
        run.log(3)
        run.log(None)
        run.log({})
        self.assertEqual(self.metrics(run), [])
        self.assertEqual(len(self.said), 1)

    def test_disabled_writes_nothing(self):
        run = self.init(mode="disabled", params={"lr": 1})
        run.log({"a": 1})
        run.log({"a": {"b": 1}})
        run.summary["x"] = 1
        run.config.y = 2
        run.alert("a", "b")
        run.save("*")
        run.log_artifact(__file__)
        run.finish()
        self.assertEqual(list(self.logs.iterdir()), [])
        self.assertEqual(run.config.lr, 1)

    def test_unknown_words_are_refused_at_once(self):
        for wrong in ({"mode": "sometimes"}, {"ranks": "some"}):
            with self.assertRaises(ValueError):
                self.init(**wrong)


class Ids(LogTest):
    def test_names_become_ids_by_the_rules_of_the_format(self):
        for name, expected in (
            ("ResNet 18 / über", "ResNet-18-uber"), ("../../etc", "etc"), ("con", "con-run"), ("nul.txt", "nul-txt-run"), ("…", "run"),
            ("a" * 300, "a" * 100), ("_x.", "x"), ("lr=0.1,wd=0", "lr=0.1,wd=0"),
        ):
            self.assertEqual(runfolio.clean_id(name), expected)

    def test_the_name_shown_stays_as_it_was(self):
        run = self.init(name="ResNet 18 (größer)")
        self.assertEqual((run.id, self.records(run)[0]["name"]), ("ResNet-18-gro-er", "ResNet 18 (größer)"))

    def test_row_14_names_that_are_taken_get_a_number(self):
        ids = [self.init(name="same").id for _ in range(3)]
        (self.logs / "e/runs/Other").mkdir()
        self.assertEqual(ids, ["same", "same-2", "same-3"])
        self.assertEqual(self.init(name="other").id, "other-2")

    def test_experiments_nest(self):
        run = self.init("vision/../cifar 10/runs")
        self.assertEqual(run.experiment, "vision/run/cifar-10/runs-x")

    def test_resume_goes_on_after_the_last_step(self):
        first = self.init(id="x")
        first.log({"a": 1}, step=41)
        first.finish()
        second = self.init(id="x", resume="allow")
        second.log({"a": 2})
        second.finish()
        self.assertEqual(second.path, first.path)
        self.assertTrue(second.resumed)
        self.assertEqual([(r.get("event"), r.get("step"), r.get("resumed")) for r in self.records(second)], [
            ("start", None, None), (None, 41, None), ("end", None, None), ("start", None, True), (None, 42, None), ("end", None, None),
        ])
        with self.assertRaises(LookupError):
            self.init(id="y", resume="must")
        self.assertEqual(self.init(id="x").id, "x-2")

    def test_row_7_a_requeued_slurm_job_goes_on_with_its_runs(self):
        self.environ(SLURM_JOB_ID="4711", SLURM_PROCID="0")
        self.patch("_claims", {})
        before = [self.init(name="a") for _ in range(2)]
        for run in before:
            run.finish(status="killed")
        self.environ(SLURM_RESTART_COUNT="1")
        self.patch("_claims", {})
        after = [self.init(name="a", capture=["slurm"]) for _ in range(3)]
        self.assertEqual([run.id for run in after], ["a-j4711", "a-j4711-2", "a-j4711-3"])
        self.assertEqual([run.resumed for run in after], [True, True, False])
        self.assertEqual(self.events(after[0], "start")[1]["job"], "4711")
        self.assertEqual(self.events(after[0], "start")[1]["env"]["slurm"]["restart_count"], "1")

    def test_the_folder_of_experiments_is_found_upwards_in_the_repository(self):
        inner = self.top / "src" / "deep"
        inner.mkdir(parents=True)
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        os.chdir(inner)
        self.assertEqual(runfolio._find_logs_folder(None), os.path.join(os.getcwd(), "experiments"))
        (self.top / ".git").mkdir()
        self.assertEqual(os.path.realpath(runfolio._find_logs_folder(None)), os.path.realpath(self.logs))


class Ranks(LogTest):
    def test_row_5_only_rank_0_writes_unless_asked(self):
        for name in ("RANK", "LOCAL_RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "PMI_RANK"):
            with self.subTest(name):
                self.environ(**{name: "3"})
                run = self.init(params={"lr": 1})
                run.log({"a": 1})
                run.finish()
                self.assertTrue(run.disabled)
                self.assertEqual(list(self.logs.iterdir()), [])
                os.environ.pop(name)

    def test_ranks_are_told_apart_across_nodes(self):
        self.environ(LOCAL_RANK="0", NODE_RANK="1", LOCAL_WORLD_SIZE="4")
        self.assertEqual(runfolio.rank(), 4)

    def test_each_rank_may_have_its_own_segment_or_its_own_run(self):
        for number in ("1", "0", "2"):
            self.environ(RANK=number)
            run = self.init(id="x", ranks="own")
            run.log({"loss": int(number)})
            run.finish()
        self.assertEqual(sorted(p.name for p in (self.logs / "e/runs/x").iterdir()), ["rank1.jsonl", "rank2.jsonl", "run.jsonl"])
        self.environ(RANK="1")
        run = self.init(name="y", ranks="all")
        self.assertEqual(self.records(run)[0]["group"], "y")


class Threads(LogTest):
    def test_row_12_sixteen_threads_write_whole_lines_each_in_its_order(self):
        run = self.init()

        def work(number):
            for step in range(500):
                run.log({f"t{number}": step}, step=step)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lines = self.metrics(run)
        self.assertEqual(len(lines), 16 * 500)
        for number in range(16):
            self.assertEqual([r["step"] for r in lines if f"t{number}" in r], list(range(500)))

    def test_counted_steps_are_not_given_twice(self):
        run = self.init()
        threads = [threading.Thread(target=lambda: [run.log({"a": 1}) for _ in range(300)]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(r["step"] for r in self.metrics(run)), list(range(2400)))

    def test_row_12_a_million_calls_keep_nothing_in_memory(self):
        run = self.init()
        self.patch("_write", lambda fd, line: len(line))  # The loop's memory is the question, not the disk.
        run.log({"loss": 0.5}, step=0)
        import tracemalloc

        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for step in range(20_000):
            run.log({"loss": 0.5}, step=step)
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        self.assertLess(grown, 20_000)


class Clock(LogTest):
    def test_row_11_a_clock_set_back_does_not_take_the_log_back(self):
        now, mono = [1_800_000_000.0], [100.0]
        self.patch("_time", lambda: now[0])
        self.patch("_monotonic", lambda: mono[0])
        run = self.init()

        def after(wall, passed):
            now[0] += wall
            mono[0] += passed
            run.log({"a": 1})

        after(1, 1)
        after(-3600, 1)
        after(1, 1)
        after(3601, 1)  # Set right again.
        after(7200, 1)  # Or forward, as after a sleep.
        times = [r["time"] for r in self.metrics(run)]
        self.assertEqual([t[11:19] for t in times], ["08:00:01", "08:00:02", "08:00:03", "08:00:04", "10:00:03"])
        run.finish()
        self.assertEqual(self.events(run, "end")[0]["elapsed"], 5.0)


class Captured(LogTest):
    def git(self, *args):
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *args], cwd=str(self.top), check=True, capture_output=True)

    def repository(self):
        self.git("init", "-q", "-b", "main")
        (self.top / "model.py").write_text("width = 4\n", encoding="utf-8")
        (self.top / ".gitignore").write_text("train.py\n", encoding="utf-8")
        self.git("add", "model.py", ".gitignore")
        self.git("commit", "-q", "-m", "first")
        self.git("remote", "add", "origin", "https://robin:hunter22secret@example.org/robin/model.git")

    def load(self, **modules):
        """Puts a module, or None for not loaded, in the place of the real one."""
        patch = mock.patch.dict(sys.modules, modules)
        patch.start()
        self.addCleanup(patch.stop)

    TRAIN = "run = runfolio.init('e', dir=LOGS, capture={captures!r}, system_interval=0)\nrun.finish()\n"

    def start_of(self, captures, *args, env=None):
        self.run_script(self.TRAIN.format(captures=captures), *args, env=env)
        log = sorted(self.logs.glob("**/*.jsonl"), key=lambda p: p.stat().st_mtime)[-1]
        return read_lines(log)[0], log

    def test_commit_branch_and_remote_without_its_password(self):
        self.repository()
        start, _ = self.start_of(["git"])
        self.assertEqual(start["git"]["branch"], "main")
        self.assertRegex(start["git"]["commit"], r"^[0-9a-f]{40}$")
        self.assertEqual(start["git"]["remote"], "https://example.org/robin/model.git")

    def test_a_clean_tree_keeps_one_file_and_logs_do_not_make_it_dirty(self):
        self.repository()
        self.git("add", "-f", str(self.script("pass")))
        self.script(self.TRAIN.format(captures=["git", "patch"]))
        self.git("add", "-f", "train.py")
        self.git("commit", "-q", "-m", "script")
        for _ in range(2):
            start, log = self.start_of(["git", "patch"])
            self.assertIs(start["git"]["dirty"], False)
            self.assertEqual(log.parent.name, "runs")
            self.git("add", "experiments")

    def test_the_uncommitted_patch_is_kept_beside_the_run_without_its_secrets(self):
        self.repository()
        (self.top / "model.py").write_text('width = 8\nAPI_KEY = "abcdefgh12345"\nx = "ghp_' + "a" * 36 + '"\n', encoding="utf-8")
        start, log = self.start_of(["git", "patch"])
        self.assertIs(start["git"]["dirty"], True)
        patch = (log.parent / "uncommitted.patch").read_text(encoding="utf-8")
        self.assertIn("+width = 8", patch)
        self.assertIn("+run = runfolio.init(", patch)  # The script is unknown to git, so the patch adds it.
        self.assertNotIn("abcdefgh12345", patch)
        self.assertNotIn("ghp_", patch)
        record = read_lines(log)[1]
        self.assertEqual((record["event"], record["path"], record["kind"]), ("artifact", "uncommitted.patch", "text"))
        self.assertEqual(record["bytes"], (log.parent / "uncommitted.patch").stat().st_size)

    def test_a_large_patch_is_cut_and_says_so(self):
        self.repository()
        (self.top / "model.py").write_text("x = 1\n" * 200_000, encoding="utf-8")
        _, log = self.start_of(["git", "patch"])
        self.assertLessEqual((log.parent / "uncommitted.patch").stat().st_size, runfolio.MAX_PATCH_BYTES)
        self.assertIn("the first 512 of", read_lines(log)[1]["caption"])

    def test_the_command_is_relative_and_its_secrets_are_gone(self):
        start, _ = self.start_of(["command"], "--lr", "0.1", "--api-key", "abcdef123456", "wandb.api_key=zyxwvu98765", "--token=abcdefg1")
        self.assertEqual(start["command"].split(" ", 1)[1], "train.py --lr 0.1 --api-key [redacted] wandb.api_key=[redacted] --token=[redacted]")

    def test_python_packages_host_and_user(self):
        start, _ = self.start_of(True)
        self.assertRegex(start["env"]["python"], r"^3\.\d+\.\d+$")
        self.assertTrue(start["host"] and start["user"])
        self.assertNotIn(str(self.top), str(start))

    def test_a_script_in_a_repository_is_described_from_any_working_directory(self):
        self.repository()
        script = self.script(self.TRAIN.format(captures=["git", "command", "cwd"]))
        with tempfile.TemporaryDirectory() as home:
            subprocess.run([sys.executable, str(script)], cwd=home, check=True)
        start = read_lines(self.only_log())[0]
        self.assertEqual(start["git"]["branch"], "main")
        self.assertEqual(start["command"].split(" ", 1)[1], "train.py")
        self.assertNotIn(home, str(start))

    def test_the_seed_is_taken_from_the_params_or_from_who_was_seeded(self):
        def seed(params=None, **options):
            run = self.init(params=params, **{"capture": ["seed"], **options})
            run.finish()
            return self.records(run)[0].get("seed")

        self.load(torch=None)
        self.assertEqual(seed({"seed": 3}, seed=4), 4)
        self.assertEqual(seed({"random_state": 5, "lr": 0.1}), 5)
        self.assertEqual(seed({"train": {"seed": 6, "lr": 0.1}}), 6)
        self.assertEqual(seed({"seed": None}), None)
        self.assertEqual(seed({"a": {"seed": 1}, "b": {"seed": 2}}), None)  # Which of them is the run's nobody knows.
        self.environ(PL_GLOBAL_SEED="7")
        self.assertEqual(seed(), 7)
        self.assertEqual(seed(capture=False), None)
        self.assertEqual(seed({"seed": 3}, capture=False), 3)
        del os.environ["PL_GLOBAL_SEED"]
        torch = types.SimpleNamespace(default_generator=types.SimpleNamespace(initial_seed=lambda: 17938261445046901882))
        self.load(torch=torch)
        self.assertEqual(seed(), None)  # 64 random bits, which torch takes when nobody has seeded it.
        torch.default_generator.initial_seed = lambda: 8
        self.assertEqual(seed(), 8)

    def test_gpus_come_from_nvidia_smi_and_power_becomes_energy(self):
        programs = self.top / "bin"
        programs.mkdir()
        smi = programs / "nvidia-smi"
        smi.write_text(
            "#!/bin/sh\ncase \"$1\" in\n*driver_version*) echo '0, NVIDIA A100, 40960, 550.54'; echo '1, NVIDIA A100, 40960, 550.54';;\n"
            "*power*) echo '0, 97, 1024, 40960, 250.5, 61'; echo '1, [N/A], 0, 40960, 100, 40';;\n*) echo 'CUDA Version: 12.4';;\nesac\n",
            encoding="utf-8",
        )
        smi.chmod(0o755)
        self.environ(PATH=f"{programs}{os.pathsep}{os.environ['PATH']}")
        self.load(torch=None)
        run = self.init(capture=["gpu", "system", "energy", "exit"], system_interval=1000)
        start = self.records(run)[0]
        self.assertEqual(start["gpus"], [{"index": i, "name": "NVIDIA A100", "memory_mib": 40960} for i in (0, 1)])
        self.assertEqual(start["env"], {"driver": "550.54", "cuda": "12.4"})
        mono = [runfolio._monotonic()]
        self.patch("_monotonic", lambda: mono[0])
        run._readings._last_time = mono[0]
        for _ in range(3):
            mono[0] += 1800
            run._read_machine()
        run.finish()
        readings = self.events(run, "system")
        self.assertEqual((readings[0]["gpu/0/util"], readings[0]["gpu/0/power_w"], readings[0]["gpu/0/temperature_c"]), (97, 250.5, 61))
        self.assertNotIn("gpu/1/util", readings[0])
        end = self.events(run, "end")[0]
        self.assertAlmostEqual(end["energy_kwh"], 0.3505, places=3)  # 350.5 W for an hour

    def test_machine_readings_come_from_a_thread(self):
        run = self.init(capture=["system"], system_interval=0.05)
        from support import wait_until

        wait_until(lambda: len(self.events(run, "system")) >= 3)
        run.finish()
        last = self.events(run, "system")[-1]
        if os.path.exists("/proc/self/statm"):
            self.assertGreater(last["mem/rss_mib"], 1)
            self.assertIn("cpu/util", last)

    def test_everything_can_be_switched_off(self):
        start, log = self.start_of(False)
        self.assertEqual(sorted(start), ["event", "name", "params", "schema", "time", "writer"])
        self.assertEqual(log.parent.name, "runs")
        start, _ = self.start_of(None, env={"RUNFOLIO_CAPTURE": "none"})
        self.assertNotIn("host", start)
        start, _ = self.start_of(None, env={"RUNFOLIO_CAPTURE": "-host,-user"})
        self.assertNotIn("host", start)
        self.assertIn("command", start)


class Secrets(LogTest):
    def test_row_68_secrets_never_reach_the_disk(self):
        key = "sk-" + "a1B2" * 8
        run = self.init(
            params={"wandb_api_key": "0123456789abcdef", "url": "https://u:hunter22@h/x", "tokenizer": "bert-base", "max_tokens": 2048,
                    "key_dim": 64, "nested": {"password": "hunter22!"}, "list": [key]},
            notes=f"uses {key}", tags=[key], name=key,
        )
        run.log({"text": f"with {key}"})
        run.message(key)
        run.alert(key, key)
        run.note(key)
        run.config.hf_token = "hf_" + "x" * 34
        run.log({"t": runfolio.Table(columns=["password"], data=[["hunter22!"]])})
        run.finish(error=f"failed with {key}")
        with open(run.path, encoding="utf-8") as file:
            text = file.read() + run.path
        for secret in (key, "0123456789abcdef", "hunter22", "hf_xxx", "sk-a1"):
            self.assertNotIn(secret, text)
        start = self.records(run)[0]
        self.assertEqual({k: start["params"][k] for k in ("tokenizer", "max_tokens", "key_dim")}, {"tokenizer": "bert-base", "max_tokens": 2048, "key_dim": 64})

    def test_values_of_secret_environment_variables_are_redacted_where_they_appear(self):
        self.environ(MY_API_KEY="plainwords-but-secret")
        self.patch("_secrets_seen", None)
        self.assertEqual(runfolio.redact_text("key is plainwords-but-secret."), "key is [redacted].")


if __name__ == "__main__":
    unittest.main()
