import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reasonRow } from '../../src/events/reasons.ts';
import { Misformed } from '../../src/tls/misformed.ts';

describe('Misformed', () => {
  it('stands for a message that cannot be parsed (event 402) unless it names another reason', () => {
    assert.equal(reasonRow(new Misformed('x').reason).event, 402);
    assert.equal(reasonRow(new Misformed('x', 'sni-invalid').reason).event, 106);
    assert.equal(new Misformed('a length lies').detail, 'a length lies');
  });
});
