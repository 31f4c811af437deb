/** Which keywords a play, block, task and handler may have. Source: Ansible's "Playbook Keywords" reference, 2.19. */
export type KeywordOwner = 'play' | 'block' | 'task' | 'handler';

const inherited = [
  'name',
  'become',
  'become_user',
  'become_method',
  'vars',
  'module_defaults',
  'connection',
  'collections',
  'environment',
  'tags',
  'ignore_unreachable',
  'any_errors_fatal',
  'no_log',
  'check_mode',
  'diff',
];
const conditional = ['when', 'notify', 'ignore_errors', 'run_once', 'delegate_to', 'delegate_facts', 'throttle'];
/** What a block, and so an import, hands down to its tasks. */
export const inheritedKeywords: readonly string[] = [...inherited, ...conditional];
const taskOnly = [
  'action',
  'local_action',
  'args',
  'loop',
  'loop_control',
  'register',
  'changed_when',
  'failed_when',
  'until',
  'retries',
  'delay',
];

const play = [
  'hosts',
  'gather_facts',
  // Of no effect: gathering everything costs one small program.
  'gather_subset',
  'gather_timeout',
  'remote_user',
  'user',
  'vars_files',
  'vars_prompt',
  'serial',
  'max_fail_percentage',
  'ignore_errors',
  'run_once',
  'throttle',
  'force_handlers',
  'pre_tasks',
  'tasks',
  'roles',
  'post_tasks',
  'handlers',
  'strategy',
  'order',
];

export const supportedKeywords: Readonly<Record<KeywordOwner, readonly string[]>> = {
  play: [...inherited, ...play],
  block: [...inherited, ...conditional, 'block', 'rescue', 'always'],
  task: [...inherited, ...conditional, ...taskOnly],
  handler: [...inherited, ...conditional, ...taskOnly, 'listen'],
};

const connectionKeywords = ['port', 'debugger', 'timeout'];
const becomeKeywords = ['become_exe', 'become_flags'];

/** Keywords that Ansible has and brokkr does not (yet): the message differs from that for a misspelt one. */
export const unsupportedKeywords: Readonly<Record<KeywordOwner, readonly string[]>> = {
  play: [...connectionKeywords, ...becomeKeywords, 'fact_path', 'validate_argspec'],
  block: [...connectionKeywords, ...becomeKeywords, 'remote_user'],
  task: [...connectionKeywords, ...becomeKeywords, 'remote_user', 'async', 'poll'],
  handler: [...connectionKeywords, ...becomeKeywords, 'remote_user', 'async', 'poll'],
};

const becomeInstead = "write 'become: true'; the user is named by 'become_user', the program by 'become_method'";

/** Keywords and modules that Ansible no longer has, with what took their place. */
export const formerNames: ReadonlyMap<string, string> = new Map([
  ['sudo', becomeInstead],
  ['su', becomeInstead],
  ['sudo_user', "write 'become: true' and 'become_user'"],
  ['su_user', "write 'become: true' and 'become_user'"],
  ['include', "use 'include_tasks', or 'import_tasks'; for a playbook 'import_playbook'"],
  ['always_run', "write 'check_mode: false'"],
]);

/** What to write instead, for the unsupported keywords that people meet most. */
export const instead: ReadonlyMap<string, string> = new Map([
  ['fact_path', 'give it to a task with setup'],
  ['port', 'set ansible_port for the host in the inventory'],
  ['remote_user', 'set remote_user on the play, or ansible_user in the inventory'],
  ['async', 'leave it out: a long step is watched, and the connection is kept'],
  ['poll', 'leave it out: a long step is watched, and the connection is kept'],
]);

export const loopControlKeywords = [
  'loop_var',
  'index_var',
  'label',
  'pause',
  'break_when',
  'extended',
  'extended_allitems',
];

/** Styles of `with_…` that go over what the lookup of that name finds. */
const lookupLoopStyles = [
  'csvfile',
  'env',
  'file',
  'fileglob',
  'first_found',
  'ini',
  'inventory_hostnames',
  'lines',
  'password',
  'pipe',
  'random_choice',
  'sequence',
  'template',
  'varnames',
  'vars',
];

/** The styles of `with_…` that are loaded; how each makes its items is the engine's matter. */
export const loopStyles = [
  ...['items', 'list', 'flattened', 'indexed_items', 'dict', 'together', 'nested', 'cartesian', 'subelements'],
  ...lookupLoopStyles,
];
export const unsupportedLoopStyles = ['config', 'filetree', 'unvault', 'url'];

/** The modules of ansible.builtin, so that "not supported" and "no such module" are told apart. */
export const ansibleBuiltinModules: ReadonlySet<string> = new Set(
  (
    'add_host apt apt_key apt_repository assemble assert async_status blockinfile command copy cron deb822_repository ' +
    'debconf debug dnf dnf5 dpkg_selections expect fail fetch file find gather_facts get_url getent git group group_by ' +
    'hostname import_role import_tasks include_role include_tasks include_vars iptables known_hosts lineinfile meta ' +
    'mount_facts package package_facts pause ping pip raw reboot replace rpm_key script service service_facts set_fact ' +
    'set_stats setup shell slurp stat subversion systemd systemd_service sysvinit tempfile template unarchive uri user ' +
    'validate_argument_spec wait_for wait_for_connection yum yum_repository'
  ).split(' '),
);

/** Modules whose free text is a command line: only these options are taken out of it. Source: Ansible's docs of `command`. */
export const commandLineModules: ReadonlySet<string> = new Set(['command', 'shell', 'raw', 'script']);
export const commandLineOptions: ReadonlySet<string> = new Set([
  'creates',
  'removes',
  'chdir',
  'executable',
  'warn',
  'stdin',
  'stdin_add_newline',
  'strip_empty_ends',
]);
