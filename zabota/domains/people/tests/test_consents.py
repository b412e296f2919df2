"""What a customer allowed: provable, and withdrawn at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.people import queries
from zabota.domains.people.enums import Origin, Purpose
from zabota.domains.people.errors import Incomplete, NotAllowed
from zabota.domains.people.models import Consent, Customer, Identity
from zabota.domains.people.queries import ties
from zabota.domains.people.services import consents
from zabota.kernel.accounts.roles import SYSTEM
from zabota.kernel.facts.models import FactRow

LATER = MORNING + timedelta(days=30)
FORM = consents.Proof(
    wording="Piekrītu saņemt jaunumus e-pastā.",
    wording_version="2026-05",
    language="lv",
    origin=Origin.CAPTURE_FORM,
    origin_page="https://liepa.example/jaunumi",
    ip="192.0.2.7",
    controllers=[("SIA Liepa", "Brīvības iela 1, Rīga"), ("SIA Liepa Noliktava", "Osta 2, Rīga")],
)


class TestAConsent:
    @pytest.mark.req("S-716", "S-718", "S-066")
    def test_is_kept_with_all_that_proves_it(self, cast: Cast, ilze: Customer) -> None:
        identity = Identity.objects.get()
        proof = replace(FORM, identity_id=identity.pk)
        consents.record(ilze.ref, Purpose.MARKETING, proof, actor=SYSTEM, at=MORNING)
        row = Consent.objects.get()
        assert (row.customer, row.identity, row.at, row.given, row.purpose, row.channel_kind) == (
            ilze,
            identity,
            MORNING,
            True,
            Purpose.MARKETING,
            "email",
        )
        assert (row.wording, row.wording_version, row.language, row.origin, row.origin_page) == (
            FORM.wording,
            "2026-05",
            "lv",
            Origin.CAPTURE_FORM,
            "https://liepa.example/jaunumi",
        )
        assert (row.ip, row.clerk_id) == ("192.0.2.7", None)
        shown = queries.dossier_for(cast.actor(cast.marta), ilze.ref).consents
        assert [one.controllers for one in shown] == [list(FORM.controllers)]

    @pytest.mark.req("S-066")
    def test_in_person_names_the_clerk(self, cast: Cast, ilze: Customer) -> None:
        proof = replace(FORM, origin=Origin.IN_PERSON, origin_page="", ip="")
        consents.record(ilze.ref, Purpose.SURVEY, proof, actor=cast.actor(cast.marta), at=MORNING)
        shown = queries.dossier_for(cast.actor(cast.marta), ilze.ref).consents
        assert [(one.origin, one.clerk_name) for one in shown] == [("in_person", "Marta Ozola")]

    @pytest.mark.req("S-731")
    def test_is_withdrawn_at_once_and_the_proof_stays(self, ilze: Customer) -> None:
        consents.record(ilze.ref, Purpose.MARKETING, FORM, actor=SYSTEM, at=MORNING)
        assert ties.allows(ilze.pk, Purpose.MARKETING)
        bare = consents.Proof(
            wording="", wording_version="", language="lv", origin=Origin.UNSUBSCRIBE_LINK
        )
        consents.withdraw(ilze.ref, Purpose.MARKETING, bare, actor=SYSTEM, at=LATER)
        assert not ties.allows(ilze.pk, Purpose.MARKETING)
        assert [row.given for row in Consent.objects.order_by("pk")] == [True, False]
        assert [row.name for row in FactRow.objects.order_by("pk")] == [
            "people.ConsentGiven",
            "people.ConsentWithdrawn",
        ]

    @pytest.mark.req("S-716")
    def test_is_for_one_purpose_and_one_kind_of_channel(self, ilze: Customer) -> None:
        consents.record(ilze.ref, Purpose.MARKETING, FORM, actor=SYSTEM, at=MORNING)
        assert not ties.allows(ilze.pk, Purpose.SURVEY)
        assert not ties.allows(ilze.pk, Purpose.MARKETING, channel_kind="phone")
        assert ties.allows(ilze.pk, Purpose.SERVICE)

    @pytest.mark.req("S-716")
    def test_cannot_be_changed(self, ilze: Customer) -> None:
        row = consents.record(ilze.ref, Purpose.MARKETING, FORM, actor=SYSTEM, at=MORNING)
        row.given = False
        with pytest.raises(TypeError, match="not changed"):
            row.save()
        assert Consent.objects.get().given

    @pytest.mark.parametrize(
        ("what", "code"),
        [
            ({"wording": " "}, "wording_needed"),
            ({"wording_version": ""}, "wording_needed"),
            ({"controllers": ()}, "controllers_needed"),
            ({"controllers": (("SIA Liepa", ""),)}, "controllers_needed"),
            ({"origin_page": ""}, "page_needed"),
        ],
    )
    def test_that_could_not_be_proved_is_refused(
        self, ilze: Customer, what: dict[str, str], code: str
    ) -> None:
        proof = replace(FORM, **what)  # type: ignore[arg-type]  # by name
        with pytest.raises(Incomplete, match=code):
            consents.record(ilze.ref, Purpose.MARKETING, proof, actor=SYSTEM, at=MORNING)
        assert Consent.objects.count() == 0

    @pytest.mark.usefixtures("ilze")
    def test_of_another_customers_address_is_not_his(self) -> None:
        other = Customer.objects.create(name="Irina", created_at=MORNING)
        proof = replace(FORM, identity_id=Identity.objects.get().pk)
        consents.record(other.ref, Purpose.MARKETING, proof, actor=SYSTEM, at=MORNING)
        assert Consent.objects.get().identity is None

    def test_is_not_recorded_by_who_only_reads(self, cast: Cast, ilze: Customer) -> None:
        with pytest.raises(NotAllowed):
            consents.record(
                ilze.ref, Purpose.SURVEY, FORM, actor=cast.actor(cast.kolja), at=MORNING
            )
        assert Consent.objects.count() == 0
