#!/bin/sh
# Stops the brokers of this installation (not those of another one on this host), and waits until they are gone.
# From the environment: SIGNAL (default TERM), KAFKA_STOP_TIMEOUT (seconds, default 300).
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
exec "$(dirname "$self")/kafka-stop-class.sh" kafka.Kafka broker
