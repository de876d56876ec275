"""Rows 1 to 14 of the matrix of faults: what a cluster does to a process, and what must be in the log afterwards."""

import errno
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import unittest

from support import LogTest, read_lines, runfolio, wait_until

POSIX = os.name == "posix"


def whole_lines(path):
    """Records of the lines that end in a newline, and the bytes after the last newline."""
    data = pathlib.Path(path).read_bytes()
    body, _, tail = data.rpartition(b"\n")
    return [json.loads(line) for line in body.split(b"\n") if line], tail


@unittest.skipUnless(POSIX, "signals and forks are those of POSIX")
class Kill(LogTest):
    TRAINING = """
        import math, os, random
        def train(lr, runs):
            run = runfolio.init("kill", params={"lr": lr}, id=str(runs), dir=LOGS, capture=False)
            weights = [random.random() for _ in range(20)]
            data = [([random.random() for _ in range(20)], random.random()) for _ in range(8)]
            step = 0
            while True:
                loss = 0.0
                for x, y in data:
                    error = sum(w * v for w, v in zip(weights, x)) - y
                    loss += error * error / 8
                    weights = [w - lr * error * v for w, v in zip(weights, x)]
                values = {"loss": loss, "norm": math.sqrt(sum(w * w for w in weights))}
                if step % 50 == 7:
                    values["text"] = "x" * 5000
                run.log(values, step=step)
                os.write(1, b"%d\\n" % step)
                step += 1
        # A fork server: one interpreter, a fresh training process each time it is asked.
        for number in sys.stdin:
            child = os.fork()
            if child == 0:
                train(0.001, int(number))
            os.write(1, b"pid %d\\n" % child)
            os.waitpid(child, 0)
            os.write(1, b"dead\\n")
    """

    def test_row_1_sigkill_at_200_random_instants_loses_no_acknowledged_record(self):
        chance = random.Random(1)
        server = self.start(self.script(self.TRAINING), stdin=subprocess.PIPE)
        torn = 0
        total = 0
        for number in range(200):
            server.stdin.write(b"%d\n" % number)
            server.stdin.flush()
            acknowledged, pid = -1, None
            due = None
            for line in server.stdout:
                if line == b"dead\n":
                    break
                if line.startswith(b"pid "):
                    pid = int(line[4:])
                else:
                    acknowledged = int(line)
                if pid is not None and due is None and acknowledged >= 0:
                    due = threading.Timer(chance.uniform(0.0, 0.03), os.kill, (pid, signal.SIGKILL))
                    due.start()
            records, tail = whole_lines(self.logs / "kill" / "runs" / f"{number}.jsonl")
            steps = [r["step"] for r in records if "event" not in r]
            self.assertEqual(steps, list(range(len(steps))))
            self.assertGreaterEqual(len(steps), acknowledged + 1)
            self.assertGreaterEqual(acknowledged, 0)
            torn += bool(tail)
            total += acknowledged + 1
        print(f"\n  200 kills: {total} acknowledged records, all found; {torn} torn last lines", file=sys.stderr)
        self.assertGreater(total, 200)

    def test_row_2_resume_after_a_torn_line_begins_a_line_of_its_own(self):
        first = self.init(id="x")
        first.log({"a": 1}, step=1)
        first.log({"a": 2}, step=2)
        path = pathlib.Path(first.path)
        runfolio._open_runs.remove(first)
        os.close(first._file.fd)
        path.write_bytes(path.read_bytes()[:-9])
        second = self.init(id="x", resume=True)
        second.log({"a": 3})
        second.finish()
        lines = path.read_bytes().split(b"\n")
        self.assertTrue(lines[2].startswith(b'{"step":2,"time"') and not lines[2].endswith(b"}"))
        self.assertEqual([json.loads(line).get("step") for line in lines[3:-1]], [None, 2, None])
        self.assertTrue(json.loads(lines[3])["resumed"])


@unittest.skipUnless(POSIX, "disks are mounted and made to fail as on POSIX")
class Disk(LogTest):
    def test_row_3_a_small_disk_fills_up_and_nothing_is_lost_within_the_bound(self):
        if os.geteuid() != 0:
            self.skipTest("mounting a tmpfs takes root")
        disk = self.top / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest(f"no tmpfs here: {mounted.stderr.decode().strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", str(disk)], check=False)
        run = self.init(dir=disk / "experiments")
        for step in range(5000):
            run.log({"loss": step / 7, "acc": 0.5}, step=step)
        self.assertGreater(run._file.held, 0)
        self.assertEqual(len(self.said), 1, self.said)
        self.assertIn("No space left", self.said[0])
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
        wait_until(lambda: run._file.held == 0)  # By itself, with no further call.
        for step in range(5000, 6000):
            run.log({"loss": step / 7, "acc": 0.5}, step=step)
        run.finish()
        records, tail = whole_lines(run.path)
        self.assertEqual(tail, b"")
        self.assertEqual([r["step"] for r in records if "event" not in r], list(range(6000)))
        self.assertEqual(records[-1]["event"], "end")
        self.assertNotIn("dropped", records[-1])

    def failing(self, code, every=1):
        """Makes every write fail, or give way after half of it."""
        real, calls = os.write, [0]

        def write(fd, data):
            calls[0] += 1
            if self.fails and calls[0] % every == 0:
                raise OSError(code, os.strerror(code))
            if self.fails:
                return real(fd, data[: max(1, len(data) // 2)])
            return real(fd, data)

        self.fails = True
        self.patch("_write", write)

    def test_row_3_errors_of_disks_are_waited_out(self):
        for code in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE):
            with self.subTest(errno.errorcode[code]):
                self.said.clear()
                run = self.init()
                run.log({"a": 0}, step=0)
                self.failing(code)
                for step in range(1, 100):
                    run.log({"a": step}, step=step)
                self.fails = False
                run.finish()
                self.assertEqual([r["step"] for r in self.metrics(run)], list(range(100)))
                self.assertIn("Training goes on", self.said[0])
                self.assertEqual(len(self.said), 2)

    def test_row_3_short_writes_are_completed(self):
        run = self.init()
        self.failing(errno.EIO, every=5)
        for step in range(200):
            run.log({"a": step, "text": "é" * 50}, step=step)
        self.fails = False
        run.finish()
        self.assertEqual([r["step"] for r in self.metrics(run)], list(range(200)))

    def test_row_3_after_a_tear_and_another_writer_the_record_begins_a_line_of_its_own(self):
        run = self.init()
        self.failing(errno.EIO, every=2)
        run.log({"a": 1}, step=1)
        with open(run.path, "ab") as other:
            other.write(b'{"other":1}\n')
        self.fails = False
        run.finish()
        lines = pathlib.Path(run.path).read_bytes().split(b"\n")
        self.assertEqual(json.loads(lines[2])["step"], 1)
        self.assertEqual(json.loads(lines[3])["event"], "end")

    def test_row_3_what_passes_the_bound_is_counted(self):
        run = self.init(buffer_bytes=2000)
        self.failing(errno.ENOSPC)
        for step in range(100):
            run.log({"a": step}, step=step)
        self.fails = False
        run.log({"a": 100}, step=100)
        wait_until(lambda: run._file.retry())
        run.finish()
        kept = [r["step"] for r in self.metrics(run)]
        dropped = self.events(run, "end")[0]["dropped"]
        self.assertEqual(len(kept) + dropped, 101)
        self.assertIn(f"{dropped} records did not fit", self.events(run, "log")[0]["message"])
        self.assertEqual(self.events(run, "log")[0]["dropped"], dropped)

    def test_row_3_a_disk_that_stays_full_until_the_end_gives_the_rest_to_another_folder(self):
        self.environ(RUNFOLIO_FALLBACK=str(self.top / "elsewhere"))
        run = self.init()
        run.log({"a": 0}, step=0)
        real = os.write
        path = run.path
        fd = run._file.fd

        def write(to, data):
            if to == fd:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(to, data)

        self.patch("_write", write)
        run.log({"a": 1}, step=1)
        run.finish(_drain_seconds=0.05)
        rest = list((self.top / "elsewhere").glob("**/*.rest"))
        self.assertEqual(len(rest), 1)
        self.assertIn(f"cat '{rest[0]}'", self.said[-1])
        subprocess.run(["sh", "-c", f"(echo; cat '{rest[0]}') >> '{path}'"], check=True)
        self.assertEqual([r.get("event", r.get("step")) for r in read_lines(path)], ["start", 0, 1, "end"])

    def test_row_8_a_folder_that_cannot_be_written_to_sends_the_run_elsewhere(self):
        blocked = self.top / "blocked"
        blocked.write_text("a file where a folder should be", encoding="utf-8")
        self.environ(RUNFOLIO_FALLBACK=str(self.top / "elsewhere"))
        run = self.init(dir=blocked / "experiments")
        run.log({"a": 1})
        run.finish()
        self.assertEqual(len(self.said), 1)
        self.assertIn("Copy it back with: mkdir -p", self.said[0])
        self.assertTrue(run.path.startswith(str(self.top / "elsewhere")))
        blocked.unlink()
        subprocess.run(["sh", "-c", self.said[0].split("Copy it back with: ")[1]], check=True)
        self.assertEqual(len(read_lines(blocked / "experiments/e/runs" / f"{run.id}.jsonl")), 3)

    def test_row_8_read_only_mount(self):
        if os.geteuid() != 0:
            self.skipTest("mounting a tmpfs takes root")
        disk = self.top / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", str(disk)], capture_output=True).returncode != 0:
            self.skipTest("no tmpfs here")
        self.addCleanup(subprocess.run, ["umount", "-l", str(disk)], check=False)
        self.environ(RUNFOLIO_FALLBACK=str(self.top / "elsewhere"))
        run = self.init(dir=disk / "experiments")
        run.log({"a": 1})
        run.finish()
        self.assertIn("Read-only file system", self.said[0])
        self.assertEqual(len(self.records(run)), 3)

    def test_row_8_where_nothing_can_be_written_training_goes_on_and_the_log_comes_when_it_can(self):
        blocked = self.top / "blocked"
        blocked.write_text("", encoding="utf-8")
        self.patch("_fallback_folders", lambda: [str(blocked / "f")])
        run = self.init(dir=blocked / "experiments")
        run.log({"a": 1})
        blocked.unlink()
        run.finish()
        self.assertEqual([r.get("event") for r in self.records(run)], ["start", None, "end"])

    def test_row_13_a_log_deleted_while_running_is_begun_again(self):
        for what in ("file", "folder"):
            with self.subTest(what):
                self.said.clear()
                run = self.init(f"e-{what}", params={"lr": 1})
                run.log({"a": 0}, step=0)
                run._tick(runfolio._time())
                if what == "file":
                    os.unlink(run.path)
                else:
                    shutil.rmtree(self.logs / f"e-{what}")
                for step in range(1, 4):
                    run.log({"a": step}, step=step)
                run._until = 0.0  # The next write looks, as it would a moment later.
                run.log({"a": 4}, step=4)
                run.finish()
                records = self.records(run)
                self.assertEqual([r["step"] for r in records if "event" not in r], [1, 2, 3, 4])
                self.assertEqual((records[0]["event"], records[0]["resumed"], records[0]["params"]), ("start", True, {"lr": 1}))
                self.assertEqual(len(self.said), 1)
                self.assertIn("was deleted", self.said[0])

    def test_row_13_a_descriptor_that_was_closed_and_reused_is_never_written_to(self):
        run = self.init()
        run.log({"a": 0}, step=0)
        os.close(run._file.fd)
        other = open(self.top / "someone-elses", "wb")
        self.addCleanup(other.close)
        self.assertEqual(other.fileno(), run._file.fd)
        run._until = 0.0
        run.log({"a": 1}, step=1)
        run.finish()
        self.assertEqual([r["step"] for r in self.metrics(run)], [0, 1])
        self.assertEqual((self.top / "someone-elses").read_bytes(), b"")


@unittest.skipUnless(POSIX, "forks are those of POSIX")
class Processes(LogTest):
    def test_row_4_two_processes_on_one_run_keep_their_lines_whole_and_are_reported(self):
        script = self.script("""
            run = runfolio.init("e", id="shared", resume=True, dir=LOGS, capture=False)
            print("ready", flush=True)
            sys.stdin.readline()
            for step in range(2000):
                run.log({"w" + sys.argv[1]: step, "text": "x" * (step % 300)}, step=step)
            run.finish()
        """)
        both = []
        for number in range(2):
            process = self.start(script, number, stdin=subprocess.PIPE)
            self.assertEqual(process.stdout.readline(), b"ready\n")
            both.append(process)
        for process in both:
            process.stdin.write(b"go\n")
            process.stdin.flush()
        errors = [process.communicate(timeout=60)[1].decode() for process in both]
        records, tail = whole_lines(self.logs / "e/runs/shared.jsonl")
        self.assertEqual(tail, b"")
        for number in "01":
            self.assertEqual([r["step"] for r in records if "w" + number in r], list(range(2000)))
        self.assertEqual(len({r["writer"] for r in records if r.get("event") == "start"}), 2)
        self.assertEqual(sum("Another process has this log open" in r.get("message", "") for r in records), 1)
        self.assertIn("is open in another process too", errors[1])

    def test_row_5_a_forked_child_writes_nothing_of_its_parent_twice(self):
        _, err = self.run_script("""
            import os, errno
            run = runfolio.init("e", id="x", dir=LOGS, capture=False)
            run.log({"a": 0}, step=0)
            real = os.write
            def full(fd, data): raise OSError(errno.ENOSPC, "No space left on device")
            runfolio._write = full
            run.log({"held": 1}, step=1)          # Waits in the parent's memory when it forks.
            runfolio._write = real
            child = os.fork()
            if child == 0:
                run.log({"child": 1}, step=2)
                run.finish()
                sys.exit(0)                        # With atexit and all.
            os.waitpid(child, 0)
            run.log({"parent": 1}, step=3)
        """)
        records = read_lines(self.only_log())
        self.assertEqual(sorted(r["step"] for r in records if "event" not in r), [0, 1, 2, 3])
        self.assertEqual([r["event"] for r in records if r.get("event") in ("start", "end")], ["start", "end"])
        self.assertEqual(records[-1]["event"], "end")
        self.assertIn("forked from process", next(r["message"] for r in records if r.get("event") == "log"))

    def test_row_5_multiprocessing_workers_may_log(self):
        self.run_script("""
            import multiprocessing
            def work(n): run.log({f"w{n}": n}, step=n)
            run = runfolio.init("e", id="x", dir=LOGS, capture=False)
            with multiprocessing.get_context("fork").Pool(3) as pool:
                pool.map(work, range(20))
        """)
        records = read_lines(self.only_log())
        self.assertEqual(sorted(r["step"] for r in records if "event" not in r), list(range(20)))
        self.assertEqual([r["event"] for r in records if r.get("event") in ("start", "end")], ["start", "end"])

    def test_row_5_a_run_begun_in_a_child_process_gets_its_end_there(self):
        for method in ("fork", "spawn"):
            self.run_script("""
                import multiprocessing

                def train(name):
                    run = runfolio.init("e", id=name, dir=LOGS, capture=["error", "exit"])
                    run.log({"a": 1})
                    if name.startswith("bad"):
                        raise ValueError("too wide")
                    if name.startswith("exit"):
                        sys.exit(3)

                if __name__ == "__main__":
                    context = multiprocessing.get_context(sys.argv[1])
                    for name in ("good", "bad", "exit"):
                        child = context.Process(target=train, args=(f"{name}-{sys.argv[1]}",))
                        child.start()
                        child.join()
            """, method)
            ends = {name: read_lines(self.logs / f"e/runs/{name}-{method}.jsonl")[-1] for name in ("good", "bad", "exit")}
            found = {name: (end.get("status"), end.get("exit_code"), end.get("error", {}).get("message")) for name, end in ends.items()}
            self.assertEqual(found, {"good": ("finished", 0, None), "bad": ("failed", 1, "too wide"), "exit": ("failed", 3, None)}, method)

    def test_row_5_a_pickled_run_writes_to_the_same_log_and_leaves_the_end_to_its_owner(self):
        self.run_script("""
            import copy, multiprocessing, pickle

            def work(run, number):
                run.log({"child": number}, step=number)
                run.finish()

            if __name__ == "__main__":
                run = runfolio.init("e", id="x", dir=LOGS, capture=["exit"])
                run.define_metric("child", summary="max")
                assert pickle.loads(pickle.dumps(run)) is run and copy.deepcopy({"run": run})["run"] is run
                context = multiprocessing.get_context("spawn")
                children = [context.Process(target=work, args=(run, n)) for n in (1, 2)]
                for child in children: child.start()
                for child in children: child.join()
                assert [child.exitcode for child in children] == [0, 0]
                run.log({"parent": 1}, step=3)
        """)
        records = read_lines(self.logs / "e/runs/x.jsonl")
        self.assertEqual(sorted(r.get("child", 0) for r in records if "event" not in r), [0, 1, 2])
        self.assertEqual([r["event"] for r in records if r.get("event") in ("start", "end")], ["start", "end"])
        self.assertEqual((records[-1]["event"], records[-1]["status"]), ("end", "finished"))

    def test_row_5_a_fork_in_the_middle_of_a_write_does_not_lock_the_child_up(self):
        self.run_script("""
            import os, threading
            run = runfolio.init("e", id="x", dir=LOGS, capture=False)
            stop = threading.Event()
            def busy():
                while not stop.is_set(): run.log({"a": 1})
            threads = [threading.Thread(target=busy) for _ in range(3)]
            for t in threads: t.start()
            for n in range(20):
                child = os.fork()
                if child == 0:
                    run.log({"child": n}, step=n)
                    os._exit(0)
                os.waitpid(child, 0)
            stop.set()
            for t in threads: t.join()
        """)
        records = read_lines(self.only_log())
        self.assertEqual([r["child"] for r in records if "child" in r], list(range(20)))

    def test_row_14_64_processes_at_once_get_64_runs(self):
        script = self.script("""
            import os
            children = []
            for n in range(64):
                child = os.fork()
                if child == 0:
                    run = runfolio.init("e", name="same", params={"n": n}, dir=LOGS, capture=False)
                    for step in range(20): run.log({"a": step}, step=step)
                    if n % 2: run.log({"h": runfolio.Image([[n]])})   # Half of them move into a folder.
                    run.finish()
                    os._exit(0)
                children.append(child)
            codes = [os.waitpid(c, 0)[1] for c in children]
            sys.exit(max(codes))
        """)
        process = self.start(script)
        _, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, err), (0, b""))
        logs = sorted((self.logs / "e/runs").glob("**/*.jsonl"))
        self.assertEqual(len(logs), 64)
        self.assertEqual(len({p.parent.name if p.name == "run.jsonl" else p.stem for p in logs}), 64)
        self.assertEqual(sorted(read_lines(p)[0]["params"]["n"] for p in logs), list(range(64)))
        for log in logs:
            records = read_lines(log)
            self.assertEqual([r["a"] for r in records if "a" in r], list(range(20)))
            self.assertEqual([r["event"] for r in records if r.get("event") in ("start", "end")], ["start", "end"])


@unittest.skipUnless(POSIX, "signals are those of POSIX")
class Ends(LogTest):
    """Row 6: how a process ends is what its log says."""

    def end(self):
        ends = [r for r in read_lines(self.only_log()) if r.get("event") == "end"]
        self.assertEqual(len(ends), 1)
        return ends[0]

    def after(self, body, code, env=None):
        self.run_script("run = runfolio.init('e', dir=LOGS, capture=['exit', 'error'])\nrun.log({'a': 1})\n" + body, code=code, env=env)
        return self.end()

    def test_a_script_that_just_ends_is_finished(self):
        end = self.after("", 0)
        self.assertEqual((end["status"], end["exit_code"]), ("finished", 0))

    def test_an_exception_is_failed_with_its_traceback(self):
        end = self.after("def f():\n    raise RuntimeError('CUDA error')\nf()\n", 1)
        self.assertEqual((end["status"], end["exit_code"], end["error"]["message"]), ("failed", 1, "CUDA error"))
        self.assertIn('File "train.py"', end["error"]["traceback"])

    def test_sys_exit_gives_its_code(self):
        end = self.after("sys.exit(3)\n", 3)
        self.assertEqual((end["status"], end["exit_code"]), ("failed", 3))

    def test_sys_exit_with_a_text_keeps_the_text(self):
        end = self.after("sys.exit('no data')\n", 1)
        self.assertEqual((end["status"], end["exit_code"], end["error"]), ("failed", 1, "no data"))

    def test_sys_exit_0_is_finished(self):
        self.assertEqual(self.after("sys.exit()\n", 0)["status"], "finished")

    def signalled(self, number, prepare="", then="\nimport time\nwhile True: time.sleep(0.01)\n"):
        head = "import signal\n" + prepare + "run = runfolio.init('e', dir=LOGS, capture=['exit', 'error'])\nrun.log({'a': 1})\n"
        process = self.start(self.script(head + "print('ready', flush=True)" + then))
        self.assertEqual(process.stdout.readline(), b"ready\n")
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        return process.returncode, out.decode(), err.decode()

    def test_sigterm_is_killed_and_the_process_dies_of_it(self):
        code, _, _ = self.signalled(signal.SIGTERM)
        end = self.end()
        self.assertEqual((code, end["status"], end["exit_code"]), (-signal.SIGTERM, "killed", 143))

    def test_sigint_is_killed_and_still_a_keyboard_interrupt(self):
        code, _, err = self.signalled(signal.SIGINT)
        end = self.end()
        self.assertEqual((code, end["status"], end["exit_code"]), (-signal.SIGINT, "killed", 130))
        self.assertIn("KeyboardInterrupt", err)

    def test_the_handler_from_before_is_still_called_and_decides(self):
        prepare = "def stop(*_):\n    print('saved', flush=True)\n    sys.exit(99)\nsignal.signal(signal.SIGTERM, stop)\n"
        code, out, _ = self.signalled(signal.SIGTERM, prepare)
        end = self.end()
        self.assertEqual((code, out, end["status"], end["exit_code"]), (99, "saved\n", "killed", 99))

    def test_a_handler_that_returns_lets_training_go_on_and_nothing_is_written_after_the_end(self):
        prepare = "going = [True]\nsignal.signal(signal.SIGTERM, lambda *_: going.clear())\n"
        then = "\nimport time\nwhile going: time.sleep(0.01)\nrun.log({'last': 1})\n"
        code, _, _ = self.signalled(signal.SIGTERM, prepare, then)
        records = read_lines(self.only_log())
        self.assertEqual((code, [r.get("event") for r in records]), (0, ["start", None, None, "end"]))
        self.assertEqual(records[-1]["status"], "killed")

    def test_an_ignored_signal_stays_ignored(self):
        prepare = "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        then = "\nimport time\nfrom_now = time.monotonic()\nsys.stdin.readline()\n"
        head = "import signal\n" + prepare + "run = runfolio.init('e', dir=LOGS, capture=['exit'])\n"
        process = self.start(self.script(head + "print('ready', flush=True)" + then), stdin=subprocess.PIPE)
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(b"go\n", timeout=30)
        self.assertEqual((process.returncode, self.end()["status"]), (0, "finished"))

    def test_a_second_signal_ends_the_process_at_once(self):
        then = """
import os, time
real = os.fsync
def slow(fd):
    print('ending', flush=True)
    time.sleep(60)
os.fsync = slow
print('ready', flush=True)
while True: time.sleep(0.01)
"""
        head = "import signal\nrun = runfolio.init('e', dir=LOGS, capture=['exit'])\n"
        process = self.start(self.script(head + then))
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.stdout.readline(), b"ending\n")
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual((process.returncode, self.end()["status"]), (-signal.SIGTERM, "killed"))

    def test_signals_that_hit_a_busy_loop_of_log_never_tear_or_repeat(self):
        head = "import signal\nrun = runfolio.init('e', dir=LOGS, capture=['exit'])\nprint('ready', flush=True)\n"
        for number in (signal.SIGTERM, signal.SIGINT):
            for _ in range(5):
                process = self.start(self.script(head + "while True: run.log({'a': 1.5, 'b': {'c': 2}})\n"))
                process.stdout.readline()
                process.send_signal(number)
                process.communicate(timeout=30)
                self.assertEqual(process.returncode, -number)
                records = read_lines(self.only_log())
                self.assertEqual([r["event"] for r in records if "event" in r], ["start", "end"])
                self.assertEqual((records[-1]["event"], records[-1]["status"]), ("end", "killed"))
                shutil.rmtree(self.logs / "e")

    def test_the_hooks_of_the_process_are_put_back(self):
        before = (sys.excepthook, sys.exit, signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT))
        run = self.init()
        self.assertIsNot(sys.excepthook, before[0])
        run.finish()
        self.assertEqual((sys.excepthook, sys.exit, signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)), before)


if __name__ == "__main__":
    unittest.main()
