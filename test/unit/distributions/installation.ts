import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Distribution } from '../../../src/distributions/distribution.ts';
import { launcherFiles } from '../../../src/distributions/layout.ts';
import { type Outcome, runProgram } from '../../run-program.ts';

/** The shells that hosts have: Debian's, and that of a machine where everything is BusyBox. */
export const shells = ['dash', 'busybox'] as const;
export type Shell = (typeof shells)[number];

/** All the programs, besides java, that a launcher may use. */
const applets = 'cat dirname id mkdir ps readlink rm sed setsid sleep tail tr'.split(' ');

export interface Installation {
  /** A folder of its own for the test; `base` is in it. */
  readonly root: string;
  /** Where the launchers are installed; no link in it. */
  readonly base: string;
  /** Runs a launcher with only the given environment; `java` is a script that shows its arguments. */
  run(command: string, args?: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Outcome>;
  /** The arguments of the last `java` that was no `java -version`, one an element. */
  javaArguments(): readonly string[];
  remove(): void;
}

/**
 * What `java` does: shows its arguments, and with FAKE_JAVA=stay lives until it is told to end, with FAKE_JAVA=stubborn
 * also then, with FAKE_JAVA=fail ends with status 3 at once.
 */
const fakeJava = `
if [ "$1" = -version ]; then
  echo "openjdk version \\"\${FAKE_JAVA_VERSION:-17.0.15}\\" 2025-04-15" >&2
  exit 0
fi
: >"$FAKE_JAVA_SEEN"
for argument; do printf '%s\\n' "$argument" >>"$FAKE_JAVA_SEEN"; done
[ -z "\${FAKE_JAVA_SAYS:-}" ] || printf '%b\\n' "$FAKE_JAVA_SAYS"
case "\${FAKE_JAVA:-}" in
  fail) echo "java cannot do this" >&2; exit 3 ;;
  stay) trap 'exit 143' TERM; while [ -e "$FAKE_JAVA_SEEN" ]; do sleep 0.05; done ;;
  stubborn) trap '' TERM; while [ -e "$FAKE_JAVA_SEEN" ]; do sleep 0.05; done ;;
esac
`;

/** Installs the launchers of a distribution, without jars, for one shell. Every script, and `java`, is run by that shell. */
export async function install(distribution: Distribution, shell: Shell, folder = 'installed'): Promise<Installation> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'brokkr-launchers-')));
  const base = join(root, folder);
  const tools = join(root, 'tools');
  mkdirSync(tools);
  const interpreter = shell === 'dash' ? findProgram('dash') : `${findProgram('busybox')} sh`;
  if (shell === 'busybox') for (const name of applets) symlinkSync(findProgram('busybox'), join(tools, name));
  for (const { path, mode, content } of await launcherFiles(distribution)) {
    if (!Buffer.isBuffer(content)) throw new Error(`${path} is not a text`);
    writeExecutable(join(base, path), content.toString().replace(/^#!\/bin\/sh\n/, `#!${interpreter}\n`), mode);
  }
  writeExecutable(join(root, 'jdk/bin/java'), `#!${interpreter}${fakeJava}`, 0o755);
  const path = `${join(root, 'jdk/bin')}:${shell === 'busybox' ? tools : '/usr/bin:/bin'}`;
  const seen = join(root, 'seen');
  return {
    root,
    base,
    run: (command, args = [], environment = {}) =>
      runProgram(join(base, 'bin', command), args, {
        env: { PATH: path, FAKE_JAVA_SEEN: seen, ...environment },
        cwd: root,
      }),
    javaArguments: () => readFileSync(seen, 'utf8').trimEnd().split('\n'),
    // A fake java that still lives ends when the file of its arguments is gone.
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Whether a process runs. One that has ended, and that nobody has asked for its status yet, has no arguments any more. */
export function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

function writeExecutable(file: string, text: string, mode: number): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
}

function findProgram(name: 'dash' | 'busybox'): string {
  const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
  if (found === '') throw new Error(`these tests need ${name}: apt-get install ${name}`);
  return found;
}
