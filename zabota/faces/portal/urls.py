"""Addresses of the customer's pages."""

from django.urls import URLPattern, URLResolver, include, path

from zabota.faces.portal import confirm, mailings, shop, views, wishes

pages: list[URLPattern | URLResolver] = [
    path("c/<str:token>/", views.matter, name="matter"),
    path("c/<str:token>/write/", views.write, name="write"),
    path("c/<str:token>/agree/", views.agree, name="agree"),
    path("c/<str:token>/not-yet/", views.not_yet, name="not-yet"),
    path("c/<str:token>/wishes/", wishes.wishes, name="wishes"),
    path("c/<str:token>/not-mine/", views.not_mine, name="not-mine"),
    path("unsubscribe/<str:token>", mailings.unsubscribe, name="unsubscribe"),
    path("unsubscribe/<str:token>/resume/", mailings.resume, name="mailing-resume"),
    path("unsubscribe/<str:token>/not-mine/", mailings.not_mine, name="mailing-not-mine"),
    path("confirm/<str:token>/", confirm.confirm, name="confirm"),
    path("demo-shop/", shop.page, name="demo-shop"),
]

urlpatterns: list[URLPattern | URLResolver] = [path("", include((pages, "portal")))]
