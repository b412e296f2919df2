"""Call down, tell up: what import contracts cannot say about the order of the house."""

import re
from collections.abc import Iterator

import grimp
import pytest
from django.apps import apps
from django.db.models import Field, ManyToManyField
from django.db.models.fields.related import ForeignKey

from tests.house.sources import Source, product
from zabota.config import wiring
from zabota.kernel.facts.base import Fact

# From top to bottom; those on one line are strangers to one another.
LAYERS = (
    ("zabota.config",),
    ("zabota.faces",),
    ("zabota.domains.insight",),
    ("zabota.domains.quality",),
    ("zabota.domains.surveys", "zabota.domains.reviews"),
    ("zabota.domains.academy",),
    ("zabota.domains.desk",),
    (
        "zabota.domains.channels",
        "zabota.domains.promises",
        "zabota.domains.knowledge",
        "zabota.domains.loyalty",
        "zabota.domains.commerce",
    ),
    ("zabota.domains.people",),
    ("zabota.domains.charter",),
    ("zabota.kernel",),
)
CLOCK = re.compile(r"(?:^|\.)(?:now|utcnow|today|localtime|gmtime)$|^time\.time(?:_ns)?$")
# The edges of the house, the clock itself, and the engines that turn by it.
MAY_READ_CLOCK = (
    "zabota/config/",
    "zabota/faces/",
    "zabota/kernel/clock.py",
    "zabota/kernel/jobs/",
    "zabota/kernel/live/",
    "zabota/domains/channels/kinds/",
)


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("zabota", cache_dir=None)


def test_each_domain_keeps_its_models_to_itself(graph: grimp.ImportGraph) -> None:
    """Its code, that is: a test may look at any row to see what became of it."""
    strangers = set()
    for domain in sorted(graph.find_children("zabota.domains")):
        models = f"{domain}.models"
        if models in graph.modules:
            importers = graph.find_modules_that_directly_import(models, as_package=True)
            strangers |= {
                (name, models)
                for name in importers
                if not name.startswith(f"{domain}.") and ".tests." not in name
            }
    assert strangers == set()


def test_the_kernel_knows_no_domain(graph: grimp.ImportGraph) -> None:
    above = {
        (name, imported)
        for name in graph.find_descendants("zabota.kernel")
        for imported in graph.find_modules_directly_imported_by(name)
        if imported.startswith(("zabota.domains", "zabota.faces", "zabota.config"))
    }
    assert above == set()


def test_rows_point_down_and_leave_no_name_on_the_row_they_point_to() -> None:
    wrong = []
    for holder, field in _references():
        target = field.related_model
        if _layer(holder) is None or _room(holder) == _room(target.__module__):
            continue
        if not _is_below(target.__module__, holder):
            wrong.append(f"{field} points up or sideways to {target.__name__}")
        if field.remote_field.related_name != "+":
            wrong.append(f'{field} needs related_name="+": it crosses rooms')
    assert wrong == []


def test_every_fact_is_heard_or_listed_as_unheard() -> None:
    published = {kind for kind in _facts(Fact) if _can_happen(kind)}
    heard, unheard = set(wiring.REACTIONS), set(wiring.UNHEARD)

    assert {kind.__name__ for kind in published - heard - unheard} == set()
    assert {kind.__name__ for kind in heard & unheard} == set()


def test_nothing_below_a_face_or_a_tick_reads_the_clock() -> None:
    readers = [
        f"{source.name}:{line} {name}"
        for source in product()
        if not source.name.startswith(MAY_READ_CLOCK) and source.path.name != "tasks.py"
        for line, name in source.calls()
        if CLOCK.search(name)
    ]
    assert readers == []


def test_words_for_people_are_translated_in_faces_only() -> None:
    elsewhere = [
        source.name
        for source in product()
        if not source.name.startswith(("zabota/faces/", "zabota/config/"))
        and any("gettext" in name for name in source.imports())
    ]
    assert elsewhere == []


def test_html_is_made_in_faces_only() -> None:
    makers = {"django.utils.html", "django.utils.safestring", "django.shortcuts", "django.http"}
    elsewhere = [
        source.name
        for source in product()
        if _is_domain(source) and any(name in makers for name in source.imports())
    ]
    assert elsewhere == []


def _references() -> Iterator[tuple[str, "ForeignKey[object, object]"]]:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey | ManyToManyField) and isinstance(field, Field):
                yield model.__module__, field  # type: ignore[misc] # both kinds have what is read


def _is_below(target: str, holder: str) -> bool:
    """Rows of the kernel may point to rows of the kernel, and anybody's to a library's."""
    depth, own = _layer(target), _layer(holder)
    if depth is None or own is None:
        return True
    return depth > own or depth == own == len(LAYERS) - 1


def _layer(module: str) -> int | None:
    for depth, layer in enumerate(LAYERS):
        if any(module == name or module.startswith(f"{name}.") for name in layer):
            return depth
    return None


def _room(module: str) -> str:
    """The domain, or the part of the kernel, or the library that a module belongs to."""
    depth = 3 if module.startswith("zabota.") else 1
    return ".".join(module.split(".")[:depth])


def _facts(kind: type[Fact]) -> Iterator[type[Fact]]:
    for child in kind.__subclasses__():
        yield child
        yield from _facts(child)


def _can_happen(kind: type[Fact]) -> bool:
    """Not a base of others, and not made by a test."""
    return not kind.__subclasses__() and ".events" in kind.__module__


def _is_domain(source: Source) -> bool:
    return source.name.startswith(("zabota/domains/", "zabota/pure/"))
