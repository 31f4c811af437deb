import { folderRules } from './folder-rules.ts';
import { loginRules } from './login-rules.ts';
import { networkRules } from './network-rules.ts';
import type { LiveRule } from './subject.ts';
import { systemRules } from './system-rules.ts';

/** Every rule about what only a host itself can tell. */
export const liveRules: readonly LiveRule[] = [...systemRules, ...folderRules, ...networkRules, ...loginRules];
