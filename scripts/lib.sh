# Shared by the scripts: the project's root, building, and a container engine to test against.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1

say() { printf '\n== %s\n' "$*" >&2; }

# build PRESET [targets...]: configures and builds; prints only what is worth reading. A folder that is not there yet is
# built with sources joined, in a third of the time; one that was configured stays as it is.
build() {
  local preset=$1 joined=''
  shift
  mkdir -p "$root/build"
  [ -e "$root/build/$preset/CMakeCache.txt" ] || joined=-DWHITTLE_UNITY=ON
  # shellcheck disable=SC2086
  (cd "$root" && cmake --preset "$preset" $joined >"build/$preset.configure.log" 2>&1) ||
    { cat "$root/build/$preset.configure.log" >&2; return 1; }
  ninja -C "$root/build/$preset" "$@" >"$root/build/$preset.build.log" 2>&1 ||
    { tail -n 60 "$root/build/$preset.build.log" >&2; return 1; }
}

# The first docker program on PATH that can do BuildKit; else any.
docker_program() {
  local candidate
  for candidate in $(type -ap docker); do
    if "$candidate" buildx version >/dev/null 2>&1; then echo "$candidate"; return; fi
    case $("$candidate" --version 2>/dev/null) in *" 20."* | *" 19."*) echo "$candidate"; return ;; esac
  done
  type -p docker || true
}

engine_pid='' engine_dir=''

# Starts a Docker engine of our own when none answers and this is root; sets DOCKER_HOST and engine_pid.
start_engine() {
  if docker info >/dev/null 2>&1; then return 0; fi
  [ "$(id -u)" = 0 ] && command -v dockerd >/dev/null || return 1
  engine_dir=$(mktemp -d /var/tmp/whittle-engine-XXXXXX)
  export DOCKER_HOST=unix://$engine_dir/docker.sock
  dockerd --host "$DOCKER_HOST" --data-root "$engine_dir/data" --exec-root "$engine_dir/exec" \
    --pidfile "$engine_dir/pid" >"$engine_dir/log" 2>&1 &
  engine_pid=$!
  local _
  for _ in $(seq 1 150); do
    if docker info >/dev/null 2>&1; then return 0; fi
    kill -0 "$engine_pid" 2>/dev/null || break
    sleep 0.2
  done
  echo "the Docker engine does not start here: $(tail -n 1 "$engine_dir/log")" >&2
  stop_engine
  unset DOCKER_HOST
  return 1
}

# Stops the engine that start_engine started, by its process id; another one is left alone.
stop_engine() {
  if [ -n "$engine_pid" ]; then
    kill "$engine_pid" 2>/dev/null || true
    wait "$engine_pid" 2>/dev/null || true
    engine_pid=''
  fi
  if [ -n "$engine_dir" ]; then
    local mount
    awk -v d="$engine_dir/" 'index($2, d) == 1 {print $2}' /proc/mounts | sort -r |
      while read -r mount; do umount "$mount" 2>/dev/null || true; done
    rm -rf "$engine_dir"
    engine_dir=''
  fi
}

# make_base NAME: a Debian base image in the running Docker engine: there already, pulled, or made from Debian's packages.
make_base() {
  local name=$1 docker tar
  docker=$(docker_program)
  "$docker" image inspect "$name" >/dev/null 2>&1 && return 0
  if timeout 60 "$docker" pull -q "$name" >/dev/null 2>&1; then return 0; fi
  say "$name cannot be pulled; making it from Debian's packages"
  tar=$(mktemp /var/tmp/whittle-base-XXXXXX.tar)
  mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm "$tar" >&2 || { rm -f "$tar"; return 1; }
  "$docker" import -c 'CMD ["bash"]' "$tar" "$name" >/dev/null
  rm -f "$tar"
}
