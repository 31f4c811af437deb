#!/bin/sh
# Starts a Kafka Connect worker in distributed mode.
#
#   connect-distributed.sh [-daemon] worker.properties
#
# From the environment: KAFKA_HEAP_OPTS (default -Xms256M -Xmx2G), KAFKA_LOG4J_OPTS, EXTRA_ARGS, and what
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
  echo "usage: ${0##*/} [-daemon] worker.properties" >&2
  exit 1
fi

KAFKA_LOG4J_OPTS=${KAFKA_LOG4J_OPTS:--Dlog4j.configuration=file:$bin/../config/connect-log4j.properties}
KAFKA_HEAP_OPTS=${KAFKA_HEAP_OPTS:--Xms256M -Xmx2G}
export KAFKA_LOG4J_OPTS KAFKA_HEAP_OPTS
# shellcheck disable=SC2086
exec "$bin/kafka-run-class.sh" $daemon ${EXTRA_ARGS--name connectDistributed} org.apache.kafka.connect.cli.ConnectDistributed "$@"
