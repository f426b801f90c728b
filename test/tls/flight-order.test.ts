import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PLACE, flightOrder, outOfPlace, placeOf } from '../../src/tls/flight-order.ts';

describe('flight order', () => {
  it('gives every message of the flight a place of its own, and no other message one', () => {
    const places = Array.from({ length: 256 }, (_, type) => placeOf(type)).filter((place) => place !== 0);
    assert.deepEqual(new Set(places), new Set(Object.values(PLACE)));
    assert.equal(places.length, 5);
  });

  it('leads from the first place to ServerHelloDone only over what is required', () => {
    for (const exchange of ['RSA', 'ECDHE_RSA', 'DH_anon', 'PSK', 'ECDHE_PSK', 'RSA_PSK', 'SRP_SHA_RSA'] as const) {
      const order = flightOrder(exchange);
      let taken = 0;
      for (const place of Object.values(PLACE)) {
        if ((order.required & place) === 0) continue;
        assert.equal(outOfPlace(place, taken, order), null, `${exchange} ${place}`);
        taken = place;
      }
      assert.equal(taken, PLACE.serverHelloDone);
      const first = Object.values(PLACE).find((place) => (order.required & place) !== 0) ?? 0;
      if (first !== PLACE.serverHelloDone) assert.notEqual(outOfPlace(PLACE.serverHelloDone, 0, order), null);
      assert.notEqual(outOfPlace(PLACE.serverHelloDone, PLACE.serverHelloDone, order), null);
    }
  });

  it('asks only for signatures where no key of the client takes part', () => {
    assert.deepEqual([flightOrder('ECDHE_ECDSA').clientSigns, flightOrder('ECDH_RSA').clientSigns], [true, false]);
    assert.equal(flightOrder(null).clientSigns, false);
  });
});
