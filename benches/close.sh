#!/usr/bin/env bash
# Times the whole close on demo closes of growing size, with the release binary that `cargo build --release` made.
#
#   benches/close.sh [INVOICES …]          default: 66000 660000 (about 100 thousand and 1 million AR documents)
#   PEERS=peers.py benches/close.sh …      also runs that script on the same files, in the same session
#
# Prints wall seconds, CPU seconds and peak memory of each run. Needs GNU time as /usr/bin/time.
set -euo pipefail

tieout="${CARGO_TARGET_DIR:-target}/release/tieout"
runs="${RUNS:-3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

for invoices in "${@:-66000 660000}"; do
  for size in $invoices; do
    close="$work/demo-$size"
    "$tieout" demo "$close" --invoices "$size" --seed 3
    for ((run = 1; run <= runs; run++)); do
      rm -rf "$close/out"
      /usr/bin/time -f "close of $size invoices: %e s wall, %U s user, %S s system, %M KiB peak" \
        "$tieout" close "$close" --quiet
    done
    if [[ -n "${PEERS:-}" ]]; then
      python3 "$PEERS" "$close"
    fi
    rm -rf "$close"
  done
done
