import { LazyDict, NotYetKnown, type Value } from '../../jinja/value.ts';
import type { HostState } from './host-state.ts';
import { ValueLevel } from './level.ts';
import { perRevision } from './per-revision.ts';

/** How a host is reached is never a fact, although the names look like one. Source: Ansible's docs of connection variables. */
const connectionVariable =
  /^ansible_(host|port|user|password|connection|shell_.*|ssh_(?!host_key_).*|scp_.*|sftp_.*|become.*|pipelining|private_key_file|python_interpreter|timeout|check_mode|diff_mode|version|play_.*|loop.*|index_var|run_tags|skip_tags|limit|forks|verbosity|role_names|dependent_role_names|parent_role_.*|collection_name|playbook_python|delegated_vars|failed_.*|search_path|config_file|inventory_sources)$/;

/** `ansible_facts`, with what modules have found besides, and each fact also as a variable of its own that begins with `ansible_`. */
export function factsLevel(state: HostState, revision: () => number): ValueLevel {
  const factNames = () => state.factNames?.() ?? [];
  const find = (name: Value) => {
    if (typeof name !== 'string') return undefined;
    const until = state.awaited.get(name);
    if (until !== undefined) throw new NotYetKnown(until);
    return state.facts(name) ?? state.setFacts.get(name);
  };
  const all = perRevision(revision, () => {
    const has = (name: Value) => find(name) !== undefined;
    return new LazyDict({ names: factNames, has, compute: (name) => find(name) ?? null });
  });
  return new ValueLevel({
    source: 'facts',
    get(name) {
      if (name === 'ansible_facts') return all();
      if (!name.startsWith('ansible_') || connectionVariable.test(name)) return undefined;
      return state.facts(name.slice('ansible_'.length));
    },
    *names() {
      yield 'ansible_facts';
      for (const name of factNames()) yield `ansible_${name}`;
    },
  });
}
