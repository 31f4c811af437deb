import { nearestName } from '../../errors.ts';
import type { ConfigNode } from '../node.ts';
import type { Templated } from '../play.ts';
import { isTemplateNode } from '../template-node.ts';
import { nameHint } from './describe.ts';
import { addProblem, type LoadContext, wrongKind } from './load-context.ts';

/** How a task reaches its host, where no variable of the host says so: these are done by SSH, or on this machine. */
export const connections = ['ssh', 'smart', 'paramiko', 'paramiko_ssh', 'local'];

/** `connection` of a play, block or task; also under the names with the collection. */
export function readConnectionKeyword(node: Templated | undefined, context: LoadContext): Templated | undefined {
  if (node === undefined || isTemplateNode(node)) return node;
  const name = node.kind === 'scalar' ? plainConnection(String(node.value)) : '';
  if (connections.includes(name)) return node;
  const hint = nameHint(nearestName(name, connections), ['local', 'smart', 'ssh']);
  addProblem(context, node.at, `the connection '${name}' is not supported`, hint);
  return undefined;
}

/** The short name of a connection: `local` for `ansible.builtin.local`. */
export function plainConnection(name: string): string {
  return name.trim().replace(/^ansible\.(builtin|legacy)\./, '');
}

/** `collections`: every one has to be one whose modules are known; a module is found by its short name in any case. */
export function checkCollections(node: ConfigNode | undefined, context: LoadContext): void {
  if (node === undefined) return;
  const { collections } = context.catalogue;
  for (const each of node.kind === 'sequence' ? node.items : [node]) {
    if (each.kind !== 'scalar' || typeof each.value !== 'string' || isTemplateNode(each)) {
      addProblem(context, each.at, wrongKind('collections', 'a list of names that are written out', each));
    } else if (!collections.includes(each.value)) {
      const hint = nameHint(nearestName(each.value, collections), collections);
      addProblem(context, each.at, `the modules of the collection ${each.value} are not supported`, hint);
    }
  }
  const message = "'collections' has no effect: modules are found by their short name in any case";
  if (!context.warnings.some((warning) => warning.message === message)) context.warnings.push({ message, at: node.at });
}
