"""What is committed names no place and no secret, and forbidden tools stay out."""

import re
from pathlib import Path

from tests.house.sources import ROOT, committed, product

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bghp_[A-Za-z0-9]{30}|\bAKIA[A-Z0-9]{16}\b"
)
MACHINE = re.compile(r"(?:^|[\"'\s(=])/(?:home|root|work|Users)/\w")
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "telnetlib"}
FORBIDDEN_CALLS = re.compile(r"\.extra$|^eval$|^exec$|^yaml\.load$|^os\.system$|(^|\.)mark_safe$")
CONTAINS = re.compile(r"__icontains\b|__iregex\b")
# Where markup is made by hand, each with its reason beside it.
MAY_MARK_SAFE = "zabota/faces/design/"


def test_lock_files_pin_by_hash_and_name_no_address() -> None:
    locks = committed("requirements/*.lock")
    assert {path.name for path in locks} == {"run.lock", "dev.lock", "build.lock"}
    for path in locks:
        text = path.read_text(encoding="utf-8")
        entries = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert [
            line for line in entries if not re.match(r"[a-z0-9.-]+==\S+ (; .+ )?\\$", line)
        ] == []
        assert "://" not in text
        assert text.count("==") <= text.count("--hash=sha256:")


def test_what_runs_is_pinned_the_same_for_tests() -> None:
    pins = {name: _pins(ROOT / "requirements" / f"{name}.lock") for name in ("run", "dev", "build")}
    assert pins["run"].items() <= pins["dev"].items()
    assert pins["build"].items() <= pins["dev"].items()


def test_no_index_no_machine_path_and_no_key_is_committed() -> None:
    found = []
    for path in committed(
        "*.py", "*.toml", "*.lock", "Makefile", ".ci/*", "*.md", "*.cfg", "*.ini"
    ):
        text = path.read_text(encoding="utf-8")
        if path == Path(__file__).resolve():
            continue
        for what, pattern in (("key", SECRET), ("path", MACHINE)):
            if pattern.search(text):
                found.append(f"{path.relative_to(ROOT)}: {what}")
        if re.search(r"--(extra-)?index-url|--find-links|pypi\.org", text):
            found.append(f"{path.relative_to(ROOT)}: package index")
    assert found == []


def test_nothing_runs_data_or_lets_markup_through() -> None:
    found = []
    for source in product():
        found += [f"{source.name} imports {name}" for name in source.imports() & FORBIDDEN_MODULES]
        found += [
            f"{source.name}:{line} calls {name}"
            for line, name in source.calls()
            if FORBIDDEN_CALLS.search(name)
            and not (name.endswith("mark_safe") and source.name.startswith(MAY_MARK_SAFE))
        ]
    assert found == []


def test_users_text_is_searched_by_the_index_only() -> None:
    """Erasing one person reads every row, rarely and on purpose: his address may stand anywhere."""
    searching = [source.name for source in product() if CONTAINS.search(source.text)]
    assert [name for name in searching if not name.endswith("/services/erasing.py")] == []


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in committed("*.md")
        for target in LINK.findall(path.read_text(encoding="utf-8"))
        if not _leads_somewhere(path, target)
    ]
    assert broken == []


def _pins(path: Path) -> dict[str, str]:
    return dict(
        re.findall(r"^([a-z0-9.-]+)==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    )


def _leads_somewhere(path: Path, target: str) -> bool:
    if re.match(r"[a-z]+:", target):
        return True
    file, _, anchor = target.partition("#")
    place = (path.parent / file) if file else path
    if not place.exists():
        return False
    if not anchor or place.suffix != ".md":
        return True
    titles = re.findall(r"^#+ (.+)$", place.read_text(encoding="utf-8"), re.MULTILINE)
    return anchor in {_anchor(title) for title in titles}


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")
