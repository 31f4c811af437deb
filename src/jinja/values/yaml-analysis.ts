/** What a text contains that decides in which styles YAML can write it. */
export interface ScalarAnalysis {
  readonly multiline: boolean;
  readonly flowPlain: boolean;
  readonly blockPlain: boolean;
  readonly singleQuoted: boolean;
}

// The texts that a YAML 1.1 reader such as PyYAML takes for something else when they stand without quotes.
const notText = [
  /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF|~|null|Null|NULL|=|<<)$/,
  /^[-+]?(?:0b[01_]+|0[0-7_]+|0x[\da-fA-F_]+|0|[1-9][\d_]*|[1-9][\d_]*(?::[0-5]?\d)+)$/,
  /^[-+]?\d[\d_]*(?:(?::[0-5]?\d)+\.[\d_]*|\.[\d_]*(?:[eE][-+]\d+)?)$/,
  /^(?:\.\d[\d_]*(?:[eE][-+]\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  /^\d{4}-(?:\d{2}-\d{2}|\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d{2}:\d{2}(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d{2})?))?)$/,
];

/** True when the plain text would not be read back as text. */
export function readsAsOtherType(text: string): boolean {
  return text === '' || notText.some((pattern) => pattern.test(text));
}

/** Looks at a text as libyaml's emitter does. */
export function analyzeScalar(text: string): ScalarAnalysis {
  if (text === '') return { multiline: false, flowPlain: false, blockPlain: true, singleQuoted: true };
  const multiline = /[\n\x85\u2028\u2029]/.test(text);
  const special = /[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u.test(text);
  const edge = /^[ \n\x85\u2028\u2029]|[ \n\x85\u2028\u2029]$/.test(text);
  const spaceBreak = / [\n\x85\u2028\u2029]/.test(text);
  const breakSpace = /[\n\x85\u2028\u2029] /.test(text);
  const blockIndicator =
    /^(?:---|\.\.\.)/.test(text) ||
    /^[#,[\]{}&*!|>'"%@`]/.test(text) ||
    /^[-?:](?:\s|$)/.test(text) ||
    /:(?:\s|$)|\s#/.test(text);
  const flowIndicator = blockIndicator || /^[?:]/.test(text) || /[,?[\]{}:]/.test(text);
  const plain = !(multiline || special || edge || spaceBreak || breakSpace);
  return {
    multiline,
    flowPlain: plain && !flowIndicator,
    blockPlain: plain && !blockIndicator,
    singleQuoted: !(special || spaceBreak || breakSpace),
  };
}
