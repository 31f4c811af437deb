import { type Command, Option } from 'commander';

/** The flags that every verb which reads an inventory and a playbook has, under Ansible's names. */
export function addSharedFlags(command: Command): Command {
  const several = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];
  return command
    .option(
      '-i, --inventory <source>',
      'inventory: a file, a folder, a script or a list `h1,h2,` (may be given again)',
      several,
    )
    .option('-l, --limit <pattern>', 'only these hosts: a pattern, or @FILE')
    .option('-t, --tags <tags>', 'only tasks with these tags', several)
    .option('--skip-tags <tags>', 'no tasks with these tags', several)
    .option('-e, --extra-vars <vars>', 'variables: name=value, JSON, or @FILE (may be given again)', several)
    .option('-f, --forks <number>', 'hosts that are worked on at the same time (default: 50)')
    .option('-D, --diff', 'show what changes, line by line')
    .option('-u, --user <name>', 'log in as this user')
    .option('--private-key, --key-file <file>', 'log in with this key')
    .option('-T, --timeout <seconds>', 'seconds until a connection must stand (default: 10)')
    .option('-b, --become', 'become another user')
    .option('--become-user <name>', 'the user to become (default: root)')
    .option('-k, --ask-pass', 'ask for the password of the connection')
    .option('-K, --ask-become-pass', "ask for sudo's password")
    .option('--accept-new-host-keys', 'take host keys that are not known yet, and keep them')
    .option(
      '--vault-password-file, --vault-pass-file <file>',
      'a file, or a program that prints it (may be given again)',
      several,
    )
    .option('--archives <path>', 'a file or folder with archives of Kafka and ZooKeeper (may be given again)', several)
    .option('--force-handlers', 'run handlers also on hosts that have failed')
    .option('--json', 'one JSON object a line, documented in docs/events.md')
    .addOption(
      new Option('-v, --verbose', 'tell more; -vv and -vvv tell more still')
        .argParser((_value, before: number | undefined) => (before ?? 0) + 1)
        .default(0),
    );
}
