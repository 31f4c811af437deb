#!/bin/sh
# Stops the processes that run one Java class of this installation, and of no other, and waits until they are gone.
#
#   kafka-stop-class.sh CLASS WHAT
#
# From the environment: SIGNAL (default TERM), KAFKA_STOP_TIMEOUT (seconds to wait, default 300; 0 does not wait).
# Exit status: 0 all of them are gone, 1 none was running, or one could not be stopped, or did not end in time.
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
base=$(CDPATH='' cd -P -- "$(dirname -- "$self")/.." && pwd -P) || exit 1

if [ $# -ne 2 ]; then
  echo "usage: ${0##*/} CLASS WHAT" >&2
  exit 1
fi
class=$1
what=$2
signal=${SIGNAL:-TERM}
timeout=${KAFKA_STOP_TIMEOUT:-300}

# Is this the command line, one argument a line, of the class in this installation?
is_ours() {
  case $1 in
    *"
-Dkafka.installation=$base
"*"
$class
"* | *"
-Dkafka.installation=$base
"*"
$class") return 0 ;;
    *) return 1 ;;
  esac
}

running() {
  if [ -r /proc/self/cmdline ]; then
    for process in /proc/[0-9]*; do
      # Reading the name costs no new process; only a JVM's arguments are looked at.
      { read -r comm <"$process/comm"; } 2>/dev/null || continue
      [ "$comm" = java ] || continue
      if is_ours "$(tr '\000' '\n' <"$process/cmdline" 2>/dev/null)"; then printf '%s\n' "${process#/proc/}"; fi
    done
  else
    ps -axww -o pid=,command= | while read -r pid arguments; do
      case " $arguments " in
        *" -Dkafka.installation=$base "*" $class "*) printf '%s\n' "$pid" ;;
      esac
    done
  fi
}

pids=$(running)
if [ -z "$pids" ]; then
  echo "No $what of $base is running." >&2
  exit 1
fi
for pid in $pids; do
  if ! kill -s "$signal" "$pid" 2>/dev/null; then
    case " $(running | tr '\n' ' ')" in
      *" $pid "*)
        echo "$(id -un) may not stop the $what with process id $pid." >&2
        exit 1
        ;;
    esac
  fi
done
[ "$timeout" -gt 0 ] || exit 0

# In fifths of a second, or in whole ones where sleep takes whole seconds only.
remaining=$((timeout * 5))
while :; do
  left=
  for pid in $(running); do
    for asked in $pids; do
      if [ "$pid" = "$asked" ]; then left="$left $pid"; fi
    done
  done
  if [ -z "$left" ]; then
    # What -daemon wrote when it started them.
    for file in "${LOG_DIR:-$base/logs}"/*.pid; do
      { read -r pid <"$file"; } 2>/dev/null || continue
      for asked in $pids; do
        if [ "$pid" = "$asked" ]; then rm -f "$file"; fi
      done
    done
    exit 0
  fi
  if [ "$remaining" -le 0 ]; then
    echo "The $what did not end within $timeout seconds after SIG$signal; still running:$left" >&2
    exit 1
  fi
  if sleep 0.2 2>/dev/null; then
    remaining=$((remaining - 1))
  else
    sleep 1
    remaining=$((remaining - 5))
  fi
done
