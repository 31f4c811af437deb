import { existsSync, statSync } from 'node:fs';
import { z } from 'zod';
import { preparePlays } from '../apply/playbook-run.ts';
import { type RenderedFile, renderFiles } from '../apply/render-files.ts';
import { BrokkrError, ExitCode, InputError } from '../errors.ts';
import { prepareRun } from '../prepare.ts';
import { createStyle } from '../report/style.ts';
import { count } from '../report/wording.ts';
import { REDACTED } from '../shell/redact.ts';
import { readFactsJson } from './facts-file.ts';
import { playbookFile } from './files.ts';
import { type Io, print, terminalOf } from './io.ts';
import { sharedOptions } from './options.ts';
import { compareTrees, comparisonLines } from './render-compare.ts';
import { treeOfRevision } from './render-git.ts';
import { readTree, type Tree, treeOf, writeTree } from './render-tree.ts';
import { withSession } from './session.ts';
import { tellUnrendered } from './unrendered.ts';

export const renderOptions = sharedOptions.extend({
  /** The folder that the tree goes to. */
  out: z.string(),
  host: z.string().optional(),
  /** A folder, or a git revision of `out`. */
  against: z.string().optional(),
  /** A file of `brokkr facts -o`. */
  facts: z.string().optional(),
  reveal: z.boolean().default(false),
});
export type RenderOptions = z.infer<typeof renderOptions>;

/** Only the owner may read secrets. */
const PRIVATE = 0o600;

/**
 * Writes every file of every host below a folder, without a connection; the same input gives the same bytes. With `check`
 * or `against` nothing is written: the difference is the exit status.
 */
export async function render(io: Io, given: string | undefined, options: RenderOptions): Promise<ExitCode> {
  const playbook = playbookFile(given);
  const shared = { ...options, limit: options.host ?? options.limit };
  return withSession(io, playbook, shared, true, async ({ inputs, report }) => {
    const facts = options.facts === undefined ? undefined : readFactsJson(options.facts);
    const setting = await prepareRun({ ...inputs, checkMode: false, isOffline: true });
    await setting.loadLate();
    const { files, unrendered } = await renderFiles(preparePlays(setting), setting, facts);
    tellUnrendered(report, unrendered, facts !== undefined);
    if (files.length === 0)
      throw new BrokkrError('the playbook writes no files', {
        hint: 'render shows what the modules template and copy write',
      });
    const broken = new Set(unrendered.map(({ host }) => host));
    const made: Made = { files, broken, isPart: shared.limit !== undefined };
    const code = options.check || options.against !== undefined ? compare(io, made, options) : write(io, made, options);
    return unrendered.length > 0 ? ExitCode.failed : code;
  });
}

function redactorOf(io: Io, { reveal }: RenderOptions): (text: string) => string {
  return reveal ? (text) => text : (text) => redactNamed(io.redactor.redact(text));
}

/** The value of a setting whose name says that it is a secret, and the words of a login in a JAAS line. */
function redactNamed(text: string): string {
  return text
    .replace(/^([ \t]*[\w.-]*(?:password|passwd|passphrase|secret)[ \t]*[=:][ \t]*)(?=\S)[^\r\n]+/gim, `$1${REDACTED}`)
    .replace(/\b(password|user_\w+|[\w.]*secret)="(?:[^"\\]|\\.)*"/gi, `$1="${REDACTED}"`);
}

/** What was rendered, and what was not. */
interface Made {
  readonly files: readonly RenderedFile[];
  /** Hosts of which some files could not be rendered: what stands in the tree of them is not left over. */
  readonly broken: ReadonlySet<string>;
  /** Only some hosts were to be rendered. */
  readonly isPart: boolean;
}

function wantedTree(io: Io, { files, broken, isPart }: Made, before: Tree, options: RenderOptions): Tree {
  const rendered = new Set(files.map(({ host }) => host));
  return treeOf(files, redactorOf(io, options), {
    tree: before,
    of: (host) => broken.has(host) || (isPart && !rendered.has(host)),
  });
}

function write(io: Io, made: Made, options: RenderOptions): ExitCode {
  const before = readTree(options.out);
  const tree = wantedTree(io, made, before, options);
  if (options.diff) print(io, shown(io, before, tree, options.out, true).lines);
  writeTree(options.out, tree, before, options.reveal ? PRIVATE : undefined);
  const hosts = new Set(made.files.map(({ host }) => host));
  print(io, [
    `${count(made.files.length, 'file')} of ${count(hosts.size, 'host')} in ${options.out}`,
    ...lacking(made),
  ]);
  return ExitCode.done;
}

function compare(io: Io, made: Made, options: RenderOptions): ExitCode {
  const { against, out } = options;
  const tree = treeToCompare(out, against);
  const wanted = wantedTree(io, made, tree, options);
  const { lines, differs } = shown(io, tree, wanted, against ?? out, options.diff || against !== undefined);
  print(io, [...lines, ...lacking(made)]);
  return differs ? ExitCode.changesPending : ExitCode.done;
}

function lacking({ broken }: Made): string[] {
  return broken.size === 0 ? [] : [`not all files of ${[...broken].join(', ')} could be rendered`];
}

function treeToCompare(out: string, against: string | undefined): Tree {
  if (against !== undefined && !(existsSync(against) && statSync(against).isDirectory()))
    return treeOfRevision(out, against);
  const folder = against ?? out;
  if (!existsSync(folder))
    throw new InputError([{ message: `there is no folder ${folder}`, hint: 'write it first: brokkr render' }]);
  return readTree(folder);
}

function shown(io: Io, tree: Tree, wanted: Tree, name: string, full: boolean): { lines: string[]; differs: boolean } {
  const differences = compareTrees(tree, wanted);
  const style = createStyle(terminalOf(io).color);
  return {
    lines: comparisonLines(differences, { tree, wanted, name }, { full, style }),
    differs: differences.length > 0,
  };
}
