import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quote } from '../../../src/shell/quote.ts';
import { REDACTED, Redactor, Secret } from '../../../src/shell/redact.ts';

function redactor(...secrets: string[]): Redactor {
  const made = new Redactor();
  for (const secret of secrets) made.add(secret);
  return made;
}

describe('a secret', () => {
  const secret = new Secret('hunter2!');
  test('is never printed', () => {
    const printed = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ deep: [{ secret }] }, { depth: 9, showHidden: true }),
      Object.entries(secret).join(),
      new Error(`no: ${secret}`).message,
    ];
    for (const text of printed) expect(text).not.toContain('hunter2');
    expect(printed[0]).toBe(REDACTED);
  });
  test('is given to whoever asks for it', () => {
    expect(secret.reveal()).toBe('hunter2!');
  });
});

const long = fc.string({ minLength: 8, maxLength: 30 }).filter((text) => text.trim().length >= 8);

test('a value is found in every form it comes in', () => {
  fc.assert(
    fc.property(long, fc.string({ maxLength: 10 }), (secret, around) => {
      const made = redactor(secret);
      const text = secret.trim();
      const forms = [
        text,
        quote(text),
        JSON.stringify({ password: text }),
        encodeURIComponent(text),
        encodeURIComponent(text).toLowerCase(),
        Buffer.from(text).toString('base64'),
        Buffer.from(text).toString('base64url'),
        `Basic ${Buffer.from(`${around}:${text}`).toString('base64')}`,
        Buffer.from(`${around}${text}${around}`).toString('base64'),
      ];
      for (const form of forms) {
        if (form === encodeURIComponent(text).toLowerCase() && text !== text.toLowerCase()) continue;
        expect(made.redact(`${around} ${form} ${around}`)).toContain(REDACTED);
        expect(made.redact(form)).not.toContain(text);
      }
    }),
  );
});

test('each line of a secret of several lines is one', () => {
  const made = redactor('-----BEGIN KEY-----\r\nabcdefgh\nijklmnop\n\nab\n-----END KEY-----\n');
  expect(made.redact('line 2: ijklmnop ab')).toBe(`line 2: ${REDACTED} ab`);
  expect(made.redact('abcdefgh')).toBe(REDACTED);
});

test('a short value is left alone: it would be found everywhere', () => {
  const made = redactor('a', 'abc', '', '   ', '\n');
  expect(made.isEmpty).toBe(true);
  expect(made.redact('abc a')).toBe('abc a');
});

test('a text holds a secret in any of its forms, but not by accident', () => {
  const made = redactor('changeit', 'b"tter word');
  expect(made.isIn('the password is changeit')).toBe(false);
  expect(made.isIn('{"password": "b\\"tter word"}')).toBe(true);
  expect(made.isIn('b tter word')).toBe(false);
});

test('the longest secret wins, and marks of expressions are text', () => {
  expect(redactor('pass', 'password1', 'word1').redact('my password1')).toBe(`my ${REDACTED}`);
  expect(redactor('a.*b$(x)[1]').redact('a.*b$(x)[1] aXXb')).toBe(`${REDACTED} aXXb`);
  expect(redactor('$&$1$$').redact('x $&$1$$')).toBe(`x ${REDACTED}`);
});

test('a secret that is learnt later is redacted from then on', () => {
  const made = redactor('first-one');
  expect(made.redact('first-one second-one')).toBe(`${REDACTED} second-one`);
  made.add('second-one');
  expect(made.redact('first-one second-one')).toBe(`${REDACTED} ${REDACTED}`);
});

test('deep: strings, keys, secrets themselves; other values stay what they are', () => {
  const made = redactor('hunter2!');
  const value = { 'hunter2!': ['x hunter2!', 7, null, true, undefined], deep: { secret: new Secret('other') } };
  expect(made.redactDeep(value)).toEqual({
    [REDACTED]: [`x ${REDACTED}`, 7, null, true, undefined],
    deep: { secret: REDACTED },
  });
  expect(value.deep.secret.reveal()).toBe('other');
});

test('many secrets and a long text are no trouble', () => {
  const made = redactor(
    ...Array.from({ length: 300 }, (_, index) => `secret-number-${index}-${'x'.repeat(index % 40)}`),
  );
  const text = 'secret-number is not one, seckret either; c2VjcmV0 neither\n'.repeat(20_000);
  expect(made.redact(`${text}secret-number-77-${'x'.repeat(37)}`)).toBe(`${text}${REDACTED}`);
});
