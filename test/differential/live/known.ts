interface Known {
  readonly reason: string;
  readonly is: (template: string, ours: string, theirs: string) => boolean;
}

/** Differences that are meant: what they look like, and why. */
const known: readonly Known[] = [
  {
    reason: 'after a test Jinja takes the word "if", "not", "in" or "is" for an argument; brokkr reads what is meant',
    is: (template, _, theirs) => theirs === 'error' && / is (?:not )?\w+ (?:if|not|in|is)\b/.test(template),
  },
  {
    reason: 'Ansible keeps a failure as a value until it is printed; brokkr fails where it happens',
    is: (template, ours, theirs) =>
      ours === 'error' &&
      (/ExceptionMarker|UndefinedMarker/.test(theirs) ||
        /\{% set |type_debug|==|!=|items2dict|selectattr|human_readable|is abs/.test(template)),
  },
  {
    reason: 'the order is that of a Python set; ours is the order of first appearance',
    is: (template, ours, theirs) =>
      /union|intersect|difference|unique|from_yaml/.test(template) &&
      sortedCharacters(ours) === sortedCharacters(theirs),
  },
  {
    reason: 'a number is split as the text of the number, not as bytes',
    is: (template, _, theirs) => template.includes('urlsplit') && theirs.includes("b''"),
  },
  {
    reason: 'an undefined item that nothing prints is an error in Ansible only when the whole list is looked through',
    is: (template, _, theirs) => theirs === 'error' && template.includes("map(attribute='k')"),
  },
  {
    reason: 'text of a value of another type is taken where Ansible refuses the type',
    is: (template, ours, theirs) =>
      theirs === 'error' && !ours.startsWith('bug') && /truncate|wordwrap|center/.test(template),
  },
];

function sortedCharacters(text: string): string {
  return [...text].sort().join('');
}

/** Why brokkr's answer to a template may differ from Ansible's; `undefined` when it may not. */
export function knownTemplate(template: string, ours: string, theirs: string): string | undefined {
  return known.find(({ is }) => is(template, ours, theirs))?.reason;
}
