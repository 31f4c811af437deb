import { isMap, isScalar, parseDocument } from 'yaml';

/** A variable for the editor. */
export interface VariableText {
  readonly name: string;
  readonly text: string;
  /** As the shipped file gives it; a template counts as none. */
  readonly value: unknown;
}

/** The variables of a shipped file, each with the comment above it. A comment holds on for the lines below it. */
export function variablesOf(text: string): VariableText[] {
  const { contents } = parseDocument(text);
  if (!isMap(contents)) return [];
  const lines = text.split('\n');
  let last = '';
  return contents.items.flatMap(({ key, value }) => {
    if (!isScalar(key) || key.range === undefined || key.range === null) return [];
    const line = text.slice(0, key.range[0]).split('\n').length - 1;
    last = commentAbove(lines, line) ?? last;
    const plain = isScalar(value) ? value.value : undefined;
    return [{ name: String(key.value), text: last, value: String(plain).includes('{{') ? undefined : plain }];
  });
}

function commentAbove(lines: readonly string[], line: number): string | undefined {
  const found: string[] = [];
  for (let above = line - 1; lines[above]?.startsWith('#') === true; above--) found.unshift(lines[above] ?? '');
  const text = found
    .filter((each) => !each.includes('yaml-language-server'))
    .map((each) => each.replace(/^# ?/, ''))
    .join(' ');
  return text === '' ? undefined : text;
}

/** The variables about how a host is reached, which the inventory gives under Ansible's names. */
export const CONNECTION_VARIABLES: readonly VariableText[] = Object.entries({
  ansible_host: 'The address or name where SSH reaches the host.',
  ansible_port: 'The port of SSH.',
  ansible_user: 'Who logs in.',
  ansible_password: 'The password of the login; better kept in a vault.',
  ansible_ssh_private_key_file: 'The key of the login.',
  ansible_ssh_common_args: 'Arguments of ssh: -J JUMP-HOST, -F FILE, -o Name=value.',
  ansible_ssh_extra_args: 'Further arguments of ssh.',
  ansible_connection: 'ssh, or local for the machine that runs brokkr.',
  ansible_timeout: 'Seconds until a connection must stand.',
  ansible_host_key_checking: 'Whether the key of the host must be known.',
  ansible_become: 'Become another user.',
  ansible_become_user: 'The user to become; root by default.',
  ansible_become_method: 'How: sudo, su or doas.',
  ansible_become_password: 'The password of sudo or su; better kept in a vault.',
  zookeeper_id: "The number of this host's ZooKeeper server, given once and for ever: 1 to 255.",
  broker_id: "The id of this host's broker, given once and for ever.",
}).map(([name, text]) => ({ name, text, value: undefined }));
