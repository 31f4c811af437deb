import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { updateScript } from '../../../src/modules/source-update.ts';
import { localShells, temporaryFolder } from '../shell/local-shell.ts';

const folder = temporaryFolder();

describe.each(localShells(folder))('$name', ({ name, command, path }) => {
  const place = join(folder, `${name} it's`);
  const tools = join(place, 'tools');
  mkdirSync(tools, { recursive: true });

  it('puts back what was there when the lists cannot be read, after so many tries', () => {
    const log = join(place, 'log');
    tool('apt-get', `echo try >> '${log.replaceAll("'", "'\\''")}'; echo 'E: no such server' >&2; exit 100`);
    const [added, edited, removed] = ['added', 'edited', 'removed'].map((each) => join(place, each));
    if (added === undefined || edited === undefined || removed === undefined) throw new Error('three files');
    writeFileSync(added, 'deb new\n');
    writeFileSync(edited, 'deb new\n');
    chmodSync(edited, 0o640);
    const before = "# it's 100% \\n\ndeb old";
    const touched = [
      { path: added, before: undefined },
      { path: edited, before, mode: 0o640 },
      { path: removed, before: 'deb $HOME\n', mode: 0o644 },
    ];
    const [shell, ...args] = command;
    const input = updateScript(touched, 3, 0);
    const ended = spawnSync(shell, args, { input, env: { PATH: `${tools}:${path}` }, encoding: 'utf8' });
    expect(ended).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'E: no such server\nthe sources are as they were before\n',
    });
    expect(readFileSync(log, 'utf8')).toBe('try\ntry\ntry\n');
    expect(existsSync(added)).toBe(false);
    expect([readFileSync(edited, 'utf8'), statSync(edited).mode & 0o777]).toEqual([before, 0o640]);
    expect([readFileSync(removed, 'utf8'), statSync(removed).mode & 0o777]).toEqual(['deb $HOME\n', 0o644]);
  });

  function tool(called: string, script: string): void {
    writeFileSync(join(tools, called), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
});
