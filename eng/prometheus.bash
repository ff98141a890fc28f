# Sourced by eng/test: gets a Prometheus where it may, for the tests that let a real one scrape, and check what is
# written for it with its own tool.

prepare_prometheus() {
    prometheus_works && return 0
    install_packages prometheus && prometheus_works && return 0
    cat >&2 <<TEXT
The programs prometheus and promtool are not in PATH, and they cannot be installed without asking.
Install them (Debian, Ubuntu: sudo apt-get install prometheus; macOS: brew install prometheus) and run the tests again.
TEXT
    return 1
}

prometheus_works() { command -v prometheus >/dev/null && command -v promtool >/dev/null; }
