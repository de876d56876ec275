"""The callbacks, each against the real library; skipped with a message where it is not installed."""

import importlib.util
import os
import unittest

from support import LogTest, read_lines, runfolio

os.environ.setdefault("KERAS_BACKEND", "jax")


def needs(*names):
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    return unittest.skipIf(missing, f"not installed: {', '.join(missing)}")


class Callbacks(LogTest):
    def options(self, **more):
        return {"dir": self.logs, "capture": False, **more}

    def logs_of(self, experiment):
        return [read_lines(p) for p in sorted((self.logs / experiment / "runs").glob("*.jsonl"))]

    def only(self, experiment):
        found = self.logs_of(experiment)
        self.assertEqual(len(found), 1)
        return found[0]


@needs("sklearn")
class ScikitLearn(Callbacks):
    def test_partial_fit_trains_and_logs_each_epoch(self):
        from sklearn.datasets import load_digits
        from sklearn.linear_model import SGDClassifier

        x, y = load_digits(return_X_y=True)
        model = SGDClassifier(random_state=0)
        fitted = runfolio.partial_fit(model, x[:1500], y[:1500], epochs=5, validation=(x[1500:], y[1500:]), experiment="sgd", **self.options())
        self.assertIs(fitted, model)
        records = self.only("sgd")
        self.assertEqual((records[0]["params"]["model"], records[0]["params"]["alpha"]), ("SGDClassifier", 0.0001))
        lines = [r for r in records if "event" not in r]
        self.assertEqual([r["step"] for r in lines], [1, 2, 3, 4, 5])
        self.assertGreater(lines[-1]["val/score"], 0.8)
        self.assertEqual(records[-1]["status"], "finished")

    def test_partial_fit_of_a_regressor_and_of_a_network_with_a_loss(self):
        from sklearn.datasets import load_diabetes
        from sklearn.linear_model import SGDRegressor
        from sklearn.neural_network import MLPClassifier

        x, y = load_diabetes(return_X_y=True)
        runfolio.partial_fit(SGDRegressor(), x, y, epochs=2, experiment="regressor", **self.options())
        with self.init("network") as run:
            runfolio.partial_fit(MLPClassifier((4,)), x, (y > 100).astype(int), epochs=2, run=run)
        self.assertIn("train/loss", self.only("network")[1])

    def test_an_error_in_training_ends_the_run_as_failed(self):
        from sklearn.linear_model import SGDClassifier

        with self.assertRaises(ValueError):
            runfolio.partial_fit(SGDClassifier(), [[float("nan")], [1.0]], [0, 1], experiment="bad", **self.options())
        self.assertEqual(self.only("bad")[-1]["status"], "failed")


@needs("optuna")
class Optuna(Callbacks):
    def study(self, name):
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        return optuna.create_study(study_name=name, sampler=optuna.samplers.RandomSampler(seed=0), pruner=optuna.pruners.MedianPruner(n_startup_trials=1, n_warmup_steps=0))

    @staticmethod
    def objective(trial):
        import optuna

        x = trial.suggest_float("x", -1, 1)
        for step in range(3):
            trial.report(x * x + step, step)
            if trial.should_prune():
                raise optuna.TrialPruned()
        if trial.number == 5:
            raise RuntimeError("a bad trial")
        return x * x

    def test_each_trial_is_a_run_and_the_study_their_group(self):
        study = self.study("after")
        study.optimize(self.objective, n_trials=8, callbacks=[runfolio.optuna_callback("hpo", metric="loss", **self.options())], catch=(RuntimeError,))
        logs = self.logs_of("hpo")
        self.assertEqual(len(logs), 8)
        for trial, records in zip(study.trials, logs):
            self.assertEqual((records[0]["group"], records[0]["params"]), ("after", trial.params))
            self.assertEqual([r["loss"] for r in records if "event" not in r], [v for _, v in sorted(trial.intermediate_values.items())])
            self.assertEqual(records[-1]["status"], "failed" if trial.state.name == "FAIL" else "finished")
            self.assertEqual(any(r.get("add") == ["pruned"] for r in records), trial.state.name == "PRUNED")
            if trial.state.name == "COMPLETE":
                self.assertEqual(records[-1]["metrics"], {"loss": trial.value})
        self.assertTrue(any(t.state.name == "PRUNED" for t in study.trials))

    def test_a_tracked_objective_logs_while_it_runs_in_several_threads(self):
        callback = runfolio.optuna_callback("live", metric="loss", **self.options())

        @callback.track
        def objective(trial):
            x = trial.suggest_float("x", -1, 1)
            for step in range(5):
                runfolio.log({"number": trial.number}, step=step)
            return x

        study = self.study("live")
        study.optimize(objective, n_trials=12, n_jobs=3, callbacks=[callback])
        logs = self.logs_of("live")
        self.assertEqual(len(logs), 12)
        for records in logs:
            number = int(records[0]["name"][6:])
            self.assertEqual([r["number"] for r in records if "event" not in r], [number] * 5)
            self.assertEqual([r["params"] for r in records if r.get("event") == "params"], [study.trials[number].params])
            self.assertEqual((records[-1]["event"], records[-1]["metrics"]), ("end", {"loss": study.trials[number].value}))


@needs("keras")
class Keras(Callbacks):
    def test_fit_logs_each_epoch(self):
        import keras
        import numpy as np

        keras.utils.set_random_seed(0)
        x = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse", metrics=["mae"])
        model.fit(x, x.sum(axis=1), epochs=3, batch_size=16, validation_split=0.25, verbose=0, callbacks=[runfolio.keras_callback(batches=2, experiment="keras", **self.options())])
        records = self.only("keras")
        self.assertEqual((records[0]["params"]["epochs"], records[0]["params"]["model"]["trainable_values"]), (3, 5))
        epochs = [r for r in records if "val_loss" in r]
        self.assertEqual([r["step"] for r in epochs], [0, 1, 2])
        self.assertLess(epochs[-1]["loss"], epochs[0]["loss"])
        self.assertAlmostEqual(epochs[0]["lr"], 0.1, places=5)
        self.assertTrue(any("batch/loss" in r for r in records))
        self.assertEqual(records[-1]["status"], "finished")


@unittest.skipIf(importlib.util.find_spec("torch") is None, "not installed: torch")
class Lightning(Callbacks):
    def setUp(self):
        super().setUp()
        if importlib.util.find_spec("lightning") is None and importlib.util.find_spec("pytorch_lightning") is None:
            self.skipTest("not installed: lightning")

    def fit(self, fail_at=None, **options):
        import torch

        try:
            import lightning.pytorch as pl
        except ImportError:
            import pytorch_lightning as pl

        class Model(pl.LightningModule):
            def __init__(self, lr):
                super().__init__()
                self.save_hyperparameters()
                self.layer = torch.nn.Linear(4, 1)

            def training_step(self, batch, index):
                if fail_at is not None and self.global_step >= fail_at:
                    raise RuntimeError("a bad batch")
                loss = self.layer(batch).pow(2).mean()
                self.log("train/loss", loss)
                return loss

            def test_step(self, batch, index):
                self.log("test/loss", self.layer(batch).pow(2).mean())

            def configure_optimizers(self):
                return torch.optim.SGD(self.parameters(), lr=self.hparams.lr)

        logger = runfolio.lightning_logger(experiment="lightning", **self.options(**options))
        trainer = pl.Trainer(max_epochs=2, logger=logger, accelerator="cpu", log_every_n_steps=1, enable_progress_bar=False, enable_checkpointing=False, enable_model_summary=False, default_root_dir=str(self.top))
        model, data = Model(lr=0.1), torch.utils.data.DataLoader(torch.randn(32, 4), batch_size=8)
        trainer.fit(model, data)
        return trainer, model, data

    def test_the_trainer_logs_params_and_metrics_and_its_test_belongs_to_the_same_run(self):
        trainer, model, data = self.fit(id="first")
        trainer.test(model, data, verbose=False)
        self.assertTrue(runfolio._open_runs)
        self.fit(id="second")  # The next run ends the one before.
        records, others = self.logs_of("lightning")
        self.assertEqual([r["params"] for r in records if r.get("event") == "params"], [{"lr": 0.1}])
        lines = [r for r in records if "train/loss" in r]
        self.assertEqual([r["step"] for r in lines], list(range(8)))
        self.assertEqual(len([r for r in records if "test/loss" in r]), 1)
        self.assertEqual([r["event"] for r in records if r.get("event") in ("start", "end")], ["start", "end"])
        self.assertEqual(records[-1]["status"], "finished")
        runfolio.finish()
        self.assertEqual(self.logs_of("lightning")[1][-1]["status"], "finished")
        self.assertEqual(runfolio._open_runs, [])

    def test_other_ranks_write_nothing(self):
        from lightning.pytorch.utilities import rank_zero_only

        self.addCleanup(setattr, rank_zero_only, "rank", rank_zero_only.rank)
        rank_zero_only.rank = 1
        logger = runfolio.lightning_logger(experiment="lightning", **self.options())
        logger.log_hyperparams({"lr": 0.1})
        logger.log_metrics({"loss": 1.0}, step=1)
        logger.experiment.log({"loss": 1.0})
        logger.finalize("success")
        self.assertEqual(self.logs_of("lightning"), [])

    def test_two_processes_of_any_strategy_give_one_run(self):
        for strategy in ("ddp_spawn", "ddp_fork"):
            self.run_script("""
                import torch
                try:
                    import lightning.pytorch as pl
                except ImportError:
                    import pytorch_lightning as pl

                class Model(pl.LightningModule):
                    def __init__(self):
                        super().__init__()
                        self.layer = torch.nn.Linear(4, 1)

                    def training_step(self, batch, index):
                        loss = self.layer(batch).pow(2).mean()
                        self.log("train/loss", loss)
                        return loss

                    def test_step(self, batch, index):
                        self.log("test/loss", self.layer(batch).pow(2).mean())

                    def configure_optimizers(self):
                        return torch.optim.SGD(self.parameters(), lr=0.1)

                if __name__ == "__main__":
                    strategy = sys.argv[1]
                    logger = runfolio.lightning_logger(experiment=strategy, dir=LOGS, capture=["exit"])
                    trainer = pl.Trainer(max_epochs=1, logger=logger, accelerator="cpu", devices=2, strategy=strategy, log_every_n_steps=1,
                                         enable_progress_bar=False, enable_checkpointing=False, enable_model_summary=False)
                    data = torch.utils.data.DataLoader(torch.randn(32, 4), batch_size=8)
                    trainer.fit(Model(), data)
                    trainer.test(Model(), data, verbose=False)
            """, strategy, seconds=300)
            records = self.only(strategy)
            self.assertEqual([r["event"] for r in records if r.get("event") in ("start", "end")], ["start", "end"], strategy)
            self.assertEqual([r["step"] for r in records if "train/loss" in r], [0, 1], strategy)
            self.assertEqual(len([r for r in records if "test/loss" in r]), 1, strategy)

    def test_an_error_in_training_ends_the_run_as_failed(self):
        with self.assertRaises(RuntimeError):
            self.fit(fail_at=2)
        self.assertEqual(self.only("lightning")[-1]["status"], "failed")


@needs("transformers", "torch")
class HuggingFace(Callbacks):
    def test_the_trainer_logs_training_and_evaluation(self):
        import torch
        from transformers import PretrainedConfig, PreTrainedModel, Trainer, TrainingArguments

        class Config(PretrainedConfig):
            model_type = "tiny"

        class Model(PreTrainedModel):
            config_class = Config

            def __init__(self, config):
                super().__init__(config)
                self.layer = torch.nn.Linear(4, 1)

            def forward(self, x=None, labels=None):
                out = self.layer(x).squeeze(-1)
                return {"loss": (out - labels).pow(2).mean(), "logits": out}

        data = [{"x": torch.randn(4), "labels": torch.tensor(float(i % 2))} for i in range(32)]
        arguments = {"output_dir": str(self.top / "out"), "num_train_epochs": 2, "per_device_train_batch_size": 8, "logging_steps": 2, "report_to": [], "disable_tqdm": True, "save_strategy": "no", "use_cpu": True}
        try:
            args = TrainingArguments(**arguments)
        except TypeError:
            arguments["no_cuda"] = arguments.pop("use_cpu")
            args = TrainingArguments(**arguments)
        callback = runfolio.hf_callback(experiment="hf", **self.options())
        trainer = Trainer(model=Model(Config()), args=args, train_dataset=data, eval_dataset=data, callbacks=[callback])
        trainer.train()
        trainer.evaluate()
        runfolio.finish()
        records = self.only("hf")
        self.assertEqual(records[0]["params"]["args"]["num_train_epochs"], 2)
        self.assertEqual(records[0]["seed"], 42)
        lines = [r for r in records if "event" not in r]
        self.assertEqual([r["step"] for r in lines if "train/loss" in r and "train/learning_rate" in r], [2, 4, 6, 8])
        self.assertTrue(any("eval/loss" in r for r in lines))
        self.assertEqual(records[-1]["status"], "finished")


if __name__ == "__main__":
    unittest.main()
