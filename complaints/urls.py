from django.urls import path

from complaints import views

urlpatterns = [path("files/<str:token>/", views.attachment, name="attachment")]
