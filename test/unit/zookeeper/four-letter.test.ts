import { describe, expect, it } from 'vitest';
import { fourLetter, parseConf, parseFourLetter, parseMntr, parseSrvr } from '../../../src/zookeeper/four-letter.ts';
import { loopback } from '../cluster/loopback.ts';
import { conf, fourLetterServer, mntr, notServing, notWhitelisted, srvr, threeMembers } from './four-letter-server.ts';

const options = { dialer: loopback, signal: new AbortController().signal, timeoutMs: 2000 };

describe('answers of a server', () => {
  it('tells a server that serves by its mode, version and last transaction', () => {
    expect(parseSrvr(srvr('follower'))).toEqual({ version: '3.7.0', mode: 'follower', zxid: '0x100000042' });
  });

  it('does not take a mode that it does not know for any of the others', () => {
    expect(() => parseSrvr(srvr('dreamer'))).toThrow(/not understood/);
  });

  it('recognises a command that is not whitelisted, and a server without a quorum', () => {
    expect(parseFourLetter('mntr', notWhitelisted('mntr'))).toEqual({ kind: 'not-whitelisted' });
    expect(parseFourLetter('srvr', notServing)).toEqual({ kind: 'not-serving' });
    expect(() => parseFourLetter('srvr', '')).toThrow(/without an answer/);
  });

  it('reads the count of synced followers, which only a leader has', () => {
    expect(parseMntr(mntr(2)).get('zk_synced_followers')).toBe('2');
    expect(parseMntr(mntr()).has('zk_synced_followers')).toBe(false);
  });

  it('reads whom a server takes itself and the others for', () => {
    const { serverId, members } = parseConf(conf(2, threeMembers));
    expect(serverId).toBe(2);
    expect([...members]).toEqual([
      [1, 's1:2888:3888'],
      [2, 's2:2888:3888'],
      [3, 's3:2888:3888'],
    ]);
  });
});

describe('asking a server', () => {
  it('sends the word and reads until the server closes', async () => {
    const { port, words } = await fourLetterServer(() => srvr('leader'));
    expect(await fourLetter({ host: 's1', port }, 'srvr', options)).toEqual({ kind: 'text', text: srvr('leader') });
    expect(words).toEqual(['srvr']);
  });

  it('gives up on a server that accepts and says nothing', async () => {
    const { port } = await fourLetterServer(() => 'silence');
    const asking = fourLetter({ host: 's1', port }, 'srvr', { ...options, timeoutMs: 50 });
    await expect(asking).rejects.toThrow('no answer');
  });

  it('says that nobody listens', async () => {
    await expect(fourLetter({ host: 's1', port: 1 }, 'srvr', options)).rejects.toThrow('connection refused');
  });

  it('ends with the reason of the caller when the caller aborts', async () => {
    const { port } = await fourLetterServer(() => 'silence');
    const controller = new AbortController();
    const asking = fourLetter({ host: 's1', port }, 'srvr', { ...options, signal: controller.signal });
    controller.abort(new Error('the user pressed Ctrl-C'));
    await expect(asking).rejects.toThrow('Ctrl-C');
  });

  it('does not take a server that never stops talking for ZooKeeper', async () => {
    const { port } = await fourLetterServer(() => 'x'.repeat(2 * 1024 * 1024));
    await expect(fourLetter({ host: 's1', port }, 'srvr', options)).rejects.toThrow('not ZooKeeper');
  });
});
