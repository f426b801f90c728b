import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { translateProblem, translateSaid } from '../../src/languages/said.ts';

const TABLE = {
  'is empty': 'ist leer',
  'is not {noun}; expected {expected}': 'passt nicht; erwartet wird: {expected}',
  '{complaint}; expected {expected}': '{complaint}; erwartet wird: {expected}',
  'a number from {from} to {to}': 'eine Zahl von {from} bis {to}',
  'an address': 'eine Adresse',
  'is not valid JSON: {detail}': 'ist kein JSON: {detail}',
  'the text ends here; expected {expected}': 'der Text endet; erwartet wird: {expected}',
  '(a hidden value)': '(verborgen)',
  '{path} (from {origin})': '{path} (aus {origin})',
};

describe('what has been said in English', () => {
  for (const [english, own] of [
    ['is empty', 'ist leer'],
    ['"a b" is empty', '"a b" ist leer'],
    ['"a \\" is empty" is empty', '"a \\" is empty" ist leer'],
    ['(a hidden value) is empty', '(verborgen) ist leer'],
    ['5 is not a port; expected a number from 1 to 9', '5 passt nicht; erwartet wird: eine Zahl von 1 bis 9'],
    ['"" is empty; expected an address', '"" ist leer; erwartet wird: eine Adresse'],
    // An example is the same everywhere.
    ['"" is empty; expected https://HOST', '"" ist leer; erwartet wird: https://HOST'],
    [
      'is not valid JSON: the text ends here; expected an address',
      'ist kein JSON: der Text endet; erwartet wird: eine Adresse',
    ],
    ['"x" is full', null],
    ['is not valid JSON: something new', null],
    ['5 an address', null],
  ] as const) {
    it(`is ${own === null ? 'left alone' : 'translated'}: ${english}`, () => {
      assert.equal(translateSaid(TABLE, english), own);
    });
  }

  it('keeps the place in front of it', () => {
    assert.equal(translateProblem(TABLE, 'a.b: 5 is empty'), 'a.b: 5 ist leer');
    assert.equal(translateProblem(TABLE, 'a.b (from A_B): is empty'), 'a.b (aus A_B): ist leer');
    assert.equal(translateProblem(TABLE, '"x: y": is empty'), '"x: y": ist leer');
    assert.equal(translateProblem(TABLE, 'a.b: is unknown'), 'a.b: is unknown');
    assert.equal(translateProblem(TABLE, 'is empty'), 'ist leer');
  });
});
