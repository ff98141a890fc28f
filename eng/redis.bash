# Sourced by eng/test: the tests of last good replies start private Redis servers; this sees to it that there is one to start.

prepare_redis() {
    command -v redis-server >/dev/null && return 0
    install_packages redis-server && command -v redis-server >/dev/null && return 0
    echo "redis-server is not installed, and could not be: sudo apt-get install redis-server (Debian, Ubuntu), brew install redis (macOS)." >&2
    return 1
}
