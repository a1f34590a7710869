from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from partnerships.views import BoardsView, OrganisationsView

urlpatterns: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/partnership/", OrganisationsView.as_view(), name="partnership"),
    path("c/<slug:council>/partnership/boards/", BoardsView.as_view(), name="boards"),
]
