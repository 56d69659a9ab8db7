#!/usr/bin/env bash
# Serves, and builds again whenever a source changes.
source "$(dirname "$0")/common.sh"

export PLACE_DATA="${PLACE_DATA:-data}"
server=
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; exit 0' INT TERM EXIT
sources() { find app backend domain server style migrations Cargo.toml -type f \( -name '*.rs' -o -name '*.css' -o -name '*.toml' -o -name '*.sql' -o -name '*.tsv' -o -name '*.html' -o -name '*.txt' \) -printf '%T@ %p\n' | sort | md5sum; }
last=
while true; do
  now=$(sources)
  if [ "$now" != "$last" ]; then
    last=$now
    say "building"
    if cargo build -p server -p bindgen && scripts/front.sh compile && scripts/front.sh join target/debug/bindgen; then
      [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true
      target/debug/place demo --if-empty
      target/debug/place serve & server=$!
    fi
  fi
  sleep 1
done
