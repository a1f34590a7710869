"""The walls of emergency readings and of retention, and the two rules that the cases' wall gains (RC-3, RC-4).

A case is also hidden by residence: a district attender and a police representative read cases of residents of
the area that their seat names, and of no other; a case manager's grant has an end. Nobody reads one, nor
prepares one, without a promise of confidentiality in force in the partnership's register. An emergency reading
opens one case for thirty minutes of the database's own clock.

What is destroyed is destroyed here, by one function that asks for the second person, the period, holds and
reviews itself, and follows every foreign key that leads to the case, those of later migrations included (RC-7).
"""

# ruff: noqa: S608 - every part of these statements is a constant of this file

from django.conf import settings
from django.db import migrations

from prevent_portal.keys.columns import OnlySealed
from prevent_portal.tenancy.isolation import IsolateByCouncil

_STABLE = "LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_PROGRAM = "LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_TRIGGER = "LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp"
_TODAY = "(now() AT TIME ZONE 'Europe/London')::date"
_COUNCIL = "NULLIF(current_setting('app.council_id', true), '')::bigint"
_PERSON = "NULLIF(current_setting('app.user_id', true), '')::bigint"


def _live(row):
    return f"{row}.starts_on <= {_TODAY} AND ({row}.ends_on IS NULL OR {row}.ends_on >= {_TODAY})"


_LIVE_ROLE = f"""
          AND u.is_active AND NOT u.is_service
          AND m.revoked_at IS NULL AND {_live("m")}
"""


def _roles(names):
    return f"""
        SELECT coalesce(array_agg(r.role::text), '{{}}')
        FROM public.accounts_membership m
        JOIN public.accounts_user u ON u.id = m.user_id
        JOIN public.accounts_rolegroup r ON r.id = m.role_group_id
        WHERE current_setting('app.scope', true) = 'council'
          AND m.user_id = {_PERSON} AND m.council_id = {_COUNCIL}
          {_LIVE_ROLE}
          AND r.role IN ({names})
        """


def _prepared(more):
    return f"""
        SELECT led FROM public.channel_led_panels() led
        WHERE {more}EXISTS (
            SELECT FROM public.channel_acknowledgement a
            JOIN public.channel_current_statements() s ON s.statement_id = a.statement_id
            WHERE a.panel_id = led AND a.person_id = public.channel_person()
              AND s.kind = 'annual' AND a.signed_at > now() - interval '365 days')
        """


_STANDING = "'channel_chair', 'channel_administrator', 'panel_member'"
_PANEL_ROLES = f"{_STANDING}, 'case_manager'"

_AUDITING = _roles("'auditor'")
_ADMINISTERING = _roles("'administrator'")

# What these functions said before, for the way back.
BEFORE = {
    "channel_roles": ("text[]", _roles(_PANEL_ROLES)),
    "channel_prepared_panels": ("SETOF uuid", _prepared("")),
    "channel_visible_cases": (
        "SETOF uuid",
        f"""
        SELECT public.channel_prepared_cases()
        UNION
        SELECT l.case_id
        FROM public.channel_meetingcase l
        JOIN public.channel_caseuserpermission g ON g.content_object_id = l.case_id
        JOIN public.auth_permission p ON p.id = g.permission_id
        WHERE l.meeting_id IN (SELECT public.channel_signed_meetings())
          AND g.user_id = public.channel_person() AND g.council_id = {_COUNCIL}
          AND p.codename = 'read_case' AND {_live("g")}
        """,
    ),
}

# The new functions that the changed ones lean on.
FIRST = {
    # Whether the person's promise in the partnership's register counts today, as in_force() reads it.
    "channel_promised()": (
        "boolean",
        f"""
        SELECT EXISTS (
            SELECT FROM public.partnerships_acknowledgement a
            WHERE a.council_id = {_COUNCIL} AND a.person_id = {_PERSON} AND a.covers = 'channel'
              AND a.starts_on <= {_TODAY} AND a.ends_on >= {_TODAY}
              AND (a.withdrawn_on IS NULL OR a.withdrawn_on > {_TODAY}))
        """,
    ),
    # Cases that the person has open in an emergency at this moment.
    "channel_broken_cases()": (
        "SETOF uuid",
        f"""
        SELECT b.case_id FROM public.channel_breakglass b
        WHERE b.person_id = public.channel_person() AND b.council_id = {_COUNCIL}
          AND b.opened_at > now() - interval '30 minutes'
          AND b.ended_at IS NULL AND b.reviewed_at IS NULL
        """,
    ),
}

AFTER = {
    "channel_roles": ("text[]", _roles(f"{_PANEL_ROLES}, 'district_attender', 'police_representative'")),
    "channel_prepared_panels": ("SETOF uuid", _prepared("public.channel_promised() AND ")),
    # The rule of the whole room: prepared by chair or secretary; or listed at an open meeting of the person's
    # panel whose current statement they signed, and within their seat: residents of its area for a district
    # and the police, cases granted by name for the rest, until a day for a case manager by role or by seat; or
    # an emergency.
    "channel_visible_cases": (
        "SETOF uuid",
        f"""
        SELECT public.channel_prepared_cases()
        UNION
        SELECT public.channel_broken_cases()
        UNION
        SELECT l.case_id
        FROM public.channel_meetingcase l
        JOIN public.channel_channelmeeting m ON m.id = l.meeting_id
        JOIN public.channel_channelcase c ON c.id = l.case_id
        JOIN public.channel_seat s ON s.panel_id = m.panel_id
        WHERE l.meeting_id IN (SELECT public.channel_signed_meetings()) AND public.channel_promised()
          AND s.person_id = public.channel_person() AND s.council_id = {_COUNCIL}
          AND s.ended_at IS NULL AND {_live("s")}
          AND CASE s.capacity
              WHEN 'district' THEN 'district_attender' = ANY (public.channel_roles())
                  AND c.residence_id = s.district_id
              WHEN 'police' THEN 'police_representative' = ANY (public.channel_roles())
                  AND c.police_area = s.police_area
              ELSE public.channel_roles() && ARRAY[{_PANEL_ROLES}] AND EXISTS (
                  SELECT FROM public.channel_caseuserpermission g
                  JOIN public.auth_permission p ON p.id = g.permission_id
                  WHERE g.content_object_id = c.id AND g.user_id = s.person_id
                    AND g.council_id = s.council_id AND p.codename = 'read_case' AND {_live("g")}
                    AND (g.ends_on IS NOT NULL OR (
                        s.capacity <> 'case_manager' AND public.channel_roles() && ARRAY[{_STANDING}])))
              END
        """,
    ),
}

LATER = {
    "channel_led_cases()": (
        "SETOF uuid",
        f"""
        SELECT c.id FROM public.channel_channelcase c
        WHERE c.council_id = {_COUNCIL} AND c.panel_id IN (SELECT public.channel_led_panels())
        """,
    ),
    # The council, for its auditor or data protection officer: the log and its metadata, never a case.
    "channel_auditor_councils()": (
        "SETOF bigint",
        f"SELECT {_COUNCIL} WHERE cardinality((SELECT r FROM ({_AUDITING}) x (r))) > 0",
    ),
    # Whether the person runs the portal or the council's part of it: a second person then approves (RC-4).
    "channel_is_operator()": (
        "boolean",
        f"""
        SELECT EXISTS (
            SELECT FROM public.accounts_user u WHERE u.id = {_PERSON} AND (u.is_staff OR u.is_superuser)
        ) OR cardinality((SELECT r FROM ({_ADMINISTERING}) x (r))) > 0
        """,
    ),
    # Nobody opens another case in an emergency while a review is overdue.
    "channel_may_break()": (
        "boolean",
        f"""
        SELECT public.channel_person() IS NOT NULL AND NOT EXISTS (
            SELECT FROM public.channel_breakglass b
            WHERE b.council_id = {_COUNCIL} AND b.opened_at IS NOT NULL AND b.reviewed_at IS NULL
              AND b.review_due_on < {_TODAY})
        """,
    ),
    # The key of a case whose reference somebody was told. Every question is an event of the trail.
    "channel_case_to_break(asked text)": (
        "uuid",
        f"""
        SELECT c.id FROM public.channel_channelcase c
        WHERE c.council_id = {_COUNCIL} AND c.reference = asked AND public.channel_may_break()
        """,
    ),
    # Whom an emergency reading of one's own alarms: the panel's chairs and the data protection officers.
    "channel_alarmed(glass uuid)": (
        "SETOF text",
        f"""
        SELECT DISTINCT u.email::text
        FROM public.channel_breakglass b
        JOIN public.channel_channelcase c ON c.id = b.case_id
        JOIN public.accounts_membership m ON m.council_id = b.council_id
        JOIN public.accounts_user u ON u.id = m.user_id
        JOIN public.accounts_rolegroup r ON r.id = m.role_group_id
        WHERE b.id = glass AND b.council_id = {_COUNCIL} AND b.person_id = public.channel_person()
          AND u.id <> b.person_id {_LIVE_ROLE}
          AND (r.role = 'auditor' OR (r.role = 'channel_chair' AND EXISTS (
              SELECT FROM public.channel_seat s
              WHERE s.panel_id = c.panel_id AND s.person_id = u.id AND s.capacity = 'chair'
                AND s.ended_at IS NULL AND {_live("s")})))
        """,
    ),
    "channel_retention_years()": (
        "integer",
        f"""
        SELECT coalesce((
            SELECT d.years FROM public.channel_retentiondecision d
            WHERE d.council_id = {_COUNCIL} ORDER BY d.decided_at DESC, d.id DESC LIMIT 1), 6)::integer
        """,
    ),
    # Cases whose period is over: the day after its last day counts, so that no leap year ends it early.
    "channel_expired_cases()": (
        "TABLE (case_id uuid, panel_id uuid, reference text, left_on date, due_on date)",
        f"""
        SELECT c.id, c.panel_id, c.reference::text, c.exited_on, e.ends + 1
        FROM public.channel_channelcase c
        CROSS JOIN LATERAL (
            SELECT (c.exited_on + make_interval(years => public.channel_retention_years()))::date
        ) e (ends)
        WHERE c.council_id = {_COUNCIL} AND e.ends < {_TODAY}
          AND NOT EXISTS (
              SELECT FROM public.channel_legalhold h WHERE h.case_id = c.id AND h.lifted_at IS NULL)
        """,
    ),
    # Whom the nightly job tells of cases to review: the panel's chairs.
    "channel_retention_chairs(panel uuid)": (
        "SETOF text",
        f"""
        SELECT DISTINCT u.email::text
        FROM public.channel_seat s
        JOIN public.accounts_membership m ON m.user_id = s.person_id AND m.council_id = s.council_id
        JOIN public.accounts_user u ON u.id = m.user_id
        JOIN public.accounts_rolegroup r ON r.id = m.role_group_id
        WHERE current_setting('app.scope', true) = 'service'
          AND s.panel_id = panel AND s.council_id = {_COUNCIL} AND s.capacity = 'chair'
          AND s.ended_at IS NULL AND {_live("s")}
          AND r.role = 'channel_chair' {_LIVE_ROLE}
        """,
    ),
    # Whom an alarm about reading tells: the council's chairs and data protection officers, but who read (AL-4).
    "channel_watchers(reader bigint)": (
        "SETOF text",
        f"""
        SELECT DISTINCT u.email::text
        FROM public.accounts_membership m
        JOIN public.accounts_user u ON u.id = m.user_id
        JOIN public.accounts_rolegroup r ON r.id = m.role_group_id
        WHERE current_setting('app.scope', true) = 'service'
          AND m.council_id = {_COUNCIL} AND u.id IS DISTINCT FROM reader {_LIVE_ROLE}
          AND (r.role = 'auditor' OR (r.role = 'channel_chair' AND EXISTS (
              SELECT FROM public.channel_seat s
              WHERE s.council_id = m.council_id AND s.person_id = u.id AND s.capacity = 'chair'
                AND s.ended_at IS NULL AND {_live("s")})))
        """,
    ),
    # Which of these references are of cases on panels that the person leads, destroyed ones included.
    "channel_led_references(asked text[])": (
        "SETOF text",
        f"""
        SELECT c.reference::text FROM public.channel_channelcase c
        WHERE c.council_id = {_COUNCIL} AND c.reference = ANY (asked)
          AND c.panel_id IN (SELECT public.channel_led_panels())
        UNION
        SELECT d.reference::text FROM public.channel_destruction d
        WHERE d.council_id = {_COUNCIL} AND d.reference = ANY (asked)
          AND d.panel_id IN (SELECT public.channel_led_panels())
        """,
    ),
    # Whether an event of the trail is about a panel that the person does not lead: its cases, destroyed ones
    # included, its seats, meetings and files. A chair's access log leaves it out; an auditor's does not. Anybody
    # else is told yes of everything.
    "channel_is_elsewhere(subject text, details jsonb)": (
        "boolean",
        f"""
        SELECT array_position(public.channel_roles(), 'channel_chair') IS NULL OR EXISTS (
            SELECT FROM public.channel_panel p
            WHERE p.council_id = {_COUNCIL} AND p.id NOT IN (SELECT public.channel_led_panels()) AND (
                p.id = ANY (k.keys)
                OR EXISTS (SELECT FROM public.channel_channelcase c WHERE c.panel_id = p.id
                           AND (c.id = ANY (k.keys) OR c.reference = ANY (k.names)))
                OR EXISTS (SELECT FROM public.channel_destruction d WHERE d.panel_id = p.id
                           AND (d.id = ANY (k.keys) OR d.record = ANY (k.keys) OR d.reference = ANY (k.names)))
                OR EXISTS (SELECT FROM public.channel_channelmeeting x
                           WHERE x.panel_id = p.id AND x.id = ANY (k.keys))
                OR EXISTS (SELECT FROM public.channel_seat x WHERE x.panel_id = p.id AND x.id = ANY (k.keys))
                OR EXISTS (SELECT FROM public.channel_panelfile x
                           WHERE x.panel_id = p.id AND x.id = ANY (k.keys))
                OR EXISTS (SELECT FROM public.channel_figurerelease x
                           WHERE x.panel_id = p.id AND x.id = ANY (k.keys))))
        FROM (
            SELECT ARRAY(SELECT v::uuid
                         FROM unnest(ARRAY[subject, details ->> 'panel', details ->> 'case', details ->> 'meeting']) v
                         WHERE v ~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$'),
                   ARRAY(SELECT details ->> 'reference'
                         UNION SELECT details ->> 'later'
                         UNION SELECT jsonb_array_elements_text(
                             CASE jsonb_typeof(details -> 'cases') WHEN 'array' THEN details -> 'cases' END))
        ) k (keys, names)
        """,
    ),
}
# Asked by the other functions alone.
INTERNAL = {"channel_expired_cases()"}

PROGRAMS = {
    # The nightly job's one step: raise a review for each case whose period is over and that has none.
    "channel_raise_destructions()": (
        "TABLE (panel uuid, raised bigint)",
        f"""
        BEGIN
            IF current_setting('app.scope', true) IS DISTINCT FROM 'service' THEN
                RAISE EXCEPTION 'Only the nightly job raises reviews.' USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN QUERY
            WITH raised_now AS (
                INSERT INTO public.channel_destruction
                    (id, council_id, panel_id, record, reference, state, left_on, due_on, raised_at)
                SELECT gen_random_uuid(), {_COUNCIL}, e.panel_id, e.case_id, e.reference, 'due',
                       e.left_on, e.due_on, now()
                FROM public.channel_expired_cases() e
                WHERE NOT EXISTS (
                    SELECT FROM public.channel_destruction d
                    WHERE d.record = e.case_id
                      AND (d.state <> 'kept' OR d.keep_until >= {_TODAY}))
                ON CONFLICT DO NOTHING
                RETURNING panel_id
            )
            SELECT panel_id, count(*) FROM raised_now GROUP BY panel_id;
        END
        """,
    ),
    # The nightly job's other step: the rows of files whose day is over. It destroys their keys after that.
    "channel_drop_lapsed_files()": (
        "SETOF uuid",
        f"""
        BEGIN
            IF current_setting('app.scope', true) IS DISTINCT FROM 'service' THEN
                RAISE EXCEPTION 'Only the nightly job takes files away.' USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN QUERY
            DELETE FROM public.channel_panelfile f
            WHERE f.council_id = {_COUNCIL} AND f.requested_at <= now() - interval '24 hours'
            RETURNING f.id;
        END
        """,
    ),
    # Delete rows and whatever points to them, and count by table. An earlier case of the same person, and a
    # later one, stay: a reference from the table to itself is emptied.
    "channel_destroy_rows(target regclass, ids uuid[])": (
        "jsonb",
        """
        DECLARE
            pointing record;
            found uuid[];
            counts jsonb := '{}';
            part record;
            gone bigint;
        BEGIN
            FOR pointing IN
                SELECT DISTINCT k.conrelid::regclass AS source, a.attname AS col
                FROM pg_constraint k
                CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS pair (here, there)
                JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.here
                JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = pair.there
                WHERE k.contype = 'f' AND k.confrelid = target AND f.attname = 'id'
            LOOP
                IF pointing.source = target THEN
                    EXECUTE format('UPDATE %s SET %I = NULL WHERE %I = ANY ($1)',
                        pointing.source, pointing.col, pointing.col) USING ids;
                    CONTINUE;
                END IF;
                EXECUTE format('SELECT array_agg(id) FROM %s WHERE %I = ANY ($1)',
                    pointing.source, pointing.col) INTO found USING ids;
                IF found IS NOT NULL THEN
                    FOR part IN SELECT key, value FROM jsonb_each(
                        public.channel_destroy_rows(pointing.source, found))
                    LOOP
                        counts := counts || jsonb_build_object(
                            part.key, coalesce((counts ->> part.key)::bigint, 0) + (part.value)::text::bigint);
                    END LOOP;
                END IF;
            END LOOP;
            EXECUTE format('DELETE FROM %s WHERE id = ANY ($1)', target) USING ids;
            GET DIAGNOSTICS gone = ROW_COUNT;
            RETURN counts || jsonb_build_object((SELECT relname FROM pg_class WHERE oid = target), gone);
        END
        """,
    ),
    # Destroy a case that somebody else proposed, and write its certificate (RC-7).
    "channel_destroy_case(review uuid)": (
        "jsonb",
        f"""
        DECLARE
            d public.channel_destruction;
            counts jsonb;
            me bigint := {_PERSON};
        BEGIN
            SELECT * INTO d FROM public.channel_destruction x
            WHERE x.id = review AND x.council_id = {_COUNCIL} AND x.state = 'proposed' FOR UPDATE;
            IF d.id IS NULL THEN
                RAISE EXCEPTION 'Nothing is proposed here.' USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF me IS NULL OR d.proposed_by_id = me OR NOT (
                (d.panel_id IN (SELECT public.channel_led_panels())
                    AND 'channel_chair' = ANY (public.channel_roles()))
                OR d.council_id IN (SELECT public.channel_auditor_councils()))
            THEN
                RAISE EXCEPTION 'A second person destroys it.' USING ERRCODE = 'insufficient_privilege';
            END IF;
            PERFORM FROM public.channel_channelcase c WHERE c.id = d.record FOR UPDATE;
            IF NOT EXISTS (SELECT FROM public.channel_expired_cases() e WHERE e.case_id = d.record) THEN
                RAISE EXCEPTION 'It is held, or its period is not over.'
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF EXISTS (SELECT FROM public.channel_breakglass b
                       WHERE b.case_id = d.record AND b.opened_at IS NOT NULL AND b.reviewed_at IS NULL) THEN
                RAISE EXCEPTION 'An emergency reading of it was not reviewed.'
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
            counts := public.channel_destroy_rows('public.channel_channelcase', ARRAY[d.record]);
            UPDATE public.channel_destruction x
            SET state = 'destroyed', decided_by_id = me, decided_at = now(), certificate = counts
            WHERE x.id = d.id;
            RETURN counts;
        END
        """,
    ),
}
INTERNAL_PROGRAMS = {"channel_destroy_rows(target regclass, ids uuid[])"}

_AS_OWNER = "pg_has_role(current_user, (SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID), 'USAGE')"

TRIGGERS = {
    "channel_keep_glass": (
        "channel_breakglass",
        f"""
        DECLARE
            me bigint := {_PERSON};
            may_look boolean;
            fixed text[] := ARRAY['approved_by_id', 'approved_at', 'opened_at', 'ended_at', 'reviewed_by_id',
                'reviewed_at', 'verdict', 'review_note', 'reason', 'sealed_version'];
        BEGIN
            IF {_AS_OWNER} THEN RETURN NEW; END IF;
            IF (to_jsonb(NEW) - fixed) <> (to_jsonb(OLD) - fixed) OR OLD.reviewed_at IS NOT NULL THEN
                RAISE EXCEPTION 'An emergency reading stays as it was.' USING ERRCODE = 'check_violation';
            END IF;
            may_look := OLD.person_id IS DISTINCT FROM me AND (
                OLD.case_id IN (SELECT public.channel_led_cases())
                OR OLD.council_id IN (SELECT public.channel_auditor_councils()));
            IF NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id THEN
                IF OLD.approved_by_id IS NOT NULL OR NEW.approved_by_id IS DISTINCT FROM me OR NOT may_look
                    OR NOT ('channel_chair' = ANY (public.channel_roles())
                            OR OLD.council_id IN (SELECT public.channel_auditor_councils()))
                    OR OLD.asked_at < now() - interval '24 hours' OR NEW.opened_at IS DISTINCT FROM now()
                THEN
                    RAISE EXCEPTION 'It is approved once, by a second person.'
                        USING ERRCODE = 'check_violation';
                END IF;
            ELSIF NEW.opened_at IS DISTINCT FROM OLD.opened_at THEN
                RAISE EXCEPTION 'It opens once.' USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.ended_at IS DISTINCT FROM OLD.ended_at
                AND (OLD.ended_at IS NOT NULL OR OLD.person_id IS DISTINCT FROM me) THEN
                RAISE EXCEPTION 'Who opened it ends it, once.' USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.reviewed_by_id IS DISTINCT FROM OLD.reviewed_by_id
                AND (NEW.reviewed_by_id IS DISTINCT FROM me OR NOT may_look) THEN
                RAISE EXCEPTION 'Somebody else reviews it.' USING ERRCODE = 'check_violation';
            END IF;
            -- A review seals the reason anew beside its note. Nobody else gives another reason afterwards.
            IF NEW.reviewed_by_id IS NOT DISTINCT FROM OLD.reviewed_by_id
                AND (NEW.reason, NEW.review_note, NEW.sealed_version)
                    IS DISTINCT FROM (OLD.reason, OLD.review_note, OLD.sealed_version) THEN
                RAISE EXCEPTION 'The reason stays as it was given.' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END
        """,
    ),
    "channel_keep_hold": (
        "channel_legalhold",
        f"""
        BEGIN
            IF {_AS_OWNER} THEN RETURN NEW; END IF;
            IF OLD.lifted_at IS NOT NULL OR NEW.lifted_by_id IS DISTINCT FROM {_PERSON}
                OR (to_jsonb(NEW) - ARRAY['lifted_by_id', 'lifted_at'])
                    <> (to_jsonb(OLD) - ARRAY['lifted_by_id', 'lifted_at']) THEN
                RAISE EXCEPTION 'A hold is lifted once, and never changed.' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END
        """,
    ),
    "channel_keep_destruction": (
        "channel_destruction",
        f"""
        DECLARE
            fixed text[] := ARRAY['state', 'proposed_by_id', 'proposed_at', 'decided_by_id', 'decided_at',
                'keep_until'];
        BEGIN
            IF {_AS_OWNER} THEN RETURN NEW; END IF;
            IF (to_jsonb(NEW) - fixed) <> (to_jsonb(OLD) - fixed) OR NOT (
                (OLD.state = 'due' AND NEW.state = 'proposed' AND NEW.proposed_by_id = {_PERSON})
                OR (OLD.state IN ('due', 'proposed') AND NEW.state = 'kept'
                    AND NEW.decided_by_id = {_PERSON}
                    AND NEW.proposed_by_id IS NOT DISTINCT FROM OLD.proposed_by_id))
            THEN
                RAISE EXCEPTION 'A review is kept on or proposed.' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END
        """,
    ),
}

_CHAIR = "'channel_chair' = ANY ((SELECT channel_roles())::text[])"
_AUDITOR = "council_id IN (SELECT channel_auditor_councils())"
_ME = "(SELECT channel_person())"
_MINE = f"person_id = {_ME} OR case_id IN (SELECT channel_led_cases()) OR {_AUDITOR}"
_PREPARED = "case_id IN (SELECT channel_prepared_cases())"
_PANEL = "panel_id IN (SELECT channel_prepared_panels())"

_OPENS = (
    f"person_id = {_ME} AND (SELECT channel_may_break()) "
    "AND needs_approval = (SELECT channel_is_operator()) AND approved_by_id IS NULL "
    f"AND reviewed_by_id IS NULL AND ended_at IS NULL AND review_due_on <= {_TODAY} + 14 "
    "AND ((needs_approval AND opened_at IS NULL) OR (NOT needs_approval AND opened_at = now()))"
)

# table: (who may read, who may add, who may change (before and after), who may remove); "false" is nobody.
WALLS = {
    "channel_breakglass": (
        _MINE,
        _OPENS,
        (f"({_MINE}) AND reviewed_at IS NULL", _MINE),
        "false",
    ),
    "channel_retentiondecision": (
        f"council_id IN (SELECT channel_councils()) OR {_AUDITOR}",
        f"{_CHAIR} AND council_id IN (SELECT channel_led_councils()) AND decided_by_id = {_ME}",
        ("false", "false"),
        "false",
    ),
    "channel_legalhold": (
        f"{_PREPARED} OR {_AUDITOR}",
        f"{_PREPARED} AND placed_by_id = {_ME} AND lifted_by_id IS NULL",
        (_PREPARED, _PREPARED),
        "false",
    ),
    "channel_destruction": (
        f"panel_id IN (SELECT channel_led_panels()) OR {_AUDITOR}",
        "false",
        (f"{_PANEL} AND state IN ('due', 'proposed')", _PANEL),
        "false",
    ),
}


def build(apps, schema_editor):
    run = schema_editor.execute
    role = settings.DATABASE_APP_ROLE
    for name, (returns, body) in {**FIRST, **LATER}.items():
        run(f"CREATE FUNCTION {name} RETURNS {returns} {_STABLE} AS $$ {body} $$")
        _only_for_app(run, name, None if name in INTERNAL else role)
    for name, (returns, body) in AFTER.items():
        run(f"CREATE OR REPLACE FUNCTION {name}() RETURNS {returns} {_STABLE} AS $$ {body} $$")
    for name, (returns, body) in PROGRAMS.items():
        run(f"CREATE FUNCTION {name} RETURNS {returns} {_PROGRAM} AS $$ {body} $$", params=None)
        _only_for_app(run, name, None if name in INTERNAL_PROGRAMS else role)
    for name, (table, body) in TRIGGERS.items():
        run(f"CREATE FUNCTION {name}() RETURNS trigger {_TRIGGER} AS $$ {body} $$")
        run(f'CREATE TRIGGER keep BEFORE UPDATE ON "{table}" FOR EACH ROW EXECUTE FUNCTION {name}()')
    for table, (read, add, (before, after), remove) in WALLS.items():
        start = f'ON "{table}" AS RESTRICTIVE'
        run(f'CREATE POLICY channel_read {start} FOR SELECT TO "{role}" USING ({read})')
        run(f'CREATE POLICY channel_add {start} FOR INSERT TO "{role}" WITH CHECK ({add})')
        run(
            f'CREATE POLICY channel_change {start} FOR UPDATE TO "{role}" '
            f"USING ({before}) WITH CHECK ({after})"
        )
        run(f'CREATE POLICY channel_remove {start} FOR DELETE TO "{role}" USING ({remove})')


def raze(apps, schema_editor):
    run = schema_editor.execute
    for table in WALLS:
        for policy in ("channel_read", "channel_add", "channel_change", "channel_remove"):
            run(f'DROP POLICY {policy} ON "{table}"')
    for name, (table, _body) in TRIGGERS.items():
        run(f'DROP TRIGGER keep ON "{table}"')
        run(f"DROP FUNCTION {name}()")
    for name, (returns, body) in BEFORE.items():
        run(f"CREATE OR REPLACE FUNCTION {name}() RETURNS {returns} {_STABLE} AS $$ {body} $$")
    for name in [*PROGRAMS, *LATER, *FIRST]:
        run(f"DROP FUNCTION {name}")


def _only_for_app(run, name, role):
    run(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
    if role:
        run(f'GRANT EXECUTE ON FUNCTION {name} TO "{role}"')


class Migration(migrations.Migration):
    dependencies = [("channel", "0010_break_glass_and_retention"), ("partnerships", "0014_isolate_registers")]

    operations = [
        IsolateByCouncil("breakglass"),
        IsolateByCouncil("retentiondecision", append_only=True),
        IsolateByCouncil("legalhold"),
        IsolateByCouncil("destruction"),
        OnlySealed("breakglass", "reason"),
        OnlySealed("breakglass", "review_note"),
        OnlySealed("legalhold", "reason"),
        migrations.RunPython(build, raze),
    ]
