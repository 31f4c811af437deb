import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** `brokkr` in the user's cache folder: `$XDG_CACHE_HOME`, which must be absolute to count, or `~/.cache`. */
export function defaultCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const xdg = environment.XDG_CACHE_HOME;
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'brokkr');
}

/** Where compiled code is kept; undefined where nothing says which folder is the user's: a user id without an account, and no HOME. */
export function codeFolder(cacheFolder: () => string = defaultCacheFolder): string | undefined {
  try {
    const folder = join(cacheFolder(), 'code');
    return isAbsolute(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}
