"""Addresses of the owner's pages."""

from django.urls import URLPattern, URLResolver, path, re_path

from zabota.faces.web.owner import first, signing_in
from zabota.faces.web.owner.views import (
    brand,
    charter,
    chats,
    data,
    exports,
    fields,
    health,
    mailboxes,
    people,
)

pages: list[URLPattern | URLResolver] = [
    path("", charter.home, name="home"),
    path("welcome/", first.first_run, name="first-run"),
    path("mailboxes/", mailboxes.all_of_them, name="mailboxes"),
    path("mailboxes/add/", mailboxes.add, name="mailbox-add"),
    path("mailboxes/back/", signing_in.back, name="mailbox-back"),
    path("mailboxes/<slug:ref>/", mailboxes.change, name="mailbox"),
    path("mailboxes/<slug:ref>/try/", mailboxes.try_again, name="mailbox-try"),
    path("mailboxes/<slug:ref>/sign-in/", signing_in.begin, name="mailbox-sign-in"),
    path("mailboxes/<slug:ref>/trust/", mailboxes.trust, name="mailbox-trust"),
    path("mailboxes/<slug:ref>/switch/", mailboxes.switch, name="mailbox-switch"),
    path("chats/", chats.chats, name="chats"),
    path("chats/add/", chats.chat, name="chat-add"),
    path("chats/<slug:ref>/", chats.chat, name="chat"),
    path("brand/", brand.brand, name="brand"),
    path("people/", people.people, name="people"),
    path("people/add/", people.add, name="person-add"),
    path("people/second-factor/", people.require_second_factor, name="second-factor"),
    path("people/<slug:ref>/", people.person, name="person"),
    path("people/<slug:ref>/end/", people.end, name="person-end"),
    path("people/<slug:ref>/reopen/", people.reopen, name="person-reopen"),
    path(
        "people/<slug:ref>/forget-second-factor/",
        people.forget_second_factor,
        name="person-second-factor",
    ),
    path("people/<slug:ref>/link/", people.new_link, name="person-link"),
    path("teams/add/", people.team, name="team-add"),
    path("teams/<slug:ref>/", people.team, name="team"),
    path("hours/", charter.hours, name="hours"),
    path("charter/", charter.charter, name="charter"),
    path("charter/<slug:name>/", charter.section, name="charter-section"),
    path("data/", data.data, name="data"),
    path("fields/", fields.fields, name="fields"),
    path("fields/add/", fields.field, name="field-add"),
    path("fields/<slug:key>/", fields.field, name="field"),
    path("health/", health.health, name="health"),
    path("health/clock/", health.clock_right, name="clock-right"),
    path("health/jobs/<int:number>/again/", health.job_again, name="job-again"),
    re_path(r"^facts\.(?P<form>csv|json)$", exports.facts, name="facts"),
]
