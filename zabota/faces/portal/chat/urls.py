"""Addresses of the chat's calls, below `/chat/<key>/`."""

from django.urls import URLPattern, path

from zabota.faces.portal.chat import views

app_name = "chat"
urlpatterns: list[URLPattern] = [
    path("hello", views.hello, name="hello"),
    path("thread", views.thread, name="thread"),
    path("messages", views.messages, name="messages"),
    path("files", views.files, name="files"),
    path("files/<slug:ref>", views.file, name="file"),
    path("typing", views.typing, name="typing"),
    path("seen", views.seen, name="seen"),
    path("close", views.close, name="close"),
    path("contact", views.contact_address, name="contact"),
    path("ticket", views.ticket, name="ticket"),
]
