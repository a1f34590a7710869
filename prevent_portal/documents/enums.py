from django.db.models import TextChoices


class Marking(TextChoices):
    """Government security classification as it is printed; blank means not marked."""

    NONE = "", "Not marked"
    OFFICIAL = "official", "OFFICIAL"
    OFFICIAL_SENSITIVE = "official_sensitive", "OFFICIAL-SENSITIVE"


class VersionState(TextChoices):
    QUARANTINED = "quarantined", "Being checked"
    ACCEPTED = "accepted", "Checked"
    REFUSED = "refused", "Refused"
