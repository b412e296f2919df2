"""The scene before which the security tests knock: one matter of the team Riga with everything that
can be secret about it, made the way it is made in life, and everybody who might want to see it.

Each secret holds the word CANARY, so that a leak is found by one look at an answer.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from django.core import signing
from django.test import Client
from PIL import Image

from tests.cast import Cast, gather
from zabota.domains.channels.models import InboundEnvelope, OutboundEnvelope
from zabota.domains.channels.services import inbound, reading, storing
from zabota.domains.channels.services.storing import RawMail
from zabota.domains.desk.models import Conversation
from zabota.domains.desk.services import closings, drafts, notes, replies, tags, take_in
from zabota.domains.desk.services.standards import Standards
from zabota.faces.web.views.files import PICTURE
from zabota.kernel import clock
from zabota.kernel.accounts.models import User
from zabota.pure.mailtext.tests import shapes

CANARY = "kanarijputnins"
INTERNAL = f"{CANARY}-internal"
OUTSIDERS = ("anonymous", "customer", "neighbour", "former")
STAFF = ("stranger", "agent", "leader", "manager", "owner", "colleague")
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """`values` are what stands in addresses; `tokens` the customers' own links."""

    cast: Cast
    conversation: Conversation
    values: Mapping[str, str]
    tokens: Mapping[str, str]
    people: Mapping[str, User]

    def client(self, person: str) -> Client:
        """That person's browser, signed in when the person ever could be."""
        client = Client(raise_request_exception=False)
        if person in self.people:
            client.force_login(self.people[person], backend=BACKEND)
        if person == "former":
            User.objects.filter(pk=self.people["former"].pk).update(is_active=False)
        return client

    def address_values(self, person: str) -> Mapping[str, str]:
        """Customers come with their own links, all others with a forged one."""
        return {
            **self.values,
            "token": self.tokens.get(person, self.tokens["customer"][:-2] + "xx"),
        }


def build() -> Scene:
    """Make it. Ilze wrote, Marta answered, noted, drafted; Andris of the same company wrote,
    too.
    """
    cast = gather()
    at = clock.now()
    mails = [_letter("ilze@kalnina.example", CANARY), _letter("andris@kalnina.example", "Andris")]
    storing.store_raw(
        channel_id=cast.mailbox.pk,
        items=[RawMail(content=raw, received_at=at) for raw in [*mails, shapes.nested(5_000)]],
        at=at,
    )
    inbound.process_new(at=at, receive=take_in.take_in)
    reading.pool().stop()
    ours = Conversation.objects.get(subject__contains=CANARY)
    theirs = Conversation.objects.get(subject__contains="Andris")
    marta = cast.actor(cast.marta)
    sent = answer(ours, cast, f"Answer {CANARY}")
    answer(theirs, cast, "Answer to Andris")
    notes.write(ours.ref, text=f"Note {INTERNAL}", actor=marta, at=at)
    drafts.keep(ours.ref, text=f"Draft {INTERNAL}", kind="reply", actor=marta, at=at)
    tags.set(ours.ref, names=[f"tag-{INTERNAL}"], actor=marta, at=at)
    for one in (ours, theirs):
        closings.propose(one.ref, actor=marta, at=at)
    letter = ours.messages.filter(direction="in").get()
    file = letter.attachments.order_by("pk")[0].file
    people = {"stranger": cast.oleg, "agent": cast.marta, "leader": cast.kira, "owner": cast.olga}
    people |= {"manager": cast.vera, "colleague": cast.kolja, "former": cast.janis}
    picture = signing.dumps([file.ref, letter.ref, cast.marta.pk], salt=PICTURE)
    return Scene(
        cast=cast,
        conversation=ours,
        values={
            "ref": ours.ref,
            "web:undo.ref": sent,
            "web:original.ref": letter.ref,
            "web:original-body.ref": letter.ref,
            "web:file.ref": file.ref,
            "web:file.message": letter.ref,
            "web:picture.token": picture,
            "number": str(InboundEnvelope.objects.get(state="unreadable").pk),
            "web:view.name": "waiting_us",
            "web:act.name": "withdraw",
        },
        tokens={"customer": link_of(ours), "neighbour": link_of(theirs)},
        people=people,
    )


def answer(conversation: Conversation, cast: Cast, text: str) -> str:
    """Marta's reply; its ref."""
    client_id = f"scene-{conversation.pk}"
    reply = replies.Reply(text=text, client_id=client_id, seen_message_id=10**9)
    at = clock.now()
    undo = Standards(at=at).undo(conversation)
    actor = cast.actor(cast.marta)
    return replies.send(reply, to=conversation.ref, actor=actor, at=at, undo=undo).ref


def link_of(conversation: Conversation) -> str:
    """The link in the last letter that we wrote in this conversation."""
    keys = [f"message:{pk}" for pk in conversation.messages.values_list("pk", flat=True)]
    sent = OutboundEnvelope.objects.filter(key__in=keys).order_by("-pk")[0]
    found = re.search(r"/c/([^/]+)/", str(sent.payload["links"]))
    assert found
    return found[1]


def _letter(sender: str, word: str) -> bytes:
    picture = BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    encoded = base64.encodebytes(picture.getvalue()).decode()
    return (
        f"From: {word} <{sender}>\r\nTo: help@liepa.example\r\nSubject: Matter of {word}\r\n"
        f"Message-ID: <{word}@kalnina.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="part"\r\n\r\n'
        f"--part\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Letter of {word}</p>\r\n"
        f'--part\r\nContent-Type: image/png; name="{word}.png"\r\nContent-ID: <{word}@x>\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n--part--\r\n"
    ).encode()
