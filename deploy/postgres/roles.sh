#!/bin/sh
# Run once by the postgres image, on an empty volume: the two roles, and a database that the owner's owns.
set -eu
psql --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv owner OWNER_PASSWORD
\getenv app APP_PASSWORD
create role countinghouse_owner login password :'owner';
create role countinghouse_app login password :'app';
create database countinghouse owner countinghouse_owner;
SQL
