import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileTemplate } from '../../../src/jinja/template.ts';
import { REDACTED, Redactor } from '../../../src/shell/redact.ts';
import { escapePropertyKey, escapePropertyValue } from '../../../src/templates/properties.ts';
import { at, scopeOf } from './scope.ts';

/** What people write secrets with, in templates and commands. */
const written = [
  '{{ v }}',
  "{{ 'curl -u me:' ~ v | quote }}",
  '{{ v | urlencode }}',
  "{{ {'q': v} | urlencode }}",
  '{{ v | to_json }}',
  "{{ {'a': [v]} | to_nice_json }}",
  "{{ {'a': [v]} | to_json | to_json }}",
  '{{ v | tojson }}',
  '{{ v | e }}',
  '{{ v | regex_escape }}',
  '{{ v | b64encode }}',
  "{{ ('me:' ~ v) | b64encode }}",
  '{{ [v] }}',
  "{{ {'a': v} }}",
  '{{ [[v], v] | string }}',
  "{{ {'a': [v]} | to_yaml }}",
  "{{ {'a': v} | to_nice_yaml }}",
];

const characters = fc.constantFrom(...'abcXYZ0189 \'"\\/&<>%+=$#{}[]().*?!:;,~`@^|_-\u00e9\u20ac\u00df');
const secrets = fc
  .string({ unit: characters, minLength: 6, maxLength: 20 })
  .filter((text) => text.trim() === text && text.length >= 6);

it.each(written)('a secret is found in what %s makes of it', (template) => {
  const compiled = compileTemplate(template, at);
  fc.assert(
    fc.property(secrets, (secret) => {
      const redactor = new Redactor();
      redactor.add(secret);
      const text = compiled.renderText(scopeOf(new Map([['v', secret]])));
      expect(redactor.redact(text)).toContain(REDACTED);
    }),
    { numRuns: 150 },
  );
});

it('a secret is found in properties', () => {
  fc.assert(
    fc.property(secrets, (secret) => {
      const redactor = new Redactor();
      redactor.add(secret);
      expect(redactor.redact(`a=${escapePropertyValue(secret)}`)).toContain(REDACTED);
      expect(redactor.redact(`a.${escapePropertyKey(`x${secret}`)}=1`)).toContain(REDACTED);
    }),
  );
});
