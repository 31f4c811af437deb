import { printable } from './printable.ts';
import { createStyle } from './style.ts';

export interface BugOptions {
  readonly color: boolean;
  readonly verbosity: number;
  readonly version: string;
  /** Hides secrets in whatever the error says. */
  readonly redact: (text: string) => string;
  /** A file that holds the stack already. */
  readonly logFile?: string | undefined;
}

/** An error that nobody expected, for the user: it is not their fault, and what to do about it. The stack only with `-v`. */
export function bugLines(error: unknown, options: BugOptions): string[] {
  const style = createStyle(options.color);
  const shown = (text: string): string[] => printable(options.redact(text)).split('\n');
  const [first = '', ...rest] = shown(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  const node = `Node.js ${process.versions.node}, ${process.platform} ${process.arch}`;
  return [
    style.bad(`this is a bug in brokkr: ${first}`),
    ...rest.map((line) => `  ${line}`),
    `  brokkr ${options.version}, ${node}`,
    ...(options.verbosity > 0 ? shown(stackOf(error)).map((line) => style.dim(`  ${line}`)) : []),
    `${style.waiting('→')} ${report(options)}`,
  ];
}

function report(options: BugOptions): string {
  const please = 'please report it to the maintainers with the command line, the lines above';
  if (options.logFile !== undefined) return `${please} and ${options.logFile}`;
  return options.verbosity > 0
    ? please.replace(', the', ' and the')
    : `${please} and what the same command says with -v`;
}

/** The stack of an error and of what caused it. */
function stackOf(error: unknown): string {
  const stacks: string[] = [];
  for (let each = error; each instanceof Error && stacks.length < 5; each = each.cause)
    stacks.push(each.stack ?? `${each.name}: ${each.message}`);
  return stacks.join('\ncaused by ');
}
