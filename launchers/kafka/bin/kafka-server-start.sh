#!/bin/sh
# Starts a broker (or a KRaft controller: the properties say which).
#
#   kafka-server-start.sh [-daemon] server.properties [--override property=value ...]
#
# From the environment: KAFKA_HEAP_OPTS (default -Xms1G -Xmx1G), KAFKA_LOG4J_OPTS, EXTRA_ARGS, and what
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
  echo "usage: ${0##*/} [-daemon] server.properties [--override property=value ...]" >&2
  exit 1
fi
if [ ! -r "$1" ]; then
  echo "$(id -un) cannot read the broker's configuration $1." >&2
  exit 1
fi

KAFKA_LOG4J_OPTS=${KAFKA_LOG4J_OPTS:--Dlog4j.configuration=file:$bin/../config/log4j.properties}
KAFKA_HEAP_OPTS=${KAFKA_HEAP_OPTS:--Xmx1G -Xms1G}
export KAFKA_LOG4J_OPTS KAFKA_HEAP_OPTS
# shellcheck disable=SC2086
exec "$bin/kafka-run-class.sh" $daemon ${EXTRA_ARGS--name kafkaServer -loggc} kafka.Kafka "$@"
