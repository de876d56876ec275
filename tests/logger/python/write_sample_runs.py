"""Writes runs of every kind below the folder given, for the TypeScript test that reads them back."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "src" / "logger" / "python"))
import runfolio  # noqa: E402


def main(top):
    os.chdir(top)
    os.environ["RUNFOLIO_CAPTURE"] = "-patch"  # This script lies in a repository, and what is not committed there differs.
    run = runfolio.init(experiment="cifar10", params={"lr": 0.1, "tokenizer": "bert"}, name="Everything", tags=["a"], notes="n", seed=1, id="everything",
                        system_interval=0.01)  # fmt: skip
    run.define_metric("val/acc", summary="max")
    for step in range(50):
        run.log({"loss": 1 / (step + 1), "val": {"acc": step / 50}}, step=step)
    run.log({"nan": float("nan"), "inf": float("inf"), "time": 12.5})
    run.log({"weights": runfolio.Histogram(range(100)), "pic": runfolio.Image([[0, 255]], caption="c"), "t": runfolio.Table(columns=["x"], data=[[1]])})
    run.log({"cm": runfolio.plot.confusion_matrix(y_true=[0, 1], preds=[0, 1])})
    run.config.update({"late": 3})
    run.message("hello")
    run.note("note")
    run.tag(add="b", remove="a")
    run.alert("title", "text")
    run.log_artifact(__file__)
    run.log_artifact("https://example.org/data", name="data")
    run.summary["best"] = 0.9
    run._read_machine()
    run.finish()

    first = runfolio.init("cifar10", id="resumed", capture=False)
    first.log({"loss": 1.0}, step=0)
    first.finish(status="killed", exit_code=143)
    second = runfolio.init("cifar10", id="resumed", resume=True, capture=False)
    second.log({"loss": 0.5})
    second.finish()

    try:
        with runfolio.init("cifar10", id="failed") as failed:
            failed.log({"loss": float("inf")})
            raise RuntimeError("diverged")
    except RuntimeError:
        pass

    secret = runfolio.init("secrets", id="s", params={"api_key": "abcdef123456", "url": "https://u:pw@h/x"}, notes="sk-" + "a1B2" * 8)
    secret.finish()

    for rank in ("0", "1", "2"):
        os.environ["RANK"] = rank
        ranked = runfolio.init("ranks", id="ddp", ranks="own", capture=False)
        ranked.log({"loss": 0.5 + int(rank)}, step=1)
        ranked.finish()
    del os.environ["RANK"]

    again = runfolio.init("cifar10", id="again", capture=False)
    again.log({"loss": 1.0})
    again.finish()
    again.log({"loss": 0.5})
    again.finish()


if __name__ == "__main__":
    main(sys.argv[1])
