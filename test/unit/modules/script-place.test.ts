import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { placedScript } from '../../../src/modules/script-place.ts';
import type { HostAction } from '../../../src/shell/action.ts';
import { inEachShell } from '../shell/acting.ts';

inEachShell(({ root, act }) => {
  const runScript = (content: string, environment: Record<string, string>, executable?: string): HostAction => ({
    do: 'run',
    environment: new Map(Object.entries(environment)),
    command: {
      kind: 'shell',
      script: placedScript('a script.sh', content, ['a b', "it's"], executable),
      executable: '/bin/sh',
    },
  });
  const content = '#!/bin/sh\nprintf "%s|" "$@" "$(dirname "$(dirname "$0")")" "$why"; exit 3\n';

  test('a script runs with its words, and nothing of it stays', () => {
    expect(act(runScript(content, { TMPDIR: root }))).toEqual({ rc: 3, stderr: '', stdout: `a b|it's|${root}||` });
    expect(act(runScript('printf "%s|" "$@"', { TMPDIR: root }, '/bin/sh')).stdout).toBe("a b|it's|");
    expect(readdirSync(root)).toEqual([]);
  });

  test('where no folder can be made it stands in the home, and elsewhere', () => {
    const home = join(root, 'home');
    mkdirSync(home);
    const environment = { TMPDIR: '/nosuch', HOME: home };
    expect(act(runScript(content, environment))).toEqual({ rc: 3, stderr: '', stdout: `a b|it's|${home}||` });
    expect(readdirSync(home)).toEqual([]);
    expect(act(runScript(content, { ...environment, HOME: '/nosuch' })).stdout).toBe("a b|it's|/var/tmp||");
  });
});
