"""Whatever is installed is locked to a version and to hashes, and no file says from where."""

import hashlib
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.supply.lock import FILES, HOUSE, NotLockedError, locked

INSTALLERS = ("Makefile", "deploy/Dockerfile", ".ci/run")
INSTALLS = re.compile(r"\bpip install\b.*")


def unlocked(text: str) -> Iterator[str]:
    """Commands that would install what has no hash."""
    joined = text.replace("\\\n", " ")
    yield from (found for found in INSTALLS.findall(joined) if "--require-hashes -r " not in found)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_requirement_has_one_version_and_its_hashes(file: Path) -> None:
    found = locked(file.read_text(encoding="utf-8"))
    assert found
    assert len({each.name for each in found}) == len(found)
    assert all(each.wanted_by for each in found)


def test_what_the_tests_need_changes_nothing_of_the_product() -> None:
    product, tests, _installer = ({each.name: each for each in locked(file.read_text("utf-8"))} for file in FILES)
    assert {name: tests[name].version for name in product} == {name: each.version for name, each in product.items()}
    assert [name for name in product if set(tests[name].hashes) != set(product[name].hashes)] == []


HASH = f"    --hash=sha256:{'0' * 64}\n"


@pytest.mark.parametrize(
    "text",
    [
        "httpx\n" + HASH,
        "httpx>=0.28\n" + HASH,
        "httpx==0.28.1\n",
        "httpx==0.28.1 \\\n    --hash=md5:0000\n",
        "httpx @ https://example.invalid/httpx.whl\n" + HASH,
        "-e .\n",
        "--index-url=//example.invalid\n",
        "--extra-index-url //example.invalid\n",
        "--find-links //example.invalid\n",
        "--trusted-host example\n",
    ],
)
def test_a_line_that_locks_nothing_is_refused(text: str) -> None:
    assert locked("httpx==0.28.1 \\\n" + HASH)
    with pytest.raises(NotLockedError):
        locked(text)


def test_every_command_that_installs_demands_hashes() -> None:
    texts = {name: (HOUSE / name).read_text(encoding="utf-8") for name in INSTALLERS}
    assert {name: found for name, text in texts.items() if (found := list(unlocked(text)))} == {}
    assert sum(len(INSTALLS.findall(text)) for text in texts.values()) >= 4


@pytest.mark.parametrize("line", ["pip install httpx", "uv pip install \\\n  -r x.txt", "pip install -U pip"])
def test_a_command_that_demands_none_is_seen(line: str) -> None:
    assert list(unlocked(f"RUN {line}\n"))


def wheel(folder: Path) -> Path:
    """The smallest package that can be installed."""
    path = folder / "planted-1.0-py3-none-any.whl"
    about = "planted-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("planted.py", "")
        file.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: planted\nVersion: 1.0\n")
        file.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{about}/RECORD", f"planted.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n")
    return path


def installed(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Installs it as the Makefile does, into a folder, from a folder."""
    wanted = folder / "wanted.txt"
    wanted.write_text(line, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("uv")), "pip", "install", "--python", sys.executable, "--no-cache"]
    where = ["--offline", "--no-index", "--find-links", str(folder), "--target", str(folder / "target")]
    return subprocess.run(  # noqa: S603 -- uv and our own words
        [*command, *where, "--require-hashes", "-r", str(wanted)], capture_output=True, text=True, check=False
    )


def test_a_package_with_another_hash_is_not_installed(tmp_path: Path) -> None:
    digest = hashlib.sha256(wheel(tmp_path).read_bytes()).hexdigest()

    assert installed(tmp_path, "planted==1.0\n").returncode != 0
    assert installed(tmp_path, f"planted==1.0 --hash=sha256:{'0' * 64}\n").returncode != 0
    assert not (tmp_path / "target/planted.py").exists()
    assert installed(tmp_path, f"planted==1.0 --hash=sha256:{digest}\n").returncode == 0
    assert (tmp_path / "target/planted.py").exists()
