#!/bin/sh
# Starts the ZooKeeper server whose jars come with Kafka. For an ensemble of your own, ZooKeeper's own distribution
# has zkServer.sh.
#
#   zookeeper-server-start.sh [-daemon] zookeeper.properties
#
# From the environment: KAFKA_HEAP_OPTS (default -Xms512M -Xmx512M), KAFKA_LOG4J_OPTS, EXTRA_ARGS, and what
# kafka-run-class.sh takes.
set -f
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
bin=$(CDPATH='' cd -P -- "$(dirname -- "$self")" && pwd -P) || exit 1

daemon=
if [ "${1:-}" = -daemon ]; then
  daemon=-daemon
  shift
fi
if [ $# -lt 1 ]; then
  echo "usage: ${0##*/} [-daemon] zookeeper.properties" >&2
  exit 1
fi
if [ ! -r "$1" ]; then
  echo "$(id -un) cannot read ZooKeeper's configuration $1." >&2
  exit 1
fi

KAFKA_LOG4J_OPTS=${KAFKA_LOG4J_OPTS:--Dlog4j.configuration=file:$bin/../config/log4j.properties}
KAFKA_HEAP_OPTS=${KAFKA_HEAP_OPTS:--Xmx512M -Xms512M}
export KAFKA_LOG4J_OPTS KAFKA_HEAP_OPTS
# shellcheck disable=SC2086
exec "$bin/kafka-run-class.sh" $daemon ${EXTRA_ARGS--name zookeeper -loggc} org.apache.zookeeper.server.quorum.QuorumPeerMain "$@"
