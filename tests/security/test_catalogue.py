"""Each threat and fault of the catalogue has a test that names it, or is owed openly.

What is still owed stands in missing.toml, which can only shrink: an id that has got its test must
leave it, and an id without a test must stand in it.
"""

import ast
import tomllib
from collections.abc import Iterator

import pytest

from tests.house.sources import ROOT, Source, sources

HERE = ROOT / "tests" / "security"
CATALOGUE = tomllib.loads((HERE / "catalogue.toml").read_text(encoding="utf-8"))
IDS = [*CATALOGUE["threats"], *CATALOGUE["faults"]]
MARKS = ("pytest.mark.threat", "pytest.mark.fault")


@pytest.fixture(scope="module")
def proved() -> set[str]:
    """The ids that a mark of some test names."""
    return {name for source in sources() if source.is_test for name in _named(source)}


@pytest.fixture(scope="module")
def owed() -> set[str]:
    path = HERE / "missing.toml"
    return (
        set(tomllib.loads(path.read_text(encoding="utf-8"))["missing"]) if path.exists() else set()
    )


@pytest.mark.parametrize("name", IDS)
def test_each_threat_and_fault_has_a_test_that_names_it(
    name: str, proved: set[str], owed: set[str]
) -> None:
    assert name in proved or name in owed, f"{name} has no test: {_sentence(name)}"


def test_what_is_still_owed_leaves_the_list_with_its_test(proved: set[str], owed: set[str]) -> None:
    assert sorted(owed & proved) == []
    assert sorted(owed - set(IDS)) == []


def _named(source: Source) -> Iterator[str]:
    """Ids in the marks that stand on test functions, on their parameters or on the module.

    Read from the source, so that a partial run and a run in many processes see all tests.
    """
    places: list[ast.AST] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            places += node.decorator_list
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            places.append(node.value)
    for place in places:
        for call in ast.walk(place):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in MARKS:
                yield from (arg.value for arg in call.args if isinstance(arg, ast.Constant))  # type: ignore[misc] # strings


def _sentence(name: str) -> str:
    return str({**CATALOGUE["threats"], **CATALOGUE["faults"]}[name])
