import type { SettingChange } from '../setting-changes.ts';

/** Of each pair the first says how many copies must be in sync for a write, the second how many copies there are. */
export const MIN_ISR_PAIRS = [
  ['min.insync.replicas', 'default.replication.factor'],
  ['transaction.state.log.min.isr', 'transaction.state.log.replication.factor'],
  ['share.coordinator.state.topic.min.isr', 'share.coordinator.state.topic.replication.factor'],
] as const;

/**
 * Changed settings with which more copies would have to be in sync than there are: the broker starts with them, and nobody
 * could write any more.
 * @param changes a cluster that is so already is not judged by what else changes
 * @param settingOf what the file says, or else what the broker has in effect
 * @returns what is wrong, by the name of the changed setting
 */
export function minIsrProblems(
  changes: readonly SettingChange[],
  settingOf: (name: string) => string | undefined,
): ReadonlyMap<string, string> {
  const changed = new Set(changes.map(({ name }) => name));
  // What is no longer in the file comes to its default, which the broker does not tell.
  const removed = new Set(changes.flatMap(({ name, to }) => (to === undefined ? [name] : [])));
  const found = new Map<string, string>();
  for (const pair of MIN_ISR_PAIRS) {
    const [isrKey, copiesKey] = pair;
    const [isr, copies] = pair.map((key) => (removed.has(key) ? undefined : wholeNumber(settingOf(key))));
    const name = pair.find((key) => changed.has(key));
    if (name === undefined || isr === undefined || copies === undefined || isr <= copies) continue;
    const than =
      name === isrKey ? `${isr} is more than ${copiesKey}, ${copies}` : `${copies} is less than ${isrKey}, ${isr}`;
    found.set(name, `${than}; every write with acks=all would fail`);
  }
  return found;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+\s*$/.test(text) ? Number(text) : undefined;
}
