import type { Command, Option } from 'commander';

/** What may stand where the cursor is. */
export interface Candidate {
  readonly word: string;
  readonly text?: string | undefined;
}

/** Kinds of words that are not in the program itself: files, which the shell knows, and names, which somebody looks up. */
export type WordKind = 'files' | 'hosts' | 'rules' | 'formats' | 'shells' | 'services' | 'drivers' | 'nothing';

export interface Completion {
  /** Words of the program, which all begin as the current word does. */
  readonly candidates: readonly Candidate[];
  readonly kind: WordKind;
  /** What of the current word stays in front of each word of that kind, and what such a word begins with. */
  readonly before: string;
  readonly begun: string;
  /** The inventories that the line names. */
  readonly inventory: readonly string[];
}

/** By the name of an argument, or of an option's value. */
const KINDS: Readonly<Record<string, WordKind>> = {
  file: 'files',
  files: 'files',
  folder: 'files',
  path: 'files',
  plan: 'files',
  playbook: 'files',
  source: 'files',
  tree: 'files',
  vars: 'files',
  host: 'hosts',
  pattern: 'hosts',
  group: 'hosts',
  rule: 'rules',
  format: 'formats',
  shell: 'shells',
  'kafka|zookeeper|all': 'services',
  driver: 'drivers',
};

/** The parts of a pattern of hosts: names with operators between them. */
const PATTERN_PART = /^(.*[,:&!])?([^,:&!]*)$/s;

/** What may come at the end of a command line. `words`: those behind the program's name; the last is where the cursor is. */
export function completionOf(program: Command, words: readonly string[]): Completion {
  const current = words.at(-1) ?? '';
  let command = program;
  let open: Option | undefined;
  let isPlain = false;
  let given = 0;
  const inventory: string[] = [];
  for (const word of words.slice(0, -1)) {
    if (open !== undefined) {
      if (open.attributeName() === 'inventory') inventory.push(word);
      open = undefined;
    } else if (!isPlain && word === '--') isPlain = true;
    else if (!isPlain && word.startsWith('-') && word !== '-') open = valueless(command, word);
    else {
      const below = given === 0 ? find(command, word) : undefined;
      if (below === undefined) given += 1;
      else command = below;
    }
  }
  const offered = (candidates: readonly Candidate[]): Completion => ({
    candidates: candidates.filter(({ word }) => word.startsWith(current)),
    kind: 'nothing',
    before: '',
    begun: current,
    inventory,
  });
  if (open !== undefined) return ofKind(placeholder(open), '', current, inventory);
  const [, flag, begun] = /^(--[\w-]+)=(.*)$/s.exec(isPlain ? '' : current) ?? [];
  if (flag !== undefined && begun !== undefined) {
    const option = command.options.find((each) => namesOf(each).includes(flag));
    return ofKind(option === undefined ? '' : placeholder(option), `${flag}=`, begun, inventory);
  }
  if (!isPlain && current.startsWith('-')) return offered(flagsOf(command));
  if (given === 0 && command.commands.length > 0)
    return offered(command.commands.map((each) => ({ word: each.name(), text: each.description() })));
  const argument =
    command.registeredArguments[given] ?? command.registeredArguments.findLast(({ variadic }) => variadic);
  return ofKind(argument?.name() ?? '', '', current, inventory);
}

function ofKind(name: string, before: string, begun: string, inventory: readonly string[]): Completion {
  const kind = KINDS[name] ?? 'nothing';
  if (kind !== 'hosts') return { candidates: [], kind, before, begun, inventory };
  const [, first = '', last = ''] = PATTERN_PART.exec(begun) ?? [];
  return { candidates: [], kind, before: before + first, begun: last, inventory };
}

function find(command: Command, word: string): Command | undefined {
  return command.commands.find((each) => each.name() === word || each.aliases().includes(word));
}

/** The option that a word names, when the next word is its value. */
function valueless(command: Command, word: string): Option | undefined {
  const option = command.options.find((each) => namesOf(each).includes(word));
  return option !== undefined && (option.required || option.optional) ? option : undefined;
}

/** All names of an option, with their dashes. */
function namesOf({ flags }: Option): string[] {
  return flags.match(/(?<![\w<-])--?[a-zA-Z][\w-]*/g) ?? [];
}

/** The name of an option's value; `--host <name>` is one of the inventory's. */
function placeholder(option: Option): string {
  if (option.attributeName() === 'host') return 'host';
  return /<([\w@-]+)>/.exec(option.flags)?.[1] ?? '';
}

function flagsOf(command: Command): Candidate[] {
  const own = command.options
    .filter(({ hidden }) => !hidden)
    .flatMap((option) =>
      namesOf(option)
        .filter((name) => name.startsWith('--'))
        .map((word) => ({ word, text: option.description })),
    );
  return [...own, { word: '--help', text: 'show what the verb does and its flags' }];
}
