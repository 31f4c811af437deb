import { type Command, Option } from 'commander';

const several = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

/** The flags that every verb which reads an inventory has, under Ansible's names. */
export function addInventoryFlags(command: Command): Command {
  return addVaultFlags(
    command
      .option(
        '-i, --inventory <source>',
        'inventory: a file, a folder, a script or a list `h1,h2,` (may be given again)',
        several,
      )
      .option('-l, --limit <pattern>', 'only these hosts: a pattern, or @FILE')
      .option('-e, --extra-vars <vars>', 'variables: name=value, JSON, or @FILE (may be given again)', several)
      .option('--allow-pipe', 'let the lookups pipe and lines run programs on this machine'),
  );
}

/** Where the passwords of vaults come from. */
export function addVaultFlags(command: Command): Command {
  return command
    .option(
      '--vault-password-file, --vault-pass-file <file>',
      'a file, or a program that prints it (may be given again)',
      several,
    )
    .option(
      '--vault-id <id@source>',
      'a vault id with its password file or program, or ID@prompt (may be given again)',
      several,
    )
    .option('-J, --ask-vault-pass', 'ask for the password of the vaults');
}

/** For verbs that read an inventory without a playbook. */
export function addPlaybookDirFlag(command: Command): Command {
  return command.option(
    '--playbook-dir <folder>',
    'read group_vars/ and host_vars/ of this folder too, as a playbook in it would (default: the current folder)',
  );
}

/** The flags about how hosts are reached and as whom. */
export function addConnectionFlags(command: Command): Command {
  return command
    .option('-f, --forks <number>', 'hosts that are worked on at the same time (default: 50)')
    .option('-u, --user <name>', 'log in as this user')
    .option('--private-key, --key-file <file>', 'log in with this key')
    .option('-T, --timeout <seconds>', 'seconds until a connection must stand (default: 10)')
    .option('-b, --become', 'become another user')
    .option('--become-user <name>', 'the user to become (default: root)')
    .option('--become-method <name>', 'how: sudo, su or doas (default: sudo)')
    .option('-k, --ask-pass', 'ask for the password of the connection')
    .option('-K, --ask-become-pass', 'ask for the password of sudo or su')
    .option('--accept-new-host-keys', 'take host keys that are not known yet, and keep them');
}

/** For verbs that change hosts. */
export function addLockFlag(command: Command): Command {
  return command.option(
    '--force-unlock <run>',
    'take the lock from this run: for one whose connection is lost while the host has not noticed; what it does there is ended',
  );
}

/** `-v`, counted. */
export function addVerboseFlag(command: Command): Command {
  return command.addOption(
    new Option('-v, --verbose', 'tell more; -vv and -vvv tell more still')
      .argParser((_value, before: number | undefined) => (before ?? 0) + 1)
      .default(0),
  );
}

/** The flags of verbs that carry a playbook's tasks out, or say what they would do. */
export function addListingFlags(command: Command): Command {
  return command
    .option('--list-hosts', 'only list the hosts of each play')
    .option('--list-tasks', 'only list the tasks of each play')
    .option('--list-tags', 'only list the tags of each play')
    .option('--syntax-check', 'only read the playbook and everything that it names, and tell what is wrong')
    .option('--start-at-task <name>', 'begin at the task of this name, which may be a glob');
}

/** The flags that every verb which reads an inventory and a playbook has, under Ansible's names. */
export function addSharedFlags(command: Command): Command {
  return addVerboseFlag(
    addConnectionFlags(addInventoryFlags(command))
      .option('-t, --tags <tags>', 'only tasks with these tags', several)
      .option('--skip-tags <tags>', 'no tasks with these tags', several)
      .option('-D, --diff', 'show what changes, line by line')
      .option(
        '--archives <path>',
        'a file or folder with archives of Kafka and ZooKeeper (may be given again)',
        several,
      )
      .option(
        '--bundle <path>',
        'take the archives from what bundle create has made: its file, or where that was unpacked',
      )
      .option('--force-handlers', 'run handlers also on hosts that have failed')
      .option('--timings', 'tell at the end where the time went: on this machine, and on each host')
      .option('--profile <file>', 'write where the time went as a trace that Perfetto and Chrome open')
      .option('--json', 'one JSON object a line, documented in docs/events.md'),
  );
}
