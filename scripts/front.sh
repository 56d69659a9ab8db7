#!/usr/bin/env bash
# Builds the browser's part into target/site/pkg: place.js and place_bg.wasm, small and compressed.
# « compile » makes the WASM, « join BINDGEN » (the program of scripts/bindgen) makes the files that are served;
# apart, so that the long first half can run beside the build of the server. Without a change, both do nothing.
source "$(dirname "$0")/common.sh"

out="$SITE/pkg"
wasm=target/front/wasm32-unknown-unknown/wasm-release/app.wasm
newest=$(find app/src domain/src domain/data app/Cargo.toml domain/Cargo.toml Cargo.toml Cargo.lock -type f -newer "$out/place_bg.wasm" -print -quit 2>/dev/null || true)
if [ -f "$out/place_bg.wasm" ] && [ -z "$newest" ]; then exit 0; fi

compile() {
  say "building the interactive parts of pages (WASM)"
  wasm_cargo build -p app --lib --no-default-features --features hydrate --profile wasm-release
}

join() { # join BINDGEN
  mkdir -p "$out"
  "$1" "$wasm" "$out"
  scripts/node_modules/.bin/wasm-opt -Oz --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext \
    --enable-mutable-globals --enable-reference-types --enable-multivalue --strip-debug --strip-producers \
    "$out/place_bg.wasm" -o "$out/place_bg.opt.wasm"
  mv "$out/place_bg.opt.wasm" "$out/place_bg.wasm"
  # What wasm-bindgen writes is made to be read.
  scripts/node_modules/.bin/esbuild "$out/place.js" --minify --format=esm --log-level=error --outfile="$out/place.min.js"
  mv "$out/place.min.js" "$out/place.js"
  # Compressed beforehand: the server sends these as they are.
  node -e '
const fs = require("fs"), zlib = require("zlib");
for (const file of process.argv.slice(1)) {
  const bytes = fs.readFileSync(file);
  const br = zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 } });
  fs.writeFileSync(file + ".br", br);
  console.log(`${file.split("/").pop()}: ${bytes.length} bytes, ${br.length} compressed`);
}' "$out/place.js" "$out/place_bg.wasm"
}

case "${1:-}" in
  compile) compile ;;
  join) join "$2" ;;
  *) fail "scripts/front.sh compile, then scripts/front.sh join BINDGEN" ;;
esac
