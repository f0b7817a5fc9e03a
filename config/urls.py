from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("operations.urls")),
    path("", include("complaints.urls")),
    path("api/", include("portal.api.urls")),
    path("", include("portal.urls")),
    path("hooks/", include("channels_in.urls")),
    path("simulator/", include("channels_in.simulator.urls")),
    path("field/", include("fieldwork.urls")),
    path("office/", include("reports.office_urls")),
    path("reports/", include("reports.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    # our screens in the back office come before the tables of the admin
    path("admin/", include("helpline.urls")),
    path("admin/", include("channels_in.staff_urls")),
    path("admin/", admin.site.urls),
]

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.server_error"
