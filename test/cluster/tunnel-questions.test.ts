import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TunnelQuestions } from '../../src/cluster/tunnel-questions.ts';

const QUERY = { limit: 10, sort: 'age', text: '' } as const;
const list = (matched: number): { matched: number; rows: [] } => ({ matched, rows: [] });

describe('questions for tunnels', () => {
  it('are answered when every worker has answered', async () => {
    const questions = new TunnelQuestions();
    const asked: number[] = [];
    const answer = questions.ask([1, 2], QUERY, (worker, question) => {
      asked.push(worker);
      setImmediate(() => {
        questions.answered(question, worker, list(worker));
      });
    });
    assert.deepEqual(await answer, { matched: 3, rows: [], complete: true });
    assert.deepEqual(asked, [1, 2]);
    assert.deepEqual(await questions.ask([], QUERY, () => undefined), { matched: 0, rows: [], complete: true });
  });

  it('do not wait for ever for a worker that is busy, nor at all for one that is gone', async () => {
    const questions = new TunnelQuestions(50);
    const late = await questions.ask([1, 2], QUERY, (worker, question) => {
      if (worker === 1) questions.answered(question, 1, list(4));
    });
    assert.deepEqual(late, { matched: 4, rows: [], complete: false });
    const startedMs = performance.now();
    const patient = new TunnelQuestions(60_000);
    const gone = patient.ask([3], QUERY, () => undefined);
    patient.workerGone(3);
    assert.deepEqual(await gone, { matched: 0, rows: [], complete: true });
    assert.ok(performance.now() - startedMs < 5_000);
  });

  it('are bounded in number, and take no answer twice or from a stranger', async () => {
    const questions = new TunnelQuestions(60_000);
    const numbers: number[] = [];
    const open = Array.from({ length: 16 }, () =>
      questions.ask([1], QUERY, (_, question) => {
        numbers.push(question);
      }),
    );
    assert.equal(await questions.ask([1], QUERY, () => undefined), null);
    for (const question of numbers) {
      questions.answered(question, 2, list(100));
      questions.answered(question, 1, list(1));
      questions.answered(question, 1, list(1));
    }
    for (const answer of await Promise.all(open)) assert.equal(answer?.matched, 1);
    assert.notEqual(await questions.ask([], QUERY, () => undefined), null);
  });
});
