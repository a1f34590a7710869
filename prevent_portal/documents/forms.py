"""Forms of evidence."""

from __future__ import annotations

from django import forms

from prevent_portal.web.forms import GovukForm


class NewFileForm(GovukForm):
    """A file with its title."""

    file = forms.FileField(label="File", max_length=255)
    title = forms.CharField(label="Title", max_length=200)
