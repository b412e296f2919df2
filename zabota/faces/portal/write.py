"""Writing to us without registration: few fields, no script, no picture puzzle (S-714). Machines
are told apart by a field that no person sees and by the time they take.
"""

import time
from datetime import UTC, datetime

from django import forms as django_forms
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from zabota.domains.channels.services import visits
from zabota.domains.channels.services.visits import Chat
from zabota.domains.desk.errors import Incomplete
from zabota.domains.desk.services import forms, posting
from zabota.faces.portal import uploads
from zabota.faces.portal.forms import MOST_CHARACTERS, AddressForm
from zabota.faces.portal.requests import asked_language, customer_page
from zabota.kernel import clock, ids
from zabota.kernel.floods import Floods

BEGAN, DONE = "zabota.form.began", "zabota.form.done"
DAY = 24 * 3600

floods = Floods()


class WriteForm(AddressForm):
    """What a person must say, and what he may."""

    name = django_forms.CharField(label=gettext_lazy("Your name"), max_length=200, required=False)
    phone = django_forms.CharField(
        label=gettext_lazy("Your phone, if we shall call back"),
        max_length=40,
        required=False,
        widget=django_forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    text = django_forms.CharField(
        label=gettext_lazy("Your message"),
        max_length=MOST_CHARACTERS,
        widget=django_forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": gettext_lazy("Write a few words first."),
            "max_length": gettext_lazy(
                "This is longer than a message can be. Send it in several parts."
            ),
        },
    )
    # No person sees it: what is filled in here was filled in by a machine.
    website = django_forms.CharField(required=False, max_length=200)
    began = django_forms.CharField(required=False, max_length=200)
    client_id = django_forms.RegexField(r"^[\w-]{8,36}$", required=False)

    field_order = ("text", "email", "name", "phone")


@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, key: str) -> HttpResponse:
    """The form; as a POST, what was written is taken in once, and a page tells when we answer."""
    chat, at = _chat(key), clock.now()
    with translation.override(_language(request)), timezone.override(chat.time_zone):
        form = WriteForm(request.POST or None)
        if request.method != "POST" or not form.is_valid():
            return _show(request, chat, key, form, at, status=422 if form.errors else 200)
        if wait := _wait(request, chat, at):
            form.add_error(None, gettext("That was a lot at once. Wait a minute, then go on."))
            response = _show(request, chat, key, form, at, status=429)
            response.headers["Retry-After"] = str(int(wait) + 1)
            return response
        if problem := _problem(request, form, chat, at):
            form.add_error(None, problem)
            return _show(request, chat, key, form, at, status=422)
        try:
            by = forms.write(_filled(request, form), chat=chat, at=at)
        except Incomplete as refused:
            form.add_error(None, _sentence(refused.code))
            return _show(request, chat, key, form, at, status=422)
    told = signing.dumps(int(by.timestamp()), salt=DONE)
    return HttpResponseRedirect(reverse("portal:written", args=[key, told]), status=303)


@customer_page
@require_safe
def written(request: HttpRequest, key: str, told: str) -> HttpResponse:
    """It is here; when a person answers, and what may be done meanwhile."""
    chat = _chat(key)
    try:
        by = datetime.fromtimestamp(signing.loads(told, salt=DONE), tz=UTC)
    except signing.BadSignature as problem:
        raise Http404 from problem
    with translation.override(_language(request)), timezone.override(chat.time_zone):
        context = {"by": by, "brand_name": chat.brand_name, "key": key, "now": clock.now()}
        return render(request, "portal/written.html", context)


def fields(form: WriteForm, *, at: datetime) -> dict[str, object]:
    """What `portal/write_form.html` shows, on whatever page it stands."""
    return {
        "form": form,
        "began": signing.dumps(at.timestamp(), salt=BEGAN),
        "client_id": form.data.get("client_id") or ids.new_token(),
    }


def _chat(key: str) -> Chat:
    try:
        return visits.chat(key)
    except visits.NoChat as problem:
        raise Http404 from problem


def _language(request: HttpRequest) -> str:
    return asked_language(request) or translation.get_language() or "en"


def _wait(request: HttpRequest, chat: Chat, at: datetime) -> float:
    most = posting.section(chat.brand_id, at=at).asked_a_minute
    return floods.wait(str(request.META.get("REMOTE_ADDR", "")), most=most, now=time.monotonic())


def _problem(request: HttpRequest, form: WriteForm, chat: Chat, at: datetime) -> str:
    """Why this was not written by a person, or cannot be taken; "" when it can."""
    if form.cleaned_data["website"]:
        return gettext("One field must stay empty. Send the form once more as it stands now.")
    least = posting.section(chat.brand_id, at=at).form_seconds
    try:
        began = signing.loads(form.cleaned_data["began"], salt=BEGAN, max_age=DAY)
    except signing.BadSignature:
        return gettext("The page stood open for long. Send the form once more.")
    if not 0 <= at.timestamp() - began >= least:
        return gettext("That was very quick. Look through it once more and send it then.")
    return uploads.refusal(request, at=at)


def _filled(request: HttpRequest, form: WriteForm) -> forms.Filled:
    said = form.cleaned_data
    text = said["text"]
    if said["phone"]:
        text += "\n\n" + gettext("Please call back: %(phone)s") % {"phone": said["phone"]}
    return forms.Filled(
        email=said["email"],
        name=said["name"],
        text=text.replace("\0", ""),
        client_id=said["client_id"] or ids.new_ref(),
        language=translation.get_language() or "en",
        file_ids=uploads.keep(request),
    )


def _sentence(code: str) -> str:
    if code == "no_mailbox":
        return gettext("We cannot take messages here at the moment. Write to us by the chat.")
    return gettext("This does not look like an e-mail address.")


def _show(
    request: HttpRequest, chat: Chat, key: str, form: WriteForm, at: datetime, *, status: int
) -> HttpResponse:
    context = {
        **fields(form, at=at),
        "key": key,
        "brand_name": chat.brand_name,
        "ways": forms.ways(chat, at=at),
        "now": at,
    }
    response = render(request, "portal/write.html", context, status=status)
    response.headers["Content-Language"] = translation.get_language() or "en"
    return response
