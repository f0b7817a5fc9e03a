from django.urls import path, re_path

from portal.views import act, claim, complain, help, home, panel, rating, status

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("language/", home.language, name="language"),
    path("new/<str:code>/", complain.new, name="new"),
    # /s/, /f/ and /p/ without a slash at the end: each letter of an SMS counts.
    re_path(r"^s/(?P<token>[\w-]{12,64})/?$", status.by_link, name="link"),
    re_path(r"^f/(?P<token>[\w-]{8,64})/?$", rating.rating, name="rating"),
    re_path(r"^p/(?P<token>[\w-]{8,64})/?$", panel.panel, name="panel"),
    path("c/<str:number>/", status.status, name="status"),
    path("c/<str:number>/sent/", status.sent, name="sent"),
    path("c/<str:number>/open/", status.unlock, name="unlock"),
    path("c/<str:number>/code/", act.code, name="code"),
    path("c/<str:number>/claim/", claim.claim, name="claim"),
    path("c/<str:number>/<slug:action>/", act.act, name="act"),
    path("help/", help.help_page, name="help"),
    path("help/<str:org>/<str:code>/", help.article, name="article"),
]
