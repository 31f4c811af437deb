import { isAlias, isMap, isScalar, type ParsedNode, Scalar, type YAMLMap } from 'yaml';
import { InputError, nearestName, type Position, type Problem } from '../errors.ts';
import type { ConfigNode, MappingNode, ScalarNode, SequenceNode } from './node.ts';
import { entryKey, MappingBuilder } from './yaml-mapping.ts';
import { resolveJsonScalar, resolvePlainScalar, resolveTaggedScalar, ScalarError } from './yaml-scalar.ts';

/**
 * Turns the text of a vault (header line and hex lines) into its clear text. `at` is where it stands, for the error.
 * `onSecret` is told each value that came out of one, so that it is redacted from then on.
 * @throws InputError when no password fits
 */
export type DecryptVault = ((vaultText: string, at: Position) => string) & {
  readonly onSecret?: (secret: string) => void;
};

/** What the reading of one document needs and collects. */
export interface ComposeContext {
  /** The place of an offset in the text. */
  readonly place: (offset: number) => Position;
  readonly json: boolean;
  /** The whole file came out of a vault. */
  readonly vaulted: boolean;
  readonly decryptVault: DecryptVault | undefined;
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

/** Tags that hold for everything below them. */
interface Inherited {
  readonly unsafe: boolean;
  readonly depth: number;
}

type Collection = YAMLMap.Parsed | Extract<ParsedNode, { items: ParsedNode[] }>;

const CORE = 'tag:yaml.org,2002:';
const KNOWN_TAGS = ['!unsafe', '!vault', '!!str', '!!int', '!!float', '!!bool', '!!null', '!!timestamp'];

/** The positioned node of a composed YAML node. Problems and warnings are added to the context's lists. */
export function composeNode(node: ParsedNode, context: ComposeContext): ConfigNode {
  return new NodeReader(context).read(node, { unsafe: false, depth: 0 });
}

class NodeReader {
  readonly #context: ComposeContext;
  readonly #anchors = new Map<string, ConfigNode | 'open'>();
  readonly #heights = new Map<ConfigNode, number>();

  constructor(context: ComposeContext) {
    this.#context = context;
  }

  read(node: ParsedNode, inherited: Inherited): ConfigNode {
    const at = this.#context.place(node.range[0]);
    if (isAlias(node)) return this.#alias(node.source, at);
    const anchor = node.anchor;
    if (anchor === undefined) return this.#untangled(node, at, inherited);
    if (this.#anchors.has(anchor)) {
      this.#problem(`the anchor &${anchor} is defined twice`, at, 'give each anchor a name of its own');
    }
    this.#anchors.set(anchor, 'open');
    const read = this.#untangled(node, at, inherited);
    this.#anchors.set(anchor, read);
    return read;
  }

  #untangled(node: Scalar.Parsed | Collection, at: Position, inherited: Inherited): ConfigNode {
    if (isScalar(node)) return this.#scalar(node, at, inherited);
    return this.#collection(node, at, inherited);
  }

  #alias(name: string, at: Position): ConfigNode {
    const target = this.#anchors.get(name);
    if (target === 'open') {
      return this.#problem(`*${name} stands inside of the value it names`, at, 'a value cannot contain itself');
    }
    if (target !== undefined) return target;
    const near = nearestName(name, this.#anchors.keys());
    return this.#problem(
      `no anchor &${name} stands before *${name}`,
      at,
      near === undefined ? `define &${name} first, or put the text in quotes` : `did you mean *${near}?`,
    );
  }

  #scalar(node: Scalar.Parsed, at: Position, inherited: Inherited): ScalarNode {
    const text = node.source;
    const tag = node.tag;
    const plain = node.type === Scalar.PLAIN || node.type === undefined;
    if (tag === '!vault' || tag === '!vault-encrypted') return this.#vault(text, at);
    const unsafe = inherited.unsafe || tag === '!unsafe';
    try {
      let value: ScalarNode['value'] | undefined = text;
      if (tag?.startsWith(CORE)) value = resolveTaggedScalar(tag.slice(CORE.length), text);
      else if (!isPassive(tag)) value = undefined;
      else if (plain) value = this.#plain(text);
      if (value === undefined) return this.#unknownTag(tag ?? '', at);
      const scalar: ScalarNode = { kind: 'scalar', at, value, unsafe, vaulted: this.#context.vaulted };
      return plain ? scalar : { ...scalar, textAt: textPosition(node, at) };
    } catch (error) {
      if (!(error instanceof ScalarError)) throw error;
      return this.#problem(error.message, at, error.hint);
    }
  }

  #plain(text: string): ScalarNode['value'] {
    return this.#context.json ? resolveJsonScalar(text) : resolvePlainScalar(text);
  }

  #vault(text: string, at: Position): ScalarNode {
    const decrypt = this.#context.decryptVault;
    if (decrypt === undefined) {
      const message = 'the value is vaulted and there is no vault password';
      return this.#problem(message, at, 'give --vault-password-file FILE');
    }
    try {
      return { kind: 'scalar', at, value: decrypt(text, at), unsafe: true, vaulted: true, vaultText: text };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#context.problems.push(...error.problems);
      return nothing(at);
    }
  }

  #collection(node: Collection, at: Position, inherited: Inherited): ConfigNode {
    const own = isMap(node) ? 'map' : 'seq';
    if (!isPassive(node.tag) && node.tag !== `${CORE}${own}`) return this.#unknownTag(node.tag ?? '', at);
    if (inherited.depth >= DEEPEST) return this.#problem(TOO_DEEP, at, 'check the brackets and the indentation');
    const below = { unsafe: inherited.unsafe || node.tag === '!unsafe', depth: inherited.depth + 1 };
    if (isMap(node)) return this.#bounded(this.#mapping(node, at, below));
    return this.#bounded({ kind: 'sequence', at, items: node.items.map((item) => this.read(item, below)) });
  }

  /** Aliases of aliases nest values deeper than the text shows. */
  #bounded(node: SequenceNode | MappingNode): ConfigNode {
    const parts = node.kind === 'sequence' ? node.items : node.entries.map((entry) => entry.value);
    const height = 1 + parts.reduce((highest, part) => Math.max(highest, this.#heights.get(part) ?? 0), 0);
    if (height > DEEPEST) return this.#problem(TOO_DEEP, node.at, 'use fewer aliases inside of aliases');
    this.#heights.set(node, height);
    return node;
  }

  #mapping(node: YAMLMap.Parsed, at: Position, inherited: Inherited): MappingNode {
    const builder = new MappingBuilder();
    for (const pair of node.items) {
      // libyaml reads the key first: an anchor in it can be used by the value.
      const merging = isMergeKey(pair.key) && !this.#context.json;
      const key = merging ? undefined : this.#key(pair.key, node, inherited);
      const value =
        pair.value === null ? nothing(this.#context.place(pair.key.range[1])) : this.read(pair.value, inherited);
      if (merging) builder.merge(this.#mergeable(value));
      if (key === undefined) continue;
      const before = builder.add({ ...entryKey(key), value });
      if (before === undefined) continue;
      this.#context.warnings.push({
        message: `the key ${before.key} is given twice: the value of line ${before.keyAt.line} is not used`,
        at: key.at,
        hint: 'remove one of the two',
      });
    }
    return { kind: 'mapping', at, entries: builder.entries() };
  }

  #key(node: ParsedNode, mapping: YAMLMap.Parsed, inherited: Inherited): ScalarNode | undefined {
    if (isScalar(node) && node.tag === undefined && node.anchor === undefined && node.type === Scalar.PLAIN) {
      const at = this.#context.place(node.range[0]);
      if (node.source === '') {
        this.#problem('a key is missing before the ":"', at, 'write key: value, or put the text in quotes');
        return undefined;
      }
      // As a key, a lone = is an ordinary string.
      if (node.source === '=') {
        return { kind: 'scalar', at, value: '=', unsafe: inherited.unsafe, vaulted: this.#context.vaulted };
      }
    }
    const key = this.read(node, inherited);
    if (key.kind === 'scalar') return key;
    if (mapping.flow === true && isMap(node) && node.flow === true) {
      this.#problem('a value that starts with {{ has to be quoted', this.#context.place(mapping.range[0]), QUOTE);
    } else {
      this.#problem(`a ${key.kind} cannot be the key of a mapping`, key.at, 'use a plain word, or put it in quotes');
    }
    return undefined;
  }

  #mergeable(value: ConfigNode): MappingNode[] {
    const found = value.kind === 'sequence' ? value.items : [value];
    const mappings = found.filter((item) => item.kind === 'mapping');
    if (mappings.length < found.length) {
      this.#problem('<< merges mappings, and this is none', value.at, 'write <<: *name, with &name at a mapping');
    }
    return mappings;
  }

  #unknownTag(tag: string, at: Position): ScalarNode {
    const written = tag.startsWith(CORE) ? `!!${tag.slice(CORE.length)}` : tag;
    const near = nearestName(written, KNOWN_TAGS);
    const hint = near === undefined ? `known tags: ${KNOWN_TAGS.join(' ')}` : `did you mean ${near}?`;
    return this.#problem(`the tag ${written} is unknown here`, at, hint);
  }

  #problem(message: string, at: Position, hint: string): ScalarNode {
    this.#context.problems.push({ message, at, hint });
    return nothing(at);
  }
}

/** Deeper than any file that people write, and far from the end of the stack. */
const DEEPEST = 200;
export const TOO_DEEP = 'values are nested too deep here';
export const QUOTE = 'put the whole value in quotes: "{{ name }}"';

function isMergeKey(node: ParsedNode): boolean {
  if (!isScalar(node) || node.source !== '<<') return false;
  return node.tag === `${CORE}merge` || (node.tag === undefined && node.type === Scalar.PLAIN);
}

/** A tag that leaves the type of the value open. */
function isPassive(tag: string | undefined): boolean {
  return tag === undefined || tag === '!' || tag === '!unsafe';
}

function nothing(at: Position): ScalarNode {
  return { kind: 'scalar', at, value: null, unsafe: false, vaulted: false };
}

/** Where the text of a quoted or block scalar starts. Columns of a block count from its indentation. */
function textPosition({ type }: Scalar.Parsed, at: Position): Position {
  const quoted = type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE;
  return quoted ? { ...at, column: at.column + 1 } : { ...at, line: at.line + 1, column: 1 };
}
