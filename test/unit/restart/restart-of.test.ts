import { describe, expect, it } from 'vitest';
import { restartOf } from '../../../src/restart-gates.ts';
import type { Action } from '../../../src/shell/action.ts';

const shell = (script: string): Action => ({
  do: 'run',
  command: { kind: 'shell', script, executable: '/bin/sh' },
  environment: new Map(),
});
const told = (script: string) => {
  const found = restartOf(shell(script));
  return found === undefined ? 'neither' : `${found.cluster} ${found.stays ? 'stops' : 'restarts'}`;
};

describe('what a command does to a server', () => {
  it.each([
    ['systemctl restart kafka', 'kafka restarts'],
    ['systemctl --no-block restart zookeeper.service', 'zookeeper restarts'],
    ['systemctl try-restart kafka', 'kafka restarts'],
    ['systemctl reload-or-restart kafka', 'kafka restarts'],
    ['systemctl restart telegraf kafka', 'kafka restarts'],
    ['systemctl stop kafka', 'kafka stops'],
    ['systemctl kill -s KILL kafka', 'kafka stops'],
    ['systemctl stop kafka && systemctl start kafka', 'kafka restarts'],
    ['systemctl stop kafka; echo "start the backup"', 'kafka stops'],
    ['systemctl stop kafka && systemctl start telegraf', 'kafka stops'],
    ['systemctl stop kafka && systemctl start zookeeper', 'kafka stops'],
    ['systemctl stop kafka && sudo /usr/bin/systemctl start kafka.service', 'kafka restarts'],
    ['(systemctl stop kafka; zkServer.sh start)', 'kafka stops'],
    ['kafka-server-stop.sh # start it by hand', 'kafka stops'],
    ['systemctl stop kafka\nsleep 5\nsystemctl start kafka', 'kafka restarts'],
    ['systemctl restart "kafka"', 'kafka restarts'],
    ["systemctl stop 'kafka.service'", 'kafka stops'],
    ['systemctl restart \\\n  kafka', 'kafka restarts'],
    ['systemctl disable --now kafka', 'kafka stops'],
    ['systemctl disable kafka', 'neither'],
    ['/etc/init.d/kafka restart', 'kafka restarts'],
    ['/etc/init.d/kafka stop', 'kafka stops'],
    ['/etc/init.d/kafka status', 'neither'],
    ['systemctl start kafka', 'neither'],
    ['systemctl status kafka', 'neither'],
    ['systemctl restart telegraf; systemctl status kafka', 'neither'],
    ['systemctl restart telegraf\nsystemctl status kafka', 'neither'],
    ['service kafka restart', 'kafka restarts'],
    ['service kafka condrestart', 'kafka restarts'],
    ['service kafka force-restart', 'kafka restarts'],
    ['service zookeeper stop', 'zookeeper stops'],
    ['service kafka stop; service kafka start', 'kafka restarts'],
    ['service kafka status', 'neither'],
    ['service kafka start', 'neither'],
    ['kafka-server-stop.sh', 'kafka stops'],
    ['kafka-server-stop.sh; sleep 5; kafka-server-start.sh -daemon server.properties', 'kafka restarts'],
    ['/opt/kafka/bin/zookeeper-server-stop.sh', 'zookeeper stops'],
    ['zkServer.sh stop', 'zookeeper stops'],
    ['zkServer.sh --config /etc/zookeeper restart', 'zookeeper restarts'],
    ['zkServer.sh stop; zkServer.sh start', 'zookeeper restarts'],
    ['zkServer.sh status', 'neither'],
    ['kafka-daemon.sh restart', 'kafka restarts'],
    ['kafka-topics.sh --list', 'neither'],
  ])('%s', (script, expected) => {
    expect(told(script)).toBe(expected);
  });
});
