import { describe, expect, it } from 'vitest';
import { identityQuestions } from '../../../src/modules/identity-file.ts';
import { zookeeperIdentity } from '../../../src/zookeeper/zookeeper-identity.ts';
import { decideOn, probeOf } from '../cluster/decide.ts';
import { fileStat } from '../stat.ts';

const { content, stat } = identityQuestions('/var/lib/zookeeper/myid');
const args = { id: '2', data_dirs: '/var/lib/zookeeper/' };
const onDisk = (text: string) =>
  decideOn(zookeeperIdentity, args, [
    [content, Buffer.from(text)],
    [stat, fileStat],
  ]);

describe('zookeeper_identity', () => {
  it('asks for the file that names the server', () => {
    expect(probeOf(zookeeperIdentity, args)).toEqual([content, stat]);
  });

  it.each(['2', '2\n'])('agrees with %j', (text) => {
    expect(onDisk(text).verdict).toBe('unchanged');
  });

  it('has nothing against a fresh directory', () => {
    expect(
      decideOn(zookeeperIdentity, args, [
        [content, null],
        [stat, null],
      ]).verdict,
    ).toBe('unchanged');
  });

  it('refuses the data of another server, and names both', () => {
    expect(onDisk('3\n')).toMatchObject({
      verdict: 'failed',
      message: '/var/lib/zookeeper/myid says that this is server 3, but the inventory says that it is server 2',
    });
  });

  it('refuses what is no id, and what cannot be read', () => {
    expect(onDisk('two')).toMatchObject({ verdict: 'failed', message: expect.stringContaining('holds "two"') });
    expect(onDisk('')).toMatchObject({ verdict: 'failed' });
    const unreadable = decideOn(zookeeperIdentity, args, [
      [content, null],
      [stat, fileStat],
    ]);
    expect(unreadable).toMatchObject({ verdict: 'failed', message: expect.stringContaining('cannot be read') });
  });
});
