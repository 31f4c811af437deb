import type { ClusterMetadata } from './metadata.ts';

type IdOf = (host: string) => number | undefined;

/**
 * The order in which brokers restart: those that are not there first, the controller last (it would have to be elected anew
 * with each of the others). Between them rack by rack, the controller's rack at the end.
 * @param metadata `undefined`: no broker answers
 * @param begun the rack that is to be finished first
 */
export function orderBrokers(
  hosts: readonly string[],
  idOf: IdOf,
  metadata: ClusterMetadata | undefined,
  begun: string | undefined,
): readonly string[] {
  if (metadata === undefined) return hosts;
  const rackOf = rackById(metadata);
  const rackOfController = rackOf.get(metadata.controllerId) ?? null;
  const rank = (host: string): readonly [number, number, string] => {
    const id = idOf(host);
    if (id === undefined) return [1, 1, ''];
    const rack = rackOf.get(id);
    if (rack === undefined) return [0, 0, ''];
    if (id === metadata.controllerId) return [2, 0, ''];
    const place = rack === null ? 1 : rack === rackOfController ? 2 : rack === begun ? 0 : 1;
    return [1, place, rack ?? ''];
  };
  const ranked = hosts.map((host) => ({ host, rank: rank(host) }));
  return ranked.sort((a, b) => compare(a.rank, b.rank)).map(({ host }) => host);
}

/** The first of these hosts, and those that follow it in the same rack; never the controller together with others. */
export function sameRack(ordered: readonly string[], idOf: IdOf, metadata: ClusterMetadata): readonly string[] {
  const rackOf = rackById(metadata);
  const rackAt = (host: string | undefined): string | null | undefined => {
    const id = host === undefined ? undefined : idOf(host);
    return id === undefined || id === metadata.controllerId ? null : rackOf.get(id);
  };
  const rack = rackAt(ordered[0]);
  if (rack === null || rack === undefined) return ordered.slice(0, 1);
  const end = ordered.findIndex((host) => rackAt(host) !== rack);
  return end < 0 ? ordered : ordered.slice(0, end);
}

/** Of the brokers that are registered. */
function rackById({ brokers }: ClusterMetadata): ReadonlyMap<number, string | null> {
  return new Map(brokers.map(({ id, rack }) => [id, rack]));
}

function compare(a: readonly [number, number, string], b: readonly [number, number, string]): number {
  if (a[0] !== b[0]) return a[0] - b[0];
  if (a[1] !== b[1]) return a[1] - b[1];
  return a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0;
}
