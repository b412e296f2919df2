"""Files and functions stay one sitting long. The budgets bind the tail, not the median."""

import ast
import statistics

from tests.house.sources import Source, product, sources, templates

FILE_LINES = 500
FUNCTION_LINES = 60
P90_LINES = 25
PARAMETERS = 8
TEMPLATE_LINES = 100

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_no_file_is_longer_than_a_sitting() -> None:
    assert {s.name: s.lines for s in sources() if s.lines > FILE_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{source.name} {function.name}": _length(function)
        for source in sources()
        for function in source.functions()
        if _length(function) > FUNCTION_LINES
    }
    assert long == {}


def test_nine_functions_of_ten_are_short() -> None:
    lengths = [_length(function) for source in product() for function in source.functions()]
    assert len(lengths) >= 10
    assert statistics.quantiles(lengths, n=10)[-1] <= P90_LINES


def test_no_public_function_takes_more_parameters_than_a_reader_holds() -> None:
    wide = {
        f"{source.name} {function.name}": count
        for source in product()
        for function in source.functions()
        if not function.name.startswith("_") and (count := _parameters(function)) > PARAMETERS
    }
    assert wide == {}


def test_no_template_is_longer_than_a_screen_and_a_half() -> None:
    lines = {path.name: path.read_text(encoding="utf-8").count("\n") for path in templates()}
    assert {name: count for name, count in lines.items() if count > TEMPLATE_LINES} == {}


def test_every_module_says_what_lives_in_it() -> None:
    silent = [s.name for s in product() if _needs_docstring(s) and not ast.get_docstring(s.tree)]
    assert silent == []


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _parameters(function: Function) -> int:
    given = function.args
    names = [arg.arg for arg in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def _needs_docstring(source: Source) -> bool:
    return source.path.name not in ("__init__.py", "apps.py")
