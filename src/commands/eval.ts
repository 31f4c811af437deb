import { resolved } from '../config/variables/node-value.ts';
import { ExitCode } from '../errors.ts';
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
  const compiled = isTemplate(text)
    ? compileTemplate(text, at, { environment })
    : compileExpression(text, at, { environment });
  const value = resolved(compiled.evaluate(scope));
  io.stdout.write(`${jsonText(options.reveal ? value : redactValue(value, io.redactor))}\n`);
  return ExitCode.done;
}
