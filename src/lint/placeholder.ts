/** Words that people leave in files, to be filled in; they are looked for in the files that are linted. */
const LEFT_TO_FILL_IN: readonly string[] = [
  'CHANGE[-_ ]?ME',
  'REPLACE[-_ ]?ME',
  'REPLACE[-_]WITH[-_]\\w+',
  'FILL[-_ ]?ME',
  'TODO', // looked for in users' configuration, where it stands for a value that is still to be put in
  'FIXME', // looked for likewise: text of the linted file, not a mark of ours
  'XXXX*',
  'YOUR[-_][A-Z_-]+',
];

/** What stands for a value that somebody or something must put there first. */
const PLACEHOLDERS: readonly RegExp[] = [
  /<<?[^<>]+>>?/,
  /\$\{[^}]*\}/,
  /\$\([^)]*\)/,
  /\$[A-Za-z_]\w*/,
  /\{\{.*?\}\}/,
  /\{%.*?%\}/,
  /(?<![\w%])%[A-Za-z_]\w*%/,
  /@[A-Za-z_][\w.-]*@/,
  /\[\s*[A-Za-z][\w'-]*(?:\s+[\w'-]+)+\s*\]/,
  new RegExp(`\\b(?:${LEFT_TO_FILL_IN.join('|')})\\b`),
  /(?<![\w.])[xX]{1,3}(?:\.[xX]{1,3}){3}(?![\w.])/,
  /(?<![\w.])\d{1,3}\.\d{1,3}\.(?:[xX]{1,3}|\d{1,3})\.[xX]{1,3}(?![\w.])/,
  /\byour[-_.](?:host|hostname|ip|server|domain|broker|kafka|zookeeper|zk|public|private|address)[-_.\w]*/i,
];

/** What brokkr and others print instead of a secret. */
const REDACTED = /^(?:<redacted>|\*+|\[hidden\])$/i;

/** A value of a provider, `${file:/path:key}`: known only when the program starts. */
const PROVIDED = /\$\{[\w-]+:[^}]*\}/;

/** The part of a value that was never replaced. */
export function placeholderIn(value: string): string | undefined {
  if (REDACTED.test(value)) return undefined;
  for (const pattern of PLACEHOLDERS) {
    const found = pattern.exec(value);
    if (found !== null) return found[0];
  }
  return undefined;
}

/** Whether a value is asked from a provider of configuration. */
export function isProvided(value: string): boolean {
  return PROVIDED.test(value);
}

/** Whether nothing can be said about a value before it is put in. */
export function isOpen(value: string): boolean {
  return REDACTED.test(value) || placeholderIn(value) !== undefined;
}

/** Whether a key is the beginning of what a template engine or a shell was to replace, or a line of its own of one. */
export function isOpenKey(key: string): boolean {
  return /^\{[{%#]|^<%|\$\{|\{\{/.test(key);
}

/** Words in capitals with underlines, where a host or a folder is to be: `CTX_DATA_DIR`, `ZK_HOST:2181`. */
const CAPITALS = /(?:^|:\/\/|@|,\s*)([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?=:(?!\/\/)|\/|,|\s*$)/;
const HOST_KEYS =
  /(?:^|\.)(?:zookeeper\.connect|host\.name|listeners|quorum\.(?:voters|bootstrap\.servers))$|^server\.\d+$/;

/** The name of a variable that stands where the value of a key names hosts or folders. */
export function variableNameIn(key: string, value: string, isPath: boolean): string | undefined {
  return isPath || HOST_KEYS.test(key) ? CAPITALS.exec(value)?.[1] : undefined;
}
