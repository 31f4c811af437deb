import type { Position } from '../../errors.ts';
import type { Environment } from '../../jinja/environment.ts';
import { TemplateError } from '../../jinja/error.ts';
import { evaluateCondition } from '../../jinja/expression.ts';
import { compileTemplate, type Template } from '../../jinja/template.ts';
import { LazyDict, type List, type Scope, Undefined, type Value } from '../../jinja/value.ts';
import { toText } from '../../jinja/values/text.ts';
import type { ConfigNode, VariableLayer } from '../node.ts';
import type { RoleUse } from '../role.ts';
import { type TemplateNode, textPosition } from '../template-node.ts';
import { nodeToValue } from '../yaml-value.ts';
import { toBoolean } from './boolean.ts';
import type { Evaluation } from './evaluation.ts';
import { type Definition, type Level, positionOf } from './level.ts';
import { lazyValue, resolved, wholeValue } from './node-value.ts';
import { type Levels, levelsInOrder } from './precedence.ts';
import { atPlace, exposedLevels } from './task-place.ts';

/** Where the value of a variable comes from, and what it won against, the strongest first. */
export interface Explanation {
  readonly value: Value;
  readonly source: string;
  readonly at: Position | undefined;
  readonly overrode: readonly { readonly source: string; readonly at: Position | undefined }[];
}

/** A variable's definitions, the one that counts first; the value is as it was written, nothing is templated. */
export interface WrittenDefinition {
  readonly source: string;
  readonly at: Position | undefined;
  readonly written: Value;
}

/** What a scope shares with every other scope of the run. */
export interface SharedEvaluation {
  readonly evaluation: Evaluation;
  readonly revision: () => number;
  readonly environment: Environment | undefined;
  /** Compiled once, however many hosts evaluate them. */
  readonly templates: WeakMap<TemplateNode, Template>;
  /** Every name that was looked up, whether something defines it or not. */
  readonly mentioned: Set<string>;
}

const nowhere = Symbol('nowhere');

/** The variables of a host at one place of a play. Values are templated when they are asked for, and then kept. */
export class VariableScope implements Scope {
  readonly host: string;
  readonly #parts: Levels;
  readonly #levels: readonly Level[];
  readonly #shared: SharedEvaluation;
  /** What was looked up, also that it is defined nowhere. */
  readonly #known = new Map<string, Value | typeof nowhere>();
  #revision: number;

  constructor(host: string, parts: Levels, shared: SharedEvaluation) {
    this.host = host;
    this.#parts = parts;
    this.#levels = levelsInOrder(parts);
    this.#shared = shared;
    this.#revision = shared.revision();
  }

  /**
   * The scope of a task or of one loop item within this one; what this one has stays, and is weaker.
   * @param taskVars `vars` of the blocks around the task, the outermost first, and of the task itself
   * @param loopVars `item`, the index variable: they win over everything
   */
  within(taskVars: readonly VariableLayer[], loopVars?: ReadonlyMap<string, Value>): VariableScope {
    const task = [...this.#parts.task, ...taskVars.filter(({ variables }) => variables.size > 0)];
    const loop = loopVars === undefined ? this.#parts.loop : new Map([...this.#parts.loop, ...loopVars]);
    return new VariableScope(this.host, { ...this.#parts, task, loop }, this.#shared);
  }

  /** The scope of a task: with the variables of the blocks, roles and inclusions around it, the outermost first. */
  at(lineage: Parameters<typeof atPlace>[1]): VariableScope {
    const parts = atPlace(this.#parts, lineage);
    // What has been looked up so far is kept for all tasks that have no variables of their own.
    return parts === this.#parts ? this : new VariableScope(this.host, parts, this.#shared);
  }

  /** A scope of the same play in which these roles are seen by every task. */
  exposing(roles: readonly RoleUse[]): VariableScope {
    return new VariableScope(this.host, { ...this.#parts, ...exposedLevels(roles) }, this.#shared);
  }

  /** @throws NotYetKnown, TemplateError (never for what is undefined: that is an `Undefined`, or nothing) */
  lookup(name: string): Value | undefined {
    const revision = this.#shared.revision();
    if (revision !== this.#revision) {
      this.#known.clear();
      this.#revision = revision;
    }
    const known = this.#known.get(name);
    if (known !== undefined) return known === nowhere ? undefined : known;
    if (name === 'vars') return this.#all();
    const definition = this.#find(name);
    const value = definition === undefined ? undefined : this.#evaluated(name, definition);
    this.#known.set(name, value === undefined ? nowhere : value);
    return value;
  }

  /** As `lookup`; for what is defined nowhere an `Undefined`. */
  valueOf(name: string): Value {
    const value = this.lookup(name);
    return value === undefined ? new Undefined(`'${name}' is undefined`) : value;
  }

  *names(): Iterable<string> {
    const seen = new Set<string>();
    for (const level of this.#levels) {
      for (const name of level.names()) {
        if (!seen.has(name)) yield name;
        seen.add(name);
      }
    }
  }

  /** Whether the name has a definition, whatever its value; nothing is templated. */
  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  /** Templates a whole value: nothing in what comes back is lazy, and what is `omit` is left out. */
  template(node: ConfigNode): Value {
    return wholeValue(node, (text) => this.#evaluate(text));
  }

  /** A value as text, as a template would print it. */
  text(node: ConfigNode): string {
    return toText(this.template(node));
  }

  /** What a lookup finds, as `with_…` goes over it. @throws NotYetKnown, BrokkrError when it fails or there is none */
  found(lookup: string, terms: List): List {
    const find = this.#shared.environment?.lookups.get(lookup);
    if (find === undefined) throw new TemplateError(`there is no lookup ${lookup} here`);
    return find(terms, new Map(), this);
  }

  /** A value as Ansible reads a boolean keyword: `yes`, `"true"` and `1` count. @throws TemplateError */
  boolean(node: ConfigNode): boolean {
    return toBoolean(this.template(node), node.at);
  }

  /** Whether all conditions hold; those after the first that does not are not looked at. @throws TemplateError */
  condition(nodes: readonly ConfigNode[]): boolean {
    return nodes.every((node) => {
      if (node.kind === 'scalar' && (typeof node.value === 'boolean' || typeof node.value === 'string')) {
        return evaluateCondition(node.value, textPosition(node), this, { environment: this.#shared.environment });
      }
      throw new TemplateError('a condition must be an expression, true or false', { at: node.at });
    });
  }

  /** `undefined` when nothing defines the name. @throws NotYetKnown, TemplateError */
  explain(name: string): Explanation | undefined {
    const [winner, ...others] = this.#levels.flatMap((level) => level.all(name));
    if (winner === undefined) return undefined;
    const value = this.#evaluated(name, winner);
    return {
      value: resolved(value),
      source: winner.source,
      at: positionOf(winner),
      overrode: others.map((other) => ({ source: other.source, at: positionOf(other) })),
    };
  }

  /** Every definition of the name, the strongest first. @throws NotYetKnown */
  definitions(name: string): WrittenDefinition[] {
    return this.#levels.flatMap((level) =>
      level.all(name).map((each) => ({
        source: each.source,
        at: positionOf(each),
        written: each.node === undefined ? each.value : nodeToValue(each.node),
      })),
    );
  }

  #find(name: string): Definition | undefined {
    this.#shared.mentioned.add(name);
    for (const level of this.#levels) {
      const found = level.find(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #evaluated(name: string, definition: Definition): Value {
    if (definition.node === undefined) return definition.value;
    const evaluate = (node: TemplateNode, path: string): Value =>
      this.#shared.evaluation.run({ scope: this, node, name: path }, () => this.#evaluate(node));
    return lazyValue(definition.node, evaluate, name);
  }

  #evaluate(node: TemplateNode): Value {
    const { templates, environment } = this.#shared;
    const known = templates.get(node);
    const template = known ?? compileTemplate(node.value, textPosition(node), { environment });
    if (known === undefined) templates.set(node, template);
    return template.evaluate(this);
  }

  #all(): Value {
    return new LazyDict({
      names: () => this.names(),
      has: (name) => typeof name === 'string' && this.has(name),
      compute: (name) => this.valueOf(String(name)),
    });
  }
}
