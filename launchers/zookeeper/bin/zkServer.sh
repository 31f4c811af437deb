#!/bin/sh
# Starts, stops and asks a ZooKeeper server.
#
#   zkServer.sh [--config DIR] start|start-foreground|stop|restart|status|version|print-cmd [FILE]
#
# FILE is the configuration (default zoo.cfg): a name in the configuration folder, or a path.
# From the environment, besides what zkEnv.sh takes: ZOOPIDFILE (default dataDir/zookeeper_server.pid),
# ZOO_START_WAIT and ZOO_STOP_TIMEOUT (seconds, default 1 and 60), ZOOMAIN, JMXDISABLE, JMXPORT, JMXAUTH, JMXSSL,
# JMXHOSTNAME, JMXLOG4J. JMX is local by default; JMXPORT opens it on 127.0.0.1, and elsewhere only with JMXAUTH=true.
#
# "start" means that the process lives, not that it serves: "status" tells that, and an ensemble serves when most of
# its servers have been started.
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

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

# Waits a fifth of a second, or a whole one where sleep takes whole seconds only; "naps" says how many fifths it was.
nap() {
  naps=1
  sleep 0.2 2>/dev/null || {
    sleep 1
    naps=5
  }
}

usage() {
  fail "usage: ${0##*/} [--config DIR] start|start-foreground|stop|restart|status|version|print-cmd [FILE]"
}

if [ "${1:-}" = --config ]; then
  [ $# -ge 3 ] || usage
  [ -d "$2" ] || fail "The configuration folder $2 does not exist."
  ZOOCFGDIR=$(CDPATH='' cd -P -- "$2" && pwd -P)
  shift 2
fi
[ $# -ge 1 ] && [ $# -le 2 ] || usage
command=$1
if [ -n "${2:-}" ]; then ZOOCFG=$2; fi
. "$ZOOBINDIR/zkEnv.sh"

# The last value of a property, as the server itself reads its file.
setting() {
  sed -n "s/^[[:space:]]*$1[[:space:]]*[=:][[:space:]]*//p" "$ZOOCFG" | sed -n '$p' | tr -d '\r' | sed 's/[[:space:]]*$//'
}

need_configuration() {
  [ -e "$ZOOCFG" ] || fail "There is no configuration $ZOOCFG."
  [ -r "$ZOOCFG" ] || fail "$(id -un) cannot read the configuration $ZOOCFG."
  echo "Using config: $ZOOCFG" >&2
}

find_pid_file() {
  [ -z "${ZOOPIDFILE:-}" ] || return 0
  data_dir=$(setting dataDir)
  [ -n "$data_dir" ] || fail "$ZOOCFG has no dataDir."
  ZOOPIDFILE=$data_dir/zookeeper_server.pid
}

# Is the process a ZooKeeper server with this configuration? A number in an old file may be anybody's by now.
is_server() {
  kill -0 "$1" 2>/dev/null || [ -d "/proc/$1" ] || return 1
  if [ -r "/proc/$1/cmdline" ]; then
    arguments=$(tr '\000' ' ' <"/proc/$1/cmdline" 2>/dev/null)
  else
    arguments=$(ps -ww -o command= -p "$1" 2>/dev/null)
  fi
  case "$arguments " in
    *"QuorumPeerMain "*"$ZOOCFG "*) return 0 ;;
    *) return 1 ;;
  esac
}

# The process id of the running server in "running", or empty.
find_running() {
  find_pid_file
  running=
  if [ -s "$ZOOPIDFILE" ]; then
    read -r candidate <"$ZOOPIDFILE" || [ -n "$candidate" ] || fail "$(id -un) cannot read $ZOOPIDFILE."
    case $candidate in
      *[!0-9]* | '') ;;
      *) if is_server "$candidate"; then running=$candidate; fi ;;
    esac
  fi
}

jmx_flags() {
  [ "${JMXDISABLE:-false}" != true ] || return 0
  if [ -z "${JMXPORT:-}" ]; then
    echo "-Dcom.sun.management.jmxremote -Dcom.sun.management.jmxremote.local.only=true"
    return 0
  fi
  jmx_host=${JMXHOSTNAME:-127.0.0.1}
  if [ "${JMXAUTH:-false}" != true ] && [ "$jmx_host" != 127.0.0.1 ] && [ "$jmx_host" != localhost ]; then
    fail "JMX on $jmx_host:$JMXPORT would let anyone in: set JMXAUTH=true (with its password file in JVMFLAGS), or leave JMXHOSTNAME out."
  fi
  printf '%s ' "-Dcom.sun.management.jmxremote.port=$JMXPORT" "-Dcom.sun.management.jmxremote.rmi.port=$JMXPORT" \
    "-Dcom.sun.management.jmxremote.host=$jmx_host" "-Djava.rmi.server.hostname=$jmx_host" \
    "-Dcom.sun.management.jmxremote.authenticate=${JMXAUTH:-false}" "-Dcom.sun.management.jmxremote.ssl=${JMXSSL:-false}" \
    "-Dzookeeper.jmx.log4j.disable=$([ "${JMXLOG4J:-true}" = true ] && echo false || echo true)"
}

# Runs the server in place of this shell, or in the background, or prints how it would be run.
launch() {
  how=$1
  jmx=$(jmx_flags) || exit 1
  # shellcheck disable=SC2086
  set -- "-Dzookeeper.log.dir=$ZOO_LOG_DIR" "-Dzookeeper.log.file=${ZOO_LOG_FILE:-zookeeper-$(id -un)-server.log}" \
    "-Dzookeeper.root.logger=$ZOO_LOG4J_PROP" -XX:+HeapDumpOnOutOfMemoryError "-XX:HeapDumpPath=$ZOO_LOG_DIR" \
    -XX:+ExitOnOutOfMemoryError -cp "$CLASSPATH" $SERVER_JVMFLAGS ${JVMFLAGS:-} $jmx \
    ${ZOOMAIN:-org.apache.zookeeper.server.quorum.QuorumPeerMain} "$ZOOCFG"
  case $how in
    print) printf '%s' "$JAVA"; printf ' "%s"' "$@"; echo ;;
    foreground) exec "$JAVA" "$@" ;;
    background)
      detach=
      if command -v setsid >/dev/null 2>&1; then detach=setsid; fi
      # A session of its own, deaf to hang-ups: it outlives the connection that started it. (BusyBox may have no nohup.)
      (
        trap '' HUP
        exec $detach "$JAVA" "$@" >>"$output" 2>&1 </dev/null
      ) &
      ;;
  esac
}

prepare_folders() {
  mkdir -p "$ZOO_LOG_DIR" || fail "The log folder $ZOO_LOG_DIR cannot be made: set ZOO_LOG_DIR."
  [ -w "$ZOO_LOG_DIR" ] || fail "$(id -un) may not write to the log folder $ZOO_LOG_DIR: set ZOO_LOG_DIR."
  mkdir -p "$(dirname "$ZOOPIDFILE")" || fail "The folder of $ZOOPIDFILE cannot be made."
}

start() {
  find_running
  [ -z "$running" ] || fail "ZooKeeper is already running as process $running."
  prepare_folders
  output=$ZOO_LOG_DIR/zookeeper-$(id -un)-server.out
  : >"$output" || exit 1
  launch background
  pid=$!
  printf '%s\n' "$pid" >"$ZOOPIDFILE" || {
    kill "$pid"
    fail "$(id -un) may not write $ZOOPIDFILE."
  }
  # A server with a wrong configuration or myid ends within the first second.
  left=$((${ZOO_START_WAIT:-1} * 5))
  while [ "$left" -gt 0 ]; do
    nap
    left=$((left - naps))
    if ! kill -0 "$pid" 2>/dev/null; then
      wait "$pid"
      status=$?
      rm -f "$ZOOPIDFILE"
      echo "ZooKeeper ended with status $status right after its start. The end of $output:" >&2
      tail -n 20 "$output" >&2
      exit 1
    fi
  done
  echo "Starting zookeeper ... STARTED"
}

stop() {
  find_running
  if [ -z "$running" ]; then
    echo "No ZooKeeper to stop: $ZOOPIDFILE names no running server."
    return 0
  fi
  kill "$running" 2>/dev/null || ! is_server "$running" || fail "$(id -un) may not stop process $running."
  timeout=${ZOO_STOP_TIMEOUT:-60}
  left=$((timeout * 5))
  while is_server "$running"; do
    [ "$left" -gt 0 ] || fail "ZooKeeper (process $running) did not end within $timeout seconds."
    nap
    left=$((left - naps))
  done
  rm -f "$ZOOPIDFILE" || exit 1
  echo "Stopping zookeeper ... STOPPED"
}

# Address, port and whether it is TLS of this server's own client port: from clientPort, or from its line in the
# list of servers (server.1=host:2888:3888;address:2181), which may be a file of its own.
find_client_port() {
  secure=false
  port=$(setting clientPort)
  address=$(setting clientPortAddress)
  if [ -z "$port" ]; then
    servers=$(setting dynamicConfigFile)
    if [ -f "$(setting dataDir)/myid" ]; then read -r id <"$(setting dataDir)/myid" || :; fi
    client=$(sed -n "s/^[[:space:]]*server\.${id:-0}[[:space:]]*=[^;]*;[[:space:]]*//p" "$ZOOCFG" "${servers:-/dev/null}" | sed -n '$p')
    port=${client##*:}
    case $client in *:*) address=${client%:*} ;; esac
  fi
  if [ -z "$port" ]; then
    port=$(setting secureClientPort)
    address=$(setting secureClientPortAddress)
    secure=true
  fi
  [ -n "$port" ] || fail "$ZOOCFG tells no client port."
  case ${address:=localhost} in 0.0.0.0 | '[::]' | ::) address=localhost ;; esac
}

status() {
  find_client_port
  # shellcheck disable=SC2086
  answer=$("$JAVA" "-Dzookeeper.root.logger=ERROR,CONSOLE" -cp "$CLASSPATH" $CLIENT_JVMFLAGS ${JVMFLAGS:-} \
    org.apache.zookeeper.client.FourLetterWordMain "$address" "$port" srvr "$secure" 2>&1)
  echo "Client port found: $port. Client address: $address. Client SSL: $secure." >&2
  mode=$(printf '%s\n' "$answer" | sed -n '/^Mode: /p')
  if [ -n "$mode" ]; then
    echo "$mode"
    return 0
  fi
  find_running
  if [ -n "$running" ]; then
    fail "ZooKeeper runs as process $running, but does not serve (an ensemble serves when most of its servers are up). It said:" "$answer"
  fi
  fail "ZooKeeper does not answer at $address:$port, and $ZOOPIDFILE names no running server."
}

case $command in
  start) need_configuration && start ;;
  start-foreground)
    need_configuration
    find_running
    [ -z "$running" ] || fail "ZooKeeper is already running as process $running."
    prepare_folders
    # exec keeps the number, so stop and status work for this server too.
    printf '%s\n' "$$" >"$ZOOPIDFILE" || exit 1
    launch foreground
    ;;
  stop) need_configuration && stop ;;
  restart) need_configuration && stop && start ;;
  status) need_configuration && status ;;
  version)
    # shellcheck disable=SC2086
    exec "$JAVA" -cp "$CLASSPATH" $CLIENT_JVMFLAGS ${JVMFLAGS:-} org.apache.zookeeper.version.VersionInfoMain
    ;;
  print-cmd) need_configuration && launch print ;;
  *) usage ;;
esac
