import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

test('a playbook that would change something proves nothing, and is not applied', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'brokkr-verify-'));
  const file = path.join(folder, 'made');
  const playbook = path.join(folder, 'proof.json');
  const write = (...tasks: object[]): void =>
    writeFileSync(playbook, JSON.stringify([{ hosts: 'localhost', connection: 'local', gather_facts: false, tasks }]));
  const run = () => runCli(folder, ['verify', 'proof.json', '-i', 'localhost,']);

  write({ name: 'a file', copy: { content: 'x', dest: file } }, { assert: { that: ['true'] } });
  const refused = await run();
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(/verify changes nothing, and these tasks of proof.json would: a file \(proof.json:/);
  expect(refused.stderr).toContain('brokkr provision proof.json');
  expect(existsSync(file)).toBe(false);

  write({ command: { argv: ['true'] }, changed_when: false }, { assert: { that: ['true'] } });
  const proved = await run();
  expect(proved.status, proved.stderr).toBe(0);
});
