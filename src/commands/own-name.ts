import type { Io } from './io.ts';

/** How this program is called in a command that is told. Under npx it is on nobody's PATH. */
export function ownName({ environment }: Pick<Io, 'environment'>): string {
  return environment.npm_command === 'exec' ? 'npx brokkr' : 'brokkr';
}
