import type { Inventory } from '../config/inventory/inventory.ts';
import { type HostSelection, selectHosts } from '../config/inventory/pattern.ts';
import type { Play } from '../config/play.ts';
import { isTemplateNode } from '../config/template-node.ts';
import { InputError } from '../errors.ts';
import type { Value } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import { sequenceItems } from '../jinja/values/types.ts';
import { batchesOf, inOrder } from './play-batches.ts';
import type { PlaybookSetting, PreparedPlay } from './playbook-run.ts';

type Selected = Pick<PreparedPlay, 'hosts' | 'batches'> & Pick<HostSelection, 'warnings'>;

/** The hosts of a play, as its pattern and the limit select them in the inventory as it is now, and its batches. */
export function selectFor(
  play: Play,
  template: PreparedPlay['template'],
  setting: Pick<PlaybookSetting, 'inventoryNow' | 'limit'>,
): Selected {
  const { hosts, warnings } = selectHosts(setting.inventoryNow(), toPatterns(template(play.hosts)), {
    limit: setting.limit,
  });
  return { hosts, warnings, batches: batchesOf(play, inOrder(hosts, play.order), template) };
}

/**
 * The hosts that plays select, as far as that can be told before any host was asked: all that the limit leaves where a pattern is
 * a template. What is wrong with a pattern is told when its play is prepared.
 */
export function meantHosts(
  plays: readonly Play[],
  inventory: Inventory,
  limit: string | undefined,
): ReadonlySet<string> {
  const select = ({ hosts }: Play): readonly string[] => {
    const nodes = hosts.kind === 'sequence' ? hosts.items : [hosts];
    const isPlain = nodes.every((node) => node.kind === 'scalar' && !isTemplateNode(node));
    const pattern = isPlain ? nodes.flatMap((node) => (node.kind === 'scalar' ? String(node.value) : [])) : 'all';
    return selectHosts(inventory, pattern, { limit, mayBeEmpty: true }).hosts;
  };
  try {
    return new Set(plays.flatMap(select));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return new Set(inventory.hosts);
  }
}

/** The play with the hosts that tasks have added so far. Those that nobody knows how to reach yet are noted. */
export function withAddedHosts(prepared: PreparedPlay, setting: PlaybookSetting): PreparedPlay {
  if (prepared.isPassedOver || setting.state.placements.length === 0) return prepared;
  const { hosts, batches } = selectFor(prepared.play, prepared.template, setting);
  for (const host of hosts) if (!setting.runs.has(host)) setting.added.want(host);
  return { ...prepared, hosts, batches };
}

function toPatterns(value: Value): string[] {
  return (sequenceItems(value) ?? [value]).map(toText);
}
