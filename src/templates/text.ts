import { TemplateError } from '../jinja/error.ts';
import { isDict, PyFloat, type Value } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import { sequenceItems, typeName } from '../jinja/values/types.ts';

/**
 * What `{{x}}` prints: text as it is, numbers as Python prints them, `true` and `false` in lower case, as properties and
 * unit files want them. Null, lists and mappings have no text of their own: a `TemplateError` says what to write instead.
 */
export function printed(value: Value): string {
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof PyFloat) return toText(value);
  if (value === null) {
    throw new TemplateError('the value is null', {
      hint: 'give the variable a value, print it inside {{#if …}}, or use {{default … ""}}',
    });
  }
  if (sequenceItems(value) !== undefined) {
    throw new TemplateError('a list cannot be printed as it is', { hint: 'use {{join … ","}} or {{#each …}}' });
  }
  if (isDict(value)) {
    throw new TemplateError('a mapping cannot be printed as it is', {
      hint: 'use {{properties …}}, {{#each …}} or name one of its keys',
    });
  }
  throw new TemplateError(`a value of type ${typeName(value)} cannot be printed`);
}
