import { z } from 'zod';
import type { Play } from '../../../src/config/play.ts';
import { loadPlaybook } from '../../../src/config/playbook/load-playbook.ts';
import { BrokkrError } from '../../../src/errors.ts';
import type { Value } from '../../../src/jinja/value.ts';
import { moduleCatalogue } from '../../../src/modules/catalogue.ts';
import { debug } from '../../../src/modules/debug.ts';
import { fail } from '../../../src/modules/fail.ts';
import { meta } from '../../../src/modules/meta.ts';
import type { Module, ModuleContext } from '../../../src/modules/module.ts';
import { setFact } from '../../../src/modules/set-fact.ts';
import { BlockTracker } from '../../../src/plan/block-tracker.ts';
import { nameOfTask } from '../../../src/plan/decide-task.ts';
import type { Entry, TaskEntry } from '../../../src/plan/entries.ts';
import { EntryList } from '../../../src/plan/entry-list.ts';
import { findHandlers, handlerEntries, handlerOf } from '../../../src/plan/handlers.ts';
import { type Account, Known } from '../../../src/plan/known.ts';
import { planPass } from '../../../src/plan/pass.ts';
import type { HostPass, PassSetting, Planned, Situation } from '../../../src/plan/planned.ts';
import { questionKey } from '../../../src/shell/question.ts';
import { layer, world } from '../config/variables/fixture.ts';
import { folderStat } from '../stat.ts';

const base = { collection: 'brokkr', summary: 'A module of a test.', aliases: {}, example: '' } as const;
const pathSchema = z.strictObject({ path: z.string() });
const nameSchema = z.strictObject({ name: z.string().default('x') });

/** Is a path there? Changes nothing. */
const look: Module<z.infer<typeof pathSchema>> = {
  ...base,
  name: 'look',
  schema: pathSchema,
  noticedByOthers: false,
  probe: ({ path }) => [{ ask: 'stat', path, follow: false }],
  decide: ({ path }, answers) => ({
    verdict: 'unchanged',
    result: new Map<string, Value>([['exists', answers.get({ ask: 'stat', path, follow: false }) !== null]]),
  }),
};

/** A folder that has to be there. */
const make: Module<z.infer<typeof pathSchema>> = {
  ...base,
  name: 'make',
  schema: pathSchema,
  noticedByOthers: false,
  probe: ({ path }) => [{ ask: 'stat', path, follow: false }],
  decide({ path }, answers) {
    const result = new Map<string, Value>([['path', path]]);
    if (answers.get({ ask: 'stat', path, follow: false }) !== null) return { verdict: 'unchanged', result };
    return { verdict: 'change', actions: [{ do: 'mkdir', path, mode: 0o755 }], diff: [], result };
  },
};

/** Is a user there? Changes nothing. */
const someone: Module<z.infer<typeof nameSchema>> = {
  ...base,
  name: 'someone',
  schema: nameSchema,
  noticedByOthers: false,
  probe: ({ name }) => [{ ask: 'passwd', name }],
  decide: ({ name }, answers) => ({
    verdict: 'unchanged',
    result: new Map<string, Value>([['exists', answers.get({ ask: 'passwd', name }) !== null]]),
  }),
};

/** A program of the user's; its output is known when it has run. */
const act: Module<z.infer<typeof nameSchema>> = {
  ...base,
  name: 'act',
  schema: nameSchema,
  freeForm: 'name',
  noticedByOthers: true,
  probe: () => [],
  decide: ({ name }) => ({
    verdict: 'change',
    actions: [{ do: 'run', command: { kind: 'argv', argv: [name] }, environment: new Map() }],
    diff: [],
    result: new Map(),
    pending: ['rc', 'stdout'],
    conclude: ([outcome]) => ({
      changed: true,
      failed: outcome?.rc !== 0,
      result: new Map<string, Value>([
        ['rc', outcome?.rc ?? null],
        ['stdout', outcome?.stdout ?? ''],
      ]),
    }),
  }),
};

/** Something of the whole cluster: decided once a batch, by what the control machine finds. */
const whole: Module<z.infer<typeof nameSchema>> = {
  ...base,
  name: 'whole',
  schema: nameSchema,
  noticedByOthers: true,
  oncePerBatch: true,
  probe: ({ name }) => [{ ask: 'control', topic: 'whole', parameters: name, life: 'volatile' }],
  decide({ name }, answers) {
    answers.get({ ask: 'control', topic: 'whole', parameters: name, life: 'volatile' });
    return { verdict: 'unchanged', result: new Map<string, Value>([['name', name]]) };
  },
};

const modules: Readonly<Record<string, Module>> = {
  look,
  make,
  someone,
  act,
  whole,
  debug,
  fail,
  meta,
  set_fact: setFact,
};

/** A playbook's only play, written out from `hosts` on. */
export function playOf(text: string): Play {
  const source = `- hosts: all\n  name: Play\n${text.replace(/^\n/, '')}`;
  const { plays } = loadPlaybook('site.yml', moduleCatalogue(modules), { readText: () => source });
  const [play] = plays;
  if (play === undefined) throw new Error('the text holds no play');
  return play;
}

export function entriesOf(
  play: Play,
  selection = { tags: [] as string[], skipTags: [] as string[] },
  force = false,
): Entry[] {
  return new EntryList(play, {
    selection,
    readTags: (tags) => tags.flatMap((tag) => (tag.kind === 'scalar' ? [String(tag.value)] : [])),
    forceHandlers: force,
  }).entries;
}

export interface Trial {
  readonly passes: readonly HostPass[];
  /** Per host: what is planned, one line each. */
  readonly lines: Readonly<Record<string, readonly string[]>>;
  registered(host: string, name: string): Value | undefined;
}

export interface TrialOptions {
  readonly hosts?: readonly string[];
  readonly mode?: 'plan' | 'apply';
  /** Per host the paths that are known, and whether they are there; a path that is not listed has to be asked. */
  readonly paths?: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  /** What the control machine has found: answers of `whole` by name. */
  readonly found?: readonly string[];
  /** By the index of the entry. */
  readonly onceDone?: ReadonlyMap<number, Value>;
  readonly vars?: string;
  readonly position?: Readonly<Record<string, number>>;
  readonly force?: boolean;
  /** The hosts are names of the first one's machine. */
  readonly isOneMachine?: boolean;
}

/** Who does an entry: the user of its `become_user`, as written; else root. */
function accountOf(entry: TaskEntry): Account {
  const node = entry.task.become.becomeUser;
  return { user: node?.kind === 'scalar' ? String(node.value) : 'root', become: undefined };
}

/** Plans a play on hosts of which only this is known. */
export function tryPass(text: string, options: TrialOptions = {}): Trial {
  const play = playOf(text);
  const entries = entriesOf(play, undefined, options.force);
  const hosts = options.hosts ?? ['h1'];
  const { state, scope } = world({
    hosts: Object.fromEntries(hosts.map((host) => [host, [layer('host', `me: ${host}\n${options.vars ?? ''}`)]])),
    play: play.vars,
  });
  const handlers = handlerEntries(entries);
  const onceDone = new Map([...(options.onceDone ?? [])].map(([index, value]) => [index, [value]]));
  const setting: PassSetting = {
    entries,
    mode: options.mode ?? 'plan',
    journal: state,
    gone: new Set(),
    hostNames: () => [],
    onceDone: new Map(
      entries.flatMap((entry, index) => onceDone.get(index)?.map((value) => [entry, value] as const) ?? []),
    ),
    moduleOf(name) {
      const module = modules[name];
      if (module === undefined) throw new Error(`no module ${name}`);
      return module;
    },
    scopeOf: (host) => scope(host),
    include: () => {
      throw new Error('nothing of this play includes anything');
    },
    follow: () => {},
    delegateOf: () => {
      throw new Error('nothing of this play is delegated');
    },
    handlersOf: (host, notified) =>
      findHandlers(
        handlers.map((entry) => handlerOf(entry, nameOfTask(entry.task, scope(host)))),
        notified,
      ),
    accountOf: (_host, entry) => accountOf(entry),
    moduleContext: (host, _entry, at) => contextOf(host, (name) => at.lookup(name)),
  };
  const machine = new Known();
  const situations = hosts.map((host): Situation => {
    const known = options.isOneMachine === true ? machine : new Known();
    known.learn('root', { ask: 'identity' }, { user: 'root', uid: 0, home: '/root', umask: 0o022 });
    for (const [path, isThere] of Object.entries(options.paths?.[host] ?? {}))
      known.learn('root', { ask: 'stat', path, follow: false }, isThere ? folderStat : null);
    for (const name of options.found ?? [])
      known.learn(
        'root',
        { ask: 'control', topic: 'whole', parameters: name, life: 'volatile' },
        { ok: true, value: name },
      );
    return { host, known, blocks: new BlockTracker(), notified: new Set(), position: options.position?.[host] ?? 0 };
  });
  const passes = planPass(situations, setting);
  return {
    passes,
    lines: Object.fromEntries(passes.map((pass) => [pass.host, pass.planned.flatMap(lineOf)])),
    registered: (host, name) => state.stateOf(host).registered.get(name),
  };
}

function lineOf(planned: Planned): string[] {
  switch (planned.kind) {
    case 'task': {
      const verdicts = planned.task.items.map(({ outcome }) => outcome.verdict).join(',');
      return [`${verdicts} ${planned.task.name}`];
    }
    case 'unknown':
      return [`unknown ${planned.name}: ${planned.until}`];
    case 'broken':
      return [`broken ${planned.name}: ${planned.error.message}`];
    case 'once':
      return [`once ${planned.name}`];
    case 'meta':
      return [`meta ${planned.action}`];
    case 'mark':
      return [];
  }
}

function contextOf(host: string, lookup: (name: string) => Value | undefined): ModuleContext {
  const untold = (): never => {
    throw new BrokkrError('a module of this test asked for what it was not told');
  };
  return {
    host,
    checkMode: false,
    isChangedBy: () => {
      throw new Error('no task of this test changes the inventory');
    },
    noteOrigin: untold,
    originOf: untold,
    environment: new Map(),
    verbosity: 0,
    registers: false,
    render: untold,
    condition: untold,
    evaluate: untold,
    variable: lookup,
    findFile: untold,
    placesOf: untold,
    addSecret: untold,
    holdsSecret: () => false,
    warn: untold,
  };
}

/** The last word of what each host is asked: a path, a name. */
export const wanted = (trial: Trial) =>
  Object.fromEntries(
    trial.passes.map((pass) => [pass.host, pass.wanted.map(({ question }) => questionKey(question).split(' ').at(-1))]),
  );
