"""An API of two addresses, to try tokens on."""

from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response

from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.web.api import CouncilAPIView


class WhoAmI(CouncilAPIView):
    permission = AccountsPermission.VIEW_COUNCIL

    def get(self, request: Request) -> Response:
        return Response(
            {"email": self.person.email, "council": self.council.slug, "token": bool(request.auth)}
        )

    def post(self, request: Request) -> Response:
        return Response({"said": request.data}, status=201)


urlpatterns = [
    path("api/v1/c/<slug:council>/who-am-i/", WhoAmI.as_view()),
    path("", include("prevent_portal.urls")),
]
handler404 = "prevent_portal.web.errors.not_found"
