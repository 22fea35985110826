#!/bin/sh
# Runs once, when the cluster is made: the owner of the clinical tables, and Temporal's role with its two databases.
# Passwords reach psql as variables, so that they stand in no command line and in no log.
set -eu

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres --quiet <<'SQL'
\set owner_password `cat /run/secrets/owner-password`
\set temporal_password `cat /run/secrets/temporal-password`
SET log_statement = 'none';
SET log_min_error_statement = 'panic';

CREATE ROLE patency_owner LOGIN CREATEROLE PASSWORD :'owner_password';
-- What it creates (the roles of the desks) it may also become, for seeding.
ALTER ROLE patency_owner SET createrole_self_grant = 'set, inherit';
CREATE DATABASE patency OWNER patency_owner;
REVOKE ALL ON DATABASE patency FROM PUBLIC;

CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE ALL ON DATABASE temporal, temporal_visibility FROM PUBLIC;
SQL
