import { TemplateError } from '../error.ts';
import type { Target } from '../syntax/nodes.ts';
import { PyObject, type Value } from '../value.ts';
import { iterate } from '../values/sequence.ts';
import type { Frame } from './frame.ts';

/** Gives a value to the target of `set`, `for` or `with`. */
export function assign(target: Target, value: Value, frame: Frame): void {
  switch (target.kind) {
    case 'name':
      frame.own.set(target.name, value);
      return;
    case 'attribute': {
      const object = frame.lookup(target.object);
      if (object instanceof PyObject && object.assign(target.name, value)) return;
      throw new TemplateError('cannot assign an attribute of an object that is not a namespace', {
        at: frame.position(target.offset),
        hint: `start with {% set ${target.object} = namespace() %}`,
      });
    }
    case 'targets':
      unpack(target, value, frame);
  }
}

function unpack(target: Target & { kind: 'targets' }, value: Value, frame: Frame): void {
  const items = iterate(value);
  const { length: wanted } = target.targets;
  if (items.length !== wanted) {
    const amount = items.length > wanted ? 'too many' : 'not enough';
    throw new TemplateError(`${amount} values to unpack (expected ${wanted}, got ${items.length})`, {
      at: frame.position(target.offset),
    });
  }
  for (const [i, part] of target.targets.entries()) assign(part, items[i] ?? null, frame);
}
