"""Addresses of the pages for our own people."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from zabota.faces.web.owner import urls as owner
from zabota.faces.web.views import (
    acting,
    board,
    bonds,
    care,
    conversation,
    customers,
    data,
    duty,
    files,
    inbox,
    own,
    replying,
    search,
    talking,
)

app_pages: list[URLPattern | URLResolver] = [
    path("", inbox.home, name="inbox"),
    path("inbox/<slug:name>/", inbox.view, name="view"),
    path("unreadable/", inbox.unreadable, name="unreadable"),
    path("unreadable/<int:number>/", inbox.raw, name="raw"),
    path("unreadable/<int:number>/again/", inbox.try_again, name="try-again"),
    path("conversations/<slug:ref>/", conversation.conversation, name="conversation"),
    path("conversations/<slug:ref>/write/", replying.write, name="write"),
    path("conversations/<slug:ref>/here/", talking.here, name="here"),
    path("conversations/<slug:ref>/typing/", talking.typing, name="typing"),
    path("chats/", talking.tabs, name="chats"),
    path("conversations/<slug:ref>/draft/", replying.draft, name="draft"),
    path("conversations/<slug:ref>/<slug:name>/", acting.act, name="act"),
    path("messages/<slug:ref>/undo/", replying.undo, name="undo"),
    path("messages/<slug:ref>/original/", files.original, name="original"),
    path("messages/<slug:ref>/original/text/", files.original_body, name="original-body"),
    path("files/<slug:ref>/<slug:message>/", files.file, name="file"),
    path("pictures/<str:token>/", files.picture, name="picture"),
    path("customers/<slug:ref>/", customers.customer, name="customer"),
    path("customers/<slug:ref>/notes/", customers.add_note, name="customer-note"),
    path(
        "customers/<slug:ref>/notes/<int:number>/remove/",
        customers.remove_note,
        name="customer-note-remove",
    ),
    path("customers/<slug:ref>/stage/", customers.enter_stage, name="customer-stage"),
    path("customers/<slug:ref>/relationship/", bonds.change, name="customer-relationship"),
    path("customers/<slug:ref>/end/", bonds.end, name="customer-end"),
    path("customers/<slug:ref>/lift/", bonds.lift, name="customer-lift"),
    path("customers/<slug:ref>/tie/", bonds.tie, name="customer-tie"),
    path("customers/<slug:ref>/ties/<int:number>/end/", bonds.untie, name="customer-untie"),
    path("customers/<slug:ref>/terms/", bonds.terms, name="customer-terms"),
    path("customers/<slug:ref>/same/", bonds.same, name="customer-same"),
    path("customers/<slug:ref>/same/<int:number>/undo/", bonds.part, name="customer-part"),
    path("customers/<slug:ref>/care/<slug:name>/", care.act, name="customer-care"),
    path("customers/<slug:ref>/data/", data.give_out, name="customer-data"),
    path("customers/<slug:ref>/erase/", data.erase, name="customer-erase"),
    path("to-do/", care.to_do, name="to-do"),
    path("questions/", inbox.questions, name="questions"),
    path("late/", inbox.late, name="late"),
    path("search/", search.search, name="search"),
    path("board/", board.board, name="board"),
    path("board/people/<int:number>/", board.person, name="board-person"),
    path("board/portfolios/", board.portfolios, name="board-portfolios"),
    path("duty/", duty.duty, name="duty"),
    path("own/", own.own, name="own"),
    path("live/ticket/", own.ticket, name="ticket"),
    path("language/", set_language, name="language"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((app_pages, "web"))),
    path("owner/", include((owner.pages, "owner"))),
    path("account/", include("allauth.urls")),
]
