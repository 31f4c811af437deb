import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The same small tasks for every tool: a folder, a file and a line in turn, and a value that a tag changes. */
export function writeSmallTasks(folder: string, count: number): { readonly playbook: string; readonly deploy: string } {
  const playbook = join(folder, `tasks-${count}.yml`);
  const deploy = join(folder, `tasks_${count}.py`);
  const tasks = Array.from({ length: count - 1 }, (_, index) => ansibleTask(index));
  writeFileSync(
    playbook,
    [
      '- hosts: all',
      '  become: true',
      '  gather_facts: false',
      '  vars: {value: 0}',
      '  tasks:',
      ...tasks,
      '    - name: value',
      '      copy: {content: "value={{ value }}\\n", dest: /var/tmp/bench-value, mode: "0644"}',
      '      tags: [value]',
      '',
    ].join('\n'),
  );
  writeFileSync(
    deploy,
    [
      'from io import StringIO',
      'from pyinfra.operations import files',
      `for i in range(${count - 1}):`,
      '    if i % 3 == 0:',
      '        files.directory(name=f"folder {i}", path=f"/var/tmp/bench-{i}", mode="755")',
      '    elif i % 3 == 1:',
      '        files.put(name=f"file {i}", src=StringIO(f"content {i}\\n"), dest=f"/var/tmp/bench-{i - 1}/file", mode="644")',
      '    else:',
      '        files.line(name=f"line {i}", path=f"/var/tmp/bench-{i - 2}/file", line=f"content {i - 1}")',
      'files.put(name="value", src=StringIO("value=0\\n"), dest="/var/tmp/bench-value", mode="644")',
      '',
    ].join('\n'),
  );
  return { playbook, deploy };
}

function ansibleTask(index: number): string {
  const folder = `/var/tmp/bench-${index - (index % 3)}`;
  if (index % 3 === 0)
    return `    - name: folder ${index}\n      file: {path: ${folder}, state: directory, mode: "0755"}`;
  if (index % 3 === 1)
    return `    - name: file ${index}\n      copy: {content: "content ${index}\\n", dest: ${folder}/file, mode: "0644"}`;
  return `    - name: line ${index}\n      lineinfile: {path: ${folder}/file, line: "content ${index - 1}"}`;
}

/** A deploy of pyinfra that changes the value alone, as a tag does elsewhere. */
export function writeValueDeploy(folder: string): string {
  const deploy = join(folder, 'value.py');
  writeFileSync(
    deploy,
    [
      'from io import StringIO',
      'from pyinfra import host',
      'from pyinfra.operations import files',
      'files.put(name="value", src=StringIO(f"value={host.data.value}\\n"), dest="/var/tmp/bench-value", mode="644")',
      '',
    ].join('\n'),
  );
  return deploy;
}
