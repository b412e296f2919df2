"""Addresses of the customer's pages."""

from django.urls import URLPattern, URLResolver, include, path

from zabota.faces.portal import confirm, mailings, my, shop, views, wishes, write

pages: list[URLPattern | URLResolver] = [
    path("c/<str:token>/", views.matter, name="matter"),
    path("c/<str:token>/write/", views.write, name="write"),
    path("c/<str:token>/file/<slug:ref>/", views.file, name="file"),
    path("c/<str:token>/agree/", views.agree, name="agree"),
    path("c/<str:token>/not-yet/", views.not_yet, name="not-yet"),
    path("c/<str:token>/wishes/", wishes.wishes, name="wishes"),
    path("c/<str:token>/not-mine/", views.not_mine, name="not-mine"),
    path("unsubscribe/<str:token>", mailings.unsubscribe, name="unsubscribe"),
    path("unsubscribe/<str:token>/resume/", mailings.resume, name="mailing-resume"),
    path("unsubscribe/<str:token>/not-mine/", mailings.not_mine, name="mailing-not-mine"),
    path("confirm/<str:token>/", confirm.confirm, name="confirm"),
    path("my/", my.home, name="my"),
    path("my/enter/", my.enter, name="my-enter"),
    path("my/code/", my.code, name="my-code"),
    path("my/leave/", my.leave, name="my-leave"),
    path("my/data/", my.data, name="my-data"),
    path("my/data/stop/", my.stop, name="my-stop"),
    path("my/data/export/", my.export, name="my-export"),
    path("my/<slug:ref>/", my.matter, name="my-matter"),
    path("my/<slug:ref>/write/", my.write, name="my-write"),
    path("my/<slug:ref>/agree/", my.agree, name="my-agree"),
    path("my/<slug:ref>/not-yet/", my.not_yet, name="my-not-yet"),
    path("my/<slug:ref>/file/<slug:name>/", my.file, name="my-file"),
    path("write/<slug:key>/", write.write, name="write-to-us"),
    path("write/<slug:key>/<str:told>/", write.written, name="written"),
    path("demo-shop/", shop.page, name="demo-shop"),
]

urlpatterns: list[URLPattern | URLResolver] = [path("", include((pages, "portal")))]
