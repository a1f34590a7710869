"""Addresses of the registers in the API."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from partnerships.api.registers import (
    OwnPromisesAPI,
    RegisterBringBackAPI,
    RegisterEntriesAPI,
    RegisterEntryAPI,
    RegisterRenewalsAPI,
    RegistersAPI,
    RegisterWithdrawalAPI,
)

_REGISTERS = "c/<slug:council>/partnership/registers/"
_REGISTER = f"{_REGISTERS}<slug:register>/"
_ENTRY = f"{_REGISTER}<uuid:entry_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_REGISTERS, RegistersAPI.as_view(), name="api-partnership-registers"),
    path(_REGISTER, RegisterEntriesAPI.as_view(), name="api-register-entries"),
    path(
        "c/<slug:council>/partnership/confidentiality/",
        OwnPromisesAPI.as_view(),
        name="api-own-acknowledgements",
    ),
    path(_ENTRY, RegisterEntryAPI.as_view(), name="api-register-entry"),
    path(f"{_ENTRY}renewals/", RegisterRenewalsAPI.as_view(), name="api-register-renewals"),
    path(f"{_ENTRY}withdrawal/", RegisterWithdrawalAPI.as_view(), name="api-register-withdrawal"),
    path(f"{_ENTRY}bring-back/", RegisterBringBackAPI.as_view(), name="api-register-bring-back"),
]
