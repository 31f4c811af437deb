import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { zookeeper370 } from '../../../src/distributions/zookeeper-3.7.0.ts';
import { type Installation, install, isAlive, shells } from './installation.ts';

const mainClass = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';

describe.each(shells)('ZooKeeper launchers under %s', (shell) => {
  let zookeeper: Installation;
  let configuration: string;
  let pidFile: string;

  const configure = (...lines: readonly string[]) => {
    writeFileSync(configuration, [`dataDir=${zookeeper.root}/data`, ...lines, ''].join('\n'));
  };
  const runningPid = () => Number(readFileSync(pidFile, 'utf8'));

  beforeEach(async () => {
    zookeeper = await install(zookeeper370, shell);
    configuration = join(zookeeper.base, 'conf/zoo.cfg');
    pidFile = join(zookeeper.root, 'data/zookeeper_server.pid');
    configure('clientPort=2181');
  });
  afterEach(async () => {
    await zookeeper.run('zkServer.sh', ['stop']);
    zookeeper.remove();
  });

  test('a server is started once, and stopped', async () => {
    const started = await zookeeper.run('zkServer.sh', ['start'], { FAKE_JAVA: 'stay' });
    expect(started).toMatchObject({ status: 0, stdout: 'Starting zookeeper ... STARTED\n' });
    const pid = runningPid();
    expect(isAlive(pid)).toBe(true);
    const again = await zookeeper.run('zkServer.sh', ['start'], { FAKE_JAVA: 'stay' });
    expect(again.status).toBe(1);
    expect(again.stderr).toContain(`ZooKeeper is already running as process ${pid}.`);
    expect(await zookeeper.run('zkServer.sh', ['stop'])).toMatchObject({
      status: 0,
      stdout: 'Stopping zookeeper ... STOPPED\n',
    });
    expect([isAlive(pid), existsSync(pidFile)]).toEqual([false, false]);
    expect(await zookeeper.run('zkServer.sh', ['stop'])).toMatchObject({ status: 0 });
  });

  test('heap, logs, class path and configuration reach the server', async () => {
    await zookeeper.run('zkServer.sh', ['start-foreground'], {
      ZK_SERVER_HEAP: '300',
      SERVER_JVMFLAGS: '-Da=1 -Db=2',
      JVMFLAGS: '-Dc=3',
      ZOO_LOG_DIR: join(zookeeper.root, 'log'),
      ZOO_LOG4J_PROP: 'WARN,ROLLINGFILE',
      CLASSPATH: '/opt/extra.jar',
    });
    const args = zookeeper.javaArguments();
    expect(args).toEqual(
      expect.arrayContaining(['-Xmx300m', '-Da=1', '-Db=2', '-Dc=3', `-Dzookeeper.log.dir=${zookeeper.root}/log`]),
    );
    expect(args).toContain('-Dzookeeper.root.logger=WARN,ROLLINGFILE');
    expect(args).toContain(`${zookeeper.base}/conf:${zookeeper.base}/lib/*:/opt/extra.jar`);
    expect(args).toContain('-Dcom.sun.management.jmxremote.local.only=true');
    expect(args.slice(-2)).toEqual([mainClass, configuration]);
  });

  test('in the foreground the server is the very process that was started', async () => {
    const foreground = zookeeper.run('zkServer.sh', ['start-foreground'], { FAKE_JAVA: 'stay' });
    await expect.poll(() => existsSync(pidFile) && readFileSync(`/proc/${runningPid()}/comm`, 'utf8')).toBe('java\n');
    expect((await zookeeper.run('zkServer.sh', ['stop'])).status).toBe(0);
    expect((await foreground).status).toBe(143);
  });

  test('the files of the configuration folder are read, wherever it is', async () => {
    const folder = join(zookeeper.root, 'etc');
    mkdirSync(folder);
    writeFileSync(join(folder, 'zookeeper-env.sh'), 'ZOO_LOG_DIR=/tmp/from-environment-file\n');
    writeFileSync(join(folder, 'java.env'), 'SERVER_JVMFLAGS="-Dfrom=java.env"\n');
    writeFileSync(join(folder, 'zoo.cfg'), 'dataDir=/data\n');
    writeFileSync(join(folder, 'other.cfg'), 'dataDir=/data\n');
    const print = async (...args: readonly string[]) => (await zookeeper.run('zkServer.sh', args)).stdout.trim();
    const printed = await print('--config', folder, 'print-cmd');
    expect(printed).toContain('"-Dzookeeper.log.dir=/tmp/from-environment-file"');
    expect(printed).toContain('"-Dfrom=java.env"');
    expect(printed.endsWith(`"${mainClass}" "${folder}/zoo.cfg"`)).toBe(true);
    expect((await print('--config', folder, 'print-cmd', 'other.cfg')).endsWith(`"${folder}/other.cfg"`)).toBe(true);
    expect((await print('print-cmd', `${folder}/other.cfg`)).endsWith(`"${folder}/other.cfg"`)).toBe(true);
  });

  test('a number in an old pid file is nobody to be stopped', async () => {
    mkdirSync(join(zookeeper.root, 'data'));
    writeFileSync(pidFile, `${process.pid}\n`);
    const stopped = await zookeeper.run('zkServer.sh', ['stop']);
    expect(stopped).toMatchObject({ status: 0, stdout: `No ZooKeeper to stop: ${pidFile} names no running server.\n` });
    expect((await zookeeper.run('zkServer.sh', ['start'], { FAKE_JAVA: 'stay' })).status).toBe(0);
    expect(runningPid()).not.toBe(process.pid);
  });

  test('a server that ends at once is a failure with its last words', async () => {
    const failed = await zookeeper.run('zkServer.sh', ['start'], { FAKE_JAVA: 'fail' });
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('ZooKeeper ended with status 3 right after its start');
    expect(failed.stderr).toContain('java cannot do this');
    expect(existsSync(pidFile)).toBe(false);
  });

  test('a server that does not end in time is told', async () => {
    await zookeeper.run('zkServer.sh', ['start'], { FAKE_JAVA: 'stubborn' });
    const late = await zookeeper.run('zkServer.sh', ['stop'], { ZOO_STOP_TIMEOUT: '1' });
    expect(late).toMatchObject({ status: 1, stderr: expect.stringContaining('did not end within 1 seconds') });
    process.kill(runningPid(), 'SIGKILL');
  });

  test.each([
    { lines: ['clientPort=2182', 'clientPortAddress=10.0.0.1'], asked: ['10.0.0.1', '2182', 'srvr', 'false'] },
    { lines: ['clientPort = 2183 '], asked: ['localhost', '2183', 'srvr', 'false'] },
    { lines: ['clientPort=1', 'clientPort=2184'], asked: ['localhost', '2184', 'srvr', 'false'] },
    {
      lines: ['server.7=h:2888:3888;0.0.0.0:2185', 'server.8=h:2888:3888;9'],
      asked: ['localhost', '2185', 'srvr', 'false'],
    },
    { lines: ['server.7=h:2888:3888:participant;2186'], asked: ['localhost', '2186', 'srvr', 'false'] },
    { lines: ['secureClientPort=2281'], asked: ['localhost', '2281', 'srvr', 'true'] },
  ])('status asks the port of $lines', async ({ lines, asked }) => {
    configure(...lines);
    mkdirSync(join(zookeeper.root, 'data'));
    writeFileSync(join(zookeeper.root, 'data/myid'), '7');
    const { status, stdout } = await zookeeper.run('zkServer.sh', ['status'], {
      FAKE_JAVA_SAYS: 'Zookeeper version: 3.7.0\\nMode: follower\\nNode count: 5',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'Mode: follower\n' });
    expect(zookeeper.javaArguments().slice(-5)).toEqual(['org.apache.zookeeper.client.FourLetterWordMain', ...asked]);
  });

  test('status tells a server that does not run from one that does not serve', async () => {
    const down = await zookeeper.run('zkServer.sh', ['status']);
    expect(down.status).toBe(1);
    expect(down.stderr).toContain('ZooKeeper does not answer at localhost:2181');
    await zookeeper.run('zkServer.sh', ['start'], { FAKE_JAVA: 'stay' });
    const alone = await zookeeper.run('zkServer.sh', ['status'], {
      FAKE_JAVA_SAYS: 'This ZooKeeper instance is not currently serving requests',
    });
    expect(alone.status).toBe(1);
    expect(alone.stderr).toContain(`ZooKeeper runs as process ${runningPid()}, but does not serve`);
    expect(alone.stderr).toContain('not currently serving requests');
  });

  test('JMX for everybody is refused', async () => {
    const open = await zookeeper.run('zkServer.sh', ['print-cmd'], { JMXPORT: '9010', JMXHOSTNAME: 'zk1' });
    expect(open).toMatchObject({ status: 1, stderr: expect.stringContaining('would let anyone in') });
    const local = await zookeeper.run('zkServer.sh', ['print-cmd'], { JMXPORT: '9010' });
    expect(local.stdout).toContain('"-Dcom.sun.management.jmxremote.host=127.0.0.1"');
    const off = await zookeeper.run('zkServer.sh', ['print-cmd'], { JMXDISABLE: 'true' });
    expect(off.stdout).not.toContain('jmxremote');
  });

  test('a missing configuration and an unknown command are told', async () => {
    const missing = await zookeeper.run('zkServer.sh', ['start', 'nothing.cfg']);
    expect(missing).toMatchObject({
      status: 1,
      stderr: `There is no configuration ${zookeeper.base}/conf/nothing.cfg.\n`,
    });
    expect((await zookeeper.run('zkServer.sh', ['begin'])).stderr).toContain('usage: zkServer.sh');
  });

  test('the shell passes its arguments on', async () => {
    await zookeeper.run('zkCli.sh', ['-server', 'h:2181', 'create', '/a b', '*']);
    expect(zookeeper.javaArguments().slice(-6)).toEqual([
      'org.apache.zookeeper.ZooKeeperMain',
      ...['-server', 'h:2181', 'create', '/a b', '*'],
    ]);
  });
});
