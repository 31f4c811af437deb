import { z } from 'zod';
import { eventsVersion } from './events-version.ts';

const host = z.string().describe('name of the host in the inventory');
const seconds = z.number().nonnegative();
const status = z
  .enum(['ok', 'changed', 'skipped', 'failed', 'unreachable', 'ignored', 'rescued'])
  .describe('`ignored`: failed, and `ignore_errors` is set; `rescued`: failed within a block that has a `rescue`');
const place = {
  file: z.string().describe('file in which it is written'),
  line: z.int().positive().describe('counts from 1'),
  column: z.int().positive().describe('counts from 1'),
};
const optionalPlace = z.object(place).partial().shape;
const diff = z.discriminatedUnion('kind', [
  z
    .object({ kind: z.literal('text'), path: z.string(), before: z.string(), after: z.string() })
    .describe("a file's content; empty where there is none"),
  z
    .object({
      kind: z.literal('state'),
      subject: z.string(),
      before: z.record(z.string(), z.string()),
      after: z.record(z.string(), z.string()),
    })
    .describe('anything else, key by key'),
  z.object({ kind: z.literal('note'), text: z.string() }).describe('a change that is told, not shown'),
]);
const failure = z.object({
  message: z.string().describe('what went wrong'),
  hint: z.string().optional().describe('what to do next'),
  command: z.string().optional().describe('can be pasted into a shell on the host'),
  rc: z.int().optional().describe('exit code of the command'),
  stdout: z.string().optional(),
  stderr: z.string().optional(),
});
const time = z.iso.datetime().describe('when it was told, UTC');
const counts = {
  ok: z.int(),
  changed: z.int(),
  unreachable: z.int(),
  failed: z.int(),
  skipped: z.int(),
  rescued: z.int(),
  ignored: z.int(),
};
const verdict = z
  .enum(['ok', 'change', 'run', 'skipped', 'failed', 'unknown', 'once'])
  .describe('`run`: only a run can tell whether it changes anything; `once`: another host does it for all');
const planned = { task: z.string().describe('name of the task'), module: z.string(), ...place, handler: z.boolean() };
const task = { play: z.string(), task: z.string().describe('name of the task'), module: z.string(), ...place };

/** The lines of `--json`, by the value of their `event`. Unknown fields and events are to be ignored by who reads them. */
export const eventSchemas = {
  run: z
    .object({
      event: z.literal('run'),
      version: z.literal(eventsVersion).describe('version of this format'),
      time,
      verb: z.string().describe('`provision`, `plan`, …; empty when the input could not be read'),
      hosts: z.array(host),
      tasks: z.int(),
      check_mode: z.boolean(),
    })
    .describe('Always the first line.'),
  warning: z
    .object({ event: z.literal('warning'), time, message: z.string(), ...optionalPlace })
    .describe('Something is probably not meant; the run goes on.'),
  problem: z
    .object({ event: z.literal('problem'), time, message: z.string(), hint: z.string().optional(), ...optionalPlace })
    .describe(
      'What stands in the way: wrong input (every problem is a line, and no host was touched), a host that cannot be asked, a plan that is refused.',
    ),
  plan: z
    .object({
      event: z.literal('plan'),
      time,
      plays: z.array(
        z.object({
          play: z.string(),
          hosts: z.array(host),
          tasks: z.array(
            z.object({
              ...planned,
              hosts: z.array(
                z.object({
                  host,
                  verdict,
                  reason: z.string().optional().describe('why it is skipped, would fail, or cannot be known'),
                  hint: z.string().optional().describe('what to do about that'),
                  items: z.array(z.object({ label: z.string(), verdict: z.string() })).optional(),
                  diff: z.array(diff).optional().describe('only where something differs'),
                }),
              ),
            }),
          ),
        }),
      ),
      changes: z.int().describe('tasks that would change something, or have to run, host by host'),
      hosts: z.int().describe('hosts on which something would change'),
      failed: z.int().describe('tasks that would fail'),
    })
    .describe('What would change, as `plan` and `provision --check` find it.'),
  connecting: z.object({ event: z.literal('connecting'), time, host }).describe('An SSH connection is being opened.'),
  connected: z.object({ event: z.literal('connected'), time, host, seconds }).describe('It is open.'),
  play: z
    .object({ event: z.literal('play'), time, play: z.string(), hosts: z.array(host), ...place })
    .describe('A play begins.'),
  batch: z
    .object({
      event: z.literal('batch'),
      time,
      play: z.string(),
      hosts: z.array(host),
      batch: z.int().describe('counts from 1'),
      batches: z.int(),
    })
    .describe('A batch of the play begins (`serial`); a play without `serial` is one batch.'),
  program: z
    .object({
      event: z.literal('program'),
      time,
      host,
      user: z.string().describe('the user that it ran as'),
      kind: z.enum(['probe', 'apply', 'lock', 'tail']),
      questions: z.int(),
      steps: z.int(),
      seconds,
    })
    .describe('A program ran on a host: the unit of cost.'),
  begin: z
    .object({ event: z.literal('begin'), time, host, ...task, item: z.string().optional() })
    .describe('A step of a task begins on a host. Tasks that change nothing have none.'),
  progress: z
    .object({
      event: z.literal('progress'),
      time,
      host: host.optional(),
      task: z.string().optional(),
      text: z.string(),
    })
    .describe('What a wait waits for, or how far a transfer is.'),
  task: z
    .object({
      event: z.literal('task'),
      time,
      ...task,
      host,
      status,
      seconds: seconds.describe('time of its own steps; 0 when it had nothing to do'),
      items: z
        .array(z.object({ label: z.string(), status }))
        .optional()
        .describe('one for each item of a loop'),
      diff: z.array(diff).optional().describe('only where something differs'),
      failure: failure.optional(),
      message: z.string().optional().describe('why it was skipped, or what `debug` says'),
      result: z.string().optional().describe('the result as `register` keeps it, as JSON; with `-v`'),
    })
    .describe('A task has ended on a host.'),
  owed: z
    .object({ event: z.literal('owed'), time, host, handler: z.string(), what: z.enum(['recorded', 'found', 'paid']) })
    .describe(
      'A notified handler is recorded on the host, found there from an earlier run, or owed no longer: it has run, or its server was restarted otherwise.',
    ),
  interrupted: z
    .object({ event: z.literal('interrupted'), time, host, text: z.string() })
    .describe('An earlier run stopped on this host in the middle of a step.'),
  server: z
    .object({
      event: z.literal('server'),
      time,
      cluster: z.string().describe('`Kafka` or `ZooKeeper`'),
      host,
      status: z
        .enum([
          'skipped',
          'waiting',
          'gate',
          'blocked',
          'free',
          'stopping',
          'starting',
          'returning',
          'back',
          'altered',
          'failed',
        ])
        .describe(
          '`gate`: it is looked whether it may be stopped; `blocked` and `free` are what that came to with `--dry-run`; `returning`: it runs, and has to catch up',
        ),
      text: z.string().optional().describe('why, or what it comes to'),
      seconds: seconds.optional().describe('with `back`: from the beginning of its stop'),
    })
    .describe('A server of a cluster in a rolling restart.'),
  recap: z
    .object({
      event: z.literal('recap'),
      time,
      hosts: z.array(
        z.object({
          host,
          ...counts,
          connections: z.int().describe('SSH connections opened'),
          channels: z.int().describe('channels opened in them'),
          programs: z.int().describe('remote programs run'),
          round_trips: z
            .int()
            .nullable()
            .describe(
              'how often an answer was waited for, from the opening of the connection; null where the connection is not made here: by `ssh` of the system, or not at all',
            ),
          bytes_sent: z.int(),
          bytes_received: z.int(),
          seconds: seconds.describe('from the first connection to the end of its last step'),
        }),
      ),
      seconds: seconds.describe('the whole run'),
      changed: z.boolean(),
      failed: z.boolean().describe('also when the run ended before it could sum up; then `hosts` is empty'),
    })
    .describe('Always the last line.'),
} as const;

/** One line of `--json`. */
export type EventLine = {
  [K in keyof typeof eventSchemas]: z.infer<(typeof eventSchemas)[K]>;
}[keyof typeof eventSchemas];
