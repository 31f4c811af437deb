import { z } from 'zod';
import { integer } from './argument-types.ts';
import { unchanged } from './decisions.ts';
import type { Module } from './module.ts';
import { fields } from './results.ts';
import { performReturn, returnTopic } from './return-of-host.ts';

const schema = z.strictObject({
  delay: integer.default(0),
  timeout: integer.default(600),
  sleep: integer.default(1),
  connect_timeout: integer.default(5),
});

/** Until the host can be worked on. */
export const waitForConnection: Module<z.infer<typeof schema>> = {
  name: 'wait_for_connection',
  collection: 'ansible.builtin',
  summary: 'Waits until the host can be worked on again, after a pause if need be.',
  schema,
  aliases: {},
  example: `- name: Back from its restart
  wait_for_connection:
    delay: 10`,
  noticedByOthers: true,
  neverChanges: true,
  performers: { [returnTopic]: performReturn },
  probe: () => [],
  decide({ delay, timeout, connect_timeout }, _, { host }) {
    if (delay <= 0) return unchanged({ elapsed: 0 });
    const parameters = { host, timeout, connectTimeout: connect_timeout, delay: 0 };
    return {
      verdict: 'change',
      actions: [
        { do: 'wait', until: { kind: 'time' }, timeout: 0, delay, sleep: 1 },
        { do: 'control', topic: returnTopic, parameters },
      ],
      diff: [{ kind: 'note', text: `waits ${delay} seconds, and until the host can be worked on` }],
      result: fields({}),
      pending: ['elapsed'],
      conclude(outcomes) {
        const bad = outcomes.find(({ rc }) => rc !== 0);
        const elapsed = Math.floor(outcomes.reduce((sum, { seconds }) => sum + seconds, 0));
        const message = bad?.stderr.trim();
        return {
          changed: false,
          failed: bad !== undefined,
          ...(message === undefined ? {} : { message }),
          result: fields({ elapsed, msg: message }),
        };
      },
    };
  },
};
