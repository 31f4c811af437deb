import type { HostOrder, Play, Templated } from '../config/play.ts';
import { InputError } from '../errors.ts';
import type { Value } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import { sequenceItems } from '../jinja/values/types.ts';

/** The hosts of a play as its `order` has them. */
export function inOrder(hosts: readonly string[], order: HostOrder): readonly string[] {
  switch (order) {
    case 'inventory':
      return hosts;
    case 'reverse_inventory':
      return hosts.toReversed();
    case 'sorted':
      return hosts.toSorted(byCodePoint);
    case 'reverse_sorted':
      return hosts.toSorted(byCodePoint).reverse();
    case 'shuffle':
      return hosts
        .map((host) => ({ host, at: Math.random() }))
        .sort((left, right) => left.at - right.at)
        .map(({ host }) => host);
  }
}

function byCodePoint(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * The batches of a play: `serial` as Ansible reads it (numbers, percentages, a list whose last entry is repeated), all
 * hosts at once without it.
 */
export function batchesOf(
  play: Play,
  hosts: readonly string[],
  template: (node: Templated) => Value,
): readonly (readonly string[])[] {
  const sizes = play.serial.flatMap((node) => {
    const value = template(node);
    return (sequenceItems(value) ?? [value]).map((size) => batchSize(toText(size), hosts.length, node));
  });
  if (sizes.length === 0) return hosts.length === 0 ? [] : [hosts];
  const batches: string[][] = [];
  for (let from = 0; from < hosts.length; ) {
    const size = sizes[Math.min(batches.length, sizes.length - 1)] ?? hosts.length;
    const batch = hosts.slice(from, from + (size <= 0 ? hosts.length : size));
    batches.push(batch);
    from += batch.length;
  }
  return batches;
}

/** A percentage is rounded down, and at least one host. */
function batchSize(text: string, count: number, node: Templated): number {
  const match = /^\s*(\d+)(%?)\s*$/.exec(text);
  if (match === null)
    throw new InputError([{ message: `serial must be a number or a percentage, and is ${text}`, at: node.at }]);
  const number = Number(match[1]);
  return match[2] === '%' ? Math.max(1, Math.floor((count * number) / 100)) : number;
}
