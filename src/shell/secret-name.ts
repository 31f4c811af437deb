const SECRET =
  /pass?w|passphrase|secret|jaas|credential|(?<!\w)keystore\.key$|token|(?:^|\.)superDigest$|(?:private|api)_?key/i;

/** Whether a setting or a variable of this name, or of one that is nearly so, holds what nobody should see. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name);
}
