/** Python's keywords: a template could never say such a name. */
const reserved = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if ' +
    'import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** Names whose values only a run can give. Source: Ansible's "Special Variables" reference, 2.19. */
export const magicNames: ReadonlySet<string> = new Set(
  (
    'inventory_hostname inventory_hostname_short group_names inventory_file inventory_dir playbook_dir groups hostvars vars ' +
    'omit play_hosts ansible_check_mode ansible_diff_mode ansible_run_tags ansible_skip_tags ansible_limit ansible_forks ' +
    'ansible_version ansible_play_name ansible_play_hosts_all ansible_play_hosts ansible_play_batch ansible_search_path ' +
    'ansible_verbosity ansible_inventory_sources ansible_role_names ansible_play_role_names ansible_dependent_role_names ' +
    'role_names ansible_config_file ansible_playbook_python'
  ).split(' '),
);

/**
 * Whether a user's variable can have the name: ASCII letters, digits and `_`, not beginning with a digit, no Python
 * keyword (a template could not say it) and no magic variable (it would never be used).
 */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.has(name) && !magicNames.has(name);
}

/** Why a name cannot be a variable's, and where possible one near to it that can. */
export function whyNoVariableName(name: string): string {
  if (reserved.has(name)) return 'the word is a keyword of the expression language';
  if (magicNames.has(name)) return 'it is a magic variable, which every run sets itself';
  const reason = 'a name has ASCII letters, digits and _, and does not begin with a digit';
  const better = name.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
  const near = isVariableName(better) && /[A-Za-z]/.test(better) && !name.includes('{');
  return near ? `${reason}: ${better}` : reason;
}
