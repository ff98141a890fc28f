#!/bin/sh
# Keeps one private process for a test run: keep-process.sh FOLDER COMMAND [ARGUMENT...]
#
# It writes to FOLDER/output. When standard input ends, because the fixture closed it or because the test process died
# in whatever way, the process and the folder go too: nothing outlives a run.
set -u
folder=$1
shift

# Ctrl-C reaches the whole process group; the end of standard input is what ends this script.
trap '' INT HUP

"$@" </dev/null >"$folder/output" 2>&1 & process=$!
while read -r _; do :; done
kill "$process" 2>/dev/null
wait "$process" 2>/dev/null
rm -rf "$folder"
