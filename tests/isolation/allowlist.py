"""Every table, function and key that departs from plain isolation by council, with the reason.

A line that is no longer needed fails the build like a table that is missing here.
"""

from __future__ import annotations

OPEN_TABLES = {
    "account_emailaddress": "sign-in: addresses of a person, who belongs to no council or to several",
    "account_emailconfirmation": "sign-in: keys of unconfirmed addresses",
    "accounts_councilgrouppermission": "grants of role groups on councils: names of permissions, no content",
    "accounts_counciluserpermission": "guardian wants the table; kept empty, people get rights through roles",
    "accounts_rolegroup": "the fixed list of roles of each council; holds no person",
    "accounts_user": "a person is one account in several councils; memberships are isolated",
    "accounts_user_groups": "auth groups mirror memberships; rights are read from memberships alone",
    "accounts_user_user_permissions": "Django's table; kept empty, people get rights through roles",
    "auth_group": "names of role groups",
    "auth_group_permissions": "Django's table; kept empty, rights are guardian grants on councils",
    "auth_permission": "names of permissions",
    "django_content_type": "names of models",
    "django_migrations": "names of migrations; the app's role reads it at most",
    "django_session": "sessions, found by a secret key before anybody is known",
    "guardian_groupobjectpermission": "guardian's generic table; kept empty, grants use direct foreign keys",
    "guardian_userobjectpermission": "guardian's generic table; kept empty, grants use direct foreign keys",
    "mfa_authenticator": "second factors of a person, needed before any council is chosen",
    "outbox_email": "mail in transit, sign-in codes included; bodies are blanked once sent",
    "partnerships_directoryimport": "which official registers were read into the directory, and when",
    "partnerships_organisation": "one national directory of organisations, shared by every council",
    "partnerships_organisationcode": "codes of the national directory",
    "partnerships_organisationgrouppermission": "guardian wants the table; kept empty",
    "partnerships_organisationuserpermission": "follows the councils' own rows of who acts for an "
    "organisation; opens nothing by itself",
    "tenancy_council": "the public register of councils",
    "tenancy_councilcode": "public codes of councils",
}
"""Tables without row-level security."""

OWN_POLICIES = {
    "accounts_calendarlink": "belongs to a person, who alone reads and writes it",
    "audit.event": "written by a definer function only; restricted rows need the right to read them",
    "audit.link": "the chain; the portal's login may not read it, for its length would tell of hidden events",
    "compliance_edition": "shipped reference data that every council reads and nobody writes",
    "compliance_editionitem": "shipped reference data that every council reads and nobody writes",
    "outbox_notice": "one person's inbox, read by nobody else and while they are a member of its council",
    "outbox_remindersettings": "how one person wants to be told, read by nobody else; it has no council",
    "partnerships_boardparticipant": "names two councils, host and participant; both read, the host writes",
    "partnerships_threatlevel": "national data that every council reads and the operator alone writes",
    "training_course": "the national list is every council's to read; a council's own is its own",
    "training_target": "national targets are every council's to read; a council's own are its own",
    "training_returngrant": "written by the organisation that shares, read by the council it shares with",
    "training_trainingreturn": "belongs to an organisation, or to a council for a council-specific return",
}
"""Tables with row-level security that is not the plain council policy."""

UNREADABLE = {"audit.link"}
"""Tables that the portal's login cannot even ask."""

READ_BY_ALL = {"compliance_edition", "compliance_editionitem", "partnerships_threatlevel"}
"""Tables of OWN_POLICIES whose reading policy is simply true."""

DEFINER_FUNCTIONS = {
    "accounts_calendar_person(text)": "whose private calendar address it is, before any scope exists",
    "accounts_own_councils()": "own live memberships, read before any scope exists",
    "accounts_receiving_councils()": "the council whose grants are read, in the scope entered for it",
    "accounts_restricted_audit_councils()": "where the person may read the access log",
    "accounts_service_user()": "the principal of scheduled jobs",
    "accounts_visible_councils()": "the rule of isolation itself; returns councils, never rows",
    "audit.add_link(audit.event)": "adds one event to its chain; the trail's own trigger calls it",
    "audit.alarms_raised(text,interval)": "kinds and persons of alarms, for the job that raises them",
    "audit.chain_event()": "the trigger that chains an event when its transaction commits",
    "audit.chains()": "which chains there are, for verification; no event",
    "audit.differing(bigint[],bigint[],bytea[])": "which anchored heads are not in the chains; no event",
    "audit.head_of(bigint)": "whether anything open was recorded of a council; no event",
    "audit.heads()": "the newest link of each chain, to be written outside the database; no event",
    "audit.most_by_person(text[],interval,interval,boolean)": "counts of restricted events by person, for "
    "that job alone; no event",
    "audit.out_of_hours_by_person(text[],interval,time without time zone,time without time zone,date[],text)": (  # noqa: E501
        "the same, of events outside office hours"
    ),
    "audit.record(text,text,text,jsonb,boolean)": "the only way into the audit trail",
    "audit.verify(bigint)": "walks a chain and says where it breaks; no event",
    "compliance_published()": "keys of a council's publications that stand, in the scope of a public reader",
    "compliance_published_renditions()": "keys of the files of those publications",
    "compliance_received_plans()": "keys of live shares of plans with the council whose grants are read",
    "compliance_received_risks()": "keys of live shares of risks with the council whose grants are read",
    "compliance_shared_actions()": "keys of the actions of shared plans",
    "compliance_shared_plans()": "keys of plans that are shared with the council whose grants are read",
    "compliance_shared_registers()": "councils that share their publishable risks with that council",
    "outbox_take_due_jobs(double precision)": "keys of waiting jobs of all councils, for the sweeper",
    "outbox_tell_progress(uuid,uuid,integer,text,double precision)": "progress by a job's claim holder",
    "partnerships_invited_boards()": "joint boards to which a visible council is invited: the board alone",
    "partnerships_follow_vouchers()": "a trigger: keeps guardian's grant while any council vouches",
    "partnerships_joint_boards()": "joint boards in which a visible council takes part",
    "partnerships_joint_meetings()": "keys of the meetings of those boards",
    "partnerships_joint_packs()": "keys of those meetings' packs, of the edition that is for everybody",
    "training_councils_with(text)": "visible councils where a live role holds a permission",
    "training_granted_returns()": "returns shared with a visible council",
    "training_keep_local_course()": "a trigger: refuses rows about another council's own course",
    "training_served_councils()": "councils that link an organisation which the person acts for",
    "training_own_organisations()": "organisations that the person acts for in a visible council",
}
"""SECURITY DEFINER functions, apart from those whose prefix is below."""

DEFINER_PREFIXES = {
    "compliance_risk_": "each derives keys from the person's live roles and places on audiences; one gives "
    "the person's own reviews by reference and date",
    "channel_": "each derives keys from the person's live roles, seats, signatures and grants, no content; "
    "three name whom to alert, one raises reviews and one takes lapsed files away for the nightly job, one "
    "destroys a case for two people; for reports, one gives approved figures as they were printed and two "
    "count meetings and attendance by agency",
}

LOOSE_REFERENCES = {
    "training_returnreview.training_return_id": "a trust-wide return has no council; the return's own policy "
    "decides who sees it",
    **{
        f"training_{table}.course_id": "national courses have no council; a trigger refuses others' own"
        for table in (
            "deliveryplan",
            "expectedreturn",
            "facilitatorcourse",
            "improvementplan",
            "knowledgesurvey",
            "registerfigure",
            "returndraft",
            "roundreturn",
            "target",
            "trainingrequest",
            "trainingreturn",
            "trainingsession",
        )
    },
    "training_trainingreturn.superseded_by_id": "trust-wide returns have no council; a return is "
    "superseded by another of its organisation, in one service",
}
"""Foreign keys between row-level-secured tables that are not composite."""

GLOBAL_KEYS = {
    "accounts_apitoken_digest_key": "digest of a random secret",
    "accounts_invitation_digest_key": "digest of a random secret",
    "membership_open_once_per_role": "the role group is one council's own, which its composite key holds",
}
"""Unique keys of isolated tables that neither start with the council nor hold a random identifier."""
