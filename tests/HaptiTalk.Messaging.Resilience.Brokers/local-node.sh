#!/bin/sh
# Keeps one private RabbitMQ node for a test run: local-node.sh SERVER FOLDER
#
# Takes commands on standard input, one a line, and answers each with the same word once it is done, or with that word and
# "failed".
# When standard input ends, because the fixture closed it or because the test process died in whatever way,
# the node, its epmd and the folder go too: nothing outlives a run.
set -u
server=$1
folder=$2
node=
control=$(dirname "$server")/rabbitmqctl

# Ctrl-C reaches the whole process group; the end of standard input is what ends this script.
trap '' INT HUP

# In the foreground and as our child: the daemon that a node would start by itself has no parent to end it. The nodes of a
# cluster share one, that of the first.
epmd=
[ "$HAPTITALK_NODE_HAS_EPMD" = no ] || { epmd & epmd=$!; }

end_node() {
    [ -n "$node" ] || return 0
    kill -KILL "$node" && wait "$node"
    node=
}

control() { "$control" "$@" </dev/null >>"$folder/node.log" 2>&1 || command="$command failed"; }

# A busy machine stops a process a moment after it was told to, and that answers meanwhile.
await_stop() {
    tries=0
    until ps -o stat= -p "$node" | grep -q T || [ $((tries += 1)) -gt 200 ]; do sleep 0.01; done
}

while read -r command; do
    case $command in
        start) "$server" </dev/null >>"$folder/node.log" 2>&1 & node=$! ;;
        stop) kill -TERM "$node" && wait "$node"; node= ;;
        kill) end_node ;;
        freeze) kill -STOP "$node" && await_stop ;;
        thaw) kill -CONT "$node" ;;
        # A limit that no disk keeps, and the one that a node has from the start.
        block) control set_disk_free_limit mem_relative 1000000 ;;
        unblock) control set_disk_free_limit 50MB ;;
        eval\ *) control eval "${command#eval }" ;;
    esac
    echo "$command"
done 2>/dev/null

end_node 2>/dev/null
[ -z "$epmd" ] || { kill "$epmd" && wait "$epmd"; } 2>/dev/null
rm -rf "$folder"
