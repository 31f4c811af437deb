import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { packageFolder } from '../../src/package-folder.ts';

/** How a run of the control machine has come to its end. */
export interface Ended {
  readonly status: number | null;
  readonly said: string;
  /** It had to be killed, since it did not come to an end: what was going on then on the host. */
  readonly hung: string | undefined;
}

/** Milliseconds after which a run that has not come to its end never will. */
const HUNG_MS = 90_000;

/** A run of the built program that faults may be done to. */
export class ControlRun {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;

  /** @param look tells what is going on on the host */
  constructor(folder: string, words: readonly string[], look: () => Promise<string>) {
    const cli = path.join(packageFolder(), 'dist', 'cli.js');
    this.child = spawn(process.execPath, [cli, ...words], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    let hung: string | undefined;
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-200_000);
      });
    const timer = setTimeout(() => {
      hung = 'nobody knows why';
      void look()
        .catch(String)
        .then((found) => {
          hung = found;
          this.child.kill('SIGKILL');
        });
    }, HUNG_MS);
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (status) => {
        clearTimeout(timer);
        resolve({ status, said, hung });
      });
    });
  }
}
