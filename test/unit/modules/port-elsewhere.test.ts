import { Duplex, Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { BrokkrError } from '../../../src/errors.ts';
import type { ControlContext } from '../../../src/modules/module.ts';
import { inVain, performPort, portTopic } from '../../../src/modules/port-elsewhere.ts';

/** Waits once, in no time, for `OpenSSH` from port 22 of s1 itself. */
async function listen(connectFrom: ControlContext['connectFrom']) {
  const untold = () => Promise.reject(new Error('this was not told'));
  const context: ControlContext = {
    dialer: { connect: untold },
    signal: new AbortController().signal,
    connectFrom,
    reconnect: untold,
    progress: () => {},
    isUnreachable: () => false,
    stopRequested: () => false,
    tail: untold,
  };
  const parameters = {
    ...{ host: '127.0.0.1', port: 22, from: 's1', search: 'OpenSSH', open: true },
    ...{ timeout: 0, delay: 0, sleep: 1, connect_timeout: 5 },
  };
  return performPort(parameters, context, { do: 'control', topic: portTopic, parameters });
}

/** As sshd refuses it: 1 is for what it never does, 2 for a port on which nobody listens (RFC 4254, 5.1). */
function refused(reason: number) {
  const cause = Object.assign(new Error('refused'), { reason });
  return () => Promise.reject(new BrokkrError('s1 opens no connection', { cause, hint: 'allow it' }));
}

test('who never forwards a connection is not waited for', async () => {
  expect(await listen(refused(1))).toMatchObject({ rc: inVain, stderr: 's1 opens no connection; allow it' });
});

test('a port on which nobody listens yet is', async () => {
  const stderr = 'port 22 of 127.0.0.1 has not said OpenSSH';
  expect(await listen(refused(2))).toMatchObject({ rc: 1, stderr });
});

test('what a server says is found', async () => {
  const says = async () => Duplex.from(Readable.from([Buffer.from('SSH-2.0-Open'), Buffer.from('SSH_9.2\r\n')]));
  expect(await listen(says)).toMatchObject({ rc: 0, value: true });
});
