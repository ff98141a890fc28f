#!/bin/sh
# Keeps one private Redis for a test: redis-node.sh PORT FOLDER
#
# Takes commands on standard input, one a line, and answers each with the same word once it is done.
# When standard input ends, because the fixture closed it or because the test process died in whatever way,
# the server and the folder go too: nothing outlives a run.
set -u
port=$1
folder=$2
server=

# Ctrl-C reaches the whole process group; the end of standard input is what ends this script.
trap '' INT HUP

end_server() {
    [ -n "$server" ] || return 0
    kill -KILL "$server" && wait "$server"
    server=
}

while read -r command; do
    case $command in
        start)
            redis-server --bind 127.0.0.1 --port "$port" --dir "$folder" --save '' --appendonly no \
                </dev/null >>"$folder/redis.log" 2>&1 & server=$! ;;
        kill) end_server ;;
        freeze) kill -STOP "$server" ;;
        thaw) kill -CONT "$server" ;;
    esac
    echo "$command"
done 2>/dev/null

end_server 2>/dev/null
rm -rf "$folder"
