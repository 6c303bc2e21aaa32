#!/usr/bin/env bash
# What action.yml runs: compares the checked-out tree of a repository with BASE. Markdown goes to GITHUB_STEP_SUMMARY,
# SARIF to the file SARIF, the text to the log; `status` (0 within policy, 2 tripped) and `sarif` to GITHUB_OUTPUT.
# Fails only when there is no comparison: the action fails by policy after the SARIF is uploaded.
set -euo pipefail

: "${BASE?}" "${PROJECT:=.}" "${FAIL_ON:=broadening}" "${SARIF=veridian.sarif}"
: "${GITHUB_STEP_SUMMARY:=/dev/null}" "${GITHUB_OUTPUT:=/dev/null}"

root=$(git rev-parse --show-toplevel)
sarif=${SARIF:+$root/$SARIF}
cd "$PROJECT"

# The words of the command, one a line, for a test or a tool that is installed elsewhere.
if [ -n "${VERIDIAN_COMMAND:-}" ]; then mapfile -t veridian <<< "$VERIDIAN_COMMAND"; else veridian=(npx --no-install veridian); fi

if [[ "$BASE" =~ ^0*$ ]]; then
  echo 'No base: a new branch has nothing to be compared with.' | tee -a "$GITHUB_STEP_SUMMARY"
  printf 'status=0\nsarif=\n' >> "$GITHUB_OUTPUT"
  exit 0
fi

# A checkout has as a rule its own commit alone.
if ! git rev-parse --verify --quiet "$BASE^{commit}" > /dev/null; then
  git fetch --quiet --no-tags --depth=1 origin "$BASE"
  git rev-parse --verify --quiet "$BASE^{commit}" > /dev/null || BASE=$(git rev-parse FETCH_HEAD)
fi

if [ -n "$sarif" ]; then "${veridian[@]}" diff "$BASE" --format sarif --fail-on none > "$sarif"; fi
"${veridian[@]}" diff "$BASE" --format markdown --fail-on none >> "$GITHUB_STEP_SUMMARY"

status=0
"${veridian[@]}" diff "$BASE" --fail-on "$FAIL_ON" || status=$?
if [ "$status" -ne 0 ] && [ "$status" -ne 2 ]; then exit "$status"; fi
printf 'status=%s\nsarif=%s\n' "$status" "${sarif:+$SARIF}" >> "$GITHUB_OUTPUT"
