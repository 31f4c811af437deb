import type { Play, Templated } from '../config/play.ts';
import { toBoolean } from '../config/variables/boolean.ts';
import { BrokkrError } from '../errors.ts';
import type { Value } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import { sequenceItems } from '../jinja/values/types.ts';
import type { PlaybookSetting, PreparedPlay } from './playbook-run.ts';

/** What belongs to no host sees the variables of the play. */
export function playTemplate(
  play: Play,
  { inventory, variables, prompts }: Pick<PlaybookSetting, 'inventory' | 'variables' | 'prompts'>,
): PreparedPlay['template'] {
  const { name, vars } = play;
  const context = { name, vars, prompts: prompts.get(play), hosts: [], liveHosts: [], batch: [] };
  const scope = variables.playScope(inventory.hosts[0] ?? 'localhost', context);
  return (node) => scope.template(node);
}

/** A name that cannot be templated stays as it is written. */
export function nameOfPlay({ name, at }: Play, template: PreparedPlay['template']): string {
  try {
    return toText(template({ kind: 'scalar', at, value: name, unsafe: false, vaulted: false }));
  } catch (error) {
    if (error instanceof BrokkrError) return name;
    throw error;
  }
}

/** Tags as they are written: a list, or names between commas. */
export function splitTags(value: Value): string[] {
  const list = (sequenceItems(value) ?? [value]).map(toText);
  return list
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

export function isOn(node: Templated | undefined, template: PreparedPlay['template']): boolean {
  return node !== undefined && toBoolean(template(node), node.at);
}
