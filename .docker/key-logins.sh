#!/bin/sh
# Runs once, when the key store's volume is new, after roles.sql: passwords and the owner of the database.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set owner="$KEYS_OWNER_PASSWORD" --set keys="$KEYS_PASSWORD" --set database="$POSTGRES_DB" <<'SQL'
ALTER ROLE portal_keys_owner NOCREATEDB PASSWORD :'owner';
ALTER ROLE portal_keys PASSWORD :'keys';
ALTER DATABASE :"database" OWNER TO portal_keys_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO portal_keys;
SQL
