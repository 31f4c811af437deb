import type { Templated } from '../config/play.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError, formatPosition } from '../errors.ts';
import { toText } from '../jinja/values/text.ts';

/** A keyword that is a boolean or a template for one; false when it is not written. @throws TemplateError */
export function flag(node: Templated | undefined, scope: VariableScope): boolean {
  return node !== undefined && scope.boolean(node);
}

/** A keyword that is a number, 0 or more, or a template for one. @throws BrokkrError */
export function number(node: Templated | undefined, scope: VariableScope, fallback: number): number {
  if (node === undefined) return fallback;
  const text = toText(scope.template(node)).trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new BrokkrError(`it must be a number, and is ${text} (${formatPosition(node.at)})`);
}
