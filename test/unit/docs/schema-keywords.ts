/** What a keyword takes, and what it does: for the editor. */
interface KeywordText {
  readonly type: 'text' | 'bool' | 'number' | 'list' | 'mapping' | 'condition' | 'any' | 'tasks';
  readonly text: string;
}

const told = (type: KeywordText['type'], text: string): KeywordText => ({ type, text });

/** By keyword, those of plays, blocks, tasks and handlers together: a keyword means the same wherever it stands. */
export const KEYWORDS: Readonly<Record<string, KeywordText>> = {
  name: told('text', 'What is shown for it.'),
  hosts: told('list', 'The hosts that the play is for: a pattern of names and groups.'),
  become: told('bool', 'Become another user.'),
  become_user: told('text', 'The user to become; root by default.'),
  become_method: told('text', 'How: sudo.'),
  vars: told('mapping', 'Variables.'),
  vars_files: told('list', 'Files of variables, from the folder of the playbook.'),
  environment: told('any', 'Environment variables of the programs that tasks run.'),
  tags: told('list', 'Names by which tasks are chosen with --tags and --skip-tags.'),
  ignore_unreachable: told('bool', 'Go on with a host that cannot be reached.'),
  any_errors_fatal: told('bool', 'A failure on one host ends the play on all.'),
  no_log: told('bool', 'Show neither arguments nor results.'),
  check_mode: told('bool', 'Only say what would change.'),
  diff: told('bool', 'Show what changes, line by line.'),
  gather_facts: told('bool', 'Gather the facts that the play mentions.'),
  remote_user: told('text', 'Who logs in.'),
  user: told('text', 'Who logs in.'),
  serial: told('any', 'How many hosts at a time: a number, a share such as 30%, or a list of them.'),
  max_fail_percentage: told('number', 'The play ends when more hosts than this have failed.'),
  force_handlers: told('bool', 'Run handlers also on hosts that have failed.'),
  strategy: told('text', 'linear or free: brokkr keeps the outcome of linear in either case.'),
  order: told('text', 'In which order hosts are worked on.'),
  roles: told('any', 'Roles, whose tasks come before those of the play.'),
  pre_tasks: told('tasks', 'Tasks before the roles.'),
  tasks: told('tasks', 'The tasks of the play.'),
  post_tasks: told('tasks', 'Tasks after all others.'),
  handlers: told('tasks', 'Tasks that run when another one has changed something and notifies them.'),
  block: told('tasks', 'Tasks that share what is said of the block.'),
  rescue: told('tasks', 'Tasks for hosts on which the block has failed.'),
  always: told('tasks', 'Tasks that run in any case after the block.'),
  when: told('condition', 'Do it only where this expression is true; a list: where all are.'),
  notify: told('list', 'Handlers that run when this has changed something.'),
  listen: told('list', 'Further names under which a handler is notified.'),
  ignore_errors: told('bool', 'Go on when it has failed.'),
  run_once: told('bool', 'Do it on one host for all.'),
  delegate_to: told('text', 'Do it on another host.'),
  throttle: told('number', 'On how many hosts at a time.'),
  action: told('any', 'The module with its arguments, in the old form.'),
  local_action: told('any', 'The same, on the machine that runs brokkr.'),
  args: told('mapping', 'Further arguments of the module.'),
  loop: told('any', 'Do it for each item of a list.'),
  loop_control: told('mapping', 'loop_var, index_var, label and pause of the loop.'),
  register: told('text', 'The variable that keeps the result.'),
  changed_when: told('condition', 'When the task counts as changed.'),
  failed_when: told('condition', 'When the task counts as failed.'),
  until: told('condition', 'Try again until this is true.'),
  retries: told('number', 'How many times; 3 by default.'),
  delay: told('number', 'Seconds between tries; 5 by default.'),
};
