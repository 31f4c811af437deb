import path from 'node:path';

/** What a setting's text needs to be read. */
interface SettingContext {
  /** What relative paths start from: the folder of the file, or the current one. */
  readonly base: string;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

type Read = (text: string, context: SettingContext) => { readonly value?: unknown; readonly problem?: string };

/** A setting of Ansible's that is read, and the option of the command line that it stands for. */
export interface AnsibleSetting {
  readonly option: string;
  /** `section.key`, the one that counts first. */
  readonly keys: readonly string[];
  readonly variables: readonly string[];
  readonly read: Read;
}

const text: Read = (value) => ({ value });
const list: Read = (value) => ({ value: split(value, ',') });
const file: Read = (value, context) => ({ value: resolvePath(value, context) });
const oneFile: Read = (value, context) => ({ value: [resolvePath(value, context)] });
const folders: Read = (value, context) => ({ value: split(value, ':').map((each) => resolvePath(each, context)) });
const number: Read = (value) =>
  /^\d+$/.test(value.trim()) ? { value: Number(value) } : { problem: `must be a whole number, not '${value}'` };
const boolean: Read = (value) => {
  const word = value.trim().toLowerCase();
  if (/^(?:true|yes|on|1|y|t|1\.0)$/.test(word)) return { value: true };
  if (/^(?:false|no|off|0|n|f|0\.0)$/.test(word)) return { value: false };
  return { problem: `must be true or false, not '${value}'` };
};
const oneOf =
  (...words: readonly string[]): Read =>
  (value) =>
    words.includes(value.trim())
      ? { value: value.trim() }
      : { problem: `must be one of ${words.join(', ')}, not '${value}'` };
/** Inventories: a list of hosts (`h1,`) stays as it is, files are resolved. */
const sources: Read = (value, context) => ({
  value: value.trim().endsWith(',') ? [value.trim()] : split(value, ',').map((each) => resolvePath(each, context)),
});
/** `ID@SOURCE`, where the source may be a file or a question. */
const identities: Read = (value, context) => ({
  value: split(value, ',').map((each) => {
    const at = each.indexOf('@');
    const source = each.slice(at + 1);
    return source.startsWith('prompt') ? each : `${each.slice(0, at + 1)}${resolvePath(source, context)}`;
  }),
});

function setting(option: string, keys: readonly string[], variables: readonly string[], read: Read): AnsibleSetting {
  return { option, keys, variables, read };
}

/** The settings that change what is meant or how hosts are reached. Source: Ansible's list of settings, 2.19. */
export const readSettings: readonly AnsibleSetting[] = [
  setting('inventory', ['defaults.inventory'], ['ANSIBLE_INVENTORY'], sources),
  setting('user', ['defaults.remote_user'], ['ANSIBLE_REMOTE_USER'], text),
  setting('remotePort', ['defaults.remote_port'], ['ANSIBLE_REMOTE_PORT'], number),
  setting('privateKey', ['defaults.private_key_file'], ['ANSIBLE_PRIVATE_KEY_FILE'], file),
  setting(
    'hostKeyChecking',
    ['ssh_connection.host_key_checking', 'defaults.host_key_checking'],
    ['ANSIBLE_SSH_HOST_KEY_CHECKING', 'ANSIBLE_HOST_KEY_CHECKING'],
    boolean,
  ),
  setting(
    'timeout',
    ['ssh_connection.timeout', 'defaults.timeout'],
    ['ANSIBLE_SSH_TIMEOUT', 'ANSIBLE_TIMEOUT'],
    number,
  ),
  setting('sshArgs', ['ssh_connection.ssh_args'], ['ANSIBLE_SSH_ARGS'], text),
  setting('sshCommonArgs', ['ssh_connection.ssh_common_args'], ['ANSIBLE_SSH_COMMON_ARGS'], text),
  setting('sshExtraArgs', ['ssh_connection.ssh_extra_args'], ['ANSIBLE_SSH_EXTRA_ARGS'], text),
  setting('forks', ['defaults.forks'], ['ANSIBLE_FORKS'], number),
  setting('become', ['privilege_escalation.become'], ['ANSIBLE_BECOME'], boolean),
  setting('becomeUser', ['privilege_escalation.become_user'], ['ANSIBLE_BECOME_USER'], text),
  setting('becomeMethod', ['privilege_escalation.become_method'], ['ANSIBLE_BECOME_METHOD'], text),
  setting('askBecomePass', ['privilege_escalation.become_ask_pass'], ['ANSIBLE_BECOME_ASK_PASS'], boolean),
  setting('askPass', ['defaults.ask_pass'], ['ANSIBLE_ASK_PASS'], boolean),
  setting('askVaultPass', ['defaults.ask_vault_pass'], ['ANSIBLE_ASK_VAULT_PASS'], boolean),
  setting('vaultPasswordFile', ['defaults.vault_password_file'], ['ANSIBLE_VAULT_PASSWORD_FILE'], oneFile),
  setting('vaultId', ['defaults.vault_identity_list'], ['ANSIBLE_VAULT_IDENTITY_LIST'], identities),
  setting('encryptVaultId', ['defaults.vault_encrypt_identity'], ['ANSIBLE_VAULT_ENCRYPT_IDENTITY'], text),
  setting('gathering', ['defaults.gathering'], ['ANSIBLE_GATHERING'], oneOf('implicit', 'explicit', 'smart')),
  setting('rolesPath', ['defaults.roles_path'], ['ANSIBLE_ROLES_PATH'], folders),
  setting('forceHandlers', ['defaults.force_handlers'], ['ANSIBLE_FORCE_HANDLERS'], boolean),
  setting('diff', ['diff.always'], ['ANSIBLE_DIFF_ALWAYS'], boolean),
  setting('tags', ['tags.run'], ['ANSIBLE_RUN_TAGS'], list),
  setting('skipTags', ['tags.skip'], ['ANSIBLE_SKIP_TAGS'], list),
];

/** Settings that have one meaning here; another value would make a playbook mean something else, so it is refused. */
export const fixedSettings: readonly { key: string; variable: string; allowed: RegExp; hint: string }[] = [
  {
    key: 'defaults.hash_behaviour',
    variable: 'ANSIBLE_HASH_BEHAVIOUR',
    allowed: /^replace$/i,
    hint: 'dictionaries are replaced; merge them with the filter combine',
  },
  {
    key: 'defaults.transport',
    variable: 'ANSIBLE_TRANSPORT',
    allowed: /^(?:smart|ssh|paramiko|paramiko_ssh)$/,
    hint: 'hosts are reached with SSH; set ansible_connection: local for this machine',
  },
  {
    key: 'defaults.error_on_undefined_vars',
    variable: 'ANSIBLE_ERROR_ON_UNDEFINED_VARS',
    allowed: /^(?:true|yes|on|1)$/i,
    hint: 'what is undefined is an error; write {{ name | default(…) }}',
  },
  {
    key: 'defaults.any_errors_fatal',
    variable: 'ANSIBLE_ANY_ERRORS_FATAL',
    allowed: /^(?:false|no|off|0)$/i,
    hint: 'write any_errors_fatal: true in the play',
  },
  {
    key: 'defaults.strategy',
    variable: 'ANSIBLE_STRATEGY',
    allowed: /^(?:ansible\.builtin\.)?(?:linear|mitogen_linear)$/,
    hint: 'plays run as the strategy linear has it',
  },
  {
    key: 'defaults.precedence',
    variable: 'ANSIBLE_PRECEDENCE',
    allowed: /^$/,
    hint: 'the precedence of variables is Ansible’s default',
  },
  {
    key: 'defaults.playbook_vars_root',
    variable: 'ANSIBLE_PLAYBOOK_VARS_ROOT',
    allowed: /^top$/,
    hint: 'group_vars/ and host_vars/ are read beside the playbook',
  },
];

/** Settings about how Ansible works or looks: they change nothing here, and nothing is said about them. */
export const silentSettings: readonly string[] = [
  ...`ansible_managed bin_ansible_callbacks callback_enabled callback_plugins callback_result_format callback_whitelist
  callbacks_enabled collections_path collections_paths command_warnings deprecation_warnings devel_warning display_args_to_stdout
  display_failed_stderr display_ok_hosts display_skipped_hosts fact_caching fact_caching_connection fact_caching_prefix
  fact_caching_timeout force_color gather_subset gather_timeout internal_poll_interval interpreter_python
  jinja2_native library load_callback_plugins local_tmp localhost_warning log_path nocolor nocows no_target_syslog
  pipelining poll_interval remote_tmp result_format retry_files_enabled retry_files_save_path stdout_callback
  strategy_plugins syslog_facility system_warnings verbosity vault_id_match vault_identity`
    .split(/\s+/)
    .map((key) => `defaults.${key}`),
  ...`control_path control_path_dir pipelining reconnection_retries retries scp_if_ssh sftp_batch_mode ssh_executable
  transfer_method usetty`
    .split(/\s+/)
    .map((key) => `ssh_connection.${key}`),
  'connection.pipelining',
  'inventory.cache',
  'inventory.enable_plugins',
  'diff.context',
];

function split(value: string, separator: string): string[] {
  return value
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function resolvePath(value: string, { base, home, environment }: SettingContext): string {
  const expanded = value
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')
    .replace('{{CWD}}', process.cwd())
    .replace(
      /\$(?:\{(\w+)\}|(\w+))/g,
      (all, braced?: string, plain?: string) => environment[braced ?? plain ?? ''] ?? all,
    )
    .replace(/^~(?=\/|$)/, home);
  return path.resolve(base, expanded);
}
