import { z } from 'zod';
import { floatRepr } from '../jinja/values/text.ts';
import { pollUntil } from '../poll.ts';
import { mutuallyExclusive, withRules } from './argument-rules.ts';
import { flag, integer, text } from './argument-types.ts';
import { unchanged } from './decisions.ts';
import type { Module, Performer } from './module.ts';
import { fields, moment } from './results.ts';

const topic = 'pause';

const schema = withRules(
  z.strictObject({
    seconds: integer.optional(),
    minutes: integer.optional(),
    prompt: text.optional(),
    echo: flag.default(true),
  }),
  [
    mutuallyExclusive('seconds', 'minutes'),
    ({ seconds, minutes }) =>
      seconds === undefined && minutes === undefined
        ? { message: 'seconds or minutes is required: nobody is waited for at the terminal' }
        : undefined,
  ],
);

/** Some time in which nothing is done, once for all hosts. */
export const pause: Module<z.infer<typeof schema>> = {
  name: 'pause',
  collection: 'ansible.builtin',
  summary: 'Waits for some time, once for all hosts.',
  schema,
  aliases: {},
  example: `- name: Let the load balancer notice
  pause:
    seconds: 10`,
  noticedByOthers: true,
  neverChanges: true,
  oncePerBatch: true,
  performers: { [topic]: performPause() },
  probe: () => [],
  decide({ seconds, minutes, prompt, echo }) {
    const wait = seconds ?? (minutes ?? 0) * 60;
    if (wait <= 0) return unchanged({ delta: 0, echo, user_input: '', stdout: '', stderr: '', rc: 0 });
    const text = `${prompt === undefined ? '' : `${prompt}: `}waits for ${wait} seconds`;
    return {
      verdict: 'change',
      actions: [{ do: 'control', topic, parameters: { seconds: wait, text: prompt ?? null } }],
      diff: [{ kind: 'note', text }],
      result: fields({ echo, user_input: '', rc: 0, stderr: '' }),
      pending: ['delta', 'stdout', 'start', 'stop'],
      conclude([outcome]) {
        const took = outcome?.seconds ?? 0;
        const stdout = `Paused for ${minutes === undefined ? floatRepr(round(took)) : floatRepr(round(took / 60))} ${minutes === undefined ? 'seconds' : 'minutes'}`;
        const begun = outcome?.startedAt ?? 0;
        const times = { start: moment(begun), stop: moment(begun + took * 1000), delta: Math.floor(took) };
        const known = { echo, user_input: '', rc: 0, stderr: '', stdout, ...times };
        return { changed: false, failed: outcome?.rc !== 0, result: fields(known) };
      },
    };
  },
};

function performPause(): Performer {
  return async (parameters, { signal, progress, stopRequested }) => {
    const { seconds, text: prompt } = z.object({ seconds: z.number(), text: z.string().nullable() }).parse(parameters);
    if (prompt !== null) progress(prompt);
    await pollUntil(
      async () => (stopRequested() ? { done: true, value: undefined } : { done: false, reason: 'it pauses' }),
      { timeoutMs: seconds * 1000, intervalMs: 100, signal },
    );
    return { rc: 0, stdout: '', stderr: '' };
  };
}

/** To two places, as Ansible tells it. */
function round(number: number): number {
  return Math.round(number * 100) / 100;
}
