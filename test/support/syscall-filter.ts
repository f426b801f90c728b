import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The system call filter of a unit without a service manager: the groups are those that systemd-analyze lists, and a small
 * program puts them on itself and becomes another one, as systemd does (systemd.exec(5), SystemCallFilter=).
 */

/** The calls that the SystemCallFilter= lines of a unit allow, by name. Lines count in their order; "~" takes away. */
export function allowedCalls(analyze: string, unit: string): string[] {
  const groups = listGroups(analyze);
  const resolve = (word: string): string[] =>
    word.startsWith('@') ? (groups.get(word) ?? []).flatMap(resolve) : [word];
  const allowed = new Set(resolve('@default'));
  for (const [, value = ''] of unit.matchAll(/^SystemCallFilter=(.*)$/gm)) {
    const takesAway = value.startsWith('~');
    for (const word of value.replace('~', '').trim().split(/\s+/)) {
      assert.ok(!word.startsWith('@') || groups.has(word), `${word} is no group`);
      for (const call of resolve(word)) {
        if (takesAway) allowed.delete(call);
        else allowed.add(call);
      }
    }
  }
  return [...allowed];
}

function listGroups(analyze: string): Map<string, string[]> {
  const { stdout, status } = spawnSync(analyze, ['syscall-filter', '--no-pager'], { encoding: 'utf8' });
  assert.equal(status, 0);
  const groups = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of stdout.split('\n')) {
    const group = /^(@\S+)$/.exec(line)?.[1];
    if (group !== undefined) groups.set(group, (current = []));
    const entry = /^ {4}([@a-z]\S*)$/.exec(line)?.[1];
    if (entry !== undefined) current.push(entry);
  }
  return groups;
}

/** Compiles it; calls that this machine does not know are left out. @returns the path; called as `PATH PROGRAM ARGUMENT…` */
export function buildFilter(compiler: string, calls: readonly string[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-filter-'));
  const rules = calls.map((call) => `#ifdef __NR_${call}\n  ALLOW(__NR_${call}),\n#endif`).join('\n');
  writeFileSync(
    join(directory, 'filter.c'),
    `
#include <errno.h>
#include <stddef.h>
#include <unistd.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#define ALLOW(nr) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

struct sock_filter rules[] = {
  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
${rules}
  BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
};

int main(int argc, char **argv) {
  struct sock_fprog program = { sizeof rules / sizeof rules[0], rules };
  if (argc < 2) return 2;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 3;
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) return 4;
  execvp(argv[1], argv + 1);
  return 5;
}
`,
  );
  const { status, stderr } = spawnSync(compiler, ['-o', 'filter', 'filter.c'], { cwd: directory, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return join(directory, 'filter');
}
