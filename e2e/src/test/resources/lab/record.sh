#!/bin/sh
# Records one CNI call (environment, standard input, answer, exit code) and runs the plugin it stands before.
call=$(mktemp "@CALLS@/$(date +%s%N)-XXXXXX") || exit 1
env | grep '^CNI_' >"$call.env"
cat >"$call.in"
"@REAL@" <"$call.in" >"$call.out" 2>"$call.err"
code=$?
cat "$call.out"
cat "$call.err" >&2
echo "@TYPE@ $code" >"$call.done"
rm "$call"
exit $code
