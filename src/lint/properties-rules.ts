import type { PropertyEntry } from '../config/properties.ts';
import { isSecretName } from '../shell/secret-name.ts';
import { isOpen, isOpenKey, isProvided, placeholderIn, variableNameIn } from './placeholder.ts';
import type { Finding, Rule } from './rule.ts';
import type { SettingsSubject } from './subject.ts';

const SOURCE = 'the format of java.util.Properties (Java SE API documentation, Properties.load)';

function* each(
  subject: SettingsSubject,
  finding: (entry: PropertyEntry) => Omit<Finding, 'key' | 'at'> | undefined,
): Iterable<Finding> {
  for (const entry of subject.settings.entries()) {
    const found = finding(entry);
    if (found !== undefined) yield { key: entry.key, at: entry.valueAt, ...found };
  }
}

/** Whether a value ends with what was meant as a comment. */
function hasInlineComment(subject: SettingsSubject, { key, value }: PropertyEntry): boolean {
  const kind = subject.kindOf(key);
  return kind !== 'secret' && kind !== 'pattern' && /\s#/.test(value) && !/jaas\.config$/.test(key);
}

const placeholder: Rule<SettingsSubject> = {
  id: 'properties/placeholder',
  severity: 'error',
  what: 'A placeholder was never replaced',
  why: 'Neither Kafka nor ZooKeeper expands variables in its configuration: the text itself becomes the value. A broker refuses it, or listens, stores or connects where nobody expects it to.',
  mend: 'Put the value in, or let a template do so before the file reaches the host. Kafka can ask a provider for a value when config.providers is set.',
  source: 'AbstractConfig and QuorumPeerConfig, which take values as they are; KIP-297 and KIP-421 for providers',
  *check(subject) {
    for (const { key, keyAt } of subject.settings.entries())
      if (isOpenKey(key)) yield { key, at: keyAt, message: `${key} was never replaced`, hint: 'write the name out' };
    yield* each(subject, ({ key, value }) => {
      if (isOpenKey(key)) return undefined;
      const kind = subject.kindOf(key);
      const found = placeholderIn(value) ?? variableNameIn(key, value, kind === 'path' || kind === 'paths');
      if (found === undefined || kind === 'pattern') return undefined;
      if (kind === 'secret' && !/^(?:<.*>|\$\{.*\}|\{\{.*\}\})$/.test(value)) return undefined;
      if (isProvided(value) && subject.product === 'Kafka' && subject.settings.isSet('config.providers'))
        return undefined;
      const message = /[$%]/.test(found[0] ?? '')
        ? `${subject.product} does not expand variables: ${found} is taken as it stands`
        : `${found} was never replaced`;
      return { message, hint: `give ${key} its value` };
    });
  },
};

const duplicateKey: Rule<SettingsSubject> = {
  id: 'properties/duplicate-key',
  severity: 'warning',
  what: 'A key is set twice',
  why: 'The last line of a key counts and the earlier ones are dropped without a word. With different values, one of them is not what runs.',
  mend: 'Keep one of the lines.',
  source: SOURCE,
  *check({ settings }) {
    const seen = new Map<string, PropertyEntry>();
    for (const entry of settings.properties.entries) {
      const before = seen.get(entry.key);
      if (before !== undefined && !isOpenKey(entry.key)) {
        const same = before.value.trim() === entry.value.trim();
        yield {
          key: entry.key,
          at: entry.keyAt,
          severity: same ? 'warning' : 'error',
          message: `${entry.key} is set in line ${before.keyAt.line} already, ${same ? 'to the same value' : 'to another value: this one counts'}`,
          hint: 'keep one of the two lines',
        };
      }
      seen.set(entry.key, entry);
    }
  },
};

const inlineComment: Rule<SettingsSubject> = {
  id: 'properties/inline-comment',
  severity: 'error',
  what: 'A comment stands behind a value',
  why: 'Only a line that begins with # or ! is a comment. Behind a value, the text is part of the value.',
  mend: 'Move the comment to a line of its own.',
  source: SOURCE,
  check: (subject) =>
    each(subject, (entry) =>
      hasInlineComment(subject, entry)
        ? {
            message: `the comment behind it is part of the value of ${entry.key}`,
            hint: 'give the comment its own line',
          }
        : undefined,
    ),
};

const backslash: Rule<SettingsSubject> = {
  id: 'properties/backslash',
  severity: 'error',
  what: 'A backslash is taken as an escape',
  why: 'A backslash escapes what follows, and is dropped: C:\\kafka becomes C:kafka, and \\t becomes a tab.',
  mend: 'Write slashes, which Java takes on Windows too, or double each backslash.',
  source: SOURCE,
  check: (subject) =>
    each(subject, ({ key, raw, value }) => {
      const isPath = ['path', 'paths'].includes(subject.kindOf(key)) || /^[A-Za-z]:\\/.test(raw);
      const escaped = [...raw.matchAll(/\\(u[0-9a-fA-F]{4}|[\s\S])/g)].map((match) => match[1] ?? '');
      if (escaped.includes('u'))
        return {
          message: `\\u in the value of ${key} is not followed by four hexadecimal digits: the file cannot be read`,
        };
      const lost = escaped.some((each) => (isPath ? /^[A-Za-z0-9._-]$/ : /^[A-Zabcdeg-mo-qsv-z0-9._-]$/).test(each));
      if (!lost) return undefined;
      return {
        severity: isPath ? 'error' : 'warning',
        message:
          subject.kindOf(key) === 'secret' || isSecretName(key)
            ? `backslashes are escapes: the value of ${key} becomes another one`
            : `backslashes are escapes: the value of ${key} becomes ${value.replaceAll('\t', '<tab>').replaceAll('\n', '<newline>')}`,
        hint: 'write / instead, or double each backslash',
      };
    }),
};

const quotedValue: Rule<SettingsSubject> = {
  id: 'properties/quoted-value',
  severity: 'error',
  what: 'A value stands in quotes',
  why: 'Quotes mean nothing in this format: they become part of the value.',
  mend: 'Remove the quotes.',
  source: SOURCE,
  check: (subject) =>
    each(subject, ({ key, value }) =>
      subject.kindOf(key) !== 'secret' && /^(["']).*\1$/.test(value.trim())
        ? { message: `the quotes are part of the value of ${key}`, hint: 'remove them' }
        : undefined,
    ),
};

const swallowedLine: Rule<SettingsSubject> = {
  id: 'properties/swallowed-line',
  severity: 'error',
  what: 'A backslash at the end of a line swallows the next setting',
  why: 'A line that ends in a backslash goes on in the next one, so the next setting becomes part of this value and is never set.',
  mend: 'Remove the backslash at the end of the line.',
  source: SOURCE,
  check: (subject) =>
    each(subject, ({ key, value, lines }) => {
      const begun = lines.slice(1).flatMap((line) => [...line.matchAll(/^([\w.]+)[ \t]*[=:]/g)]);
      const inner = [...begun, ...value.matchAll(/([\w.]+)=/g)]
        .map((match) => match[1] ?? '')
        .find((name) => subject.isKnown(name));
      return inner === undefined || subject.kindOf(key) === 'pattern'
        ? undefined
        : {
            message: `the value of ${key} goes on over the end of its line and swallows ${inner}`,
            hint: 'end the line',
          };
    }),
};

/** A line that a merge leaves where two sides have changed the same. */
const CONFLICT = /^(?:<{7}|>{7}|\|{7})$/;

const mergeConflict: Rule<SettingsSubject> = {
  id: 'properties/merge-conflict',
  severity: 'error',
  what: 'A merge was not finished',
  why: 'The lines of both sides stand in the file, and of a setting that is there twice the last one counts.',
  mend: 'Keep one of the two, and remove the markers.',
  source: SOURCE,
  check: (subject) =>
    [...subject.settings.properties.entries]
      .filter(({ key }) => CONFLICT.test(key))
      .map(({ key, keyAt }) => ({ key, at: keyAt, message: 'this is the mark of a merge that was not finished' })),
};

/** Whether a key is no setting that anybody meant: the mark of a merge, or nothing before the equals sign. */
export function isNoKey(key: string): boolean {
  return key === '' || CONFLICT.test(key);
}

/** The rules about the format itself, which Kafka and ZooKeeper share. */
export const propertiesRules: readonly Rule<SettingsSubject>[] = [
  placeholder,
  duplicateKey,
  inlineComment,
  backslash,
  quotedValue,
  swallowedLine,
  mergeConflict,
];

/** Whether a rule about the format has spoken about a value already, so that its type need not be judged too. */
export function isMalformed(subject: SettingsSubject, entry: PropertyEntry): boolean {
  return (
    isOpen(entry.value) ||
    hasInlineComment(subject, entry) ||
    /^(["']).*\1$/.test(entry.value.trim()) ||
    (/[\w.]+=.*$/.test(entry.value) && subject.kindOf(entry.key) === 'number')
  );
}
