# What up, down, kubectl and node share; sourced by bash.

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# Where the cluster's files are while it is up; two clusters need two folders.
cluster=${PATCHBAY_KUBERNETES:-/var/lib/patchbay-kubernetes}
group=$(printf 'patchbay%s' "${cluster//[^A-Za-z0-9]/-}")

say() { echo "${0##*/}: $*" >&2; }
stop_here() {
  say "$1"
  exit "${2:-2}"
}

need_root() { ((EUID == 0)) || stop_here "the node is made of namespaces: run this as root"; }

# The process that is the node's init, as this machine counts, when it lives. Its start time tells it from a later process
# that happens to have its number.
node_pid() {
  local pid born
  [[ -r $cluster/init ]] && read -r pid born <"$cluster/init" && [[ $(started "$pid") == "$born" ]] && echo "$pid"
}

# proc(5): field 22 of stat, counted after the name, which may have blanks.
started() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  stat=${stat##*) }
  awk '{ print $20 }' <<<"$stat"
}

need_node() { node_pid || stop_here "no cluster is up in $cluster: $here/up"; }
