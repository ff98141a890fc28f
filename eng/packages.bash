# Sourced: installs the distribution's packages where that is possible without asking anybody.

install_packages() {
    local as_root=()
    command -v apt-get >/dev/null || return 1
    if ((EUID != 0)); then
        sudo -n true 2>/dev/null || return 1
        as_root=(sudo -n)
    fi
    echo "Installing $*"
    # Services are started by those who use them: 101 tells the packages that starting is forbidden here.
    local policy=/usr/sbin/policy-rc.d made_policy=no code
    if [[ ! -e $policy ]]; then
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
        "${as_root[@]}" chmod 755 "$policy"
        made_policy=yes
    fi
    "${as_root[@]}" apt-get -qq update </dev/null >/dev/null
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@" </dev/null >/dev/null
    code=$?
    [[ $made_policy == no ]] || "${as_root[@]}" rm -f "$policy"
    return "$code"
}
