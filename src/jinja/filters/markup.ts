import { asDict } from '../call.ts';
import { defineFilter, type Filter } from '../environment.ts';
import { TemplateError } from '../error.ts';
import { Undefined, type Value } from '../value.ts';
import { toText } from '../values/text.ts';
import { unescapeMarkup } from './character-references.ts';

const escaped = defineFilter([], (input) => escapeMarkup(toText(input)));

/** Filters on HTML and XML. */
export const markupFilters: Readonly<Record<string, Filter>> = {
  e: escaped,
  escape: escaped,
  forceescape: escaped,
  safe: defineFilter([], (input) => toText(input)),
  striptags: defineFilter([], (input) => withoutTags(toText(input))),
  xmlattr: defineFilter(['autospace'], (input, args) => {
    const pairs = [...asDict(input, 'xmlattr')].filter(([, value]) => value !== null && !(value instanceof Undefined));
    const text = pairs.map(([name, value]) => `${attributeName(name)}="${escapeMarkup(toText(value))}"`).join(' ');
    return text !== '' && args.flag('autospace', true) ? ` ${text}` : text;
  }),
};

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** A name that would end the attribute, or the tag, is none. */
function attributeName(name: Value): string {
  const text = toText(name);
  if (/[\s/>=]/.test(text)) throw new TemplateError(`xmlattr: '${text}' is no name of an attribute`);
  return escapeMarkup(text);
}

function withoutTags(text: string): string {
  const bare = text.replace(/<!--.*?-->/gs, '').replace(/<[^>]*>/g, '');
  return unescapeMarkup(bare.trim().split(/\s+/).join(' '));
}
