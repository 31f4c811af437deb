import { resolved } from '../config/variables/node-value.ts';
import { ExitCode, InputError } from '../errors.ts';
import { TemplateError, UndefinedError } from '../jinja/error.ts';
import { compileExpression } from '../jinja/expression.ts';
import { compileTemplate, isTemplate } from '../jinja/template.ts';
import { type InspectOptions, jsonText, openHosts, redactValue } from './inspection.ts';
import type { Io } from './io.ts';

/**
 * Prints what an expression means on a host, as JSON. Text with `{{ }}` in it is read as a template of a playbook, other
 * text as an expression, as in `when`.
 */
export async function evaluate(io: Io, host: string, given: string, options: InspectOptions): Promise<ExitCode> {
  const { environment, scopeOf } = await openHosts(io, options);
  const scope = scopeOf(host);
  const at = { file: 'EXPRESSION', line: 1, column: 1 };
  const compiled = readable(() =>
    isTemplate(given) ? compileTemplate(given, at, { environment }) : compileExpression(given, at, { environment }),
  );
  const text = defined(() => {
    const value = resolved(compiled.evaluate(scope));
    return jsonText(options.reveal ? value : redactValue(value, io.redactor));
  });
  io.stdout.write(`${text}\n`);
  return ExitCode.done;
}

/** What cannot be read is bad input. */
function readable<T>(read: () => T): T {
  return refusing(TemplateError, read);
}

/** A name that is defined nowhere is bad input, too; what else fails when it is evaluated is an answer. */
function defined<T>(evaluated: () => T): T {
  return refusing(UndefinedError, evaluated);
}

function refusing<T>(kind: typeof TemplateError, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof kind) throw new InputError([error.problem]);
    throw error;
  }
}
