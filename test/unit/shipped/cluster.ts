import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadInventory } from '../../../src/config/inventory/load.ts';
import type { PlayContext } from '../../../src/config/variables/context.ts';
import { parseExtraVars } from '../../../src/config/variables/extra-vars.ts';
import { RunState } from '../../../src/config/variables/host-state.ts';
import { RunVariables } from '../../../src/config/variables/run-variables.ts';
import type { VariableScope } from '../../../src/config/variables/scope.ts';
import { inventoryText } from '../../../src/lab/inventory-text.ts';
import { layOut } from '../../../src/lab/layout.ts';
import { renderHandlebars } from '../../../src/templates/render.ts';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface Cluster {
  readonly hosts: readonly string[];
  readonly state: RunState;
  scope(host: string): VariableScope;
  render(template: string, host: string): string;
}

/** The shipped variables over the shipped hosts, or over the hosts of a text in YAML; `extra` as `-e` has it. */
export async function cluster(options: { hosts?: string; extra?: readonly string[] } = {}): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'brokkr-shipped-'));
  try {
    cpSync(join(root, 'inventory/group_vars'), join(folder, 'group_vars'), { recursive: true });
    const file = join(folder, 'hosts.yml');
    writeFileSync(file, options.hosts ?? readFileSync(join(root, 'inventory/hosts.yml'), 'utf8'));
    return clusterOf(await loadInventory([file]), options.extra ?? []);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function clusterOf(inventory: Awaited<ReturnType<typeof loadInventory>>, extra: readonly string[]): Cluster {
  const state = new RunState(() => {
    throw new Error('the shipped files ask for a fact, which costs a program of its own');
  });
  const variables = new RunVariables({
    inventory,
    extraVars: parseExtraVars(extra),
    playbookDir: join(root, 'playbooks'),
    checkMode: false,
    diffMode: false,
    stateOf: state.stateOf,
    revision: () => state.revision,
  });
  const { hosts } = inventory;
  const vars = { source: 'play vars', variables: new Map() };
  const play: PlayContext = { name: 'test', vars, hosts, liveHosts: hosts, batch: hosts };
  const scope = (host: string) => variables.playScope(host, play);
  return {
    hosts,
    state,
    scope,
    render: (template, host) =>
      renderHandlebars(readFileSync(join(root, 'templates', template), 'utf8'), `templates/${template}`, scope(host)),
  };
}

/** The inventory of a lab whose hosts share this machine: one address, ports and folders of their own, no root. */
export const loopback = inventoryText(
  layOut(
    { driver: 'loopback', folder: '/lab' },
    { workingDirectory: '/', platform: 'linux', isRoot: false, userName: 'ada', isFree: () => true },
  ),
);
