import path from 'node:path';
import type { ForeseenRestart, Foresight, RestartNotes } from '../apply/batch-context.ts';
import { BrokkrError, InterruptedError, type Problem } from '../errors.ts';
import { ClusterClient } from '../kafka/cluster-client.ts';
import { settingChangeText } from '../kafka/setting-changes.ts';
import { bootstrapServers } from '../modules/cluster-arguments.ts';
import type { ControlContext } from '../modules/module.ts';
import { type ChangedSettings, compareWith, forbiddenChanges, isInEffect } from './changed-settings.ts';
import { membersOf } from './members.ts';
import { isAbout } from './own-members.ts';

const limits = { connectTimeoutMs: 2000, requestTimeoutMs: 15_000 };
const byTurns = 'restarted in its turn, once the others can do without it';

/**
 * Says of planned restarts of running servers what they come to. A broker whose server.properties is going to be another one is
 * asked what it has in effect: each changed setting is told with what it takes, and where none takes a restart there is none.
 */
export async function foresee(restarts: readonly ForeseenRestart[], control: ControlContext): Promise<Foresight> {
  const notes = new Map<ForeseenRestart, RestartNotes>();
  const problems: Problem[] = [];
  await Promise.all(
    restarts.map(async (restart) => {
      const file = restart.cluster === 'kafka' ? changedFile(restart) : undefined;
      const settings = file === undefined ? undefined : await compare(restart, file, control);
      notes.set(restart, notesOf(restart, file, settings));
      if (settings !== undefined) problems.push(...forbiddenChanges(restart.host, settings));
    }),
  );
  return { notes, problems };
}

function notesOf(
  { causes }: ForeseenRestart,
  file: string | undefined,
  settings: ChangedSettings | undefined,
): RestartNotes {
  if (file === undefined) return { lines: [byTurns], isLeftOut: false };
  if (settings === undefined)
    return { lines: [`the broker does not tell what it has in effect: ${byTurns}`], isLeftOut: false };
  const others = [...(causes ?? [])].filter((each) => each !== file);
  const isLeftOut = causes !== undefined && others.length === 0 && isInEffect(file, settings);
  const { changes, uncomparable } = settings;
  const unknown = `nobody can tell whether these are in effect: ${uncomparable.join(', ')}`;
  const end = isLeftOut ? 'no restart: it takes this while it runs' : byTurns;
  return { lines: [...changes.map(settingChangeText), ...(uncomparable.length > 0 ? [unknown] : []), end], isLeftOut };
}

function changedFile({ contents }: ForeseenRestart): string | undefined {
  return [...contents.keys()].find((each) => path.basename(each) === 'server.properties');
}

/** `undefined` when the broker cannot be asked, or nobody knows which one it is. */
async function compare(
  { host, scope, actions, contents }: ForeseenRestart,
  file: string,
  { dialer, signal }: ControlContext,
): Promise<ChangedSettings | undefined> {
  let client: ClusterClient | undefined;
  try {
    const [member] = membersOf('kafka', [host], () => scope);
    if (member === undefined || !member.files.includes(file)) return undefined;
    if (!actions.some((action) => isAbout(member, action))) return undefined;
    client = new ClusterClient(bootstrapServers.parse(scope.lookup('kafka_bootstrap')), { dialer, signal, ...limits });
    return await compareWith(contents.get(file) ?? '', file, { id: member.id, client });
  } catch (error) {
    if (error instanceof BrokkrError && !(error instanceof InterruptedError)) return undefined;
    throw error;
  } finally {
    client?.close();
  }
}
