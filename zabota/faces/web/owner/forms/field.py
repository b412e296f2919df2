"""A field of the dossier as its owner decides about it: what for, on what ground, how long."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from zabota.domains.people.enums import Basis, DataPurpose, FieldKind
from zabota.domains.people.rules.fields import Field
from zabota.domains.people.services.personal import Draft
from zabota.faces.web import words

LONGEST_KEY = 32


class DataFieldForm(forms.Form):
    """Only these fields can be sent (T24). What a standard field is called and takes stays."""

    FIXED: ClassVar = ("label_ru", "label_lv", "label_en", "kind", "options")

    label_ru = forms.CharField(label=_("Name in Russian"), max_length=60)
    label_lv = forms.CharField(label=_("Name in Latvian"), max_length=60)
    label_en = forms.CharField(label=_("Name in English"), max_length=60)
    kind = forms.ChoiceField(label=_("What it takes"), choices=list(words.FIELD_KINDS.items()))
    options = forms.CharField(
        label=_("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, for a choice."),
    )
    purpose = forms.ChoiceField(
        label=_("What for"),
        required=False,
        choices=[("", _("Not said yet")), *words.DATA_PURPOSES.items()],
        help_text=_("Without a purpose nobody can fill it in."),
    )
    basis = forms.ChoiceField(label=_("On what ground"), choices=list(words.BASES.items()))
    keep_days = forms.IntegerField(
        label=_("Days it is kept"),
        required=False,
        min_value=1,
        max_value=36_600,
        help_text=_("After it was said last. Empty: as long as the customer is with us."),
    )
    segments = forms.MultipleChoiceField(
        label=_("For which groups"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None marked: for all."),
    )
    is_published = forms.BooleanField(label=_("Is filled in"), required=False)

    def __init__(
        self, data: Any = None, *, field: Field | None, segments: Sequence[str] = ()
    ) -> None:
        super().__init__(data, initial=_initial(field) if field else {"is_published": True})
        self.field = field
        if field is not None and field.is_standard:
            for name in self.FIXED:
                del self.fields[name]
        if segments:
            self.fields["segments"].choices = [(one, one) for one in segments]  # type: ignore[attr-defined]
        else:
            del self.fields["segments"]

    @property
    def key(self) -> str:
        """Its short name: made of the English one, and never changed."""
        if self.field is not None:
            return self.field.key
        made = str(slugify(self.cleaned_data["label_en"]))
        return made.replace("-", "_")[:LONGEST_KEY]

    def draft(self) -> Draft:
        said, known = self.cleaned_data, self.field
        standard = known if known is not None and known.is_standard else None
        label = {one: said.get(f"label_{one}", "").strip() for one in ("ru", "lv", "en")}
        options = [line.strip() for line in said.get("options", "").splitlines() if line.strip()]
        return Draft(
            label=standard.label if standard else label,
            kind=standard.kind if standard else FieldKind(said["kind"]),
            options=standard.options if standard else list(dict.fromkeys(options)),
            segments=said.get("segments", []),
            purpose=DataPurpose(said["purpose"]) if said["purpose"] else None,
            basis=Basis(said["basis"]),
            keep_days=said["keep_days"],
            is_published=said["is_published"],
        )


def _initial(field: Field) -> dict[str, object]:
    return {
        **{f"label_{language}": text for language, text in field.label.items()},
        "kind": field.kind,
        "options": "\n".join(field.options),
        "purpose": field.purpose or "",
        "basis": field.basis,
        "keep_days": field.keep_days,
        "segments": list(field.segments),
        "is_published": field.is_published,
    }
