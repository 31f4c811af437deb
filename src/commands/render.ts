import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { preparePlays } from '../apply/playbook-run.ts';
import { type RenderedFile, renderFiles } from '../apply/render-files.ts';
import { BrokkrError, ExitCode, InputError } from '../errors.ts';
import { prepareRun } from '../prepare.ts';
import { playbookFile } from './files.ts';
import { type Io, print } from './io.ts';
import type { SharedOptions } from './options.ts';
import { withSession } from './session.ts';

export interface RenderOptions extends SharedOptions {
  /** The folder that the tree goes to. */
  readonly out: string;
}

/** The name of the list of all files with their modes and owners. */
const MANIFEST = 'manifest.json';

/** Writes every file of every host below a folder, without a connection; the same input gives the same bytes. */
export async function render(io: Io, given: string | undefined, options: RenderOptions): Promise<ExitCode> {
  const playbook = playbookFile(given);
  return withSession(io, playbook, options, true, async ({ inputs, report }) => {
    const setting = await prepareRun({ ...inputs, checkMode: false });
    await setting.loadLate();
    const { files, unrendered } = await renderFiles(preparePlays(setting), setting);
    for (const { host, task, reason } of unrendered)
      report.emit({ event: 'warning', message: `${host}: ${task}: not rendered: ${reason}` });
    if (files.length === 0)
      throw new BrokkrError('the playbook writes no files', {
        hint: 'render shows what the modules template and copy write',
      });
    writeTree(options.out, files, io);
    const hosts = new Set(files.map(({ host }) => host));
    print(io, [`${files.length} files of ${hosts.size} hosts in ${options.out}`]);
    return ExitCode.done;
  });
}

/** Only a tree of ours is replaced: anything else in the folder is the user's. */
function writeTree(folder: string, files: readonly RenderedFile[], io: Io): void {
  if (
    existsSync(folder) &&
    (!statSync(folder).isDirectory() || (readdirSync(folder).length > 0 && !existsSync(path.join(folder, MANIFEST))))
  ) {
    throw new InputError([
      {
        message: `${folder} is there already and holds no rendered files`,
        hint: 'give the name of a new folder with --out',
      },
    ]);
  }
  rmSync(folder, { recursive: true, force: true });
  for (const file of files) {
    const target = path.join(folder, file.host, ...file.path.split('/'));
    if (!path.resolve(target).startsWith(`${path.resolve(folder, file.host)}${path.sep}`))
      throw new BrokkrError(`${file.host}: ${file.path} leaves the folder`);
    mkdirSync(path.dirname(target), { recursive: true });
    const text = Buffer.from(file.bytes).toString();
    const isText = Buffer.from(text).equals(Buffer.from(file.bytes));
    writeFileSync(target, isText ? io.redactor.redact(text) : file.bytes);
  }
  const manifest = files.map(({ host, path: file, mode, owner, group }) => ({
    host,
    path: file,
    mode: typeof mode === 'number' ? mode.toString(8).padStart(4, '0') : mode,
    owner,
    group,
  }));
  writeFileSync(path.join(folder, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`);
}
