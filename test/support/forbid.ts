import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A program that forbids a system call to itself and then becomes another one: what a container runtime or a service
 * manager does with a seccomp filter (seccomp(2)). The call is recvfrom, which Node does without and the Linux engine does
 * not.
 */
const SOURCE = `
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  unsigned action = strcmp(argv[1], "kill") == 0 ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_ERRNO | EPERM;
  struct sock_filter rules[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_recvfrom, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, action),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = { sizeof rules / sizeof rules[0], rules };
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 3;
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) return 4;
  execvp(argv[2], argv + 2);
  return 5;
}
`;

/** Compiles it. @returns the path; called as `PATH kill|refuse PROGRAM ARGUMENT…` */
export function buildForbid(compiler: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-forbid-'));
  writeFileSync(join(directory, 'forbid.c'), SOURCE);
  const { status, stderr } = spawnSync(compiler, ['-o', 'forbid', 'forbid.c'], { cwd: directory, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return join(directory, 'forbid');
}
