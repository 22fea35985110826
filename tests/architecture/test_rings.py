"""The rings of the house: who imports whom, what workflows drag in, and that every activity is registered."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.sources import HOUSE, PACKAGES, Source, functions, source, sources

HEAVY = ("asyncpg", "httpx", "fastapi", "opentelemetry", "pydantic", "aiosmtplib")


def brought_in(statement: str) -> set[str]:
    """The heavy packages that are loaded in a fresh interpreter after this statement."""
    asked = f"import sys\n{statement}\nprint(*({{name.split('.')[0] for name in sys.modules}} & set({HEAVY!r})))"
    run = subprocess.run([sys.executable, "-c", asked], cwd=HOUSE, capture_output=True, check=True, text=True)  # noqa: S603 -- our own words
    return set(run.stdout.split())


def kept(contracts: Path) -> bool:
    """Whether every contract of this file is kept. In a process of its own: the linter switches loggers off."""
    asked = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(sys.argv[1], no_cache=True))"
    run = subprocess.run([sys.executable, "-c", asked, str(contracts)], cwd=HOUSE, capture_output=True, check=False)  # noqa: S603 -- our own words
    return run.returncode == 0


def durable_modules() -> list[str]:
    """The modules that workflows run in: the pathway, its steps, and not the worker process."""
    paths = [each.path for each in sources("workflows") if each.path.name != "worker.py"]
    return [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths]


def activities(each: Source) -> list[str]:
    """The functions of this file that are activities."""
    return [f.name for f in functions(each.tree) if any("activity.defn" in ast.unparse(d) for d in f.decorator_list)]


def registered(each: Source) -> set[str]:
    """The names of the activities that workers of this file take."""
    given = (word for call in ast.walk(each.tree) if isinstance(call, ast.Call) for word in call.keywords)
    lists = (word.value for word in given if word.arg == "activities")
    return {node.attr for found in lists for node in ast.walk(found) if isinstance(node, ast.Attribute)}


def test_the_rings_hold() -> None:
    assert kept(HOUSE / "pyproject.toml")


def test_a_broken_ring_is_seen(tmp_path: Path) -> None:
    upside_down = tmp_path / "importlinter.ini"
    upside_down.write_text(
        "[importlinter]\nroot_packages =\n    shared\n    activities\n"
        "[importlinter:contract:1]\nname = upside down\ntype = layers\nlayers =\n    shared\n    activities\n"
    )
    assert not kept(upside_down)


def test_the_contracts_speak_of_every_ring() -> None:
    rings = tomllib.loads((HOUSE / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert set(rings["root_packages"]) == set(PACKAGES)
    assert len(rings["contracts"]) >= 3


def test_workflow_modules_import_nothing_heavy() -> None:
    assert len(durable_modules()) > 1
    assert brought_in("\n".join(f"import {module}" for module in durable_modules())) == set()


def test_a_heavy_import_is_seen() -> None:
    assert "pydantic" in brought_in("import shared.pathway.record")


def test_every_activity_is_registered_with_a_worker() -> None:
    known = {name for each in sources("activities") for name in activities(each)}
    taken = {name for each in sources("workflows", "activities") for name in registered(each)}
    assert known
    assert known <= taken


def test_an_activity_nobody_registered_is_seen() -> None:
    planted = source(Path("planted.py"), "class A:\n    @activity.defn(name='x')\n    async def send(self): ...")
    assert activities(planted) == ["send"]
    worker = source(Path("worker.py"), "Worker(client, activities=[a.look])")
    assert registered(worker) == {"look"}
