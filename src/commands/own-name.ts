import path from 'node:path';
import { quote } from '../shell/quote.ts';
import type { Io } from './io.ts';

/**
 * How this program is called in a command that is told, to be pasted in a folder. Under npx it is on nobody's PATH, and npx finds
 * it below the project that has it only; elsewhere it would ask the registry for a package of this name.
 */
export function ownName({ environment }: Pick<Io, 'environment'>, folder = process.cwd()): string {
  if (environment.npm_command !== 'exec') return 'brokkr';
  const project = environment.npm_config_local_prefix;
  if (project === undefined) return 'npx brokkr';
  const [first] = path.relative(project, path.resolve(folder)).split(path.sep);
  return first === '..' ? `npx --prefix ${quote(project)} brokkr` : 'npx brokkr';
}
