# Read by the other scripts of this folder, and by yours: the environment of ZooKeeper's programs.
#
# From the environment: JAVA_HOME, ZOOCFGDIR (default: conf beside bin), ZOOCFG (default: zoo.cfg), ZOO_LOG_DIR
# (default: logs beside bin), ZOO_LOG4J_PROP (default: INFO,CONSOLE), CLASSPATH (goes after our jars), JVMFLAGS,
# SERVER_JVMFLAGS, CLIENT_JVMFLAGS, ZK_SERVER_HEAP (MB, default 1000), ZK_CLIENT_HEAP (MB, default 256).
# Two files of ZOOCFGDIR are read if they are there: zookeeper-env.sh first, then java.env.

# Whoever reads this file has said in ZOOBINDIR where it stands.
ZOOBINDIR=${ZOOBINDIR:-$(dirname "$0")}
zoo_base=$(CDPATH='' cd -P -- "$ZOOBINDIR/.." && pwd -P) || exit 1

ZOOCFGDIR=${ZOOCFGDIR:-$zoo_base/conf}
if [ -f "$ZOOCFGDIR/zookeeper-env.sh" ]; then . "$ZOOCFGDIR/zookeeper-env.sh"; fi
case ${ZOOCFG:=zoo.cfg} in
  */*) ;;
  *) ZOOCFG=$ZOOCFGDIR/$ZOOCFG ;;
esac
if [ -f "$ZOOCFGDIR/java.env" ]; then . "$ZOOCFGDIR/java.env"; fi

ZOO_LOG_DIR=${ZOO_LOG_DIR:-$zoo_base/logs}
ZOO_LOG4J_PROP=${ZOO_LOG4J_PROP:-INFO,CONSOLE}

if [ -n "${JAVA_HOME:-}" ]; then
  JAVA=$JAVA_HOME/bin/java
  if [ ! -x "$JAVA" ]; then
    echo "JAVA_HOME is $JAVA_HOME, but there is no program $JAVA." >&2
    exit 1
  fi
elif ! JAVA=$(command -v java); then
  echo "There is no Java here: install a Java runtime (@JAVA_OLDEST@ or newer), or set JAVA_HOME." >&2
  exit 1
fi

# The wildcard is for the JVM, not for the shell.
CLASSPATH=$ZOOCFGDIR:$zoo_base/lib/*${CLASSPATH:+:$CLASSPATH}

SERVER_JVMFLAGS="-Xmx${ZK_SERVER_HEAP:-1000}m ${SERVER_JVMFLAGS:-}"
CLIENT_JVMFLAGS="-Xmx${ZK_CLIENT_HEAP:-256}m ${CLIENT_JVMFLAGS:-}"
