import { resolved } from '../config/variables/node-value.ts';
import { ExitCode, InputError } from '../errors.ts';
import { TemplateError } from '../jinja/error.ts';
import { compileExpression } from '../jinja/expression.ts';
import { compileTemplate, isTemplate } from '../jinja/template.ts';
import { type InspectOptions, jsonText, openHosts, redactValue } from './inspection.ts';
import type { Io } from './io.ts';

/**
 * Prints what an expression means on a host, as JSON. Text with `{{ }}` in it is read as a template of a playbook, other
 * text as an expression, as in `when`.
 */
export async function evaluate(io: Io, host: string, text: string, options: InspectOptions): Promise<ExitCode> {
  const { environment, scopeOf } = await openHosts(io, options);
  const scope = scopeOf(host);
  const at = { file: 'EXPRESSION', line: 1, column: 1 };
  const compiled = readable(() =>
    isTemplate(text) ? compileTemplate(text, at, { environment }) : compileExpression(text, at, { environment }),
  );
  const value = resolved(compiled.evaluate(scope));
  io.stdout.write(`${jsonText(options.reveal ? value : redactValue(value, io.redactor))}\n`);
  return ExitCode.done;
}

/** What cannot be read is bad input; what fails when it is evaluated is an answer. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof TemplateError) throw new InputError([error.problem]);
    throw error;
  }
}
