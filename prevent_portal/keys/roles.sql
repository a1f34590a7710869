-- The logins of the key store. Run as a superuser on the key store's own server, as often as you like. Passwords are set
-- separately, never in this file.
--
--   portal_keys_owner   owns the key store; runs migrations and nothing else
--   portal_keys         the login of web, worker and beat; owns nothing, cannot truncate

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['portal_keys_owner', 'portal_keys'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I', wanted);
    END IF;
  END LOOP;

  -- Only a superuser may name SUPERUSER, REPLICATION or BYPASSRLS, even to take them away: managed services have none.
  IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
    FOREACH wanted IN ARRAY ARRAY['portal_keys_owner', 'portal_keys'] LOOP
      EXECUTE format('ALTER ROLE %I NOSUPERUSER NOREPLICATION NOBYPASSRLS', wanted);
    END LOOP;
  END IF;
END
$$;

ALTER ROLE portal_keys_owner LOGIN CREATEDB NOCREATEROLE;
ALTER ROLE portal_keys LOGIN NOCREATEDB NOCREATEROLE;

-- Nobody is a member of the owner through an earlier mistake.
REVOKE portal_keys_owner FROM portal_keys;
