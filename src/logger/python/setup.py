"""Installs the one file ``runfolio.py`` as the package ``runfolio``: only a package can carry ``py.typed`` (PEP 561)."""

import pathlib
import re
import shutil

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE / "runfolio.py"


class BuildPackage(build_py):
    def run(self):
        package = pathlib.Path(self.build_lib) / "runfolio"
        package.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(str(SOURCE), str(package / "__init__.py"))
        (package / "py.typed").write_bytes(b"")

    def get_source_files(self):
        return ["runfolio.py"]

    def get_outputs(self, include_bytecode=1):
        package = pathlib.Path(self.build_lib) / "runfolio"
        return [str(package / "__init__.py"), str(package / "py.typed")]


version = re.search(r'^__version__ = "([^"]+)"', SOURCE.read_text(encoding="utf-8"), re.M)
setup(version=version[1], packages=["runfolio"], package_dir={"runfolio": "."}, cmdclass={"build_py": BuildPackage})
