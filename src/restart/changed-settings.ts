import path from 'node:path';
import type { EventSink } from '../apply/events.ts';
import { parseProperties } from '../config/properties.ts';
import { BrokkrError, InputError, InterruptedError, type Problem } from '../errors.ts';
import { describeBroker } from '../kafka/broker-configs.ts';
import { ClusterClient } from '../kafka/cluster-client.ts';
import { alterBrokerConfig } from '../kafka/incremental-alter-configs.ts';
import { minIsrProblems } from '../kafka/lint/min-isr.ts';
import { valueProblem } from '../kafka/lint/value-problem.ts';
import { type SettingChange, settingChanges, settingChangeText, uncomparable } from '../kafka/setting-changes.ts';
import { loadKafkaCatalogue } from '../kafka/settings/catalogue.ts';
import type { Endpoint } from '../modules/dialing.ts';
import type { ControlContext } from '../modules/module.ts';
import type { ServerHost } from './server-host.ts';
import type { ServerLook } from './server-look.ts';

/** What a broker's file says differently than the broker has it in effect. */
export interface ChangedSettings {
  readonly changes: readonly SettingChange[];
  /** What is wrong with new values that no broker starts with, or with which it serves nobody, by name. */
  readonly wrong: ReadonlyMap<string, string>;
  /** Nobody can tell of these whether they are in effect. */
  readonly uncomparable: readonly string[];
}

/** How long a broker is waited for: milliseconds until it is connected, and until it answers. */
export const brokerLimits = { connectTimeoutMs: 2000, requestTimeoutMs: 15_000 };
const fileName = 'server.properties';

/** Does this file say nothing that needs the server to be started anew? */
export function isInEffect(file: string, settings: ChangedSettings | undefined): boolean {
  if (path.basename(file) !== fileName || settings === undefined) return false;
  return settings.uncomparable.length === 0 && settings.changes.every(({ reach }) => reach === 'live');
}

/** Brokers whose file was written after they were started are asked what they have in effect. One that does not answer is left out. */
export async function readChangedSettings(
  servers: readonly ServerHost[],
  looks: ReadonlyMap<string, ServerLook>,
  bootstrap: readonly Endpoint[],
  { dialer, signal }: ControlContext,
): Promise<ReadonlyMap<string, ChangedSettings>> {
  const found = new Map<string, ChangedSettings>();
  const client = new ClusterClient(bootstrap, { dialer, signal, ...brokerLimits });
  try {
    await Promise.all(
      servers.map(async (server) => {
        const { host } = server.member;
        const file = looks.get(host)?.newerFiles.find((each) => path.basename(each) === fileName);
        const settings = file === undefined ? undefined : await compare(server, file, client);
        if (settings !== undefined) found.set(host, settings);
      }),
    );
  } finally {
    client.close();
  }
  return found;
}

/** `undefined` when nobody can tell: then it is restarted like any other whose files have changed. */
async function compare(server: ServerHost, file: string, client: ClusterClient): Promise<ChangedSettings | undefined> {
  const { id } = server.member;
  try {
    return await compareWith(await server.read(file), file, { id, client });
  } catch (error) {
    if (error instanceof BrokkrError && !(error instanceof InterruptedError)) return undefined;
    throw error;
  }
}

/** What a file with this text says differently than the broker has it. @throws BrokkrError when the broker does not tell */
export async function compareWith(
  text: string,
  file: string,
  { id, client }: { readonly id: number; readonly client: ClusterClient },
): Promise<ChangedSettings> {
  const { entries } = parseProperties(text, file);
  const written = new Map(entries.map(({ key, value }) => [key, value]));
  const inEffect = await describeBroker(await client.broker(id), id);
  const known = new Map(inEffect.map(({ name, value }) => [name, value ?? undefined]));
  const changes = settingChanges(written, inEffect);
  const catalogue = changes.length === 0 ? undefined : await loadKafkaCatalogue();
  const wrong = new Map<string, string>(
    changes.flatMap(({ name, to }) => {
      const problem = to === undefined || catalogue === undefined ? undefined : valueProblem(name, to, catalogue);
      return problem === undefined ? [] : [[name, `${problem}; the broker would not start`] as const];
    }),
  );
  for (const [name, problem] of minIsrProblems(changes, (key) => written.get(key) ?? known.get(key)))
    if (!wrong.has(name)) wrong.set(name, problem);
  return { changes, wrong, uncomparable: uncomparable(written, inEffect) };
}

/**
 * What must not be changed on a cluster that has data, and what no broker starts or serves with, as problems to be told, those
 * of several hosts once.
 */
export function forbiddenChanges(settings: ReadonlyMap<string, ChangedSettings>): readonly Problem[] {
  const found = new Map<string, { readonly hosts: string[]; readonly text: string; readonly hint: string }>();
  for (const [host, { changes, wrong }] of settings)
    for (const change of changes) {
      const problem = wrong.get(change.name);
      if (change.reach !== 'forbidden' && problem === undefined) continue;
      const text = problem === undefined ? settingChangeText(change) : `${change.name}: ${problem}`;
      const hint = `set ${change.name} back to ${change.from ?? 'what it was'}`;
      const same = found.get(`${text}\n${hint}`);
      if (same === undefined) found.set(`${text}\n${hint}`, { hosts: [host], text, hint });
      else same.hosts.push(host);
    }
  return [...found.values()].map(({ hosts, text, hint }) => ({ message: `${hosts.join(', ')}: ${text}`, hint }));
}

/** Tells each changed setting and what it takes. @throws InputError with those that must not be changed */
export function tellChanges(settings: ReadonlyMap<string, ChangedSettings>, emit: EventSink): void {
  const problems = forbiddenChanges(settings);
  for (const [host, { changes }] of settings)
    for (const change of changes)
      if (change.reach !== 'forbidden') emit({ event: 'progress', host, text: settingChangeText(change) });
  if (problems.length > 0) throw new InputError(problems, { asked: true });
}

/** What is to be altered while brokers run: all that can be, and where a broker is restarted, what would outrank its file. */
export function liveChanges(
  settings: ReadonlyMap<string, ChangedSettings>,
  isRestarted: (host: string) => boolean,
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const found = [...settings].map(([host, { changes }]) => {
    const values = changes.flatMap(({ name, to, reach, overridden }) =>
      reach === 'live' && to !== undefined && (overridden || !isRestarted(host)) ? [[name, to] as const] : [],
    );
    return [host, new Map(values)] as const;
  });
  return new Map(found.filter(([, values]) => values.size > 0));
}

/**
 * Alters settings of running brokers.
 * @returns hosts whose broker refused, with its reason: only a restart brings them what their file says
 */
export async function alterLive(
  servers: readonly ServerHost[],
  live: ReadonlyMap<string, ReadonlyMap<string, string>>,
  bootstrap: readonly Endpoint[],
  { dialer, signal }: ControlContext,
  emit: EventSink,
): Promise<ReadonlyMap<string, string>> {
  const refused = new Map<string, string>();
  const client = new ClusterClient(bootstrap, { dialer, signal, ...brokerLimits });
  try {
    for (const { member } of servers) {
      const values = live.get(member.host);
      if (values === undefined) continue;
      try {
        await alterBrokerConfig(await client.broker(member.id), member.id, values);
        const text = `altered while it runs: ${[...values].map(([name, value]) => `${name}=${value}`).join(', ')}`;
        emit({ event: 'server', cluster: 'Kafka', host: member.host, status: 'altered', text });
      } catch (error) {
        if (!(error instanceof BrokkrError)) throw error;
        refused.set(member.host, error.message);
        emit({ event: 'warning', message: `${member.host}: ${error.message}; it is restarted instead` });
      }
    }
  } finally {
    client.close();
  }
  return refused;
}
