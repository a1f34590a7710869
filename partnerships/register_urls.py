"""Addresses of the registers' pages."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from partnerships.views.own_acknowledgements import OwnAcknowledgementsPage
from partnerships.views.register_files import RegisterCsvView, RegisterXlsxView
from partnerships.views.registers import (
    RegisterEntriesPage,
    RegisterEntryAddPage,
    RegisterEntryBringBackPage,
    RegisterEntryEditPage,
    RegisterEntryPage,
    RegisterEntryRenewPage,
    RegisterEntryWithdrawPage,
    RegistersPage,
)

_REGISTERS = "c/<slug:council>/partnership/registers/"
_REGISTER = f"{_REGISTERS}<slug:register>/"
_ENTRY = f"{_REGISTER}<uuid:entry_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_REGISTERS, RegistersPage.as_view(), name="partnership-registers"),
    path(_REGISTER, RegisterEntriesPage.as_view(), name="register-entries"),
    path(f"{_REGISTER}csv/", RegisterCsvView.as_view(), name="register-csv"),
    path(f"{_REGISTER}xlsx/", RegisterXlsxView.as_view(), name="register-xlsx"),
    path(f"{_REGISTER}add/", RegisterEntryAddPage.as_view(), name="register-entry-add"),
    path(
        "c/<slug:council>/partnership/confidentiality/",
        OwnAcknowledgementsPage.as_view(),
        name="own-acknowledgements",
    ),
    path(_ENTRY, RegisterEntryPage.as_view(), name="register-entry"),
    path(f"{_ENTRY}edit/", RegisterEntryEditPage.as_view(), name="register-entry-edit"),
    path(f"{_ENTRY}renew/", RegisterEntryRenewPage.as_view(), name="register-entry-renew"),
    path(f"{_ENTRY}withdraw/", RegisterEntryWithdrawPage.as_view(), name="register-entry-withdraw"),
    path(f"{_ENTRY}bring-back/", RegisterEntryBringBackPage.as_view(), name="register-entry-bring-back"),
]
