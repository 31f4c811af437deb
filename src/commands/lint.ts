import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ExitCode, InputError, nearestName } from '../errors.ts';
import { loadKafkaCatalogue } from '../kafka/settings/catalogue.ts';
import type { LintedFile } from '../lint/linted.ts';
import { packageFolder } from '../package-folder.ts';
import { lintFormats, lintLines } from '../report/lint-report.ts';
import { type Io, print, terminalOf } from './io.ts';
import { readLintHosts } from './lint-files.ts';
import { lintHosts } from './lint-hosts.ts';
import { allRuleIds, allRules } from './lint-rules.ts';
import { sharedOptions } from './options.ts';

const version = z
  .string()
  .regex(/^\d+\.\d+(?:\.\d+)?$/, 'a version is like 2.8.1')
  .optional();

/** The flags of lint, beside those that a rendered playbook needs. */
export const lintOptions = sharedOptions.extend({
  playbook: z.string().optional(),
  kafkaVersion: version,
  zookeeperVersion: version,
  brokers: z.coerce.number('--brokers must be a number').int().min(1).max(10_000).optional(),
  cluster: z.boolean().default(false),
  disable: z.array(z.string()).default([]),
  format: z.enum(lintFormats, `--format is one of ${lintFormats.join(', ')}`).optional(),
  rules: z.boolean().default(false),
  hosts: z.boolean().default(false),
  /** A file of `brokkr facts -o`. */
  facts: z.string().optional(),
});
export type LintOptions = z.infer<typeof lintOptions>;

/** Tells what is wrong in the files of Kafka and ZooKeeper: the given ones, or those that the playbook would write. */
export async function lint(io: Io, paths: readonly string[], options: LintOptions): Promise<ExitCode> {
  if (options.rules) {
    print(
      io,
      allRules().map(({ id, severity, what }) => `${id.padEnd(36)} ${severity.padEnd(8)} ${what}`),
    );
    return ExitCode.done;
  }
  const disabled = disabledRules(options.disable);
  if (options.hosts && paths.length > 0)
    throw new InputError([
      { message: '--hosts asks the hosts of the inventory about what the playbook would write', hint: 'name no paths' },
    ]);
  const { hosts, unrendered } =
    paths.length > 0
      ? { hosts: readLintHosts(paths, options.cluster), unrendered: 0 }
      : await (await import('./lint-rendered.ts')).renderedHosts(io, options.playbook, options);
  const setting = {
    catalogue: await loadKafkaCatalogue(),
    kafkaVersion: options.kafkaVersion,
    zookeeperVersion: options.zookeeperVersion,
    brokers: options.brokers,
    allTogether: options.cluster,
    isPart: options.limit !== undefined,
    disabled,
  };
  const live = options.hosts ? await (await import('./lint-live.ts')).askHosts(io, hosts, setting, options) : [];
  const files = lintHosts(hosts, setting, live);
  const { color, columns } = terminalOf(io);
  const format = options.format ?? (options.json ? 'json' : 'text');
  const shown = paths.length > 0 ? files : files.map((file) => redacted(file, io));
  print(io, lintLines(shown, { format, color, columns, rules: allRules(), version: ownVersion(), unrendered }));
  return unrendered > 0 || files.some(({ problems }) => problems.some(({ severity }) => severity === 'error'))
    ? ExitCode.failed
    : ExitCode.done;
}

function disabledRules(given: readonly string[]): Set<string> {
  const names = given
    // A reason may stand behind the name, for whoever reads the command line later.
    .flatMap((each) => each.replace(/[:=].*$/s, '').split(','))
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const known = allRuleIds();
  const wrong = names.filter((name) => !known.includes(name));
  if (wrong.length > 0)
    throw new InputError(
      wrong.map((name) => {
        const near = nearestName(name, known);
        return {
          message: `--disable ${name}: there is no such rule`,
          hint: near === undefined ? 'brokkr lint --rules lists them' : `did you mean ${near}?`,
        };
      }),
    );
  return new Set(names);
}

/** A secret of the inventory is shown neither in what is said of a problem nor in the line that it points to. */
function redacted(file: LintedFile, io: Io): LintedFile {
  const redact = (text: string): string => io.redactor.redact(text);
  const problems = file.problems.map((problem) => ({
    ...problem,
    message: redact(problem.message),
    ...(problem.hint === undefined ? {} : { hint: redact(problem.hint) }),
  }));
  return { ...file, text: redact(file.text), problems };
}

function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(packageFolder(), 'package.json'), 'utf8'));
  return z.object({ version: z.string() }).parse(manifest).version;
}
