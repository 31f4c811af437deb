import type { Position } from '../../errors.ts';
import { PyFloat } from '../../jinja/value.ts';
import type { ConfigNode, MappingNode, ScalarNode, VariableLayer } from '../node.ts';
import type { BecomeKeywords, Templated } from '../play.ts';
import { isTemplateNode } from '../template-node.ts';
import { checkCollections, readConnectionKeyword } from './connection-keyword.ts';
import { isNothing } from './describe.ts';
import { addProblem, type LoadContext, wrongKind } from './load-context.ts';
import { readModuleDefaults } from './module-defaults.ts';
import { checkCondition, checkTemplates } from './template-check.ts';
import { readVariables } from './variable-names.ts';

const booleanWords = new Set(['yes', 'no', 'on', 'off', 'true', 'false', 'y', 'n', 't', 'f', '1', '0']);

/** Reads the keywords of one play, block or task; a value of the wrong kind is noted and counts as not written. */
export class KeywordReader {
  readonly at: Position;
  readonly #values: ReadonlyMap<string, ConfigNode>;
  readonly #context: LoadContext;

  constructor(mapping: MappingNode, context: LoadContext) {
    this.at = mapping.at;
    this.#values = new Map(mapping.entries.map((entry) => [entry.key, entry.value]));
    this.#context = context;
  }

  /** The value as written, its templates checked; `undefined` when the keyword is absent or empty. */
  node(keyword: string): ConfigNode | undefined {
    const node = this.raw(keyword);
    if (node !== undefined) checkTemplates(node, this.#context);
    return node;
  }

  /** The value without a look at its templates. */
  raw(keyword: string): ConfigNode | undefined {
    const node = this.#values.get(keyword);
    return node === undefined || isNothing(node) ? undefined : node;
  }

  has(keyword: string): boolean {
    return this.#values.has(keyword);
  }

  text(keyword: string): Templated | undefined {
    return this.#scalar(keyword, 'text', ({ value }) => typeof value === 'string' || typeof value === 'number');
  }

  boolean(keyword: string): Templated | undefined {
    return this.#scalar(keyword, 'true or false', (node) => literalBoolean(node) !== undefined);
  }

  number(keyword: string): Templated | undefined {
    return this.#scalar(keyword, 'a number', isNumber);
  }

  /** `serial`: a number of hosts, a share such as `30%`, or a list of them. */
  batchSizes(keyword: string): Templated[] {
    const isSize = (node: ScalarNode) =>
      isNumber(node) ? Number(node.value) > 0 : typeof node.value === 'string' && /^\d+(\.\d+)?%$/.test(node.value);
    return this.items(keyword).filter((item) => {
      const fits = item.kind === 'scalar' && (isTemplateNode(item) || isSize(item));
      if (!fits) this.#wrong(keyword, 'a number of hosts above 0, a share such as 30%, or a list of them', item);
      return fits;
    });
  }

  /** A list, nothing in which is looked at. */
  entries(keyword: string): readonly ConfigNode[] {
    const node = this.raw(keyword);
    if (node === undefined || node.kind === 'sequence') return node?.items ?? [];
    this.#wrong(keyword, 'a list', node);
    return [];
  }

  /** One value or a list of them. */
  items(keyword: string): readonly ConfigNode[] {
    const node = this.node(keyword);
    if (node === undefined) return [];
    return node.kind === 'sequence' ? node.items : [node];
  }

  /** A text or a list of texts. */
  texts(keyword: string): Templated[] {
    return this.items(keyword).filter((item) => {
      const fits = item.kind === 'scalar' && (typeof item.value === 'string' || typeof item.value === 'number');
      if (!fits) this.#wrong(keyword, 'text or a list of texts', item);
      return fits;
    });
  }

  /** `tags`: texts, each of which may hold several, separated by commas. */
  tags(): Templated[] {
    return this.texts('tags').flatMap((node) => {
      if (node.kind !== 'scalar' || isTemplateNode(node)) return [node];
      const names = String(node.value).split(',');
      return names.map((name) => ({ ...node, value: name.trim() })).filter(({ value }) => value !== '');
    });
  }

  /** Conditions: expression text, true or false, or a list of them. `undefined` when the keyword is absent. */
  conditions(keyword: string): Templated[] | undefined {
    const node = this.#values.get(keyword);
    if (node === undefined) return undefined;
    const items = node.kind === 'sequence' ? node.items : [node];
    return items.filter((item) => {
      const fits = item.kind === 'scalar' && (typeof item.value === 'boolean' || typeof item.value === 'string');
      if (fits) checkCondition(item, this.#context);
      else this.#wrong(keyword, 'an expression, true or false, or a list of them', item);
      return fits;
    });
  }

  variables(keyword: string, source: string): VariableLayer {
    const node = this.node(keyword);
    if (node === undefined) return { source, variables: new Map() };
    if (node.kind === 'mapping') return { source, variables: readVariables(node, this.#context) };
    this.#wrong(keyword, 'a mapping of names to values', node);
    return { source, variables: new Map() };
  }

  environment(): readonly ConfigNode[] {
    return this.items('environment').filter((item) => {
      const fits = item.kind === 'mapping' || isTemplateNode(item);
      if (!fits) this.#wrong('environment', 'a mapping of names to values, or a list of them', item);
      return fits;
    });
  }

  checkCollections(): void {
    checkCollections(this.raw('collections'), this.#context);
  }

  connection(): Templated | undefined {
    return readConnectionKeyword(this.text('connection'), this.#context);
  }

  moduleDefaults(): ReadonlyMap<string, ConfigNode> {
    return readModuleDefaults(this.raw('module_defaults'), this.#context);
  }

  become(): BecomeKeywords {
    return {
      become: this.boolean('become'),
      becomeUser: this.text('become_user'),
      becomeMethod: this.text('become_method'),
    };
  }

  #scalar(keyword: string, wanted: string, fits: (node: ScalarNode) => boolean): Templated | undefined {
    const node = this.node(keyword);
    if (node === undefined) return undefined;
    if (node.kind === 'scalar' && (isTemplateNode(node) || fits(node))) return node;
    this.#wrong(keyword, wanted, node);
    return undefined;
  }

  #wrong(keyword: string, wanted: string, node: ConfigNode): void {
    addProblem(this.#context, node.at, wrongKind(keyword, wanted, node));
  }
}

/** A boolean that is written out, also as one of the words and numbers that Ansible takes for one. */
export function literalBoolean(node: ConfigNode): boolean | undefined {
  if (node.kind !== 'scalar') return undefined;
  const { value } = node;
  if (typeof value === 'boolean') return value;
  const word = String(value instanceof PyFloat ? value.value : value)
    .trim()
    .toLowerCase();
  if (!booleanWords.has(word)) return undefined;
  return ['yes', 'on', 'true', 'y', 't', '1'].includes(word);
}

function isNumber({ value }: ScalarNode): boolean {
  if (typeof value === 'number' || value instanceof PyFloat) return true;
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim());
}
