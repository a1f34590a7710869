-- The database roles of Prevent Portal. Run as a superuser (or a role that may create roles), as often as you like:
-- what is there already is brought back to what is written here. Passwords are set separately, never in this file.
--
--   portal_owner   owns the database and its tables; runs migrations and nothing else
--   portal_app     the login of web, worker and beat; owns nothing, bypasses nothing, cannot truncate
--   portal_audit   owns the audit schema; nobody signs in as it; migrations enter it by SET ROLE
--
-- A fourth role is made in production only, by whoever runs the backups, because row-level security applies to
-- pg_dump too. It reads and does nothing else:
--   CREATE ROLE portal_backup LOGIN BYPASSRLS; GRANT pg_read_all_data TO portal_backup;

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['portal_owner', 'portal_app', 'portal_audit'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I', wanted);
    END IF;
  END LOOP;

  -- Only a superuser may name SUPERUSER, REPLICATION or BYPASSRLS, even to take them away: managed services have none.
  IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
    FOREACH wanted IN ARRAY ARRAY['portal_owner', 'portal_app', 'portal_audit'] LOOP
      EXECUTE format('ALTER ROLE %I NOSUPERUSER NOREPLICATION NOBYPASSRLS', wanted);
    END LOOP;
  END IF;
END
$$;

ALTER ROLE portal_owner LOGIN CREATEDB NOCREATEROLE;
ALTER ROLE portal_app LOGIN NOCREATEDB NOCREATEROLE;
ALTER ROLE portal_audit NOLOGIN NOCREATEDB NOCREATEROLE;

-- The owner may become portal_audit on purpose (SET ROLE, in a migration) and has none of its rights otherwise.
GRANT portal_audit TO portal_owner WITH INHERIT FALSE, SET TRUE;

-- Nobody is a member of the app's role or of the owner's through an earlier mistake.
REVOKE portal_owner FROM portal_app;
REVOKE portal_audit FROM portal_app;
