#!/usr/bin/env bash
# Installs what is missing for: run (build and serve), test (PostgreSQL, browser, mail server), bench (wrk).
# Says what and why, skips what is there, asks for root only when Debian packages are needed.
source "$(dirname "$0")/common.sh"

needs_run=false; needs_test=false; needs_bench=false
for goal in "$@"; do
  case $goal in
    run) needs_run=true ;;
    test) needs_test=true ;;
    bench) needs_bench=true ;;
    *) fail "scripts/setup.sh: unknown goal $goal (run, test, bench)" ;;
  esac
done

apt_updated=false
apt_install() { # apt_install WHY PACKAGE…
  local why=$1; shift
  local missing=()
  for package in "$@"; do dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package"); done
  [ ${#missing[@]} -eq 0 ] && return 0
  command -v apt-get >/dev/null || fail "please install ${missing[*]}: $why"
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "please install as root: ${missing[*]} ($why)"
    root=(sudo)
  fi
  say "installing ${missing[*]}: $why"
  if ! $apt_updated; then "${root[@]}" apt-get update -qq; apt_updated=true; fi
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

if $needs_run; then
  command -v cargo >/dev/null || fail "Rust is missing: install rustup from its site, then run make again"
  command -v npm >/dev/null || fail "Node.js is missing: install Node.js 20 or newer, then run make again"
  command -v cc >/dev/null || apt_install "a C compiler, for SQLite" gcc libc6-dev
  if ! has_rustup_wasm && ! has_debian_wasm; then
    say "adding the WASM target, for the interactive parts of pages"
    if ! rustup target add wasm32-unknown-unknown 2>/dev/null; then
      say "rustup cannot add it here: Debian's second Rust compiler builds it from sources instead"
      apt_install "the browser build" rustc-web cargo-web rust-web-src lld-19
    fi
  fi
  if [ ! -x scripts/node_modules/.bin/wasm-opt ] || [ ! -x scripts/node_modules/.bin/esbuild ]; then
    say "installing wasm-opt and esbuild: they make the browser's download smaller"
    npm ci --prefix scripts --no-audit --no-fund --silent
  fi
fi

if $needs_test; then
  rustup component list --installed 2>/dev/null | grep -q clippy || rustup component add clippy rustfmt || true
  if ! has_rustup_wasm; then apt_install "lints of the browser build" rust-web-clippy; fi
  if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && ! command -v initdb >/dev/null; then
    apt_install "the tests on PostgreSQL" postgresql-15
  fi
  if ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null; then
    apt_install "the tests in a browser" chromium
  fi
  if [ ! -d end2end/node_modules/@playwright ]; then
    say "installing Playwright and axe: they drive the browser and judge accessibility"
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --prefix end2end --no-audit --no-fund --silent
  fi
fi

if $needs_test || $needs_bench; then
  if ! "$TOOLS/python/bin/python" -c 'import aiosmtpd' 2>/dev/null; then
    say "installing aiosmtpd: a real mail server for the tests"
    python3 -c 'import venv, ensurepip' 2>/dev/null || apt_install "the mail server of the tests" python3-venv
    python3 -m venv "$TOOLS/python"
    "$TOOLS/python/bin/pip" install --quiet --disable-pip-version-check aiosmtpd==1.4.6
  fi
fi

if $needs_bench; then
  command -v wrk >/dev/null || apt_install "the load generator of the benchmarks" wrk
fi
