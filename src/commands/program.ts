import { Command } from 'commander';
import { addBundleVerb } from './bundle-verb.ts';
import { addCompletionVerb } from './completion-verb.ts';
import { addHealthVerbs } from './health-verbs.ts';
import { addHostVerbs } from './host-verbs.ts';
import { addInspectVerbs } from './inspect-verbs.ts';
import type { Io } from './io.ts';
import { addLabVerbs } from './lab-verbs.ts';
import { addLintVerb } from './lint-verb.ts';
import { addRestartVerb } from './restart-verb.ts';
import { addRunVerbs } from './run-verbs.ts';
import { addVaultVerbs } from './vault-verbs.ts';

/**
 * Every verb with its flags. What a verb does is loaded only when the command line names it.
 * @param done is told the exit code of the verb that ran
 */
export function makeProgram(io: Io, version: string, done: (code: number) => void): Command {
  const program = new Command('brokkr')
    .description('Provisions Apache Kafka and ZooKeeper over SSH from Ansible-style YAML.')
    .version(version, '--version')
    .showHelpAfterError('(brokkr --help lists the verbs, brokkr VERB --help its flags)')
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .exitOverride();
  addRunVerbs(program, io, done);
  addHealthVerbs(program, io, done);
  addRestartVerb(program, io, done);
  addLintVerb(program, io, done);
  addInspectVerbs(program, io, done);
  addHostVerbs(program, io, done);
  addVaultVerbs(program, io, done);
  addLabVerbs(program, io, done);
  addBundleVerb(program, io, done);
  addCompletionVerb(program, io, done);
  return program;
}
