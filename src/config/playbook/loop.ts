import { nearestName } from '../../errors.ts';
import type { ConfigNode, MappingEntry, MappingNode } from '../node.ts';
import type { Loop } from '../play.ts';
import { isTemplateNode } from '../template-node.ts';
import { describeNode, nameHint } from './describe.ts';
import { KeywordReader, literalBoolean } from './keyword-reader.ts';
import { loopControlKeywords, loopStyles, unsupportedLoopStyles } from './keywords.ts';
import { addProblem, type LoadContext, wrongKind } from './load-context.ts';
import { checkTemplates } from './template-check.ts';
import { checkVariableName } from './variable-names.ts';

/** The loop of a task, written as `loop` or in one of the styles of `with_…`. */
export function readLoop(task: MappingNode, context: LoadContext): Loop | undefined {
  const [loop, ...others] = task.entries.filter(({ key }) => key === 'loop' || key.startsWith('with_'));
  for (const other of others) {
    addProblem(context, other.keyAt, `a task has one loop, and this has '${loop?.key}' and '${other.key}'`);
  }
  const control = readControl(task, loop !== undefined, context);
  if (loop === undefined) return undefined;
  const style = readStyle(loop, context);
  if (style === undefined) return undefined;
  checkItems(style, loop, context);
  return { style, items: loop.value, ...control };
}

function readStyle({ key, keyAt }: MappingEntry, context: LoadContext): string | undefined {
  if (key === 'loop') return key;
  const style = key.slice('with_'.length);
  if (loopStyles.includes(style)) return style;
  if (unsupportedLoopStyles.includes(style)) {
    addProblem(context, keyAt, `'${key}' is not supported`, 'write a loop over a list, made with filters where needed');
  } else {
    const known = loopStyles.map((name) => `with_${name}`);
    const nearest = nearestName(key, known);
    addProblem(context, keyAt, `unknown task keyword '${key}'`, nameHint(nearest, known));
  }
  return undefined;
}

function checkItems(style: string, { key, keyAt, value }: MappingEntry, context: LoadContext): void {
  checkTemplates(value, context);
  if (isTemplateNode(value)) return;
  if (value.kind === 'mapping' && key !== 'loop') return;
  if (value.kind === 'sequence') return;
  if (value.kind === 'scalar' && value.value !== null && style !== 'loop') return;
  addProblem(
    context,
    value.kind === 'scalar' && value.value === null ? keyAt : value.at,
    `'${key}' must be a list, and is ${describeNode(value)}`,
    itemsHint(value),
  );
}

function itemsHint(value: ConfigNode): string | undefined {
  if (value.kind === 'mapping') return 'make a list of it with {{ … | dict2items }}';
  if (value.kind === 'scalar' && typeof value.value === 'string') {
    return `for the items of a variable write "{{ ${value.value} }}"`;
  }
  return undefined;
}

function readControl(task: MappingNode, loops: boolean, context: LoadContext): Omit<Loop, 'style' | 'items'> {
  const control = task.entries.find(({ key }) => key === 'loop_control');
  const none = { indexVar: undefined, label: undefined, pause: undefined, breakWhen: undefined };
  const nothing = { loopVar: 'item', extended: 'no', ...none } as const;
  if (control === undefined) return nothing;
  if (!loops) addProblem(context, control.keyAt, "'loop_control' without a loop");
  if (control.value.kind !== 'mapping') {
    addProblem(context, control.value.at, `'loop_control' must be a mapping, and is ${describeNode(control.value)}`);
    return nothing;
  }
  for (const { key, keyAt } of control.value.entries) checkControlKeyword(key, keyAt, context);
  const keywords = new KeywordReader(control.value, context);
  return {
    loopVar: variableName('loop_var', keywords, context) ?? 'item',
    indexVar: variableName('index_var', keywords, context),
    label: keywords.text('label'),
    pause: keywords.number('pause'),
    breakWhen: keywords.conditions('break_when'),
    extended: readExtended(keywords, context),
  };
}

function readExtended(keywords: KeywordReader, context: LoadContext): Loop['extended'] {
  const written = (keyword: string, fallback: boolean): boolean => {
    const node = keywords.raw(keyword);
    const literal = node === undefined ? fallback : literalBoolean(node);
    if (literal === undefined && node !== undefined)
      addProblem(context, node.at, wrongKind(keyword, 'true or false, written out', node));
    return literal ?? fallback;
  };
  if (!written('extended', false)) return 'no';
  return written('extended_allitems', true) ? 'with all items' : 'yes';
}

function checkControlKeyword(key: string, at: MappingEntry['keyAt'], context: LoadContext): void {
  if (loopControlKeywords.includes(key)) return;
  addProblem(
    context,
    at,
    `unknown keyword '${key}' of loop_control`,
    nameHint(nearestName(key, loopControlKeywords), loopControlKeywords),
  );
}

/** A keyword whose value names a variable: written out, no template. */
export function variableName(keyword: string, keywords: KeywordReader, context: LoadContext): string | undefined {
  const node = keywords.raw(keyword);
  if (node === undefined) return undefined;
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    addProblem(context, node.at, `'${keyword}' must be the name of a variable, and is ${describeNode(node)}`);
    return undefined;
  }
  return checkVariableName(node.value, `a variable ('${keyword}')`, node.at, context) ? node.value : undefined;
}
