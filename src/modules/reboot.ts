import { z } from 'zod';
import type { OutputQuestion } from '../shell/question.ts';
import { quote } from '../shell/quote.ts';
import { integer, text } from './argument-types.ts';
import type { Module } from './module.ts';
import { fields } from './results.ts';
import { performReturn, returnTopic } from './return-of-host.ts';
import { output } from './tool.ts';

const schema = z.strictObject({
  msg: text.default('Reboot initiated by brokkr'),
  pre_reboot_delay: integer.default(0),
  post_reboot_delay: integer.default(0),
  reboot_timeout: integer.default(600),
  connect_timeout: integer.default(10),
  test_command: text.default('whoami'),
  reboot_command: text.optional(),
});

const boot: OutputQuestion = output('boot', 'cat /proc/sys/kernel/random/boot_id');

/** The host starts anew. */
export const reboot: Module<z.infer<typeof schema>> = {
  name: 'reboot',
  collection: 'ansible.builtin',
  summary: 'Restarts the host, and waits until it is back.',
  schema,
  aliases: {
    pre_reboot_delay_sec: 'pre_reboot_delay',
    post_reboot_delay_sec: 'post_reboot_delay',
    reboot_timeout_sec: 'reboot_timeout',
    connect_timeout_sec: 'connect_timeout',
  },
  example: `- name: The new kernel
  reboot:
    reboot_timeout: 300`,
  noticedByOthers: true,
  performers: { [returnTopic]: performReturn },
  probe: () => [boot],
  decide(args, answers, { host }) {
    const bootId = answers.get(boot).stdout.trim();
    const delay = Math.max(args.pre_reboot_delay, 1);
    const command = args.reboot_command ?? `shutdown -r now ${quote(args.msg)} || systemctl reboot || reboot`;
    // The step ends before the host does, so that nobody takes its end for a lost connection.
    const script = `( trap '' HUP TERM; sleep ${delay}; ${command} ) >/dev/null 2>&1 </dev/null &`;
    const { reboot_timeout: timeout, connect_timeout, post_reboot_delay, test_command } = args;
    const wait = {
      host,
      bootId,
      timeout,
      connectTimeout: connect_timeout,
      delay: post_reboot_delay,
      test: test_command,
    };
    return {
      verdict: 'change',
      actions: [
        {
          do: 'tool',
          script: `command -v setsid >/dev/null && exec setsid sh -c ${quote(script)}\n${script}`,
          leaves: [],
          reach: 'host',
        },
        { do: 'control', topic: returnTopic, parameters: wait },
      ],
      diff: [{ kind: 'note', text: 'restarts the host' }],
      result: fields({ rebooted: true }),
      pending: ['elapsed'],
      conclude(outcomes) {
        const bad = outcomes.find(({ rc }) => rc !== 0);
        const elapsed = Math.floor(outcomes.reduce((sum, { seconds }) => sum + seconds, 0));
        if (bad === undefined) return { changed: true, failed: false, result: fields({ rebooted: true, elapsed }) };
        const result = fields({ rebooted: outcomes.length > 1, elapsed, msg: bad.stderr.trim() });
        return { changed: outcomes.length > 1, failed: true, message: bad.stderr.trim(), result };
      },
    };
  },
};
