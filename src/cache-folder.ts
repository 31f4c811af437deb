import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** `brokkr` in the user's cache folder: `$XDG_CACHE_HOME`, which must be absolute to count, or `~/.cache`. */
export function defaultCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const xdg = environment.XDG_CACHE_HOME;
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'brokkr');
}
