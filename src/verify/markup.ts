/** What HTML and XML take for markup, and what XML does not take at all. */
const special = /[&<>"'\p{Cc}]/gu;

const names: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\n': '\n',
  '\t': '\t',
};

/** Text as HTML and XML show it, in elements and in quoted attributes. Control characters are dropped. */
export function escapeMarkup(text: string): string {
  return text.replace(special, (char) => names[char] ?? '');
}
