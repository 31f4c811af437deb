#!/bin/sh
# The ZooKeeper shell.
#
#   zkCli.sh [--config DIR] [-server HOST:PORT] [COMMAND ...]
set -f
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
ZOOBINDIR=$(CDPATH='' cd -P -- "$(dirname -- "$self")" && pwd -P) || exit 1
if [ "${1:-}" = --config ] && [ $# -ge 2 ]; then
  ZOOCFGDIR=$2
  shift 2
fi
ZOO_LOG4J_PROP=${ZOO_LOG4J_PROP:-WARN,CONSOLE}
. "$ZOOBINDIR/zkEnv.sh"
# shellcheck disable=SC2086
exec "$JAVA" "-Dzookeeper.log.dir=$ZOO_LOG_DIR" "-Dzookeeper.root.logger=$ZOO_LOG4J_PROP" -cp "$CLASSPATH" \
  $CLIENT_JVMFLAGS ${JVMFLAGS:-} org.apache.zookeeper.ZooKeeperMain "$@"
