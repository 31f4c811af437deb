import path from 'node:path';
import type { ForeseenRestart, Foresight, RestartNotes } from '../apply/batch-context.ts';
import { BrokkrError, InterruptedError } from '../errors.ts';
import { ClusterClient } from '../kafka/cluster-client.ts';
import { KafkaRefusal, KafkaUnreachable } from '../kafka/errors.ts';
import { alterBrokerConfig } from '../kafka/incremental-alter-configs.ts';
import { settingChangeText } from '../kafka/setting-changes.ts';
import type { ControlContext } from '../modules/module.ts';
import { brokerLimits, type ChangedSettings, compareWith, forbiddenChanges, isInEffect } from './changed-settings.ts';
import { clusterValue } from './cluster-variables.ts';
import { membersOf } from './members.ts';
import { isAbout } from './own-members.ts';

const byTurns = 'restarted in its turn, once the others can do without it';

/**
 * Says of planned restarts of running servers what they come to. A broker whose server.properties is going to be another one is
 * asked what it has in effect: each changed setting is told with what it takes, and where none takes a restart there is none.
 */
export async function foresee(restarts: readonly ForeseenRestart[], control: ControlContext): Promise<Foresight> {
  const notes = new Map<ForeseenRestart, RestartNotes>();
  const asked = await Promise.all(
    restarts.map(async (restart) => {
      const file = restart.cluster === 'kafka' ? changedFile(restart) : undefined;
      const settings = file === undefined ? undefined : await ask(restart, file, control);
      notes.set(restart, notesOf(restart, file, settings));
      return settings === undefined || 'unreachable' in settings ? [] : [[restart.host, settings] as const];
    }),
  );
  return { notes, problems: forbiddenChanges(new Map(asked.flat())) };
}

function notesOf(
  { causes }: ForeseenRestart,
  file: string | undefined,
  settings: Asked | Silent | undefined,
): RestartNotes {
  if (file === undefined) return { lines: [byTurns], isLeftOut: false };
  if (settings === undefined)
    return { lines: [`the broker does not tell what it has in effect: ${byTurns}`], isLeftOut: false };
  if ('unreachable' in settings)
    return {
      lines: [
        settings.unreachable,
        'as it stands the gate would not let it be restarted: kafka_bootstrap has to name where the running brokers listen',
        'for another port, have them listen at both first, by a second entry of kafka_listeners, and change kafka_port then',
      ],
      isLeftOut: false,
    };
  const others = [...(causes ?? [])].filter((each) => each !== file);
  const { changes, uncomparable, refusal } = settings;
  const isLeftOut = causes !== undefined && others.length === 0 && refusal === undefined && isInEffect(file, settings);
  const unknown = `nobody can tell whether these are in effect: ${uncomparable.join(', ')}`;
  const end = isLeftOut ? 'no restart: it takes this while it runs' : byTurns;
  const doubts = [...(uncomparable.length > 0 ? [unknown] : []), ...(refusal === undefined ? [] : [refusal])];
  return { lines: [...changes.map(settingChangeText), ...doubts, end], isLeftOut };
}

interface Asked extends ChangedSettings {
  /** Why the broker would not take while it runs what could be altered. */
  readonly refusal: string | undefined;
}

/** Nobody answers where the variables, as they will be, say that brokers listen. */
interface Silent {
  readonly unreachable: string;
}

function changedFile({ contents }: ForeseenRestart): string | undefined {
  return [...contents.keys()].find((each) => path.basename(each) === 'server.properties');
}

/** `undefined` when the broker cannot be asked, or nobody knows which one it is. */
async function ask(
  { host, scope, actions, contents }: ForeseenRestart,
  file: string,
  { dialer, signal }: ControlContext,
): Promise<Asked | Silent | undefined> {
  let client: ClusterClient | undefined;
  try {
    const [member] = membersOf('kafka', [host], () => scope);
    if (member === undefined || !member.files.includes(file)) return undefined;
    if (!actions.some((action) => isAbout(member, action))) return undefined;
    const bootstrap = clusterValue(scope, 'kafka_bootstrap');
    // Without both nobody keeps the gate, and the restart is none of those that may be left out.
    if (bootstrap === undefined || clusterValue(scope, 'kafka_broker_ids') === undefined) return undefined;
    client = new ClusterClient(bootstrap, { dialer, signal, ...brokerLimits });
    const silent = await silence(client);
    if (silent !== undefined) return silent;
    const settings = await compareWith(contents.get(file) ?? '', file, { id: member.id, client });
    return { ...settings, refusal: await refusalOf(settings, member.id, client) };
  } catch (error) {
    if (error instanceof BrokkrError && !(error instanceof InterruptedError)) return undefined;
    throw error;
  } finally {
    client?.close();
  }
}

async function silence(client: ClusterClient): Promise<Silent | undefined> {
  try {
    await client.metadata();
    return undefined;
  } catch (error) {
    if (error instanceof KafkaUnreachable) return { unreachable: error.message };
    throw error;
  }
}

/** A broker proves what it is to alter: threads, for example, can at most be doubled or halved. */
async function refusalOf({ changes }: ChangedSettings, id: number, client: ClusterClient): Promise<string | undefined> {
  const live = changes.flatMap(({ name, to, reach }) =>
    reach === 'live' && to !== undefined ? [[name, to] as const] : [],
  );
  // Where another change takes a restart anyway, nothing has to be taken before.
  if (live.length === 0 || live.length < changes.length) return undefined;
  try {
    await alterBrokerConfig(await client.broker(id), id, new Map(live), { validateOnly: true });
    return undefined;
  } catch (error) {
    if (error instanceof KafkaRefusal) return error.message;
    throw error;
  }
}
