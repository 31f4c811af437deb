import { linesOf } from './line-edit.ts';

interface KeyLine {
  readonly line: string;
  readonly options?: string | undefined;
  readonly type?: string | undefined;
  /** The key itself, in base64; without it, the line holds none. */
  readonly blob?: string | undefined;
  readonly comment?: string | undefined;
}

interface WantedKeys {
  readonly key: string;
  readonly state: 'present' | 'absent';
  readonly exclusive: boolean;
  readonly key_options?: string | undefined;
  readonly comment?: string | undefined;
}

/** The lines of a file of keys: sshd(8), AUTHORIZED_KEYS FILE FORMAT. */
export function parseKeys(text: string): readonly KeyLine[] {
  return linesOf(text).map((each): KeyLine => {
    const line = each.replace(/\r?\n$/, '');
    const [, options, type, blob, comment] =
      /^\s*(?:([^#\s].*?)\s+)?((?:ssh|ecdsa|sk)-[\w@.-]+)\s+(AAAA[\w+/=]+)(?:\s+(.*?))?\s*$/.exec(line) ?? [];
    return { line, options, type, blob, comment };
  });
}

/** The file with the keys, or without them; with `exclusive`, without any others. */
export function editKeys(wanted: WantedKeys, text: string): string {
  const keys = parseKeys(wanted.key).filter((key) => key.blob !== undefined);
  const isWanted = (line: KeyLine) => keys.find((key) => key.blob === line.blob && key.type === line.type);
  const kept: string[] = [];
  const seen = new Set<KeyLine>();
  for (const line of parseKeys(text)) {
    const key = line.blob === undefined ? undefined : isWanted(line);
    if (key === undefined) {
      if (line.blob === undefined || !wanted.exclusive || wanted.state === 'absent') kept.push(line.line);
    } else if (wanted.state === 'present' && !seen.has(key)) {
      seen.add(key);
      kept.push(lineFor(wanted, key, line));
    }
  }
  if (wanted.state === 'present') kept.push(...keys.filter((key) => !seen.has(key)).map((key) => lineFor(wanted, key)));
  return kept.map((line) => `${line}\n`).join('');
}

/** What the task does not say of a key stays as it is. */
function lineFor(wanted: WantedKeys, key: KeyLine, found?: KeyLine): string {
  const options = wanted.key_options ?? key.options ?? found?.options;
  const comment = wanted.comment ?? key.comment ?? found?.comment;
  return [options, key.type, key.blob, comment].filter((part) => part !== undefined && part !== '').join(' ');
}
