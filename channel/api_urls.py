"""Channel has no programming interface, on purpose (docs/decisions/0006-no-channel-api.md).

A case opens to a person at a meeting, with a second factor proved minutes ago and a statement signed by hand.
A token has none of these, so no token opens Channel; its pages refuse one as well.
"""

from django.urls.resolvers import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
