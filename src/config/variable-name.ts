/** Python's keywords: a template could never say such a name. */
const reserved = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if ' +
    'import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** Whether a template can use the name: ASCII letters, digits and `_`, not beginning with a digit, no Python keyword. */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.has(name);
}

/** Why a name cannot be a variable's, and where possible one near to it that can. */
export function whyNoVariableName(name: string): string {
  if (reserved.has(name)) return 'the word is a keyword of the expression language';
  const reason = 'a name has ASCII letters, digits and _, and does not begin with a digit';
  const better = name.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
  const near = isVariableName(better) && /[A-Za-z]/.test(better) && !name.includes('{');
  return near ? `${reason}: ${better}` : reason;
}
