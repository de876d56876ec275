"""Row 9: what becomes of values; row 10: numbers; pictures, tables and histograms; and the surface that W&B users know."""

import argparse
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import hashlib
import json
import pathlib
import struct
import types
import unittest
import uuid
import zlib

from support import LogTest, read_lines, runfolio


class Colour(enum.Enum):
    RED = "red"
    ODD = object()


@dataclasses.dataclass
class Optimizer:
    name: str = "adam"
    betas: tuple = (0.9, 0.999)


class FakeScalar:
    """A 0-d array as numpy, torch and jax have it, with none of them here."""

    def __init__(self, value, shape=()):
        self.value, self.shape = value, shape

    def item(self):
        return self.value

    def tolist(self):
        return self.value


class MappingLike:
    def keys(self):
        return ["a", "missing"]

    def __getitem__(self, key):
        if key == "missing":
            raise RuntimeError("mandatory value")
        return 1


class Hostile:
    def __repr__(self):
        raise RuntimeError("no repr")

    @property
    def shape(self):
        raise ValueError("no shape")

    def __getattr__(self, name):
        raise ZeroDivisionError(name)


Point = collections.namedtuple("Point", "x y")
ZONE = datetime.timezone.utc


class Rules(LogTest):
    def test_row_9_values_become_json_by_stated_rules(self):
        cyclic = {"a": 1}
        cyclic["self"] = cyclic
        cases = [
            (FakeScalar(0.5), 0.5), (FakeScalar(3, (1, 1)), 3), (FakeScalar([1, 2], (2,)), [1, 2]), (decimal.Decimal("0.10"), 0.1),
            (decimal.Decimal("12"), 12), (decimal.Decimal("NaN"), "NaN"), (fractions.Fraction(1, 4), 0.25),
            (datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=ZONE), "2026-01-02T03:04:05+00:00"), (datetime.date(2026, 1, 2), "2026-01-02"),
            (datetime.timedelta(minutes=2), 120.0), (pathlib.PurePosixPath("a/b"), "a/b"), (Colour.RED, "red"), (Colour.ODD, "ODD"),
            (Optimizer(), {"name": "adam", "betas": [0.9, 0.999]}), (argparse.Namespace(lr=1, deep=Point(1, 2)), {"lr": 1, "deep": {"x": 1, "y": 2}}),
            (types.SimpleNamespace(a={1: 2}), {"a": {"1": 2}}), ({3, 1, 2}, [1, 2, 3]), (frozenset(["b", "a"]), ["a", "b"]),
            (b"text", "text"), (b"\xff\x00", "base64:/wA="), (range(3), [0, 1, 2]), ((1, None), [1, None]), (MappingLike(), {"a": 1, "missing": "<RuntimeError>"}),
            (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"), (json.dumps, "json.dumps"), (Optimizer, f"{__name__}.Optimizer"),
            (cyclic, {"a": 1, "self": "<dict>"}), (Hostile(), f"<{runfolio._kind_name(Hostile())}>"), (10**5000, f"an integer of {(10**5000).bit_length()} bits"),
            ({None: 1, True: 2, 1.5: 3, Colour.RED: 4, (1, 2): 5}, {"null": 1, "true": 2, "1.5": 3, "RED": 4, "(1, 2)": 5}),
        ]  # fmt: skip
        for value, expected in cases:
            found = runfolio.plain(value)
            if expected == "NaN":
                self.assertNotEqual(found, found)
                continue
            with self.subTest(expected):
                self.assertEqual(found, expected)
                self.assertIs(type(found), type(expected))

    def test_row_9_any_of_them_can_be_logged_and_no_line_is_torn(self):
        run = self.init(params={"o": Optimizer(), "h": Hostile(), "bad": "\ud800", 3: {4}})
        for _ in range(2):
            run.log({"a": FakeScalar(1.5), "b": decimal.Decimal(2), "h": Hostile(), "c": MappingLike(), "d": object(), 5: 6, (1, 2): 3, "e": "\ud800\x00\n"})
        run.finish()
        line = self.metrics(run)[0]
        self.assertEqual((line["a"], line["b"], line["c/a"], line["5"], line["(1, 2)"], line["d"]), (1.5, 2, 1, 6, 3, "<object object>"))
        self.assertEqual(len(self.metrics(run)), 2)
        self.assertEqual(sum('"d" is a object' in text for text in self.said), 1)
        pathlib.Path(run.path).read_bytes().decode("utf-8")

    def test_long_texts_and_lists_are_cut_with_one_warning_a_key(self):
        run = self.init(params={"text": "x" * 200_000, "list": list(range(20_000))})
        for _ in range(3):
            run.log({"t": "y" * 200_000})
        start = self.records(run)[0]
        self.assertEqual((len(start["params"]["text"]), len(start["params"]["list"])), (100_001, 10_000))
        self.assertEqual(len(self.said), 3)

    def test_a_record_past_the_longest_line_is_left_out_and_said(self):
        run = self.init()
        run.log({f"k{i}": "z" * 90_000 for i in range(200)})
        self.assertIn("was left out", self.events(run, "log")[0]["message"])

    def test_row_10_numbers_are_written_as_python_does(self):
        run = self.init()
        run.log({"a": float("nan"), "b": float("inf"), "c": -float("inf"), "d": 1e-05, "e": 1.0, "f": 1e16, "g": -0.0, "h": True, "i": 2**70}, step=1)
        text = pathlib.Path(run.path).read_text(encoding="utf-8").split("\n")[1]
        self.assertTrue(text.endswith('"a":NaN,"b":Infinity,"c":-Infinity,"d":1e-05,"e":1.0,"f":1e+16,"g":-0.0,"h":true,"i":1180591620717411303424}'), text)

    def test_numpy_values_need_no_conversion(self):
        try:
            import numpy as np
        except ImportError:
            self.skipTest("numpy is not installed")
        run = self.init(params={"lr": np.float32(0.5), "shape": np.array([2, 3]), "dtype": np.dtype("float32"), "flag": np.bool_(True)})
        run.log({"a": np.float64(0.25), "b": np.float32(0.5), "c": np.int64(3), "d": np.array(4.0), "e": np.array([5]), "f": np.bool_(False), "g": np.arange(10)}, step=np.int64(7))
        self.assertEqual(self.records(run)[0]["params"], {"lr": 0.5, "shape": [2, 3], "dtype": "float32", "flag": True})
        line = self.metrics(run)[0]
        self.assertEqual([line[k] for k in "abcdef"] + [line["step"]], [0.25, 0.5, 3, 4.0, 5, False, 7])
        self.assertEqual(sum(self.events(run, "histogram")[0]["counts"]), 10)
        for value in (np.float32(0.5), np.array(0.5), np.array([0.5])):  # The second time by a shorter way.
            run.log({"x": value, "y": 1}, step=8)
        run.log({"x": np.array([1.0, 2.0]), "y": 1}, step=8)
        self.assertEqual([r.get("x") for r in self.metrics(run)[1:]], [0.5, 0.5, 0.5, None])
        self.assertEqual(len(self.events(run, "histogram")), 2)
        self.assertEqual(self.said, [])

    def test_torch_values_need_no_conversion(self):
        try:
            import torch
        except ImportError:
            self.skipTest("torch is not installed")
        run = self.init(params={"dtype": torch.float32, "device": torch.device("cpu")})
        parameter = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
        run.log({"loss": parameter.sum(), "bf": torch.tensor(0.5, dtype=torch.bfloat16), "w": parameter, "img": runfolio.Image(torch.rand(3, 4, 5))})
        line = self.metrics(run)[0]
        self.assertEqual((line["loss"], line["bf"]), (3.0, 0.5))
        self.assertEqual(self.records(run)[0]["params"], {"dtype": "torch.float32", "device": "cpu"})
        self.assertEqual((len(self.events(run, "histogram")), len(self.events(run, "artifact"))), (1, 1))

    def test_jax_values_need_no_conversion(self):
        try:
            import jax
            import jax.numpy as jnp
        except ImportError:
            self.skipTest("jax is not installed")
        run = self.init(params={"lr": jnp.float32(0.5), "dtype": jnp.dtype("bfloat16"), "shape": jnp.array([2, 3])})

        @jax.jit
        def double(x):
            run.log({"traced": x}, step=9)  # No number yet: its type is written, and training goes on.
            return 2 * x

        run.log({"loss": double(jnp.float32(0.25)), "bf": jnp.bfloat16(0.5), "n": jnp.arange(4).sum(), "w": jnp.arange(4.0)}, step=jnp.int32(7))
        traced, line = self.metrics(run)
        self.assertEqual((line["loss"], line["bf"], line["n"], line["step"]), (0.5, 0.5, 6, 7))
        self.assertEqual(self.records(run)[0]["params"], {"lr": 0.5, "dtype": "bfloat16", "shape": [2, 3]})
        self.assertEqual((traced["step"], type(traced["traced"])), (9, str))
        self.assertEqual((len(self.events(run, "histogram")), len(self.said)), (1, 1))

    def test_omegaconf_is_read_with_its_interpolations(self):
        try:
            from omegaconf import OmegaConf
        except ImportError:
            self.skipTest("omegaconf is not installed")
        config = OmegaConf.create({"lr": 0.1, "twice": "${lr}", "need": "???", "broken": "${nowhere}", "l": [1, {"a": 2}]})
        run = self.init(params=config)
        self.assertEqual(self.records(run)[0]["params"], {
            "lr": 0.1, "twice": 0.1, "need": "<MissingMandatoryValue>", "broken": "<InterpolationKeyError>", "l": [1, {"a": 2}],
        })


def read_png(data):
    """Width, height, channels and bytes of a PNG of unfiltered rows."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    at, found = 8, {}
    while at < len(data):
        (size,), name = struct.unpack(">I", data[at : at + 4]), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + size]
        assert zlib.crc32(name + body) == struct.unpack(">I", data[at + 8 + size : at + 12 + size])[0]
        found[name] = body
        at += 12 + size
    width, height, _, colour = struct.unpack(">IIBB", found[b"IHDR"][:10])
    channels = {0: 1, 4: 2, 2: 3, 6: 4}[colour]
    rows = zlib.decompress(found[b"IDAT"])
    stride = width * channels + 1
    return width, height, channels, b"".join(rows[i + 1 : i + stride] for i in range(0, len(rows), stride))


class Media(LogTest):
    def image(self, data):
        run = self.init()
        run.log({"pic": runfolio.Image(data, caption="a picture")}, step=3)
        record = self.events(run, "artifact")[0]
        content = (pathlib.Path(run.path).parent / record["path"]).read_bytes()
        self.assertEqual((record["bytes"], record["sha256"]), (len(content), hashlib.sha256(content).hexdigest()))
        self.assertEqual((record["kind"], record["step"], record["caption"], record["name"]), ("image", 3, "a picture", "pic"))
        return read_png(content)

    def test_pixels_become_a_png_with_no_library(self):
        self.assertEqual(self.image([[0, 128], [255, 300], [-5, 7]]), (2, 3, 1, bytes([0, 128, 255, 255, 0, 7])))
        self.assertEqual(self.image([[0.0, 0.5, 1.0]]), (3, 1, 1, bytes([0, 128, 255])))
        self.assertEqual(self.image([[(1, 2, 3), (4, 5, 6)]]), (2, 1, 3, bytes([1, 2, 3, 4, 5, 6])))

    def test_numpy_pixels(self):
        try:
            import numpy as np
        except ImportError:
            self.skipTest("numpy is not installed")
        self.assertEqual(self.image(np.array([[0.0, 1.0]])), (2, 1, 1, bytes([0, 255])))
        self.assertEqual(self.image(np.arange(12, dtype=np.uint8).reshape(2, 2, 3)), (2, 2, 3, bytes(range(12))))
        self.assertEqual(self.image(np.array([[True, False]])), (2, 1, 1, bytes([255, 0])))

    def test_pil_images_and_paths(self):
        try:
            from PIL import Image
        except ImportError:
            self.skipTest("Pillow is not installed")
        picture = Image.new("RGB", (2, 1), (1, 2, 3))
        picture.save(str(self.top / "p.png"))
        run = self.init()
        run.log({"a": picture, "b": runfolio.Image(self.top / "p.png"), "c": [runfolio.Image(picture), picture]})
        self.assertEqual([r["path"] for r in self.events(run, "artifact")], ["media/a-0.png", "media/b-0.png", "media/c/0-0.png", "media/c/1-0.png"])

    def test_what_is_no_picture_warns_and_training_goes_on(self):
        run = self.init()
        run.log({"bad": runfolio.Image("nowhere.png"), "good": 1})
        self.assertEqual((self.metrics(run)[0]["good"], len(self.said)), (1, 1))

    def test_the_first_file_moves_the_log_into_a_folder_and_nothing_is_lost(self):
        run = self.init(name="x")
        run.log({"a": 0})
        before = pathlib.Path(run.path)
        run.log({"pic": runfolio.Image([[1]])})
        run.log({"a": 1})
        run.finish()
        self.assertEqual(pathlib.Path(run.path), self.logs / "e/runs/x/run.jsonl")
        self.assertFalse(before.exists())
        self.assertEqual([r["a"] for r in self.metrics(run)], [0, 1])
        again = self.init(id="x", resume=True)
        again.finish()
        self.assertEqual(again.path, run.path)

    def test_histograms_are_counted_here_or_taken_as_they_are(self):
        histogram = runfolio.Histogram([1, 2, 2, 3, float("nan"), [4, float("inf")]], num_bins=3)
        self.assertEqual((histogram.counts, histogram.edges), ([1, 2, 2], [1.0, 2.0, 3.0, 4]))
        self.assertEqual(runfolio.Histogram(np_histogram=([1, 2], [0, 1, 2])).edges, [0.0, 1.0, 2.0])
        self.assertEqual(sum(runfolio.Histogram([5] * 9).counts), 9)
        self.assertEqual(sum(runfolio.Histogram([]).counts), 0)
        with self.assertRaises(ValueError):
            runfolio.Histogram(np_histogram=([1], [0]))

    def test_tables_keep_columns_rows_and_kind(self):
        table = runfolio.Table(columns=["name", "score"], data=[["a", 0.5]])
        table.add_data("b", FakeScalar(1))
        table.add_column("picture", [runfolio.Image([[1]]), None])
        run = self.init()
        run.log({"predictions": table, "cm": runfolio.plot.confusion_matrix(y_true=[0, 1, 1], preds=[0, 1, 0], class_names=["no", "yes"])}, step=2)
        plain, confusion = self.events(run, "table")
        self.assertEqual((plain["columns"], plain["rows"]), (["name", "score", "picture"], [["a", 0.5, "media/predictions-2-0-2.png"], ["b", 1, None]]))
        self.assertEqual((confusion["kind"], confusion["columns"], confusion["rows"]), ("confusion", ["actual", "no", "yes"], [["no", 1, 0], ["yes", 1, 1]]))
        with self.assertRaises(ValueError):
            table.add_data("too few")

    def test_files_are_kept_beside_the_log_and_large_ones_are_not(self):
        (self.top / "out").mkdir()
        (self.top / "out" / "run.jsonl").write_text("{}", encoding="utf-8")
        (self.top / "model.pt").write_bytes(b"weights")
        self.patch("MAX_FILE_BYTES", 100)
        (self.top / "big.bin").write_bytes(b"0" * 101)
        run = self.init()
        run.log_artifact(self.top / "model.pt", name="best", caption="the best")
        run.log_artifact(self.top / "out")
        run.log_artifact("https://user:pw@example.org/data", name="data", kind="data")
        run.log_artifact(self.top / "big.bin")
        run.log_artifact(self.top / "nowhere")
        run.save(str(self.top / "*.txt"))
        (self.top / "later.txt").write_text("later", encoding="utf-8")
        run.finish()
        artifacts = self.events(run, "artifact")
        self.assertEqual([(r.get("path") or r["url"], r["name"], r.get("kind")) for r in artifacts], [
            ("files/model.pt", "best", "model"), ("files/run.jsonl", "out", "file"), ("https://example.org/data", "data", "data"), ("files/later.txt", "later.txt", "text"),
        ])
        self.assertEqual(len(self.said), 2)


    def test_a_file_in_the_run_folder_is_kept_where_it_is(self):
        run = self.init(id="x")
        inside = pathlib.Path(run.dir)
        (inside / "model.h5").write_bytes(b"weights")
        (inside / "plots").mkdir()
        (inside / "plots" / "my plot.png").write_bytes(b"picture")
        run.log_artifact(inside / "model.h5", name="best")
        run.save(str(inside / "model.h5"))
        run.save(str(inside / "plots" / "*"))
        (inside / "run.jsonl.txt").write_text("no log", encoding="utf-8")
        run.save(str(inside / "run*.txt"))
        run.log_artifact(run.path)
        (inside / "model.h5").write_bytes(b"other weights")
        run.finish()
        self.assertEqual(self.said, ['"run.jsonl" is the log of this run, which is there already.'])
        self.assertEqual([(r["path"], r["name"], r["bytes"]) for r in self.events(run, "artifact")], [
            ("model.h5", "best", 7), ("model.h5", "model.h5", 7), ("files/my-plot.png", "my plot.png", 7),
            ("run.jsonl.txt", "run.jsonl.txt", 6), ("model.h5", "model.h5", 13),
        ])
        self.assertEqual(sorted(p.relative_to(inside).as_posix() for p in inside.rglob("*") if p.is_file()),
                         ["files/my-plot.png", "model.h5", "plots/my plot.png", "run.jsonl", "run.jsonl.txt"])  # fmt: skip


class WandbScript(LogTest):
    def test_the_usual_script_runs_by_changing_the_import(self):
        out, err = self.run_script("""
            import runfolio as wandb, argparse
            wandb.login()
            args = argparse.Namespace(lr=0.1, epochs=2)
            run = wandb.init(project="cifar 10", entity="me", config=args, name="base", group="g", job_type="train", tags=["a"],
                             notes="n", dir=LOGS, mode="online", settings=wandb.Settings(start_method="fork"), save_code=True)
            assert wandb.run is run and wandb.config.lr == 0.1 and wandb.config["epochs"] == 2 and "lr" in wandb.config
            wandb.config.update({"batch": 8}, allow_val_change=True)
            wandb.define_metric("val/*", step_metric="epoch", summary="max")
            wandb.watch(object(), log="all")
            for epoch in range(wandb.config.epochs):
                wandb.log({"train": {"loss": 1 / (epoch + 1)}}, commit=False)
                wandb.log({"val/acc": epoch / 2, "epoch": epoch})
            wandb.log({"weights": wandb.Histogram([1, 2, 3]), "samples": wandb.Table(columns=["x"], data=[[1]]), "pic": wandb.Image([[0, 1]])})
            wandb.alert(title="done", text="well", level=wandb.AlertLevel.INFO)
            wandb.run.summary["best"] = 0.5
            wandb.summary.update({"n": 3})
            artifact = wandb.Artifact("code", type="code"); artifact.add_file(__file__); wandb.log_artifact(artifact)
            wandb.save(__file__)
            wandb.finish()
            assert wandb.summary is not None
        """)
        self.assertEqual(err, "")
        records = read_lines(self.logs / "cifar-10/runs/base/run.jsonl")
        start, end = records[0], records[-1]
        self.assertEqual((start["name"], start["group"], start["job"], start["tags"], start["notes"]), ("base", "g", "train", ["a"], "n"))
        self.assertEqual(start["params"], {"lr": 0.1, "epochs": 2})
        self.assertEqual([(r["step"], r.get("train/loss"), r.get("val/acc")) for r in records if "event" not in r][:6], [
            (0, 1.0, None), (0, None, None), (0, None, 0.0), (1, 0.5, None), (1, None, None), (1, None, 0.5),
        ])
        self.assertEqual(end["metrics"], {"best": 0.5, "n": 3, "val/acc/max": 0.5})
        self.assertEqual(end["status"], "finished")


if __name__ == "__main__":
    unittest.main()
