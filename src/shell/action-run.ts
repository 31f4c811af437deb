import type { HostAction, Run, ToolRun, WaitCondition } from './action.ts';
import { quote, quoteAll } from './quote.ts';

/** What the program around a step has defined and a script must not meet: a function would hide a command of its name. */
const FORGET =
  'unset N S Q R O F A U P boot b me k w first gone l g n p tries rc fresh h i y q; unset -f s m j born alive take leave 2>/dev/null; set --';

/**
 * What only a shell of its own gives the right meaning: its process, its parent, its name. A file that is read in (`.`) may hold
 * any of these, and so may what is put together by `eval`.
 */
const OF_ITS_OWN = /\$\$|\$\{#?\$|\$0|\$\{0|PPID|\beval\b|(?:^|[\s;&|({`])(?:\.|source)[ \t]/;

/** Bytes that Linux passes on in one variable (MAX_ARG_STRLEN), with some to spare. */
const LONGEST_VARIABLE = 120_000;

/**
 * What a step says on stderr, in a line of its own behind the shell's reason, when its `chdir` cannot be entered: the user's
 * own program may end with a `cd` that fails, too.
 */
export const NOT_ENTERED = 'brokkr: nothing was run, chdir cannot be entered';

/**
 * A program of the user's. A script for /bin/sh is evaluated by the shell that is there already: one process less, and its
 * text stands in no argument list. Standard input is what the task gives, or nothing.
 */
export function runText(action: Run): string {
  const lines = [
    // The user's program expects the locale of the host and the umask of the account.
    'if [ -n "$A" ]; then LC_ALL=$A; else unset LC_ALL; fi',
    FORGET,
    ...[...action.environment].map(([name, value]) => `export ${name}=${quote(value)}`),
    action.chdir === undefined
      ? 'cd -- "${HOME:-/}" 2>/dev/null || cd /'
      : `cd -- ${quote(action.chdir)} || { echo ${quote(NOT_ENTERED)} >&2; exit 1; }`,
  ];
  const { command } = action;
  if (command.kind === 'argv') lines.push(`exec ${quoteAll(command.argv)}`);
  else if (command.executable === '/bin/sh') lines.push(scriptText(command.script));
  else lines.push(`exec ${quote(command.executable)} -c ${quote(command.script)}`);
  const program = lines.join('\n');
  return action.stdin === undefined ? program : `printf %s ${quote(action.stdin)} | (\n${program}\n)`;
}

/** Where the script means the shell itself, that is not the one of the whole program. */
function scriptText(script: string): string {
  if (!OF_ITS_OWN.test(script) || Buffer.byteLength(script) > LONGEST_VARIABLE) return `eval ${quote(script)}`;
  // In a variable, since everybody may read the arguments of a process.
  return `export BROKKR_SCRIPT=${quote(script)}\nexec /bin/sh -c 'eval "unset BROKKR_SCRIPT; $BROKKR_SCRIPT"'`;
}

/** A script of a module's own: it knows the locale that the program around it has set. */
export function toolText(action: ToolRun): string {
  const exports = [...(action.environment ?? [])].map(([name, value]) => `export ${name}=${quote(value)}\n`);
  // A script may end with a comment.
  const program = `${exports.join('')}umask "$U"\n${action.script}\n`;
  return action.stdin === undefined ? program : `printf %s ${quote(action.stdin)} | (\n${program}\n)`;
}

/** Waits on the host, so that the wait costs no round trips. The last line on stderr says what it waited for. */
export function waitText(action: Extract<HostAction, { do: 'wait' }>): string {
  const { until } = action;
  if (until.kind === 'time') return `sleep ${Math.max(action.delay, 0) + Math.max(action.timeout, 0)}`;
  const wanted = until.kind === 'port' ? portCondition(until.port, until.state) : pathCondition(until);
  const what = until.kind === 'port' ? `port ${until.port} to be ${until.state}` : `${until.path} to be ${until.state}`;
  return [
    ...(action.delay > 0 ? [`sleep ${action.delay}`] : []),
    `end=$(( $(date +%s) + ${Math.ceil(action.timeout)} ))`,
    `until ${wanted}; do`,
    `  [ "$(date +%s)" -lt "$end" ] || { printf '%s\\n' ${quote(action.message ?? `Timeout when waiting for ${what}`)} >&2; exit 1; }`,
    `  sleep ${action.sleep}`,
    'done',
  ].join('\n');
}

/** /proc/net/tcp holds local and remote address in hex and the state: 0A is LISTEN, 06 TIME_WAIT (proc(5)). */
function portCondition(port: number, state: 'started' | 'stopped' | 'drained'): string {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const files = '/proc/net/tcp /proc/net/tcp6';
  const listening = `grep -q ":${hex} [0-9A-F]*:[0-9A-F]* 0A " ${files} 2>/dev/null`;
  if (state === 'started') return listening;
  if (state === 'stopped') return `! ${listening}`;
  return `! grep -q ":${hex} [0-9A-F]*:[0-9A-F]* 0[1-5789] " ${files} 2>/dev/null`;
}

function pathCondition({ path, state, search }: Extract<WaitCondition, { kind: 'path' }>): string {
  if (search === undefined) return `${state === 'present' ? '' : '! '}[ -e ${quote(path)} ]`;
  const options = search.ignoresCase ? '-Eim1' : '-Em1';
  return `grep ${options} -- ${quote(search.expression)} ${quote(path)} 2>/dev/null`;
}
