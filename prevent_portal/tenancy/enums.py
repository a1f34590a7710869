"""Fixed vocabularies of tenancy."""

from django.db.models import TextChoices


class Tier(TextChoices):
    """What kind of local authority a council is (Schedule 6 to the 2015 Act)."""

    COUNTY = "county", "County council"
    DISTRICT = "district", "District council"
    UNITARY = "unitary", "Unitary authority"
    LONDON_BOROUGH = "london_borough", "London borough"
    METROPOLITAN = "metropolitan", "Metropolitan district"
    WELSH = "welsh", "Welsh principal council"
    OTHER = "other", "Other authority"


class Nation(TextChoices):
    ENGLAND = "england", "England"
    WALES = "wales", "Wales"
