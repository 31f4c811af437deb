import type { RollRequest } from '../apply/batch-context.ts';
import type { PlaybookSetting } from '../apply/playbook-run.ts';
import { alterLive, isInEffect, liveChanges, readChangedSettings, tellChanges } from './changed-settings.ts';
import { neededValue } from './cluster-variables.ts';
import type { ServerHost } from './server-host.ts';
import type { ServerLook } from './server-look.ts';

/**
 * Alters the settings of running brokers where that is all their restart was asked for, and ends their tasks without doing
 * them. What outranks the file of a broker that is restarted is altered, too.
 * @returns the hosts that need no restart any more
 * @throws InputError when a setting has changed that must not
 */
export async function alterInstead(
  request: RollRequest,
  servers: readonly ServerHost[],
  looks: ReadonlyMap<string, ServerLook>,
  setting: PlaybookSetting,
): Promise<ReadonlySet<string>> {
  const { control, emit } = setting.identity;
  const [first] = servers;
  if (first === undefined) return new Set();
  const bootstrap = neededValue(request.scopeOf(first.member.host), 'kafka_bootstrap');
  const settings = await readChangedSettings(servers, looks, bootstrap, control);
  tellChanges(settings, emit);
  const needsNone = new Set(
    request.hosts.flatMap(({ host, causes }) => {
      const newer = looks.get(host)?.newerFiles ?? [];
      const files = causes === undefined ? [] : [...causes, ...newer];
      return files.length > 0 && files.every((file) => isInEffect(file, settings.get(host))) ? [host] : [];
    }),
  );
  const live = liveChanges(settings, (host) => !needsNone.has(host));
  const refused = await alterLive(servers, live, bootstrap, control, emit);
  for (const host of refused.keys()) needsNone.delete(host);
  const handlers = new Map(servers.map(({ member }) => [member.host, member.handler]));
  for (const { host, leaveOut } of request.hosts) {
    if (!needsNone.has(host)) continue;
    const names = [...(live.get(host)?.keys() ?? [])];
    await leaveOut(
      names.length > 0
        ? `no restart: altered while it runs: ${names.join(', ')}`
        : 'no restart: all that server.properties says is in effect',
      (handler) => handlers.get(host)?.test(handler) === true,
    );
  }
  return needsNone;
}
