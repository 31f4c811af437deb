import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, vi } from 'vitest';
import { type LocalResult, type LocalRun, runIn } from './local-hosts.ts';

const inventory = fileURLToPath(new URL('../../differential/plays/hosts.yml', import.meta.url));

/** A folder for each test of a file, in which a play is run on hosts that are this machine. */
export class WorkFolder {
  #path = '';

  constructor(name: string) {
    // Real shells do the work, on a machine that may be busy.
    vi.setConfig({ testTimeout: 60_000 });
    beforeEach(() => {
      this.#path = mkdtempSync(path.join(tmpdir(), `brokkr-${name}-`));
    });
    afterEach(() => rmSync(this.#path, { recursive: true }));
  }

  get path(): string {
    return this.#path;
  }

  run(playbook: string, listen?: LocalRun['listen']): Promise<LocalResult> {
    const file = path.join(this.#path, 'play.yml');
    writeFileSync(file, playbook);
    return runIn(this.#path, { playbook: file, inventory, arguments: [], ...(listen === undefined ? {} : { listen }) });
  }
}
