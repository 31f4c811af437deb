/** Permission bits as people write them: octal, symbolic, and what is probably not meant. */

const whoBits = { u: 0o4700, g: 0o2070, o: 0o1007 } as const;
const clausePattern = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/;

/** The bits that octal text names (`0644`, `644`, `0o644`), or `undefined` when it is not octal. */
export function parseOctalMode(text: string): number | undefined {
  return /^(0o)?[0-7]{1,5}$/.test(text) && Number.parseInt(text.replace('0o', ''), 8) <= 0o7777
    ? Number.parseInt(text.replace('0o', ''), 8)
    : undefined;
}

/** Is it a mode as chmod(1) takes it: `u=rwX,g-w`? */
export function isSymbolicMode(text: string): boolean {
  return text !== '' && text.split(',').every((clause) => clausePattern.test(clause));
}

/** As Ansible prints bits: a zero and at least three octal digits. */
export function formatMode(mode: number): string {
  return Number.isNaN(mode) ? 'unknown' : `0${mode.toString(8).padStart(3, '0')}`;
}

/**
 * The bits after a mode was set.
 * @param current the bits before; `NaN` when they are not known, then the result is known only for octal modes
 * @param umask spares bits in clauses that name nobody (`+x`), as chmod(1) does
 */
export function resolveMode(mode: number | string, current: number, isDirectory: boolean, umask = 0): number {
  if (typeof mode === 'number') return mode;
  if (Number.isNaN(current)) return Number.NaN;
  return mode.split(',').reduce((bits, clause) => applyClause(bits, clause, isDirectory, umask), current);
}

function applyClause(before: number, clause: string, isDirectory: boolean, umask: number): number {
  const match = clausePattern.exec(clause);
  if (match === null) return before;
  const [, who = '', operations = ''] = match;
  const letters = who === '' || who.includes('a') ? 'ugo' : who;
  const touched = [...letters].reduce((mask, letter) => mask | bitsOf(letter), 0) & (who === '' ? ~umask : ~0);
  let bits = before;
  for (const [, operator, permissions = ''] of operations.matchAll(/([-+=])([^-+=]*)/g)) {
    const named = permissionBits(permissions, bits, isDirectory) & touched;
    if (operator === '+') bits |= named;
    else if (operator === '-') bits &= ~named;
    // chmod(1) leaves setuid and setgid of a directory alone unless they are named.
    else bits = (bits & ~(isDirectory ? touched & ~0o6000 : touched)) | named;
  }
  return bits;
}

function bitsOf(letter: string): number {
  return letter === 'u' ? whoBits.u : letter === 'g' ? whoBits.g : whoBits.o;
}

function permissionBits(permissions: string, bits: number, isDirectory: boolean): number {
  if (permissions === 'u' || permissions === 'g' || permissions === 'o') {
    const shift = permissions === 'u' ? 6 : permissions === 'g' ? 3 : 0;
    return ((bits >> shift) & 7) * 0o111;
  }
  const runs = isDirectory || (bits & 0o111) !== 0;
  let named = 0;
  for (const letter of permissions) {
    if (letter === 'r') named |= 0o444;
    else if (letter === 'w') named |= 0o222;
    else if (letter === 'x' || (letter === 'X' && runs)) named |= 0o111;
    else if (letter === 's') named |= 0o6000;
    else if (letter === 't') named |= 0o1000;
  }
  return named;
}

/**
 * What was probably meant by a number that was written without its leading zero (`mode: 755` is 01363), or `undefined`
 * when the number makes sense as it is.
 */
export function misreadOctal(mode: number): string | undefined {
  if (isPlausible(mode)) return undefined;
  const meant = parseOctalMode(String(mode));
  return meant !== undefined && isPlausible(meant) ? formatMode(meant) : undefined;
}

/** The owner can read, nobody has more than the one before, nobody writes without reading, no special bits. */
function isPlausible(mode: number): boolean {
  const [owner, group, others] = [(mode >> 6) & 7, (mode >> 3) & 7, mode & 7];
  const readable = [group, others].every((bits) => (bits & 2) === 0 || (bits & 4) !== 0);
  return mode <= 0o777 && (owner & 4) !== 0 && (group & ~owner) === 0 && (others & ~group) === 0 && readable;
}
