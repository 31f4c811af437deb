import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BrokkrError, errorText } from '../errors.ts';
import type { Lookup } from '../jinja/environment.ts';
import { TemplateError } from '../jinja/error.ts';
import type { Value } from '../jinja/value.ts';
import { PythonRandom } from '../jinja/values/mersenne.ts';
import { hashedPassword, shaCryptKind } from '../jinja/values/sha-crypt.ts';
import { LookupOptions, splitTerm, textOf } from './options.ts';

const NAMES = ['length', 'chars', 'encrypt', 'seed', 'ident'];
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const SETS: ReadonlyMap<string, string> = new Map([
  ['ascii_lowercase', LETTERS],
  ['ascii_uppercase', LETTERS.toUpperCase()],
  ['ascii_letters', LETTERS + LETTERS.toUpperCase()],
  ['digits', '0123456789'],
  ['hexdigits', '0123456789abcdefABCDEF'],
  ['octdigits', '01234567'],
  ['punctuation', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'],
]);
const SALT = `./0123456789${LETTERS.toUpperCase()}${LETTERS}`;
const LENGTH = 20;

/**
 * `password`: the password in a file of the control machine; one that is not there is made up, and kept with mode 0600.
 * `/dev/null` keeps nothing. `encrypt` gives its hash, whose salt stands in the file too.
 */
export function passwordLookup(playbookDir: string): Lookup {
  return (terms, named) => terms.map((term) => onePassword(textOf(term, 'the file of a password'), named, playbookDir));
}

function onePassword(term: string, named: ReadonlyMap<string, Value>, playbookDir: string): Value {
  const { words, options: own } = splitTerm(term);
  const options = new LookupOptions('password', new Map([...named, ...own]), NAMES);
  if (words === '') throw new TemplateError('the lookup password needs the name of a file');
  const encrypt = options.has('encrypt') && options.get('encrypt') !== null ? options.text('encrypt', '') : undefined;
  const kind = encrypt === undefined ? undefined : shaCryptKind(encrypt);
  const file = path.resolve(playbookDir, words);
  const before = file === '/dev/null' ? undefined : readKept(file);
  const password = before?.password ?? makePassword(options);
  const salt = kind === undefined ? undefined : (before?.salt ?? pick(SALT, 16, undefined));
  if (file !== '/dev/null' && (before === undefined || (salt !== undefined && before.salt === undefined)))
    keep(file, salt === undefined ? password : `${password} salt=${salt}`);
  return kind === undefined || salt === undefined ? password : hashedPassword(kind, password, salt, undefined);
}

function makePassword(options: LookupOptions): string {
  const given = options.has('chars') ? charactersOf(options) : '';
  const characters = given === '' ? `${SETS.get('ascii_letters') ?? ''}${SETS.get('digits') ?? ''}.,:-_` : given;
  return pick(characters, options.integer('length', LENGTH), options.get('seed'));
}

/** Names of sets, and characters as they are; `,,` stands for a comma. */
function charactersOf(options: LookupOptions): string {
  const value = options.get('chars');
  const parts = typeof value === 'string' ? value.replaceAll(',,', ',\0').split(',') : options.list('chars');
  return parts
    .map((part) => (part === '\0' ? ',' : (SETS.get(part) ?? part.replaceAll('\0', ','))))
    .join('')
    .replaceAll(/["']/g, '');
}

/** With a seed the characters are those that Python's generator picks, so that they are Ansible's. */
function pick(characters: string, length: number, seed: Value | undefined): string {
  const random = seed === undefined || seed === null ? undefined : new PythonRandom(seed);
  const at = (): number =>
    random === undefined ? randomInt(characters.length) : Number(random.below(BigInt(characters.length)));
  return Array.from({ length }, () => characters[at()] ?? '').join('');
}

function readKept(file: string): { password: string; salt: string | undefined } | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    const reason = errorText(error);
    throw new BrokkrError(`the password file ${file} cannot be read: ${reason}`, { hint: 'check its permissions' });
  }
  const [, password = '', salt] = /^(.*?)(?: salt=(\S*))?(?: ident=\S*)?\n*$/s.exec(text) ?? [];
  return { password, salt };
}

/** A new file, or one that has got its salt. */
function keep(file: string, text: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `${text}\n`, { mode: 0o600 });
  } catch (error) {
    const reason = errorText(error);
    throw new BrokkrError(`the password file ${file} cannot be written: ${reason}`, { hint: 'check its folder' });
  }
}
