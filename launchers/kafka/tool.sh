#!/bin/sh
# @NAME@: @PRODUCT@. The environment is that of kafka-run-class.sh.
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
if [ -z "${KAFKA_HEAP_OPTS:-}" ]; then
  KAFKA_HEAP_OPTS='@HEAP@'
  export KAFKA_HEAP_OPTS
fi
exec "$(dirname "$self")/kafka-run-class.sh" @CLASS@ "$@"
