# Sourced by eng/test: settles which RabbitMQ the tests use, before they start, and gets one where it may.
# The tests read the same variables and work without this script; it spares them the search and installs what is missing.

readonly local_server=/usr/lib/rabbitmq/bin/rabbitmq-server
export HAPTITALK_TEST_RUN="$$-$SECONDS-$RANDOM"

prepare_broker() {
    case ${HAPTITALK_TEST_BROKER:-} in
        '')
            if docker_works; then
                HAPTITALK_TEST_BROKER=docker
            elif local_server_works || install_server; then
                HAPTITALK_TEST_BROKER=local
            else
                explain_broker "There is neither a Docker engine that has or can pull $(image) nor an installed RabbitMQ."
                return 1
            fi ;;
        docker)
            docker_works || { explain_broker "No Docker engine answers that has or can pull $(image)."; return 1; } ;;
        local)
            local_server_works || install_server || { explain_broker "RabbitMQ is not installed."; return 1; } ;;
        amqp://* | amqps://*) ;;
        *)
            explain_broker "HAPTITALK_TEST_BROKER is '$HAPTITALK_TEST_BROKER'."
            return 1 ;;
    esac
    export HAPTITALK_TEST_BROKER
    case $HAPTITALK_TEST_BROKER in
        docker) settle_docker; echo "Broker: docker, $(image)" ;;
        local) echo "Broker: local, a private node of the installed server" ;;
        *) echo "Broker: the given address" ;;
    esac
}

explain_broker() {
    cat >&2 <<TEXT
$1
The tests need one of:
  HAPTITALK_TEST_BROKER=docker    a Docker engine that has or can pull the image in HAPTITALK_TEST_RABBITMQ_IMAGE
  HAPTITALK_TEST_BROKER=local     an installed RabbitMQ server (Debian, Ubuntu: sudo apt-get install rabbitmq-server)
  HAPTITALK_TEST_BROKER=amqp://user:password@host:port/vhost
TEXT
}

image() { echo "${HAPTITALK_TEST_RABBITMQ_IMAGE:-rabbitmq:4-management}"; }

engine_answers() { command -v docker >/dev/null && timeout 20 docker version >/dev/null 2>&1; }

docker_works() {
    engine_answers || return 1
    docker image inspect "$(image)" >/dev/null 2>&1 && return 0
    echo "Pulling $(image)"
    timeout 300 docker pull --quiet "$(image)" >/dev/null 2>&1
}

# Testcontainers' own variables, each left alone where somebody has set it.
settle_docker() {
    # It asks for a fixed version of the engine's API, which older engines (Debian's) refuse: ask for the engine's own.
    export DOCKER_API_VERSION=${DOCKER_API_VERSION:-$(docker version --format '{{.Server.APIVersion}}')}
    # Its reaper is an image more to pull; the fixture removes its container, and this script what a killed test leaves.
    export TESTCONTAINERS_RYUK_DISABLED=${TESTCONTAINERS_RYUK_DISABLED:-true}
}

remove_containers_of_this_run() {
    [[ ${HAPTITALK_TEST_BROKER:-} == docker ]] || return 0
    local left
    left=$(docker ps --all --quiet --filter "label=haptitalk.test-run=$HAPTITALK_TEST_RUN" 2>/dev/null)
    [[ -z $left ]] || { echo "Removing containers that a killed test left"; docker rm --force --volumes $left >/dev/null; }
    left=$(docker network ls --quiet --filter "label=haptitalk.test-run=$HAPTITALK_TEST_RUN" 2>/dev/null)
    [[ -z $left ]] || docker network rm $left >/dev/null
}

# The fixture looks in Homebrew's places too.
local_server_works() {
    [[ -x $local_server || -x /opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server || -x /usr/local/opt/rabbitmq/sbin/rabbitmq-server ]]
}

install_server() { install_packages rabbitmq-server && local_server_works; }
