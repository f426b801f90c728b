import { describe, it } from 'node:test';
import { ascii, joined } from '../../support/feed.ts';
import { Playbook } from '../../support/playbook.ts';
import { version2 } from '../../support/proxy-header.ts';

const REQUEST = 'CONNECT www.test.com:443 HTTP/1.1\r\nHost: www.test.com:443\r\n\r\n';
const V1 = 'PROXY TCP4 203.0.113.9 192.0.2.1 56324 8080\r\n';
const V2 = version2(0x21, 0x11, [203, 0, 113, 9, 192, 0, 2, 1, 0xdc, 0x04, 0x1f, 0x90, 0x04, 0, 1, 0]);
const LOCAL = version2(0x20, 0, []);
const IS = 'client is 203.0.113.9 56324';
const ASKED = ['report 103', 'dial www.test.com:443'] as const;

function session(proxyProtocol: string, client = '10.0.0.1'): Playbook {
  const listen = { proxyProtocol, trustedProxies: ['10.0.0.0/8'] };
  return new Playbook({ listen, allowedHosts: ['www.test.com'], timeouts: { connectRequest: 5 } }, client);
}

const required = (): Playbook => session('require');
const accepting = (): Playbook => session('accept');

describe('a session behind a load balancer', () => {
  for (const [title, header] of [
    ['version 1', ascii(V1)],
    ['version 2', V2],
  ] as const) {
    it(`takes ${title}, cut at every byte, with the request behind it`, () => {
      const whole = joined(header, ascii(REQUEST));
      for (let cut = 1; cut < whole.length; cut += 1) {
        const told = cut >= header.length ? [IS] : [];
        required()
          .client(whole.subarray(0, cut), ...told)
          .client(whole.subarray(cut), ...(told.length > 0 ? [] : [IS]), ...ASKED)
          .ends('dialing');
      }
      required()
        .client(whole, IS, ...ASKED)
        .ends('dialing');
    });
  }

  it('believes the balancer itself where the header names nobody', () => {
    required()
      .client(joined(LOCAL, ascii(REQUEST)), ...ASKED)
      .ends('dialing');
    required()
      .client('PROXY UNKNOWN\r\n')
      .client(REQUEST, ...ASKED);
  });

  it('says nothing about probes: no byte, or LOCAL and no request', () => {
    required().play({ kind: 'ended', from: 'client' }, 'close client-closed silently');
    required().client(LOCAL).play({ kind: 'ended', from: 'client' }, 'close client-closed silently').ends('closed');
    required().play({ kind: 'lost', from: 'client', reset: true, detail: 'ECONNRESET' }, 'close client-reset silently');
  });

  it('closes without an answer what is malformed, cut short, late or of nobody known', () => {
    required()
      .client('PROXY TCP9 ')
      .client('\r\n', 'report 104 proxy-header-malformed', 'close proxy-header-malformed silently');
    required()
      .client(V2.subarray(0, 20))
      .play(
        { kind: 'ended', from: 'client' },
        'report 104 proxy-header-malformed',
        'close proxy-header-malformed silently',
      );
    required().client('PROX').deadlineAfter(5, 'report 403 request-timeout', 'close request-timeout silently');
    required().client('C', 'report 104 proxy-header-missing', 'close proxy-header-missing silently');
    session('require', '192.0.2.1').client('P', 'report 104 proxy-not-trusted', 'close proxy-not-trusted silently');
    session('require', '192.0.2.1').play({ kind: 'ended', from: 'client' }, 'close client-closed silently');
  });

  it('has one time limit for header and request', () => {
    required().deadlineAfter(5, 'report 403 request-timeout', 'send client 408', 'close request-timeout silently');
    required()
      .client(V1, IS)
      .deadlineAfter(5, 'report 403 request-timeout', 'send client 408', 'close request-timeout silently');
  });

  it('takes connections without a header too, when it need not be there', () => {
    accepting().client(joined(ascii(V1), ascii(REQUEST)), IS, ...ASKED);
    accepting().client(REQUEST, ...ASKED);
    session('accept', '192.0.2.1').client(REQUEST, ...ASKED);
  });

  it('does not believe a header of a stranger, whose first line it then is', () => {
    session('accept', '192.0.2.1').client(
      V1,
      'report 104 not-connect',
      'send client 405',
      'close not-connect silently',
    );
    session('accept', '192.0.2.1').client(V2, 'report 104 not-http', 'send client 400', 'close not-http silently');
    session('off', '10.0.0.1').client(V1, 'report 104 not-connect', 'send client 405', 'close not-connect silently');
  });
});
