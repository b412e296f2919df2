"""Erasing one customer: a word planted everywhere about him is nowhere afterwards.

The word stands in every text column of every row about him, in files, raw mails, the outbox,
drafts and the index. After erasing, every table is read by plain SQL, every stored file and the
bytes of the database itself. What is of others stays as it was.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from pytest_django import Settings

from tests.cast import MORNING, Cast, gather
from zabota.domains.channels import models as channels
from zabota.domains.channels.envelopes import Party
from zabota.domains.desk import errors
from zabota.domains.desk import models as desk
from zabota.domains.desk.services import closings, erasing, take_in
from zabota.domains.desk.tests.letters import IRINA, answered, letter
from zabota.domains.people import errors as people_errors
from zabota.domains.people import models as people
from zabota.domains.people.enums import Origin, Purpose
from zabota.domains.people.models import Customer
from zabota.domains.people.services import consents
from zabota.domains.promises.models import PromiseChange
from zabota.kernel.facts.models import FactRow
from zabota.kernel.files import store
from zabota.kernel.search import tasks as search

CANARY = "kanarejka7"
OTHERS = "zilonis9"
ILZE = Party(address=f"{CANARY}@kalnina.example", name=f"Ilze {CANARY}")

# Columns that never hold a person's words: names we make ourselves, kinds and states of closed
# lists, hashes, numbers of machines. A new text column is planted unless it is named here.
OURS = {
    *("ref", "key", "kind", "state", "role", "direction", "language", "unique", "lease", "lane"),
    *("token_hash", "code_hash", "content_hash", "sha256", "task", "contact_kind", "formality"),
    *("relationship", "preferred_channel", "segment", "tier", "purpose", "channel_kind", "basis"),
    *("source", "field", "level", "news_to", "item", "message_ref", "origin", "ip", "how"),
    *("client_id", "delivery", "trust", "automatic", "last_direction", "step", "decision"),
    *("group", "media_type", "followers", "warnings", "decider", "answer", "time_zone"),
    *("wording_version", "delivery_error", "folder", "stems", "because", "controllers"),
    *("unusable_reason", "error", "brings", "about_kind", "chosen", "subject_kind"),
}


@pytest.fixture
def house(transactional_db: None, settings: Settings, tmp_path: Path) -> Cast:
    """The cast, committed as in real life, and a folder of files of its own."""
    settings.FILES_ROOT = tmp_path
    return gather()


def grep(needle: str) -> list[str]:
    """Where the word stands: every table by plain SQL, and every stored file."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            columns = [one[0] for one in cursor.description]
            for row in cursor.fetchall():
                found += [
                    f"{table}.{name}"
                    for name, value in zip(columns, row, strict=True)
                    if needle in _text(value)
                ]
    for path in Path(settings.FILES_ROOT).rglob("*"):
        if path.is_file() and needle.encode() in path.read_bytes().lower():
            found.append(f"file {path.name}")
    return sorted(found)


def _text(value: Any) -> str:
    raw = value if isinstance(value, bytes | memoryview) else str(value).encode()
    return bytes(raw).decode(errors="replace").casefold()


def bytes_of_database() -> bytes:
    """The file itself, freed pages and the log beside it included; nothing on PostgreSQL."""
    if connection.vendor != "sqlite":
        return b""
    path = Path(str(connection.settings_dict["NAME"]))
    beside = [path, path.with_name(path.name + "-wal")]
    return b"".join(one.read_bytes() for one in beside if one.exists()).lower()


def rows_of(label: str) -> set[int]:
    return set(apps.get_model(label)._default_manager.values_list("pk", flat=True))


def snapshot() -> dict[str, set[int]]:
    return {
        one._meta.label: rows_of(one._meta.label)
        for one in apps.get_models()
        if one._meta.app_label in {"people", "channels", "desk", "promises"}
    }


def plant(before: dict[str, set[int]]) -> set[str]:
    """The word into every text column of the rows that came since; says which columns."""
    planted = set()
    for label, known in before.items():
        model = apps.get_model(label)
        for row in model._default_manager.exclude(pk__in=known):
            changes: dict[str, Any] = {}
            for field in model._meta.local_fields:
                if field.name in OURS or not field.concrete:
                    continue
                if isinstance(field, models.JSONField):
                    old = getattr(row, field.name)
                    changes[field.name] = (
                        old | {"text": CANARY} if isinstance(old, dict) else [*old, CANARY]
                    )
                elif isinstance(field, models.CharField | models.TextField):
                    old = getattr(row, field.name) or ""
                    if CANARY not in old.casefold():
                        longest = field.max_length or 10_000
                        changes[field.name] = f"{CANARY} {old}"[:longest] if longest > 12 else old
            assert row.pk is not None
            model._default_manager.filter(pk=row.pk).update(**changes)
            planted |= {f"{label}.{name}" for name in changes}
    return planted


def matter(cast: Cast, sender: Party, word: str, **what: Any) -> desk.Conversation:
    """A letter with its raw bytes and a file, answered, worked on and closed."""
    envelope = letter(cast, sender=sender, text=f"Kur ir {word}?", subject=f"Par {word}", **what)
    raw = channels.RawBytes.objects.create(content=f"Subject: {word}".encode(), stored_at=MORNING)
    channels.InboundEnvelope.objects.filter(pk=envelope.envelope_id or 0).update(
        raw_id=raw.pk, sender_hint=sender.address, subject_hint=word, external_id=f"<{word}@x>"
    )
    take_in.take_in([envelope], at=MORNING)
    message = desk.Message.objects.get(envelope_id=envelope.envelope_id)
    found = message.conversation
    file = store.keep(f"Rasējums: {word}".encode(), name=f"{word}.txt", media_type="text/plain")
    desk.Attachment.objects.create(message=message, file=file, name=f"{word}.txt")
    answered(cast, found, client_id=f"c-{word}")
    by, marta = {"by": cast.marta, "at": MORNING}, cast.marta
    desk.Draft.objects.create(conversation=found, user=marta, text=word, changed_at=MORNING)
    desk.Task.objects.create(
        conversation=found, text=word, created_at=MORNING, dropped_at=MORNING, dropped_reason=word
    )
    desk.Handover.objects.create(
        conversation=found, giver=marta, next_step=word, mood=word, known=word, at=MORNING
    )
    problem = desk.Problem.objects.create(title=word, opened_at=MORNING, opened_by=marta)
    desk.Problem.objects.filter(pk=problem.pk).update(resolution=word, resolved_at=MORNING)
    desk.ProblemLink.objects.create(problem=problem, conversation=found, message=message)
    tag = desk.Tag.objects.create(name=word)
    desk.ConversationTag.objects.create(conversation=found, tag=tag)
    desk.LeaderRequest.objects.create(
        conversation=found, asked_by=marta, asked_at=MORNING, question=word, advice=word
    )
    desk.RefusalStep.objects.create(conversation=found, step="warned", evidence=word, **by)
    desk.Awaited.objects.create(conversation=found, external_id=word, since=MORNING)
    closings.close_on_spoken_word(found.ref, reason=word, actor=cast.actor(cast.marta), at=MORNING)
    PromiseChange.objects.filter(promise__subject_id=found.pk).update(reason=word)
    found.refresh_from_db()
    return found


def dossier(cast: Cast, customer: Customer, word: str) -> None:
    """A row of each kind that people keep, a record merged into his included."""
    other = Customer.objects.create(name=word, created_at=MORNING, merged_into=customer)
    shown = f"birojs-{word}@x.example"
    identity = people.Identity.objects.create(
        customer=other, kind="email", value=shown, shown=shown, name=word, created_at=MORNING
    )
    people.CustomerMerge.objects.create(merged=other, stays=customer, at=MORNING)
    proof = consents.Proof(
        wording=word,
        wording_version="1",
        language="lv",
        origin=Origin.IN_PERSON,
        controllers=[("SIA Liepa", "Rīga")],
    )
    consent = consents.record(
        customer.ref, Purpose.GREETING, proof, actor=cast.actor(cast.marta), at=MORNING
    )
    who: dict[str, Any] = {"customer": customer, "at": MORNING}
    people.Stage.objects.create(name=word, note=word, **who)
    people.HumanNote.objects.create(kind="worry", text=word, **who)
    people.RelationshipChange.objects.create(state="at_risk", reason=word, evidence=word, **who)
    people.Refusal.objects.create(
        customer=customer,
        evidence=word,
        approver_id=1,
        since=MORNING,
        review_on=MORNING,
        lifted_at=MORNING,
    )
    people.Need.objects.create(text=word, **who)
    interest = people.Interest.objects.create(text=word, **who)
    day = people.ImportantDay.objects.create(
        kind="holiday", name=word, day=1, month=5, consent=consent, **who
    )
    people.Dear.objects.create(name=word, relation=word, needs=word, consent=consent, **who)
    for cause in ({"day": day}, {"interest": interest}):
        people.CareTask.objects.create(
            customer=customer, kind="greeting", due_on=MORNING, draft=word, made_at=MORNING, **cause
        )
    people.Observation.objects.create(text=word, proposal=word, **who)
    people.FieldValue.objects.create(key="city", value=word, source="staff", **who)
    people.Statement.objects.create(field="name", source="staff", **who)
    people.Representative.objects.create(
        name=word, relation=word, contact=word, source="staff", **who
    )
    _doors(cast, customer, identity, word)


def _doors(cast: Cast, customer: Customer, identity: people.Identity, word: str) -> None:
    """His level, his firm's terms, and how he came in."""
    shown = identity.value
    people.VipGrant.objects.create(
        customer=customer, level="gold", reason=word, since=MORNING, granted_at=MORNING
    )
    people.CompanyTerms.objects.create(company=customer, terms=word, changed_at=MORNING)
    hours = timedelta(hours=1)
    people.AddressClaim.objects.create(
        identity=identity,
        address=shown,
        name=word,
        token_hash=f"a{word}",
        made_at=MORNING,
        expires_at=MORNING + hours,
    )
    people.SignInCode.objects.create(
        address=shown, token_hash=f"b{word}", made_at=MORNING, expires_at=MORNING + hours
    )
    people.CabinetVisit.objects.create(
        identity=identity, token_hash=f"c{word}", began_at=MORNING, expires_at=MORNING + hours
    )
    channels.AutomaticSend.objects.create(address=shown, at=MORNING)
    channels.Visit.objects.create(
        channel=cast.mailbox,
        ref=f"v{word}",
        email=shown,
        page=word,
        began_at=MORNING,
        seen_at=MORNING,
    )


@pytest.fixture
def ilze(house: Cast) -> Customer:
    """Ilze and Irina, each with all that can be kept; Ilze has a say in a matter of Irina's."""
    theirs = matter(house, IRINA, OTHERS)
    irina = theirs.customer
    assert irina is not None
    dossier(house, irina, OTHERS)
    before = snapshot()
    own = matter(house, ILZE, CANARY)
    ilze = own.customer
    assert ilze is not None
    dossier(house, ilze, CANARY)
    people.Tie.objects.create(orderer=ilze, beneficiary=irina, kind="relative", since=MORNING)
    identity = people.Identity.objects.get(value=ILZE.address)
    desk.Participant.objects.create(
        conversation=theirs, identity=identity, role="copy", name=CANARY, since=MORNING
    )
    said = letter(house, sender=ILZE, text=CANARY)
    desk.Message.objects.create(
        conversation=theirs,
        direction="in",
        identity=identity,
        at=MORNING,
        text=CANARY,
        envelope_id=said.envelope_id,
    )
    planted = plant(before)
    assert len(planted) > 20
    for row in desk.Message.objects.filter(conversation=theirs, direction="out"):
        row.cc = [[CANARY, ILZE.address]]
        row.save()
    for sent in channels.OutboundEnvelope.objects.filter(group=f"conversation:{theirs.pk}"):
        sent.payload["cc"] = [[CANARY, ILZE.address]]
        sent.save()
    ilze.refresh_from_db()
    return ilze


def erase(house: Cast, who: Customer) -> None:
    """Vera asks and Olga agrees."""
    erasing.ask(who.ref, typed=who.name, actor=house.actor(house.vera), at=MORNING)
    erasing.erase(who.ref, typed=who.name, actor=house.actor(house.olga), at=MORNING)


@pytest.mark.req("S-736", "S-728")
def test_a_word_planted_everywhere_about_a_customer_is_nowhere_after_erasing(
    house: Cast, ilze: Customer
) -> None:
    assert len(grep(CANARY)) > 60
    others = grep(OTHERS)
    erase(house, ilze)
    search.scrub.function()
    assert grep(CANARY) == []
    assert CANARY.encode() not in bytes_of_database()
    assert grep(OTHERS) == others


@pytest.mark.req("S-736")
def test_that_it_was_done_is_logged_without_a_word_of_the_person(
    house: Cast, ilze: Customer
) -> None:
    number = ilze.pk
    erase(house, ilze)
    fact = FactRow.objects.get(name="people.CustomerErased")
    assert (fact.about_id, fact.actor_id) == (number, house.olga.pk)
    assert fact.data["asked_by_id"] == house.vera.pk
    assert CANARY not in json.dumps(fact.data)


def test_a_mail_that_was_erased_is_not_taken_in_again(house: Cast, ilze: Customer) -> None:
    hashes = set(channels.InboundEnvelope.objects.values_list("content_hash", flat=True))
    erase(house, ilze)
    rows = channels.InboundEnvelope.objects.all()
    assert set(rows.values_list("content_hash", flat=True)) == hashes
    assert {row.raw_id for row in rows if row.reason == "erased"} == {None}


@pytest.mark.parametrize(
    ("who", "typed", "refused"),
    [
        ("olga", "Ilze", people_errors.Incomplete),
        ("olga", "", people_errors.Incomplete),
        ("kira", None, people_errors.NotAllowed),
        ("marta", None, people_errors.NotAllowed),
    ],
)
def test_nobody_erases_by_mistake(
    house: Cast, ilze: Customer, who: str, typed: str | None, refused: type[Exception]
) -> None:
    erasing.ask(ilze.ref, typed=ilze.name, actor=house.actor(house.vera), at=MORNING)
    before, actor = grep(CANARY), house.actor(getattr(house, who))
    said = ilze.name if typed is None else typed
    with pytest.raises(refused):
        erasing.erase(ilze.ref, typed=said, actor=actor, at=MORNING)
    assert grep(CANARY) == before


def test_nobody_is_erased_while_a_matter_of_his_is_open(house: Cast, ilze: Customer) -> None:
    erasing.ask(ilze.ref, typed=ilze.name, actor=house.actor(house.vera), at=MORNING)
    desk.Conversation.objects.filter(customer=ilze).update(state="waiting_us")
    with pytest.raises(errors.Conflict, match="matters_open"):
        erasing.erase(ilze.ref, typed=ilze.name, actor=house.actor(house.olga), at=MORNING)
    assert Customer.objects.filter(pk=ilze.pk).exists()
