"""Channel's one API address: figures that have passed the gate (docs/decisions/0006-no-channel-api.md).

A case opens at a meeting, with a second factor proved minutes ago and a statement signed by hand. A token has
none of these, so no token opens Channel; its pages refuse one as well.
"""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from channel.api import ReleasedFiguresAPI

urlpatterns: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/channel/figures/", ReleasedFiguresAPI.as_view(), name="api-channel-figures"),
]
