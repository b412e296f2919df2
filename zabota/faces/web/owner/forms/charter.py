"""Any section of the charter as a form, made of its schema's values: numbers, lists, texts in
three languages side by side.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from zabota.domains.charter.errors import Problem
from zabota.domains.charter.rules.sections import Section
from zabota.faces.web.owner import charter_words
from zabota.kernel.text.texts import LANGUAGES

MOST_CHARACTERS = 4_000


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One value of a section: its dotted path, and what it is now."""

    path: str
    value: Any

    @property
    def is_text(self) -> bool:
        return isinstance(self.value, Mapping)


def leaves(values: Mapping[str, Any], above: str = "") -> Iterator[Leaf]:
    """The values of a section in order; a text in three languages is one of them."""
    for name, value in values.items():
        path = f"{above}{name}"
        if isinstance(value, Mapping) and set(value) != set(LANGUAGES):
            yield from leaves(value, f"{path}.")
        else:
            yield Leaf(path=path, value=value)


class SectionForm(forms.Form):
    """The values of one section. What is typed is checked by the section's own schema."""

    def __init__(self, data: Any = None, *, section: Section) -> None:
        super().__init__(data)
        self.leaves: Sequence[Leaf] = list(leaves(section.model_dump(mode="json")))
        for leaf in self.leaves:
            self._add(leaf)
        self.fields["reason"] = forms.CharField(
            label=_("Why it is changed"),
            max_length=300,
            help_text=_("It stands in the charter's history."),
        )

    def _add(self, leaf: Leaf) -> None:
        word = charter_words.of(leaf.path)
        if leaf.is_text:
            for language in LANGUAGES:
                rows = min(12, 1 + leaf.value[language].count("\n"))
                self.fields[f"{leaf.path}.{language}"] = forms.CharField(
                    label=charter_words.LANGUAGES[language],
                    initial=leaf.value[language],
                    max_length=MOST_CHARACTERS,
                    widget=forms.Textarea(attrs={"rows": rows, "lang": language}),
                )
            return
        self.fields[leaf.path] = _field(leaf.value, label=word.label, help_text=word.help)

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The fields in order, those of one text together."""
        return [self._group(leaf) for leaf in self.leaves]

    def _group(self, leaf: Leaf) -> dict[str, Any]:
        if not leaf.is_text:
            return {"field": self[leaf.path]}
        texts = [self[f"{leaf.path}.{language}"] for language in LANGUAGES]
        return {"word": charter_words.of(leaf.path), "texts": texts}

    @override
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        patch: dict[str, Any] = {}
        for leaf in self.leaves:
            names = [f"{leaf.path}.{x}" for x in LANGUAGES] if leaf.is_text else [leaf.path]
            for name in names:
                if name in data:
                    _put(patch, name.split("."), data[name])
        data["values"] = patch
        return data

    def blame(self, problems: Sequence[Problem]) -> None:
        """Point at the fields that the section's schema refused."""
        for problem in problems:
            known = [name for name in self.fields if _is_about(name, problem.field)]
            said = charter_words.problem(problem)
            for name in known:
                self.add_error(name, said)
            if not known:
                self.add_error(None, said)


def _field(value: Any, *, label: Any, help_text: Any) -> forms.Field:
    if isinstance(value, bool):
        return forms.BooleanField(label=label, help_text=help_text, initial=value, required=False)
    if isinstance(value, int):
        return forms.IntegerField(label=label, help_text=help_text, initial=value)
    if isinstance(value, list):
        numbers = bool(value) and all(isinstance(one, int) for one in value)
        return _ListField(
            numbers=numbers, label=label, help_text=help_text, initial=value, required=False
        )
    return forms.CharField(
        label=label, help_text=help_text, initial=value, max_length=1_000, required=bool(value)
    )


class _ListField(forms.CharField):
    """Several values, with commas between."""

    def __init__(self, *, numbers: bool, **more: Any) -> None:
        super().__init__(max_length=20_000, widget=forms.Textarea(attrs={"rows": 2}), **more)
        self._numbers = numbers

    @override
    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(one) for one in value) if isinstance(value, list) else value

    @override
    def to_python(self, value: Any) -> Any:
        parts = [one.strip() for one in str(value or "").replace("\n", ",").split(",")]
        found = [one for one in parts if one]
        if not self._numbers:
            return found
        if not all(one.isascii() and one.isdigit() and len(one) < 10 for one in found):
            raise forms.ValidationError(_("Write whole numbers with commas between."))
        return [int(one) for one in found]


def _put(patch: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for step in path[:-1]:
        patch = patch.setdefault(step, {})
    # A plain copy: the document is JSON.
    patch[path[-1]] = json.loads(json.dumps(value))


def _is_about(name: str, field: str) -> bool:
    return bool(field) and (
        field == name or field.startswith(f"{name}.") or name.startswith(f"{field}.")
    )
