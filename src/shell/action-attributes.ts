import type { Attributes } from './action.ts';
import { quote } from './quote.ts';

/** Commands of which each runs only when the ones before it succeeded. */
export function all(...commands: readonly string[]): string {
  return commands.join(' && ');
}

/**
 * Commands that give owner, group and mode to a path (a quoted word). The owner comes first, because chown(1) clears the
 * setuid bits. A mode has five digits, or GNU chmod(1) would leave a directory its setgid. Without `follow` a link itself is
 * given to the owner, and its mode is left alone: links have none.
 */
export function attributeLines(
  path: string,
  attributes: Attributes,
  options: { readonly follow: boolean; readonly recursive?: boolean },
): string[] {
  const recursive = options.recursive === true ? '-R ' : '';
  const noFollow = options.follow && recursive === '' ? '' : '-h ';
  const lines: string[] = [];
  if (attributes.owner !== undefined) lines.push(`chown ${recursive}${noFollow}-- ${quote(attributes.owner)} ${path}`);
  if (attributes.group !== undefined) lines.push(`chgrp ${recursive}${noFollow}-- ${quote(attributes.group)} ${path}`);
  if (attributes.mode !== undefined) {
    const mode = typeof attributes.mode === 'number' ? attributes.mode.toString(8).padStart(5, '0') : attributes.mode;
    const chmod = `chmod ${recursive}-- ${quote(mode)} ${path}`;
    lines.push(options.follow ? chmod : `{ [ -L ${path} ] || ${chmod}; }`);
  }
  return lines;
}
