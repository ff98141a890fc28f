# Sourced by eng/test: settles which Chromium the page's tests use, and gets one where it may.
# The tests look in the same places and work without this script; it installs what is missing.

prepare_browser() {
    export HAPTITALK_TEST_CHROMIUM
    if [[ -z ${HAPTITALK_TEST_CHROMIUM:-} ]]; then
        HAPTITALK_TEST_CHROMIUM=$(installed_chromium) || { install_packages chromium && HAPTITALK_TEST_CHROMIUM=$(installed_chromium); }
    fi
    if ! "$HAPTITALK_TEST_CHROMIUM" --version >/dev/null 2>&1; then
        explain_browser
        return 1
    fi
    echo "Browser: $("$HAPTITALK_TEST_CHROMIUM" --version 2>/dev/null)"
}

installed_chromium() {
    local program
    for program in /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome /usr/bin/google-chrome-stable \
        '/Applications/Chromium.app/Contents/MacOS/Chromium' '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'; do
        # Ubuntu's package is a script that only says where else to get it.
        [[ -x $program ]] && "$program" --version >/dev/null 2>&1 && echo "$program" && return
    done
    return 1
}

explain_browser() {
    cat >&2 <<TEXT
The page's tests need Chromium or Chrome, and ${HAPTITALK_TEST_CHROMIUM:-none was found and none could be installed}${HAPTITALK_TEST_CHROMIUM:+ does not start}.
Debian: sudo apt-get install chromium. Elsewhere: HAPTITALK_TEST_CHROMIUM=/path/to/chrome
TEXT
}
