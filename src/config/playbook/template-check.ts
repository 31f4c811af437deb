import type { ConfigNode } from '../node.ts';
import type { LoadContext } from './load-context.ts';

/** Text with a Jinja block in it, which only a host's variables turn into a value. */
export function isTemplateNode(node: ConfigNode): boolean {
  return node.kind === 'scalar' && typeof node.value === 'string' && !node.unsafe && /\{[{%#]/.test(node.value);
}

/** Compiles every template of a value. */
export function checkTemplates(_node: ConfigNode, _context: LoadContext): void {}

/** Compiles a condition. */
export function checkCondition(_node: ConfigNode, _context: LoadContext): void {}
