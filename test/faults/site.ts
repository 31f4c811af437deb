import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from './random.ts';

/** A service with its files, of which every release changes every one. `tight` is a small file system that may be full. */
const PLAYBOOK = `
- name: Site
  hosts: all
  gather_facts: false
  become: true
  handlers:
    - name: restart the service
      systemd_service: {name: faulty, state: restarted, daemon_reload: true}
  tasks:
    - name: user
      user: {name: faulty, system: true, shell: /usr/sbin/nologin, comment: "release {{ release }}"}
    - name: folder
      file: {path: /srv/faulty, state: directory, owner: faulty, mode: "0755"}
    - name: configuration
      template: {src: conf.j2, dest: /srv/faulty/conf, mode: "0644"}
      notify: restart the service
    - name: small file
      copy: {content: "small {{ release }}\\n", dest: /srv/faulty/small, owner: faulty, mode: "0640"}
    - name: large file
      copy: {src: "large-{{ release }}", dest: /srv/faulty/large, mode: "0644"}
    - name: application
      unarchive: {src: "app-{{ release }}.tar.gz", dest: /srv/faulty, owner: faulty}
    - name: current
      file: {src: "app-{{ release }}", path: /srv/faulty/current, state: link}
    - name: line
      lineinfile: {path: /srv/faulty/lines, regexp: "^release=", line: "release={{ release }}", create: true, mode: "0644"}
    - name: block
      blockinfile: {path: /srv/faulty/lines, block: "block of {{ release }}"}
    - name: tight data
      copy: {src: "medium-{{ release }}", dest: /srv/tight/data, mode: "0644"}
    - name: tight configuration
      template: {src: conf.j2, dest: /srv/tight/conf, mode: "0644"}
    - name: unit
      template: {src: faulty.service.j2, dest: /etc/systemd/system/faulty.service, mode: "0644"}
    - name: service
      systemd_service: {name: faulty, state: started, enabled: true, daemon_reload: true}
    - name: made once
      shell: sleep 0.0731; date > /srv/faulty/making && mv /srv/faulty/making /srv/faulty/made-{{ release }}
      args: {creates: "/srv/faulty/made-{{ release }}"}
    - name: cleaned up
      shell: cd /srv/faulty && for each in app-* made-*; do case $each in *-{{ release }}) ;; *) rm -r "$each" ;; esac; done && touch clean-{{ release }}
      args: {creates: "/srv/faulty/clean-{{ release }}"}
`;

const CONF = `# release {{ release }}\n${'{% for i in range(40) %}\nkey{{ i }}={{ release }}-{{ i }}\n{% endfor %}\n'}`;
const confOf = (release: number): string =>
  `# release ${release}\n${Array.from({ length: 40 }, (_, i) => `key${i}=${release}-${i}\n`).join('')}`;
const unitOf = (release: number | string): string => `[Unit]
Description=release ${release}
[Service]
ExecStart=/bin/sh -c 'cp /srv/faulty/conf /run/faulty-started; exec sleep infinity'
[Install]
WantedBy=multi-user.target
`;

const APP_FILES = 12;

export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

function bytesOf(release: number, salt: number, count: number): Buffer {
  const random = new Random(release * 100 + salt);
  return Buffer.from(Array.from({ length: count }, () => random.int(0, 255)));
}

/** The files of the control machine. One folder is made once, and each release adds its own to it. */
export class Site {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(join(folder, 'templates'), { recursive: true });
    mkdirSync(join(folder, 'files'), { recursive: true });
    writeFileSync(join(folder, 'site.yml'), PLAYBOOK);
    writeFileSync(join(folder, 'templates', 'conf.j2'), CONF);
    writeFileSync(join(folder, 'templates', 'faulty.service.j2'), unitOf('{{ release }}'));
  }

  /** @returns what the host has in its files when it has this release, by path */
  add(release: number): ReadonlyMap<string, string> {
    const files = join(this.folder, 'files');
    const [large, medium] = [bytesOf(release, 1, 300_000), bytesOf(release, 2, 100_000)];
    writeFileSync(join(files, `large-${release}`), large);
    writeFileSync(join(files, `medium-${release}`), medium);
    const app = join(files, `app-${release}`);
    mkdirSync(join(app, 'lib'), { recursive: true });
    const wanted = new Map<string, string>();
    for (let i = 0; i < APP_FILES; i++) {
      const data = bytesOf(release, 10 + i, 20_000);
      writeFileSync(join(app, 'lib', `file-${i}`), data);
      wanted.set(`/srv/faulty/app-${release}/lib/file-${i}`, sha256(data));
    }
    execFileSync('tar', ['-czf', join(files, `app-${release}.tar.gz`), '-C', files, `app-${release}`]);
    rmSync(app, { recursive: true });
    const conf = sha256(confOf(release));
    wanted.set('/srv/faulty/conf', conf);
    wanted.set('/srv/tight/conf', conf);
    wanted.set('/run/faulty-started', conf);
    wanted.set('/srv/faulty/small', sha256(`small ${release}\n`));
    wanted.set('/srv/faulty/large', sha256(large));
    wanted.set('/srv/tight/data', sha256(medium));
    wanted.set('/etc/systemd/system/faulty.service', sha256(unitOf(release)));
    wanted.set('/srv/faulty/lines', sha256(linesOf(release, release)));
    return wanted;
  }

  remove(release: number): void {
    for (const name of [`large-${release}`, `medium-${release}`, `app-${release}.tar.gz`])
      rmSync(join(this.folder, 'files', name), { force: true });
  }
}

/** What the file that two tasks edit may hold between them. */
export function linesOf(line: number, block: number): string {
  return `release=${line}\n# BEGIN ANSIBLE MANAGED BLOCK\nblock of ${block}\n# END ANSIBLE MANAGED BLOCK\n`;
}
