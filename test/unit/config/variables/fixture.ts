import type { ConfigNode, VariableLayer } from '../../../../src/config/node.ts';
import type { InventoryView, PlayContext, RunContext } from '../../../../src/config/variables/context.ts';
import { RunState } from '../../../../src/config/variables/host-state.ts';
import { RunVariables } from '../../../../src/config/variables/run-variables.ts';
import type { VariableScope } from '../../../../src/config/variables/scope.ts';
import { parseYaml } from '../../../../src/config/yaml.ts';
import { formatPosition } from '../../../../src/errors.ts';
import { TemplateError } from '../../../../src/jinja/error.ts';
import type { Value } from '../../../../src/jinja/value.ts';

/** The one value of a text of YAML. */
export function yaml(text: string, file = 'site.yml'): ConfigNode {
  const { node } = parseYaml(text, file);
  if (node === undefined) throw new Error('the text holds no value');
  return node;
}

/** The variables of a mapping in YAML, as one layer. */
export function layer(source: string, text: string, file = source): VariableLayer {
  const node = yaml(text, file);
  if (node.kind !== 'mapping') throw new Error('a layer must be a mapping');
  return { source, variables: new Map(node.entries.map(({ key, value }) => [key, value])) };
}

export interface World {
  readonly state: RunState;
  readonly variables: RunVariables;
  readonly play: PlayContext;
  scope(host: string, varsFiles?: readonly VariableLayer[]): VariableScope;
}

/** Hosts with their layers, all in a group `kafka`, and a play over them. */
export function world(options: {
  hosts: Readonly<Record<string, readonly VariableLayer[]>>;
  play?: VariableLayer;
  extra?: readonly VariableLayer[];
  facts?: (host: string, name: string) => Value | undefined;
  factNames?: readonly string[];
}): World {
  const hosts = Object.keys(options.hosts);
  const inventory: InventoryView = {
    hosts,
    groups: ['all', 'kafka'],
    hostsOf: () => hosts,
    groupNamesOf: () => ['kafka'],
    sourceOf: () => ({ file: 'inventory/hosts.yml', folder: 'inventory' }),
    layersOf: (host) => options.hosts[host] ?? [],
  };
  const facts = options.facts ?? (() => undefined);
  const state = new RunState(facts, () => options.factNames ?? []);
  const run: RunContext = {
    inventory,
    extraVars: options.extra ?? [],
    playbookDir: 'playbooks',
    checkMode: true,
    diffMode: false,
    stateOf: state.stateOf,
    revision: () => state.revision,
  };
  const variables = new RunVariables(run);
  const play: PlayContext = {
    name: 'Install Kafka',
    vars: options.play ?? { source: 'play vars', variables: new Map() },
    hosts,
    liveHosts: hosts,
    batch: hosts.slice(0, 1),
  };
  return { state, variables, play, scope: (host, varsFiles) => variables.playScope(host, play, varsFiles) };
}

/** The error of a template as it is printed: its place, its message and its hint. */
export function failure(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const place = error.at === undefined ? '' : `${formatPosition(error.at)}: `;
    return `${place}${error.message}${error.hint === undefined ? '' : `\n  → ${error.hint}`}`;
  }
  throw new Error('nothing failed');
}
