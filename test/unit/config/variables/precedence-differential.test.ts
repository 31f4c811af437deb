import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadInventory } from '../../../../src/config/inventory/load.ts';
import type { VariableLayer } from '../../../../src/config/node.ts';
import type { ModuleCatalogue, Task, TaskOrBlock } from '../../../../src/config/play.ts';
import { loadPlaybook } from '../../../../src/config/playbook/load-playbook.ts';
import { parseExtraVars } from '../../../../src/config/variables/extra-vars.ts';
import { RunState } from '../../../../src/config/variables/host-state.ts';
import { RunVariables } from '../../../../src/config/variables/run-variables.ts';
import type { VariableScope } from '../../../../src/config/variables/scope.ts';
import { VarsFiles } from '../../../../src/config/variables/vars-files.ts';
import { isDict, PyFloat, type Value } from '../../../../src/jinja/value.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../differential/variables');
const answers: unknown = JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8'));

const catalogue: ModuleCatalogue = {
  collections: [],
  names: ['copy', 'set_fact'],
  canonicalName: (name) => (name === 'copy' || name === 'set_fact' ? name : undefined),
  describe: () => ({ arguments: [], freeForm: false, open: true }),
};

/** Ansible's own answers to which of two definitions wins, for every two places, and to what a few templates give. */
it('gives variables the values that ansible-core gives them', async () => {
  const { scope, setFact, task } = await loadProject();
  for (const [name, value] of setFact.template) scope.state.setFact('s1', name, value);
  const result = scope.variables.within(task.layers).lookup('result');
  expect(plain(result)).toEqual(answers);
});

async function loadProject() {
  const playbookDir = join(folder, 'project/playbooks');
  const inventory = await loadInventory([join(folder, 'project/inventory/hosts.yml')], { playbookDir });
  const { plays } = loadPlaybook(join(playbookDir, 'site.yml'), catalogue);
  const [play] = plays;
  if (play === undefined) throw new Error('the project has no play');
  const state = new RunState(() => undefined);
  const run = new RunVariables({
    inventory,
    extraVars: parseExtraVars([1, 2].map((number) => `@${join(folder, `project/extra-${number}.yml`)}`)),
    playbookDir,
    checkMode: false,
    diffMode: false,
    stateOf: state.stateOf,
    revision: () => state.revision,
  });
  const { hosts } = inventory;
  const context = { name: play.name, vars: play.vars, hosts, liveHosts: hosts, batch: hosts };
  const layers = new VarsFiles().layers(play.varsFiles, run.playScope('s1', context));
  const variables: VariableScope = run.playScope('s1', context, layers);
  const [setFact, copy] = [...tasksWithLayers(play.tasks, [])];
  if (setFact === undefined || copy === undefined) throw new Error('the project has two tasks');
  const facts = variables.template(setFact.task.args);
  if (!isDict(facts)) throw new Error('set_fact has a mapping');
  const template = [...facts].map(([name, value]): [string, Value] => [String(name), value]);
  return { scope: { state, variables }, setFact: { template }, task: copy };
}

/** Every task with the `vars` of the blocks around it and its own. */
function* tasksWithLayers(
  list: readonly TaskOrBlock[],
  outer: readonly VariableLayer[],
): Generator<{ task: Task; layers: readonly VariableLayer[] }> {
  for (const entry of list) {
    const layers = [...outer, entry.vars];
    if (entry.kind === 'task') yield { task: entry, layers };
    else yield* tasksWithLayers(entry.block, layers);
  }
}

function plain(value: Value | undefined): unknown {
  if (value === undefined) return undefined;
  if (value instanceof PyFloat) return value.value;
  if (Array.isArray(value)) return value.map(plain);
  return isDict(value) ? Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)])) : value;
}
