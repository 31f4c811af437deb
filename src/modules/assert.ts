import { z } from 'zod';
import { flag, text, textList } from './argument-types.ts';
import { failed, unchanged } from './decisions.ts';
import type { Module } from './module.ts';

/** Ansible turns no number and no bool into a message: `msg: no` is a slip. */
const messages = z.union(
  [z.string(), z.array(z.string())],
  'text or a list of texts is wanted, in quotes where YAML reads something else',
);

const schema = z.strictObject({
  // A condition may hold commas, so one alone is not split.
  that: z.union(
    [text.transform((condition) => [condition]), textList],
    'a condition or a list of conditions is wanted',
  ),
  fail_msg: messages.optional(),
  success_msg: messages.optional(),
  quiet: flag.default(false),
});

type AssertArguments = z.infer<typeof schema>;

/** Conditions that have to hold. */
export const assert: Module<AssertArguments> = {
  name: 'assert',
  collection: 'ansible.builtin',
  summary: 'Fails unless all conditions hold.',
  schema,
  aliases: { msg: 'fail_msg' },
  example: `- name: The id is one that ZooKeeper takes
  assert:
    that:
      - zookeeper_id | int >= 1
      - zookeeper_id | int <= 255
    fail_msg: zookeeper_id has to be from 1 to 255`,
  noticedByOthers: false,
  neverChanges: true,
  probe: () => [],
  decide({ that, fail_msg, success_msg }, _answers, context) {
    for (const assertion of that) {
      if (context.condition(assertion)) continue;
      const msg = fail_msg ?? 'Assertion failed';
      const said = typeof msg === 'string' ? msg : msg.join('\n');
      return failed(
        { message: fail_msg === undefined ? `${said}: ${assertion}` : `${said}\nwhat does not hold: ${assertion}` },
        { assertion, evaluated_to: false, msg },
      );
    }
    return unchanged({ msg: success_msg ?? 'All assertions passed' });
  },
};
