"""Every code that a domain can refuse with has its sentence."""

import ast

from tests.house.sources import product
from zabota.faces.web import words
from zabota.kernel.refusals import Refused

REFUSERS = {"Refused", "NotFound", "NotAllowed", "Conflict", "Incomplete"}
# Rules that decide return a code instead of raising it.
DECIDERS = {"hinders_closing", "may_close_on_silence"}


def test_every_refusal_has_a_sentence() -> None:
    assert _codes() - set(words.REFUSALS) == set()


def test_a_code_nobody_wrote_a_sentence_for_says_what_kind_it_is() -> None:
    assert words.refusal(Refused("brand_new")) == str(words.REFUSALS["refused"])


def _codes() -> set[str]:
    found = {kind.code for kind in Refused.__subclasses__()}
    for source in product():
        if not source.name.startswith(("zabota/domains/desk/", "zabota/domains/people/")):
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id in REFUSERS and node.args:
                    found |= _texts(node.args[0])
            elif isinstance(node, ast.FunctionDef) and node.name in DECIDERS:
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Return) and inner.value is not None:
                        found |= _texts(inner.value)
    return found - {""}


def _texts(node: ast.expr) -> set[str]:
    return {
        one.value
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }
