# What ./check and ./quickstart share; sourced by bash with $root set.

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# Exit 2: something has to be done first, and the message says what.
stop_here() {
  say "$1"
  shift
  (($# == 0)) || say "next: $*"
  exit 2
}

is_jdk_25() {
  [[ -x $1/bin/javac && -r $1/release ]] && grep -q '^JAVA_VERSION="25[."]' "$1/release"
}

# Sets JAVA_HOME to a JDK 25.
find_jdk() {
  local folder javac
  if [[ -n ${JAVA_HOME:-} ]] && is_jdk_25 "$JAVA_HOME"; then
    return
  fi
  for folder in /usr/lib/jvm/*25*; do
    if is_jdk_25 "$folder"; then
      export JAVA_HOME=$folder
      return
    fi
  done
  if javac=$(command -v javac) && javac=$(readlink -f "$javac") && is_jdk_25 "${javac%/bin/javac}"; then
    export JAVA_HOME=${javac%/bin/javac}
    return
  fi
  return 1
}

need_jdk() {
  find_jdk && return
  local package=openjdk-25-jdk-headless
  if command -v apt-cache >/dev/null && apt-cache show "$package" 2>/dev/null | grep -q '^Version'; then
    install_packages "$package"
    find_jdk && return
  fi
  stop_here "no JDK 25 in JAVA_HOME, /usr/lib/jvm or on the PATH, and this system has no package $package" \
    "unpack a JDK 25 into /usr/lib/jvm/, or set JAVA_HOME to one (with sudo: sudo JAVA_HOME=... ${0##*/})"
}

install_packages() {
  ((EUID == 0)) || stop_here "missing: $*" "sudo apt-get install $*, or run this with sudo"
  command -v apt-get >/dev/null ||
    stop_here "missing, and this system has no apt-get: $*" "install what provides them, then run this again"
  say "installing $*"
  apt-get -q update >&2 || say "the package lists could not be refreshed; trying with those that are there"
  DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends "$@" >&2 ||
    stop_here "apt-get could not install $*" "install them by hand, then run this again"
}

# need COMMAND=PACKAGE ...: installs the packages of the commands that are not there.
need() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  ((${#missing[@]} == 0)) || install_packages $(printf '%s\n' "${missing[@]}" | sort -u)
}

need_build_tools() {
  need mvn=maven gcc=gcc musl-gcc=musl-tools make=make ip=iproute2 unshare=util-linux
  need_jdk
}

# The first errors of a Maven log.
errors() { grep -E '^\[(WARNING|ERROR|FATAL)\]' "$1" | grep -v Unsafe | tail -n 25 >&2 || tail -n 20 "$1" >&2; }

# A tree built with sudo must not be in the way of its owner's own builds.
give_back() {
  [[ -z ${SUDO_UID:-} ]] || chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" "$root"/target "$root"/*/target 2>/dev/null || :
}

dist=$root/cli/target/dist

dist_is_fresh() {
  [[ -e $dist/.complete ]] &&
    [[ -z $(find "$root"/pom.xml "$root"/*/pom.xml "$root"/*/src/main "$root"/shim/{Makefile,src} \
      "$root"/packaging/{assemble,bin,conf,systemd} -newer "$dist/.complete" -print -quit) ]]
}

# The AOT caches are a matter of speed alone.
make_aot() {
  if [[ -s $dist/lib/patchbay-agent.aot && -s $dist/lib/patchbay-cli.aot ]]; then
    return
  fi
  "$root/packaging/aot" "$dist" || say "no AOT caches (the reason is above): the agent and the commands start slower"
}
