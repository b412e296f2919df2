"""The project's files as the house tests read them: Python, templates, documents."""

import ast
import functools
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("zabota", "tests", "tools", "bench")
LEFT_OUT = {"migrations", "node_modules", "__pycache__"}


@dataclass(frozen=True)
class Source:
    """One Python file; `name` is its path inside the project."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @property
    def is_test(self) -> bool:
        return self.name.startswith("tests/") or "/tests/" in self.name

    @functools.cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def imports(self) -> set[str]:
        """Modules named in its import statements."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        return found

    def calls(self) -> Iterator[tuple[int, str]]:
        """Line and dotted name of everything it calls."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node.lineno, ast.unparse(node.func)


@functools.cache
def sources() -> list[Source]:
    """All our Python files but migrations."""
    found = [path for folder in OURS for path in sorted((ROOT / folder).rglob("*.py"))]
    return [Source(path) for path in found if not LEFT_OUT & set(path.parts)]


def product() -> list[Source]:
    """The Python files that run for a user: no tests, tools or benches."""
    return [s for s in sources() if s.name.startswith("zabota/") and not s.is_test]


def templates() -> list[Path]:
    """All templates, of pages and of mails."""
    return sorted(
        path
        for path in (ROOT / "zabota").rglob("templates/**/*")
        if path.suffix in {".html", ".txt"}
    )


def committed(*patterns: str) -> list[Path]:
    """Files that git keeps or would keep, by pattern."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / name for name in done.stdout.splitlines() if (ROOT / name).is_file()]
