"""The forms of a customer's page about care, as they stand before anybody has typed."""

from typing import Any

from django.utils.translation import get_language

from zabota.domains.charter import queries as charter
from zabota.domains.people.queries import dossier as people
from zabota.domains.people.rules.sections import PersonalData
from zabota.faces.web import care_forms as asked
from zabota.faces.web.pages import care as pages
from zabota.kernel import clock


def fill(known: people.Dossier, page: pages.CarePage) -> dict[str, Any]:
    """The forms of the page as they stand before anybody has typed."""
    own = {"agent": known.dedicated_agent_id, "deputies": page.served.deputy_ids}
    return {
        "need_form": asked.NeedForm(),
        "interest_form": asked.InterestForm(),
        "day_form": asked.DayForm(),
        "dear_form": asked.DearForm(),
        "observation_form": asked.ObservationForm(),
        "consent_form": consent_form(known),
        "service_form": service_form(known),
        "own_agent_form": asked.OwnAgentForm(initial=own),
        "vip_form": vip_form(),
        "fields_form": asked.FieldsForm(personal=page.personal),
    }


def consent_form(known: people.Dossier, data: Any = None) -> asked.ConsentForm:
    """The form with the box of age in the customer's language."""
    section = charter.in_force(at=clock.now()).section(PersonalData)
    return asked.ConsentForm(data, of_age=section.of_age.in_language(spoken(known)))


def service_form(known: people.Dossier, data: Any = None) -> asked.ServiceForm:
    return asked.ServiceForm(
        data,
        segments=pages.segments(at=clock.now()),
        initial={
            "segment": known.segment,
            "relationship": known.relationship,
            "tier": known.tier,
            "expects": known.expects,
            "preferred": known.preferred_agent_id,
        },
    )


def vip_form(data: Any = None) -> asked.VipForm:
    now = clock.now()
    return asked.VipForm(data, levels=pages.levels(at=now), initial={"since": now.date()})


def spoken(known: people.Dossier) -> str:
    """The customer's language, else the reader's."""
    return known.language or (get_language() or "en").split("-")[0]
