import { TemplateError } from '../../jinja/error.ts';
import { compileCondition } from '../../jinja/expression.ts';
import { compileTemplate } from '../../jinja/template.ts';
import type { ConfigNode } from '../node.ts';
import { isTemplateNode, textPosition } from '../template-node.ts';
import type { LoadContext } from './load-context.ts';

/** Compiles every template of a value, and notes those that cannot be read. */
export function checkTemplates(node: ConfigNode, context: LoadContext): void {
  if (node.kind === 'sequence') for (const item of node.items) checkTemplates(item, context);
  if (node.kind === 'mapping') for (const { value } of node.entries) checkTemplates(value, context);
  if (!isTemplateNode(node)) return;
  const { environment } = context;
  noted(context, () => compileTemplate(node.value, textPosition(node), { environment }));
}

/** Compiles a condition, and notes one that cannot be read. */
export function checkCondition(node: ConfigNode, context: LoadContext): void {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return;
  const { value } = node;
  const { environment } = context;
  noted(context, () => compileCondition(value, textPosition(node), { environment }));
}

function noted(context: LoadContext, compile: () => unknown): void {
  try {
    compile();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    context.problems.push(error.problem);
  }
}
