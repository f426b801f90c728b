import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Arbiter } from '../../src/cluster/arbiter.ts';
import { Admission } from '../../src/engine/admission.ts';
import type { RoomLimits, RoomNotice, RoomReport } from '../../src/engine/room.ts';

const NONE: RoomLimits = { maxTunnels: 0, maxTunnelsPerClient: 0, newTunnelsPerSecond: 0, newTunnelsBurst: 5 };

/** A primary and its workers; messages wait until the test delivers them. */
class Stage {
  nowMs = 0;
  readonly arbiter: Arbiter;
  readonly workers = new Map<number, Worker>();
  /** Tunnels open now, by worker and client. */
  readonly open: { worker: number; client: string }[] = [];
  refused: string[] = [];
  sent = 0;
  #limits: RoomLimits;
  #later: (() => void)[] = [];

  constructor(limits: RoomLimits, workers: number) {
    this.#limits = limits;
    this.arbiter = new Arbiter(limits, {
      send: (worker, notice) => this.workers.get(worker)?.inbox.push(notice),
      now: () => this.nowMs,
      later: (again) => this.#later.push(again),
    });
    for (let number = 1; number <= workers; number += 1) this.start(number);
  }

  start(number: number): void {
    const outbox: RoomReport[] = [];
    const admission = new Admission(this.#limits, { send: (report) => outbox.push(report), waiting: () => undefined });
    this.workers.set(number, { admission, outbox, inbox: [] });
  }

  ask(worker: number, client: string): void {
    this.workers.get(worker)?.admission.take(client, (reason) => {
      if (reason === null) this.open.push({ worker, client });
      else this.refused.push(reason);
    });
  }

  end(index: number): void {
    const [gone] = this.open.splice(index, 1);
    if (gone !== undefined) this.workers.get(gone.worker)?.admission.give(gone.client);
  }

  kill(number: number): void {
    this.workers.delete(number);
    for (let index = this.open.length - 1; index >= 0; index -= 1)
      if (this.open[index]?.worker === number) this.open.splice(index, 1);
    this.arbiter.gone(number);
    this.start(number + 100);
  }

  reconfigure(limits: RoomLimits): void {
    this.#limits = limits;
    this.arbiter.reconfigure(limits);
    for (const [number, { admission }] of this.workers) {
      const mine = this.open.filter(({ worker }) => worker === number).map(({ client }) => client);
      admission.reconfigure(limits, () => mine);
    }
  }

  /** Carries one message each way for one worker. */
  deliver(number: number): void {
    const worker = this.workers.get(number);
    if (worker === undefined) return;
    worker.admission.flush();
    const report = worker.outbox.shift();
    if (report !== undefined) {
      this.sent += 1;
      this.arbiter.heard(number, report);
    }
    const notice = worker.inbox.shift();
    if (notice !== undefined) worker.admission.noticed(notice);
  }

  settle(): void {
    for (let round = 0; round < 50; round += 1) for (const number of this.workers.keys()) this.deliver(number);
  }

  timePasses(ms: number): void {
    this.nowMs += ms;
    const due = this.#later;
    this.#later = [];
    for (const again of due) again();
  }
}

interface Worker {
  readonly admission: Admission;
  readonly outbox: RoomReport[];
  readonly inbox: RoomNotice[];
}

const CLIENTS = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];

describe('limits over several workers', () => {
  for (const limit of [1, 5, 100, 1000]) {
    it(`admit exactly ${limit} tunnels, wherever the clients land`, () => {
      const stage = new Stage({ ...NONE, maxTunnels: limit }, 3);
      for (let index = 0; index < limit + 20; index += 1) {
        stage.ask(1 + (index % 3), '10.0.0.1');
        if (index % 7 === 0) stage.settle();
      }
      stage.settle();
      assert.equal(stage.open.length, limit);
      assert.deepEqual(stage.refused, Array<string>(20).fill('too-many-tunnels'));
      // One worker gives room back, all of it can be had by another.
      while (stage.open.length > 0) stage.end(0);
      stage.settle();
      for (let index = 0; index < limit + 1; index += 1) stage.ask(2, '10.0.0.2');
      stage.settle();
      assert.equal(stage.open.length, limit);
    });
  }

  it('cost no message for most tunnels while there is plenty of room', () => {
    const stage = new Stage({ ...NONE, maxTunnels: 10_000 }, 2);
    for (let index = 0; index < 1_000; index += 1) {
      stage.ask(1, '10.0.0.1');
      stage.settle();
      stage.end(0);
      stage.settle();
    }
    assert.ok(stage.sent < 20, `${stage.sent} messages`);
  });

  it('hold for each client, which has its share back when its tunnels end', () => {
    const stage = new Stage({ ...NONE, maxTunnelsPerClient: 2 }, 2);
    for (const client of ['10.0.0.1', '10.0.0.1', '10.0.0.1', '10.0.0.2']) {
      stage.ask(1, client);
      stage.ask(2, client);
    }
    stage.settle();
    assert.equal(stage.open.length, 4);
    assert.equal(stage.refused.filter((reason) => reason === 'too-many-tunnels-of-client').length, 4);
    while (stage.open.length > 0) stage.end(0);
    stage.settle();
    assert.deepEqual([stage.arbiter.held, stage.arbiter.clients], [0, 0]);
  });

  it('let a client burst, then go on at its rate', () => {
    const stage = new Stage({ ...NONE, newTunnelsPerSecond: 2, newTunnelsBurst: 5 }, 2);
    const opened = (): number => {
      const before = stage.open.length;
      for (let index = 0; index < 10; index += 1) stage.ask(1 + (index % 2), '10.0.0.1');
      stage.settle();
      return stage.open.length - before;
    };
    assert.equal(opened(), 5);
    assert.equal(opened(), 0);
    stage.timePasses(1_500);
    assert.equal(opened(), 3);
    stage.timePasses(60_000);
    assert.equal(opened(), 5);
    stage.ask(1, '10.0.0.2');
    stage.settle();
    assert.equal(stage.refused.includes('too-many-new-tunnels'), true);
    assert.equal(stage.open.at(-1)?.client, '10.0.0.2');
  });

  it('do not wait for a worker that hangs', () => {
    const stage = new Stage({ ...NONE, maxTunnels: 1_000 }, 2);
    stage.ask(1, '10.0.0.1');
    stage.deliver(1);
    // Worker 1 has room in advance and says nothing more.
    for (let index = 0; index < 1_000; index += 1) stage.ask(2, '10.0.0.2');
    for (let round = 0; round < 50; round += 1) stage.deliver(2);
    const decided = stage.open.length + stage.refused.length;
    assert.ok(decided < 1_001 && stage.open.length <= 1_000, `${decided}`);
    stage.timePasses(1_001);
    for (let round = 0; round < 50; round += 1) stage.deliver(2);
    assert.equal(stage.open.length + stage.refused.length, 1_001);
    stage.kill(1);
    stage.ask(2, '10.0.0.2');
    stage.settle();
    assert.equal(stage.refused.length + stage.open.length, 1_001);
  });

  it('count tunnels that were opened before there were any, and forget them when they are lifted', () => {
    const stage = new Stage(NONE, 2);
    for (let index = 0; index < 5; index += 1) stage.ask(1, '10.0.0.1');
    assert.equal(stage.open.length, 5);
    stage.reconfigure({ ...NONE, maxTunnels: 6, maxTunnelsPerClient: 5 });
    stage.settle();
    stage.ask(2, '10.0.0.1');
    stage.ask(2, '10.0.0.2');
    stage.ask(2, '10.0.0.3');
    stage.settle();
    assert.deepEqual(stage.refused, ['too-many-tunnels-of-client', 'too-many-tunnels']);
    assert.equal(stage.open.length, 6);
    stage.reconfigure(NONE);
    stage.settle();
    assert.equal(stage.arbiter.held, 0);
    stage.ask(2, '10.0.0.1');
    assert.equal(stage.open.length, 7);
  });

  it('are never passed and always reached, whatever happens in which order', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant('ask' as const), worker: fc.nat(2), client: fc.nat(2) }) },
      { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), index: fc.nat(50) }) },
      { weight: 6, arbitrary: fc.record({ do: fc.constant('deliver' as const), worker: fc.nat(2) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), worker: fc.nat(2) }) },
    );
    const limits = fc.record({ maxTunnels: fc.constantFrom(0, 1, 3, 10, 120), perClient: fc.constantFrom(0, 0, 1, 4) });
    fc.assert(
      fc.property(limits, fc.array(step, { maxLength: 200 }), ({ maxTunnels, perClient }, steps) => {
        const stage = new Stage({ ...NONE, maxTunnels, maxTunnelsPerClient: perClient }, 3);
        const check = (): void => {
          if (maxTunnels > 0) assert.ok(stage.open.length <= maxTunnels);
          for (const client of CLIENTS) {
            const count = stage.open.filter((each) => each.client === client).length;
            if (perClient > 0) assert.ok(count <= perClient);
          }
        };
        const numberOf = (place: number): number => [...stage.workers.keys()][place] ?? 0;
        for (const each of steps) {
          if (each.do === 'ask') stage.ask(numberOf(each.worker), CLIENTS[each.client] ?? '');
          else if (each.do === 'end') stage.end(each.index);
          else if (each.do === 'deliver') stage.deliver(numberOf(each.worker));
          else stage.kill(numberOf(each.worker));
          check();
        }
        stage.settle();
        if (maxTunnels > 0 && perClient === 0) {
          for (let index = 0; index < maxTunnels + 1; index += 1) stage.ask(numberOf(index % 3), '10.0.0.1');
          stage.settle();
          assert.equal(stage.open.length, maxTunnels);
        }
        check();
        while (stage.open.length > 0) stage.end(0);
        stage.settle();
        assert.equal(stage.arbiter.clients, 0);
      }),
    );
  });
});
