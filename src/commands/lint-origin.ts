import type { ConfigNode, VariableLayer } from '../config/node.ts';
import { isTemplateNode } from '../config/template-node.ts';
import type { Position } from '../errors.ts';

/**
 * Where the inventory gives the value of a setting: as an entry of a mapping such as `kafka_properties`, or as a variable
 * that is named like the setting (`kafka_log_retention_hours`, `zookeeper_tick_time`) and has that value.
 * @param layers the variables of a host, the strongest last
 */
export function originIn(layers: readonly VariableLayer[], key: string, value: string): Position | undefined {
  for (const { variables } of layers.toReversed()) {
    for (const [name, node] of variables) {
      const entry = node.kind === 'mapping' ? node.entries.find((each) => each.key === key)?.value : undefined;
      if (entry !== undefined && /(?:properties|config|settings)$/.test(name)) return entry.at;
      if (isNamedLike(name, key) && textOf(node) === value) return node.at;
    }
  }
  return undefined;
}

function textOf(node: ConfigNode): string | undefined {
  if (node.kind !== 'scalar' || isTemplateNode(node)) return undefined;
  return typeof node.value === 'object' ? undefined : String(node.value);
}

/** The shortest name that says enough. */
const LEAST = 5;

function isNamedLike(name: string, key: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const [variable, setting] = [plain(name).replace(/^(?:kafka|zookeeper|zk)/, ''), plain(key)];
  return variable.length >= LEAST && (setting === variable || setting.startsWith(variable));
}
