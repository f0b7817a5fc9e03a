"""Where providers post to, under /hooks/."""

from django.urls import path

from channels_in.views import hooks

app_name = "channels_in"

urlpatterns = [
    path("<slug:slug>/<slug:code>/", hooks.hook, name="hook"),
    path("<slug:slug>/<slug:code>/status/", hooks.hook, name="status"),
]
