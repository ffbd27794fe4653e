"""The wheel holds the four packages alone, and works where other folders bear their names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.finished_run import RECIPE, write_inputs

ROOT = Path(__file__).parent.parent
PACKAGES = {"schemas", "parsers", "dataflow", "flows"}

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]


def command(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command outside the repository, with no path into it."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    return subprocess.run(
        words, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = command(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, cwd=ROOT
    )
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment that has the wheel, and our dependencies by a path file."""
    place = tmp_path_factory.mktemp("environment")
    venv.create(place, with_pip=False)
    (site,) = place.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # the path file of our own editable installation is not followed from there
    dependencies = Path(sys.executable).parent.parent / "lib" / site.parent.name / "site-packages"
    (site / "dependencies.pth").write_text(f"{dependencies}\n")
    script = place / "bin" / "corpusmill"
    script.write_text(  # what installers write for an entry point
        f"#!{place / 'bin' / 'python'}\nimport sys\nfrom flows.cli import main\n"
        "if __name__ == '__main__':\n    sys.exit(main())\n"
    )
    script.chmod(0o755)
    return place / "bin"


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A working folder with folders of our packages' names, one of them a package."""
    for name in ("flows", "dataflow"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "cli.py").write_text("raise SystemExit('the wrong one')\n")
    (tmp_path / "flows" / "__init__.py").write_text("raise SystemExit('the wrong one')\n")
    return tmp_path


def test_the_wheel_holds_the_four_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == PACKAGES
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)
    assert {"dataflow/report/style.css", "dataflow/report/behaviour.js"} <= set(names)
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


def test_the_wheel_holds_every_module_of_the_repository(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    tracked = command("git", "ls-files", *sorted(PACKAGES), cwd=ROOT)
    if tracked.returncode == 0:  # not in an unpacked archive
        assert set(tracked.stdout.split()) - names == set()


def test_the_names_belong_to_the_wheel_alone(scripts: Path, trap: Path) -> None:
    code = "import importlib.metadata as m, json; print(json.dumps(m.packages_distributions()))"
    answer = command(scripts / "python", "-I", "-c", code, cwd=trap)
    owners = json.loads(answer.stdout)
    assert {name: set(owners[name]) for name in PACKAGES} == {
        name: {"corpusmill"} for name in PACKAGES
    }


def test_version_and_doctor(scripts: Path, trap: Path) -> None:
    version = command(scripts / "corpusmill", "--version", cwd=trap)
    assert version.returncode == 0
    assert version.stdout.startswith("corpusmill, version ")
    doctor = command(scripts / "corpusmill", "doctor", "--json", cwd=trap)
    assert doctor.returncode == 0, doctor.stdout
    rows = {row["what"]: row for row in json.loads(doctor.stdout)}
    for package in PACKAGES:
        assert str(scripts.parent) in rows[f"package {package}"]["detail"]


def test_a_run_beside_folders_of_our_names(scripts: Path, trap: Path) -> None:
    write_inputs(trap / "documents", ("markdown_zh.md", "article_en.html", "broken/empty.md"))
    (trap / "recipe.toml").write_text(RECIPE.replace("0.2", "0.5"))
    done = command(
        scripts / "corpusmill", "run", "documents", "-o", "out", "--recipe", "recipe.toml",
        "--workers", "1", "--json", cwd=trap,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["datasets"]["documents"] == 2
    assert (trap / "out" / "report" / "index.html").stat().st_size > 1000
    assert command(scripts / "corpusmill", "verify", "out", cwd=trap).returncode == 0
    assert sorted(path.name for path in (trap / "flows").iterdir()) == ["__init__.py", "cli.py"]
