"""The national list of courses and the NHS target, which every council starts from."""

from datetime import date
from decimal import Decimal

from django.db import migrations

# slug, name, other names, tier, delivery, months until a refresher, historic
COURSES = [
    (
        "wrap",
        "WRAP",
        [
            "WRAP 3",
            "WRAP3",
            "WRAP v4",
            "Workshop to raise awareness of Prevent",
            "Level 3",
            "Prevent level 3",
        ],
        "enhanced",
        "face_to_face",
        36,
        True,
    ),
    (
        "basic-awareness",
        "Basic awareness",
        ["Basic Prevent awareness", "BPAT", "Basic Prevent awareness training", "Level 1", "Levels 1 and 2"],
        "awareness",
        "either",
        36,
        False,
    ),
    (
        "channel-awareness",
        "Channel awareness",
        ["Channel general awareness"],
        "channel",
        "e_learning",
        36,
        False,
    ),
    (
        "home-office-awareness",
        "Home Office awareness",
        ["Prevent awareness", "Awareness", "Prevent duty training: awareness"],
        "awareness",
        "e_learning",
        36,
        False,
    ),
    (
        "home-office-referrals",
        "Home Office referrals",
        ["Referrals", "Prevent referrals"],
        "referrals",
        "e_learning",
        36,
        False,
    ),
    (
        "home-office-refresher",
        "Home Office refresher",
        ["Refresher", "Refresher awareness"],
        "refresher",
        "e_learning",
        12,
        False,
    ),
]
TARGETS = [
    ("wrap", "nhs_trust", date(2018, 3, 31), Decimal(85), "NHS England"),
    ("basic-awareness", "nhs_trust", date(2018, 3, 31), Decimal(85), "NHS England"),
]


def add(apps, schema_editor):
    alias = schema_editor.connection.alias
    course_model = apps.get_model("training", "Course")
    target_model = apps.get_model("training", "Target")
    courses = {}
    for slug, name, others, tier, delivery, months, historic in COURSES:
        courses[slug] = course_model.objects.using(alias).create(
            slug=slug,
            name=name,
            also_known_as=others,
            tier=tier,
            delivery=delivery,
            refresh_months=months,
            is_historic=historic,
        )
    for slug, kind, starts_on, per_cent, source in TARGETS:
        target_model.objects.using(alias).create(
            course=courses[slug],
            organisation_kind=kind,
            starts_on=starts_on,
            per_cent=per_cent,
            source=source,
        )


def remove(apps, schema_editor):
    """Take the list away again; a course that a return speaks of stays and stops the step back."""
    slugs = [course[0] for course in COURSES]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM training_target WHERE course_id IN "
            "(SELECT id FROM training_course WHERE slug = ANY (%s))",
            [slugs],
        )
        cursor.execute("DELETE FROM training_course WHERE slug = ANY (%s)", [slugs])


class Migration(migrations.Migration):
    dependencies = [("training", "0002_isolate")]

    operations = [migrations.RunPython(add, remove)]
