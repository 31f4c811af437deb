import type { ConfigNode, MappingNode, ScalarNode } from '../../node.ts';
import type { InheritedKeywords, Task } from '../../play.ts';
import { describeNode } from '../describe.ts';
import { addProblem, type LoadContext } from '../load-context.ts';

/**
 * The task that checks a role's variables against its argument specification before anything else of the role, as Ansible
 * puts one in; none when the role specifies nothing for this entry point.
 * @param entryPoint `main`, or what `tasks_from` names
 */
export function argumentSpecTask(
  specs: MappingNode | undefined,
  entryPoint: string,
  around: InheritedKeywords,
  context: LoadContext,
): Task | undefined {
  const spec = specs?.entries.find(({ key }) => key === entryPoint.replace(/\.(ya?ml|json)$/, ''))?.value;
  if (spec === undefined) return undefined;
  if (spec.kind !== 'mapping') {
    addProblem(context, spec.at, `an argument specification must be a mapping, and is ${describeNode(spec)}`);
    return undefined;
  }
  const options = spec.entries.find(({ key }) => key === 'options')?.value;
  if (options === undefined) return undefined;
  const { at } = spec;
  const text = (value: string): ScalarNode => ({ kind: 'scalar', at, value, unsafe: true, vaulted: false });
  const short = spec.entries.find(({ key }) => key === 'short_description')?.value;
  const about = short?.kind === 'scalar' ? ` - ${String(short.value)}` : '';
  const args: MappingNode = {
    kind: 'mapping',
    at,
    entries: [{ key: 'argument_spec', keyAt: at, value: asData(options) }],
  };
  return {
    ...around,
    kind: 'task',
    name: text(`Validating arguments against arg spec '${entryPoint}'${about}`),
    at,
    when: [],
    tags: [text('always')],
    module: 'validate_argument_spec',
    moduleAt: at,
    moduleWritten: 'ansible.builtin.validate_argument_spec',
    args,
    loop: undefined,
    register: undefined,
    changedWhen: undefined,
    failedWhen: undefined,
    until: undefined,
    retries: undefined,
    delay: undefined,
    listen: [],
  };
}

/** A specification says what it says: nothing in it is a template. */
function asData(node: ConfigNode): ConfigNode {
  if (node.kind === 'scalar') return { ...node, unsafe: true };
  if (node.kind === 'sequence') return { ...node, items: node.items.map(asData) };
  return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: asData(entry.value) })) };
}
