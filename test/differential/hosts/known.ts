/** A difference that is meant: the page `docs/ansible-differences.md` gives its reason. */
export interface KnownDifference {
  readonly playbook: string;
  /** What the line of the comparison has to hold. */
  readonly line: RegExp;
  /** The heading of its paragraph on the page. */
  readonly heading: string;
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    playbook: 'failures',
    line: /^s1(?: s2)?: \/srv\/failures\/nobody-has-it: Ansible: f \| brokkr: absent$/,
    heading: 'A task that cannot be finished is not begun',
  },
  {
    playbook: 'found-archive',
    line: /./,
    heading: 'An archive that is only on the host needs `creates`',
  },
];
