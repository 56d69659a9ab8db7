#!/usr/bin/env bash
# A private PostgreSQL for the tests: scripts/postgres.sh start FOLDER prints its address, database FOLDER NAME that of
# an empty database; stop FOLDER ends it.
# initdb refuses root: then everything runs as the user postgres.
source "$(dirname "$0")/common.sh"

folder=$2
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb)")
as=()
if [ "$(id -u)" -eq 0 ]; then as=(runuser -u postgres --); fi

case $1 in
  start)
    mkdir -p "$folder"
    if [ "$(id -u)" -eq 0 ]; then chown postgres "$folder"; fi
    "${as[@]}" "$bin/initdb" -D "$folder/data" -U place --auth=trust --encoding=UTF8 --no-sync >/dev/null
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    # A test database that is thrown away needs no syncs.
    "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w \
      -o "-p $port -c listen_addresses=127.0.0.1 -k $folder -c fsync=off -c max_connections=200" start >/dev/null
    echo "postgres://place@127.0.0.1:$port/postgres"
    ;;
  database)
    port=$(sed -n 4p "$folder/data/postmaster.pid")
    "$bin/createdb" -h 127.0.0.1 -p "$port" -U place "$3"
    echo "postgres://place@127.0.0.1:$port/$3"
    ;;
  stop)
    "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
    ;;
esac
