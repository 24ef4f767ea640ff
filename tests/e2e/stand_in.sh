#!/bin/sh
# Stands in for package managers, downloaders and compilers, by the name it is called by, and without a network: it leaves
# behind what they leave behind where lint's fixes are about it (lists, caches, documentation), always the same bytes.
me=${0##*/}
case $me in python*) [ "$1" = -m ] || exit 0; shift; me=${1%%[0-9]*}; shift ;; esac
if [ "$me" = sudo ]; then
  while case $1 in -*) true ;; *) false ;; esac; do shift; done
  exec "$@"
fi
action='' operands='' flags='' output='' last=''
for word in "$@"; do
  case $last in -O | -o | --output | --output-document) output=$word last=''; continue ;; -u | --uid | -t | -v) last=''; continue ;; esac
  case $word in
    -*) flags="$flags $word" last=$word ;;
    *) last=$word; if [ -z "$action" ]; then action=$word; else operands="$operands $word"; fi ;;
  esac
done

put() { mkdir -p "$(dirname "$1")" && echo "made by a stand-in" >"$1"; }
has() { for flag in $flags; do for wanted in "$@"; do [ "$flag" != "$wanted" ] || return 0; done; done; return 1; }
installed() { for package in $operands; do put "/usr/share/installed/$me/$(echo "$package" | tr / _)"; done; }
need_yes() {
  has --yes --assume-yes --assumeyes --non-interactive --no-confirm --noconfirm -n && return
  for flag in $flags; do case $flag in --*) ;; -*y* | -*qq*) return ;; esac; done
  echo "$me: do you want to continue? Abort." >&2
  exit 1
}

case $me in
  apt-get | apt)
    me=apt
    case $action in
      update) put /var/lib/apt/lists/list && put /var/cache/apt/pkgcache.bin ;;
      clean) rm -rf /var/cache/apt/archives ;;
      install | upgrade | dist-upgrade)
        need_yes
        [ -e /var/lib/apt/lists/list ] || { echo "E: Unable to locate package" >&2; exit 100; }
        put /var/cache/apt/archives/package.deb
        has --no-install-recommends || put /usr/share/installed/recommended
        installed ;;
    esac ;;
  apk)
    has --no-cache || put /var/cache/apk/APKINDEX
    [ "$action" != add ] || installed ;;
  yum | dnf* | microdnf | zypper)
    cache=/var/cache/$me
    [ "$me" != zypper ] || cache=/var/cache/zypp
    case $action in
      clean | cc) rm -rf "$cache" ;;
      *) need_yes; put "$cache/metadata"; installed ;;
    esac ;;
  pip*)
    me=pip
    has --no-cache-dir || [ -n "$PIP_NO_CACHE_DIR" ] || put "$HOME/.cache/pip/wheel"
    installed ;;
  npm | yarn | pnpm)
    cache=$HOME/.npm/_cacache
    [ "$me" = npm ] || cache=/usr/local/share/.cache/$me
    case "$action$operands" in
      cache* ) rm -rf "$cache" ;;
      *) put "$cache/index"; put node_modules/.installed; installed ;;
    esac ;;
  gem)
    has --no-document --no-doc -N || put /usr/share/ri/documentation
    installed ;;
  useradd)
    echo "$last:x:1000000:1000000::/:/bin/sh" >>/etc/passwd
    has -l --no-log-init || put /var/log/lastlog ;;
  wget | curl)
    url=$last
    for word in "$@"; do case $word in *://*) url=$word ;; esac; done
    if [ -z "$output" ] && { [ "$me" = wget ] || has -O -LO -fsSLO -sSLO -fLO; }; then output=${url##*/}; fi
    if [ -z "$output" ] || [ "$output" = - ]; then echo "from $url"; else mkdir -p "$(dirname "$output")" && echo "from $url" >"$output"; fi ;;
  *) put "/usr/share/ran/$me" ;;
esac
