# What the scripts share. Sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-auto}"

say() { printf '\033[1m== %s\033[0m\n' "$*"; }
fail() { printf 'make: %s\n' "$*" >&2; exit 1; }

# A disk that fills up in the middle fails with whatever was being written: said before, with what would be enough.
needs_disk() {
  local free
  free=$(df --output=avail -BG . | tail -1 | tr -dc 0-9)
  say "disk: $free GB free, $1 GB are enough"
  [ "$free" -ge "$1" ] || echo "make: this may stop before the end for lack of room; \`make clean\` empties what was built here" >&2
}

TOOLS="$PWD/target/tools"
SITE="$PWD/target/site"

# rustup's compiler has the target, or Debian's second compiler builds the standard library from its sources.
has_rustup_wasm() { rustup target list --installed 2>/dev/null | grep -qx wasm32-unknown-unknown; }
has_debian_wasm() {
  [ -x /usr/bin/rustc ] && [ -x /usr/bin/cargo ] && [ -x /usr/bin/wasm-ld-19 ] &&
    [ -d "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library" ]
}

# cargo for the browser: wasm_cargo build …, wasm_cargo clippy …
wasm_cargo() {
  local command=$1; shift
  local target=(--target wasm32-unknown-unknown --target-dir target/front)
  if has_rustup_wasm; then
    cargo "$command" "${target[@]}" "$@"
  else
    # One compiler for the standard library and for us; clippy's driver must be of the same version.
    PATH="/usr/bin:$PATH" RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 /usr/bin/cargo "$command" "${target[@]}" \
      -Zbuild-std=std,panic_abort --config 'target.wasm32-unknown-unknown.linker="wasm-ld-19"' "$@"
  fi
}

# Lints of the browser's part, which is built without the atlas. The profile of the build: what runs on this machine (macros,
# build scripts) is compiled once.
browser_clippy() {
  wasm_cargo clippy -p app --lib --no-default-features --features hydrate --profile wasm-release -- -D warnings
}

# The documentation of every room, private ones too, without a link that leads nowhere.
documented() {
  RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --quiet
}
