import { describe, expect, it } from 'vitest';
import { ZookeeperGate } from '../../../src/zookeeper/restart-gate.ts';
import { controlContext } from '../cluster/loopback.ts';
import { conf, fourLetterServer, mntr, notServing, notWhitelisted, srvr, threeMembers } from './four-letter-server.ts';

type Mode = 'leader' | 'follower' | 'not serving' | 'not telling';

async function ensemble(modes: Mode[]) {
  const servers = await Promise.all(
    modes.map((_, index) =>
      fourLetterServer((word) => {
        const mode = modes[index];
        if (mode === 'not serving' || mode === undefined) return notServing;
        if (mode === 'not telling') return notWhitelisted(word);
        if (word === 'srvr') return srvr(mode);
        if (word === 'mntr')
          return mode === 'leader' ? mntr(modes.filter((each) => each === 'follower').length) : mntr();
        if (word === 'conf') return conf(index + 1, threeMembers);
        throw new Error(`nobody should say ${word}`);
      }),
    ),
  );
  const named = servers.map(({ port }, index) => `${index + 1}@s${index + 1}:${port}`);
  const parameters = { servers: named, samples: 2, interval: 0.01, timeout: 0.2 };
  return new ZookeeperGate(parameters, (host) => Number(host.slice(1)), controlContext());
}

describe('the gate of ZooKeeper', () => {
  it('opens when all serve, followers first and the leader last', async () => {
    const gate = await ensemble(['leader', 'follower', 'follower']);
    expect(await gate.isUp()).toBe(true);
    expect(await gate.order(['s1', 's2', 's3'])).toEqual(['s2', 's3', 's1']);
    expect(await gate.before('s2')).toEqual([]);
    await gate.after('s2');
    await gate.waitUntilWhole();
    expect((await gate.verdict('s1')).notes).toEqual(['it is the leader: its turn is the last']);
    expect((await gate.verdict('s2')).notes).toEqual([]);
  });

  it('lets nobody go while another is out, but lets that one come back', async () => {
    const gate = await ensemble(['leader', 'not serving', 'follower']);
    expect(await gate.order(['s1', 's2', 's3'])).toEqual(['s2', 's3', 's1']);
    await expect(gate.before('s3')).rejects.toThrow('runs but is part of no quorum');
    expect(await gate.before('s2')).toEqual([]);
    await expect(gate.after('s2')).rejects.toThrow('server 2 is not serving');
  });

  it('does not take servers that may not be asked for servers without a quorum, and does not wait for them', async () => {
    const gate = await ensemble(['not telling', 'not telling', 'not telling']);
    expect(await gate.isUp()).toBe(true);
    const verdict = await gate.verdict('s1');
    expect(verdict).toMatchObject({ isHopeless: true });
    expect(verdict.reasons[0]).toMatch(
      /^whether s1:\d+ serves cannot be asked: srvr is not in its 4lw.commands.whitelist$/,
    );
    await expect(gate.before('s1')).rejects.toThrow('srvr is not in its 4lw.commands.whitelist');
    await expect(gate.after('s1')).rejects.toThrow(
      'server 1 is not serving (srvr is not in its 4lw.commands.whitelist)',
    );
    const one = await ensemble(['not serving', 'follower', 'not telling']);
    expect((await one.verdict('s1')).reasons.join()).toMatch(/not serving \(srvr is not in its .*\) as well$/);
  });

  it('waits when the quorum is lost in the middle of a roll, then fails and names who is out; and opens once it is back', async () => {
    const modes: Mode[] = ['leader', 'follower', 'follower'];
    const gate = await ensemble(modes);
    await gate.before('s2');
    await gate.after('s2');
    modes.fill('not serving');
    const lost = /after 0.2 s still: .*s1:\d+.*s2:\d+/s;
    await expect(gate.before('s3')).rejects.toThrow(lost);
    await expect(gate.waitUntilWhole()).rejects.toThrow(lost);
    modes.splice(0, 3, 'follower', 'leader', 'follower');
    expect(await gate.before('s3')).toEqual([]);
  });

  it('does not restart one of two that are out', async () => {
    const gate = await ensemble(['leader', 'not serving', 'not serving']);
    expect((await gate.verdict('s2')).reasons).toHaveLength(1);
  });
});
