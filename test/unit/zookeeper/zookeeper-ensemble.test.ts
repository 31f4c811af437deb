import { describe, expect, it } from 'vitest';
import { zookeeperEnsemble } from '../../../src/zookeeper/zookeeper-ensemble.ts';
import { decideOn, probeOf } from '../cluster/decide.ts';
import { controlContext } from '../cluster/loopback.ts';
import { conf, fourLetterServer, mntr, notServing, srvr, threeMembers } from './four-letter-server.ts';

const topic = 'zookeeper-ensemble';
const { answerers, performers } = zookeeperEnsemble;

/** Three servers; the third begins to serve after it has been asked `srvr` so many times. */
async function threeServers(thirdServesAfter: number): Promise<string[]> {
  let asked = 0;
  const modes = ['follower', 'leader', 'follower'];
  const servers = await Promise.all(
    modes.map((mode, index) =>
      fourLetterServer((word) => {
        if (index === 2 && word === 'srvr') asked += 1;
        const serves = index !== 2 || asked > thirdServesAfter;
        if (!serves) return notServing;
        if (word === 'srvr') return srvr(mode);
        if (word === 'mntr') return mode === 'leader' ? mntr(asked > thirdServesAfter ? 2 : 1) : mntr();
        if (word === 'conf') return conf(index + 1, threeMembers);
        throw new Error(`nobody should say ${word}`);
      }),
    ),
  );
  return servers.map(({ port }, index) => `${index + 1}@s${index + 1}:${port}`);
}

async function look(servers: readonly string[]) {
  const questions = probeOf(zookeeperEnsemble, { servers });
  const [question] = questions;
  if (questions.length !== 1 || question?.ask !== 'control') throw new Error('one question is expected');
  const answer = await answerers?.[topic]?.(question.parameters, controlContext(), question);
  if (answer === undefined) throw new Error('nobody answers');
  return [question, answer] as const;
}

describe('zookeeper_ensemble', () => {
  it('has nothing to do when the ensemble is whole', async () => {
    const servers = await threeServers(0);
    const decision = decideOn(zookeeperEnsemble, { servers }, [await look(servers)]);
    expect(decision.verdict).toBe('unchanged');
    expect(decision.result.get('msg')).toMatch(/^s2:\d+ leads 2 synced followers$/);
    expect(decision.result.get('leader')).toMatch(/^s2:\d+$/);
  });

  it('waits until it is, says for what, and has changed nothing', async () => {
    const servers = await threeServers(2);
    const given = { servers, interval: 0.01, timeout: 10 };
    const decision = decideOn(zookeeperEnsemble, given, [await look(servers)]);
    if (decision.verdict !== 'change') throw new Error(decision.verdict);
    expect(decision.diff).toEqual([]);
    const [action] = decision.actions;
    if (action?.do !== 'control') throw new Error('it must be done by the control machine');
    const context = controlContext();
    const outcome = await performers?.[topic]?.(action.parameters, context, action);
    if (outcome === undefined) throw new Error('nobody does it');
    expect(context.told).toEqual([
      expect.stringMatching(/^2 of 3 servers serve, waiting for s3:\d+ \(part of no quorum\)$/),
    ]);
    expect(decision.conclude?.([{ ...outcome, startedAt: 0, seconds: 0 }])).toMatchObject({
      changed: false,
      failed: false,
    });
  });

  it('fails with the state of each server and the end of the log of those that are not well', async () => {
    const servers = await threeServers(Number.POSITIVE_INFINITY);
    const context = controlContext({ logs: { 's3:/var/log/zk.log': 'Cannot open channel to 1\n' } });
    const parameters = { servers, timeout: 0, log_file: '/var/log/zk.log' };
    const outcome = await performers?.[topic]?.(parameters, context, { do: 'control', topic, parameters });
    expect(outcome?.rc).toBe(1);
    expect(outcome?.stderr.replace(/:\d{2,}/g, ':PORT')).toBe(
      [
        'no healthy ensemble within 0 s: s3:PORT runs but is part of no quorum; the leader s2:PORT has 1 synced followers, not 2',
        '  1@s1:PORT: follower, zxid 0x100000042',
        '  2@s2:PORT: leader, zxid 0x100000042',
        '  3@s3:PORT: not serving',
        'end of /var/log/zk.log on s3:',
        '  Cannot open channel to 1',
      ].join('\n'),
    );
  });

  it('waits for no server whose host is down, once all others serve', async () => {
    const servers = [...(await threeServers(0)).slice(0, 2), '3@s3:1'];
    const parameters = { servers, timeout: 600, interval: 600 };
    const context = controlContext({ unreachable: ['s3'] });
    const outcome = await performers?.[topic]?.(parameters, context, { do: 'control', topic, parameters });
    expect(outcome).toMatchObject({ rc: 1 });
    expect(outcome?.stderr).toMatch(/^no healthy ensemble, and s3 cannot be reached over SSH: s3:1 cannot be reached/);
  });

  it('says so when a log cannot be read', async () => {
    const parameters = { servers: ['1@s1:1'], timeout: 0, log_file: { s1: '/zk.log' } };
    const outcome = await performers?.[topic]?.(parameters, controlContext(), { do: 'control', topic, parameters });
    expect(outcome?.stderr).toContain('s1:1: unreachable (connection refused)');
    expect(outcome?.stderr).toContain('/zk.log on s1 could not be read: no log /zk.log on s1');
  });

  it('stops waiting when it is aborted', async () => {
    const controller = new AbortController();
    const parameters = { servers: ['1@s1:1'], timeout: 600, interval: 600 };
    const context = controlContext({
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('Ctrl-C')),
    });
    await expect(performers?.[topic]?.(parameters, context, { do: 'control', topic, parameters })).rejects.toThrow(
      'Ctrl-C',
    );
  });
});
