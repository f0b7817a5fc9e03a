from django.urls import path, re_path

from portal.api import complaints, documents, errors, lists, photos

app_name = "api"

urlpatterns = [
    path("schema/", documents.schema, name="schema"),
    path("v1/complaints/", complaints.complaints, name="complaints"),
    path("v1/complaints/<str:number>/", complaints.complaint, name="complaint"),
    *(
        path(f"v1/complaints/<str:number>/actions/{name}/", view, name=f"do_{name}")
        for name, view in complaints.VIEWS.items()
    ),
    path("v1/attachments/", photos.photos, name="attachments"),
    re_path(
        r"^v1/attachments/(?P<token>[A-Za-z0-9_-]{1,64})/$",
        photos.photo,
        name="attachment",
    ),
    *(path(f"v1/{name}/", view, name=name) for name, view in lists.VIEWS.items()),
    re_path(r"", errors.nowhere),
]
