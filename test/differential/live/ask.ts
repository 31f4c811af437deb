import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const oracle = fileURLToPath(new URL('oracle.py', import.meta.url));

/** Sends questions to ansible-core and gives its answers, in order. @throws when it ends early */
export async function* askAnsible(python: string, questions: readonly unknown[]): AsyncGenerator<unknown> {
  const child = spawn(python, [oracle], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // The order of Python's sets of text would differ from run to run.
    env: { ...process.env, PYTHONHASHSEED: '0' },
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  child.stdin.on('error', () => {});
  child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
  for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line);
  const code = await ended;
  if (code !== 0) throw new Error(`the oracle ended with status ${code}`);
}
