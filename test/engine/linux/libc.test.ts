import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as declared from '../../../src/engine/linux/libc.ts';
import { SOCKET_ADDRESS_BYTES } from '../../../src/engine/linux/socket-address.ts';
import { requireProgram } from '../../support/programs.ts';

const HEADERS = [
  ...['stddef.h', 'stdio.h', 'errno.h', 'fcntl.h', 'sys/socket.h', 'netinet/in.h', 'netinet/tcp.h'],
  ...['sys/epoll.h', 'sys/eventfd.h'],
];

/** Layouts the bindings rely on, as C expressions. */
const LAYOUTS: Readonly<Record<string, number>> = {
  'sizeof(struct epoll_event)': declared.EPOLL_EVENT_BYTES,
  'offsetof(struct epoll_event, data)': declared.EPOLL_DATA_AT,
  'sizeof(struct sockaddr_in)': 16,
  'offsetof(struct sockaddr_in, sin_family)': 0,
  'offsetof(struct sockaddr_in, sin_port)': 2,
  'offsetof(struct sockaddr_in, sin_addr)': 4,
  'sizeof(struct sockaddr_in6)': SOCKET_ADDRESS_BYTES,
  'offsetof(struct sockaddr_in6, sin6_port)': 2,
  'offsetof(struct sockaddr_in6, sin6_addr)': 8,
  'sizeof(struct linger)': 8,
  'offsetof(struct linger, l_linger)': 4,
  'sizeof(socklen_t)': 4,
  'sizeof(ssize_t)': 8,
  'sizeof(size_t)': 8,
};

describe('the C library bindings', () => {
  it("have the numbers and layouts of this machine's headers", (context) => {
    const compiler = requireProgram('cc', context);
    if (compiler === null) return;
    const numbers = Object.entries(declared).filter(([name, value]) => typeof value === 'number' && !(name in OURS));
    assert.ok(numbers.length > 40, `only ${numbers.length} numbers`);
    const expected = new Map<string, number>([...(numbers as [string, number][]), ...Object.entries(LAYOUTS)]);
    assert.deepEqual(ask(compiler, [...expected.keys()]), Object.fromEntries(expected));
  });

  it('answer -1 and leave the errno of a failed call', () => {
    const libc = declared.loadLibc();
    assert.equal(libc.close(-1), -1);
    assert.equal(declared.errnoName(libc.errno()), 'EBADF');
    assert.equal(libc.socket(-1, 0, 0), -1);
    assert.equal(declared.errnoName(libc.errno()), 'EAFNOSUPPORT');
  });

  it('carry bytes through a pair of descriptors', () => {
    const libc = declared.loadLibc();
    const fd = libc.eventfd(7, declared.EFD_NONBLOCK | declared.EFD_CLOEXEC);
    const counter = new Uint8Array(8);
    assert.equal(libc.read(fd, counter, 8), 8);
    assert.equal(counter[0], 7);
    assert.equal(libc.read(fd, counter, 8), -1);
    assert.equal(libc.errno(), declared.EAGAIN);
    assert.equal(libc.fcntl(fd, declared.F_GETFL, 0) & declared.O_NONBLOCK, declared.O_NONBLOCK);
    assert.equal(libc.close(fd), 0);
  });
});

describe('errno names', () => {
  it('are those of the platform, one for each number, and E with the number where there is none', () => {
    for (const number of Object.values(constants.errno)) {
      const name = declared.errnoName(number) as keyof typeof constants.errno;
      assert.equal(constants.errno[name], number);
    }
    assert.equal(declared.errnoName(constants.errno.EAGAIN), 'EAGAIN');
    assert.equal(declared.errnoName(9_999), 'E9999');
  });
});

/** Numbers of the file that are layouts, not names of C. */
const OURS: Readonly<Record<string, true>> = { EPOLL_EVENT_BYTES: true, EPOLL_DATA_AT: true };

/** What C expressions are on this machine. */
function ask(compiler: string, expressions: readonly string[]): Record<string, number> {
  const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-libc-'));
  try {
    const lines = expressions.map((each) => `  printf("%s=%lld\\n", "${each}", (long long)(unsigned)(${each}));`);
    const includes = HEADERS.map((header) => `#include <${header}>`);
    const source = ['#define _GNU_SOURCE', ...includes, 'int main(void) {', ...lines, '  return 0;', '}', ''];
    writeFileSync(join(directory, 'ask.c'), source.join('\n'));
    const built = spawnSync(compiler, ['-o', 'ask', 'ask.c'], { cwd: directory, encoding: 'utf8' });
    assert.equal(built.status, 0, built.stderr);
    const { stdout } = spawnSync(join(directory, 'ask'), { encoding: 'utf8' });
    const pairs = stdout.trim().split('\n');
    return Object.fromEntries(pairs.map((pair) => [pair.replace(/=-?\d+$/, ''), Number(pair.replace(/^.*=/, ''))]));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
