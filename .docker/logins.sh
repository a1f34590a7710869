#!/bin/sh
# Runs once, when the database volume is new, after roles.sql: passwords, the owner of the database, the backup login.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set owner="$OWNER_PASSWORD" --set app="$APP_PASSWORD" --set backup="$BACKUP_PASSWORD" --set database="$POSTGRES_DB" <<'SQL'
ALTER ROLE portal_owner NOCREATEDB PASSWORD :'owner';
ALTER ROLE portal_app PASSWORD :'app';
CREATE ROLE portal_backup LOGIN BYPASSRLS PASSWORD :'backup';
GRANT pg_read_all_data TO portal_backup;
ALTER DATABASE :"database" OWNER TO portal_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO portal_app, portal_backup;
GRANT TEMPORARY ON DATABASE :"database" TO portal_app;
SQL
