import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolder } from '../package-folder.ts';
import { type Distribution, jarFileName, type Tool } from './distribution.ts';

/** One file to put into an archive, by its path below the archive's top folder. */
export interface PackedFile {
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly content: Buffer | { readonly file: string } | { readonly linkTarget: string };
}

/** Our launchers, beside `src` and beside `dist`. */
const launchersFolder = join(packageFolder(), 'launchers');

/** The folders whose launchers and sample files go into the archive, and where the jars go. */
const shape = {
  kafka: { folders: ['bin', 'config'], jars: 'libs' },
  zookeeper: { folders: ['bin', 'conf'], jars: 'lib' },
} as const;

/** Where the jars stand in the archive: `libs` for Kafka, `lib` for ZooKeeper. */
function jarsFolder(distribution: Distribution): string {
  return shape[distribution.product].jars;
}

/** The launchers and sample configuration of a version: everything that an assembled archive has but the jars. */
export async function launcherFiles(
  distribution: Distribution,
  folder = join(launchersFolder, distribution.product),
): Promise<readonly PackedFile[]> {
  const files: PackedFile[] = [];
  for (const part of shape[distribution.product].folders) {
    for (const name of (await readdir(join(folder, part))).sort()) {
      const source = join(folder, part, name);
      if (!(await stat(source)).isFile()) continue;
      const text = fillIn(await readFile(source, 'utf8'), commonWords(distribution));
      files.push({ path: `${part}/${name}`, mode: name.endsWith('.sh') ? 0o755 : 0o644, content: Buffer.from(text) });
    }
  }
  for (const tool of distribution.tools) {
    const template = await readFile(join(folder, tool.mainClass === undefined ? 'absent-tool.sh' : 'tool.sh'), 'utf8');
    const text = fillIn(template, { ...commonWords(distribution), ...toolWords(tool) });
    files.push({ path: `bin/${tool.name}`, mode: 0o755, content: Buffer.from(text) });
  }
  return files;
}

/** Every file of an assembled archive, given the folder that Maven copied the jars to. */
export async function assembledFiles(distribution: Distribution, jarsIn: string): Promise<readonly PackedFile[]> {
  const jars = distribution.jars.map((jar): PackedFile => {
    const name = jarFileName(jar);
    return { path: `${jarsFolder(distribution)}/${name}`, mode: 0o644, content: { file: join(jarsIn, name) } };
  });
  return [...(await launcherFiles(distribution)), ...jars];
}

function commonWords(distribution: Distribution): Readonly<Record<string, string>> {
  const title = distribution.product === 'kafka' ? 'Kafka' : 'ZooKeeper';
  return { JAVA_OLDEST: String(distribution.java.oldest), PRODUCT: `${title} ${distribution.version}` };
}

function toolWords(tool: Tool): Readonly<Record<string, string>> {
  return {
    NAME: tool.name,
    CLASS: [tool.mainClass ?? '', ...(tool.leading === undefined ? [] : [tool.leading])].join(' '),
    ABSENT: tool.absent ?? '',
    HEAP: tool.heap ?? '-Xmx256M',
  };
}

/** Replaces `@WORD@`. The words are our own data; one that is not known is a bug. */
function fillIn(text: string, words: Readonly<Record<string, string>>): string {
  return text.replaceAll(/@([A-Z_]+)@/g, (_, word: string) => {
    const value = words[word];
    if (value === undefined) throw new Error(`a launcher has the unknown word @${word}@`);
    return value;
  });
}
