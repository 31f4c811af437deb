#!/bin/sh
# Written by brokkr: changes made here are lost.
# The broker of this host, where no systemd manages it: kafka-daemon.sh start|stop|restart|status
set -u
umask 027
properties="/etc/kafka"/server.properties
pid_file="/var/log/kafka/kafka.pid"

set -a
. "/etc/kafka"/kafka.env
set +a

is_broker() {
  [ -r "/proc/$1/cmdline" ] && tr '\000' ' ' <"/proc/$1/cmdline" | grep -qF " kafka.Kafka $properties"
}

# The process id of the running broker in "pid", or empty. A number in an old file may be anybody's by now.
find_running() {
  pid=
  if [ -s "$pid_file" ]; then read -r pid <"$pid_file"; fi
  if [ -n "$pid" ] && is_broker "$pid"; then return 0; fi
  for folder in /proc/[0-9]*; do
    pid=${folder#/proc/}
    if is_broker "$pid"; then return 0; fi
  done
  pid=
}

start() {
  find_running
  if [ -n "$pid" ]; then
    echo "Kafka is already running as process $pid."
    return 0
  fi
  ulimit -n 100000 2>/dev/null || ulimit -n "$(ulimit -H -n)"
  "/usr/local/kafka"/bin/kafka-server-start.sh -daemon "$properties" || exit 1
  tries=0
  while [ "$tries" -lt 20 ]; do
    find_running
    if [ -n "$pid" ]; then
      echo "$pid" >"$pid_file" || exit 1
      echo "Kafka runs as process $pid."
      return 0
    fi
    tries=$((tries + 1))
    sleep 0.25 2>/dev/null || sleep 1
  done
  echo "Kafka ended right after its start. The end of $LOG_DIR/kafkaServer.out:" >&2
  tail -n 20 "$LOG_DIR/kafkaServer.out" >&2
  exit 1
}

# Asks it to end and waits; it is never killed, for then it would have to recover its logs.
stop() {
  find_running
  if [ -z "$pid" ]; then
    echo "Kafka is not running."
    return 0
  fi
  kill "$pid" || exit 1
  waited=0
  while is_broker "$pid"; do
    if [ "$waited" -ge 300 ]; then
      echo "Kafka (process $pid) did not end within $waited seconds." >&2
      exit 1
    fi
    sleep 1
    waited=$((waited + 1))
  done
  rm -f "$pid_file"
  echo "Kafka has ended."
}

case ${1:-} in
  start) start ;;
  stop) stop ;;
  restart) stop && start ;;
  status)
    find_running
    if [ -z "$pid" ]; then
      echo "Kafka is not running."
      exit 1
    fi
    echo "Kafka runs as process $pid."
    ;;
  *)
    echo "usage: ${0##*/} start|stop|restart|status" >&2
    exit 1
    ;;
esac
