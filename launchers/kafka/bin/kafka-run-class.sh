#!/bin/sh
# Starts one Java class with the jars of this installation.
#
#   kafka-run-class.sh [-daemon] [-name NAME] [-loggc] CLASS [ARGUMENT ...]
#
#   -daemon     in the background; output goes to LOG_DIR/NAME.out, the process id to LOG_DIR/NAME.pid
#   -name NAME  the class is a server: its Java is checked, and JMX_PORT is for it (a tool leaves that port alone)
#   -loggc      write the garbage collector's log to LOG_DIR/NAME-gc.log
#
# From the environment: JAVA_HOME, CLASSPATH (goes before the jars), LOG_DIR, KAFKA_HEAP_OPTS,
# KAFKA_JVM_PERFORMANCE_OPTS, KAFKA_GC_LOG_OPTS, KAFKA_JMX_OPTS, JMX_PORT, KAFKA_LOG4J_OPTS, KAFKA_OPTS, KAFKA_DEBUG,
# JAVA_DEBUG_PORT, DEBUG_SUSPEND_FLAG.
#
# JMX listens where something can reach it only if you say so: JMX_PORT opens it on 127.0.0.1. For a remote port
# with passwords and TLS set KAFKA_JMX_OPTS yourself.
set -f

self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
base=$(CDPATH='' cd -P -- "$(dirname -- "$self")/.." && pwd -P) || exit 1

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

case $base in
  *[[:space:]]*) fail "Java options are split at blanks, so the installation cannot stand in \"$base\"." ;;
esac

daemon=no
name=
loggc=no
while [ $# -gt 0 ]; do
  case $1 in
    -daemon) daemon=yes ;;
    -loggc) loggc=yes ;;
    -name)
      [ $# -ge 2 ] || fail "-name needs a name."
      name=$2
      shift
      ;;
    *) break ;;
  esac
  shift
done
[ $# -gt 0 ] || fail "usage: ${0##*/} [-daemon] [-name NAME] [-loggc] CLASS [ARGUMENT ...]"
class=$1
shift

if [ -n "${JAVA_HOME:-}" ]; then
  java=$JAVA_HOME/bin/java
  [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, but there is no program $java."
else
  java=$(command -v java) || fail "There is no Java here: install a Java runtime (@JAVA_OLDEST@ or newer), or set JAVA_HOME."
fi

# The number that says what the JVM understands: 8, 11, 17. The file beside it saves the start of a JVM.
java_feature_version() {
  version=
  if [ -n "${JAVA_HOME:-}" ] && [ -r "$JAVA_HOME/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\([^"]*\)".*/\1/p' "$JAVA_HOME/release")
  fi
  [ -n "$version" ] || version=$("$java" -version 2>&1 | sed -n 's/^.* version "\([^"]*\)".*/\1/p' | sed -n 1p)
  version=${version#1.}
  printf '%s\n' "${version%%[!0-9]*}"
}

feature=
if [ -n "$name" ] || [ "$loggc" = yes ]; then
  feature=$(java_feature_version)
  [ -n "$feature" ] || fail "$java does not tell its version: is it a Java runtime?"
  [ "$feature" -ge @JAVA_OLDEST@ ] || fail "$java is Java $feature; @PRODUCT@ needs Java @JAVA_OLDEST@ or newer."
fi

LOG_DIR=${LOG_DIR:-$base/logs}
log_name=${name:-${class##*.}}
if [ "$daemon" = yes ] || [ "$loggc" = yes ] || [ -n "$name" ]; then
  mkdir -p "$LOG_DIR" || fail "The log folder $LOG_DIR cannot be made: set LOG_DIR to a folder that $(id -un) may write."
  [ -w "$LOG_DIR" ] || fail "$(id -un) may not write to the log folder $LOG_DIR: set LOG_DIR to another one."
fi

if [ -z "${KAFKA_HEAP_OPTS:-}" ]; then KAFKA_HEAP_OPTS='-Xmx256M'; fi
if [ -z "${KAFKA_JVM_PERFORMANCE_OPTS:-}" ]; then
  KAFKA_JVM_PERFORMANCE_OPTS='-server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35 -XX:+ExplicitGCInvokesConcurrent -Djava.awt.headless=true'
fi
if [ "$loggc" = yes ] && [ -z "${KAFKA_GC_LOG_OPTS:-}" ]; then
  if [ "$feature" -ge 9 ]; then
    KAFKA_GC_LOG_OPTS="-Xlog:gc*:file=$LOG_DIR/$log_name-gc.log:time,tags:filecount=10,filesize=100M"
  else
    KAFKA_GC_LOG_OPTS="-Xloggc:$LOG_DIR/$log_name-gc.log -verbose:gc -XX:+PrintGCDetails -XX:+PrintGCDateStamps -XX:+UseGCLogFileRotation -XX:NumberOfGCLogFiles=10 -XX:GCLogFileSize=100M"
  fi
fi

jmx=${KAFKA_JMX_OPTS:-}
if [ -n "$name" ] && [ -n "${JMX_PORT:-}" ]; then
  port_flags="-Dcom.sun.management.jmxremote.port=$JMX_PORT -Dcom.sun.management.jmxremote.rmi.port=$JMX_PORT"
  if [ -n "$jmx" ]; then
    jmx="$jmx $port_flags"
  else
    jmx="$port_flags -Dcom.sun.management.jmxremote.host=127.0.0.1 -Djava.rmi.server.hostname=127.0.0.1 -Dcom.sun.management.jmxremote.authenticate=false -Dcom.sun.management.jmxremote.ssl=false"
  fi
fi

debug=
if [ -n "${KAFKA_DEBUG:-}" ]; then
  debug="-agentlib:jdwp=transport=dt_socket,server=y,suspend=${DEBUG_SUSPEND_FLAG:-n},address=${JAVA_DEBUG_PORT:-127.0.0.1:5005}"
fi

log4j=${KAFKA_LOG4J_OPTS:--Dlog4j.configuration=file:$base/config/tools-log4j.properties}

# NAME.out is never rolled; what the server logs is in its own files.
console=
if [ "$daemon" = yes ]; then console=-Dkafka.console.level=WARN; fi

# The wildcard is for the JVM, not for the shell: it keeps the command line short enough for ps.
classpath=${CLASSPATH:+$CLASSPATH:}$base/libs/*

# The variables are lists of words.
# shellcheck disable=SC2086
set -- $KAFKA_HEAP_OPTS $KAFKA_JVM_PERFORMANCE_OPTS ${KAFKA_GC_LOG_OPTS:-} $jmx "-Dkafka.logs.dir=$LOG_DIR" \
  "-Dkafka.installation=$base" $console $log4j $debug ${KAFKA_OPTS:-} -cp "$classpath" "$class" "$@"

[ "$daemon" = yes ] || exec "$java" "$@"

# A session of its own, deaf to hang-ups: the server outlives the connection that started it. (BusyBox may have no
# nohup; what a shell ignores, the program that it becomes ignores too.)
detach=
if command -v setsid >/dev/null 2>&1; then detach=setsid; fi
output=$LOG_DIR/$log_name.out
: >"$output" || exit 1
(
  trap '' HUP
  exec $detach "$java" "$@" >>"$output" 2>&1 </dev/null
) &
pid=$!
printf '%s\n' "$pid" >"$LOG_DIR/$log_name.pid"

# A JVM that cannot start at all (wrong options, no memory) is gone at once; that is told here, not found out later.
tries=0
while [ "$tries" -lt 5 ]; do
  sleep 0.2 2>/dev/null || sleep 1
  if ! kill -0 "$pid" 2>/dev/null; then
    wait "$pid"
    status=$?
    rm -f "$LOG_DIR/$log_name.pid"
    printf '%s ended with status %s right after its start. The end of %s:\n' "$log_name" "$status" "$output" >&2
    tail -n 20 "$output" >&2
    exit 1
  fi
  tries=$((tries + 1))
done
