import { describe, it } from 'node:test';
import fc from 'fast-check';
import { joined } from '../support/feed.ts';
import { record } from '../support/flight.ts';
import { buildServerHello } from '../support/flight.ts';
import { buildClientHello } from '../support/hello.ts';
import { Playbook } from '../support/playbook.ts';

const CONFIG = {
  allowedHosts: ['www.test.com'],
  limits: { headerBytes: 512, handshakeBytes: 4096 },
  timeouts: { connectRequest: 5, dial: 6, clientHello: 7, handshake: 8 },
};
const REQUEST = 'CONNECT www.test.com:443 HTTP/1.1\r\nHost: www.test.com:443\r\n\r\n';
const HELLO = buildClientHello({ serverName: 'www.test.com', versions: [0x0304, 0x0303] });
const LIE = buildClientHello({ serverName: 'www.evil.com', versions: [0x0304] });
const DIALED = { kind: 'dialed', address: '192.0.2.1' } as const;
const ASKED = ['report 103', 'dial www.test.com:443'] as const;
const SERVER_HELLO = buildServerHello({
  version: 0x0304,
  cipherSuite: 0x1301,
  sessionId: new Uint8Array(32).fill(0x11),
});
const ENCRYPTED = record(0x17, new Uint8Array(40));
const FORWARDED = `send origin ${HELLO.length} bytes`;

const session = () => new Playbook(CONFIG);
const dialing = () => session().client(REQUEST, ...ASKED);
const connected = () => dialing().play(DIALED, 'send client 200');
const greeted = () => connected().client(HELLO, FORWARDED);

describe('a session', () => {
  it('goes from request to opaque', () => {
    greeted()
      .origin(SERVER_HELLO, `send client ${SERVER_HELLO.length} bytes`)
      .origin(ENCRYPTED, 'send client 45 bytes')
      .client(ENCRYPTED, 'report 107', 'send origin 45 bytes', 'go opaque')
      .ends('opaque');
  });

  it('takes request and hello one byte at a time', () => {
    const play = session();
    for (const byte of REQUEST.slice(0, -1)) play.client(byte);
    play.client('\n', ...ASKED).play(DIALED, 'send client 200');
    for (const byte of HELLO.subarray(0, -1)) play.client(Uint8Array.of(byte));
    play.client(HELLO.subarray(-1), FORWARDED).ends('awaiting-server');
  });

  it('keeps a hello that comes with the request, and one that comes while it dials', () => {
    const eager = joined(
      Uint8Array.from(REQUEST, (each) => each.charCodeAt(0)),
      HELLO,
    );
    session()
      .client(eager, ...ASKED)
      .play(DIALED, 'send client 200', FORWARDED)
      .ends('awaiting-server');
    dialing().client(HELLO.subarray(0, 10)).play(DIALED, 'send client 200').client(HELLO.subarray(10), FORWARDED);
  });

  it('stops reading a client that sends more than it may hold while dialing', () => {
    const flood = new Uint8Array(4097).fill(0x16);
    dialing()
      .client(flood, 'pause client')
      .play(DIALED, 'send client 200', 'resume client', 'report 106 not-tls', 'send client alert 10', 'close not-tls');
  });

  it('forwards early data behind a hello that announces it, and a half-close before the server answers', () => {
    const hello = buildClientHello({
      serverName: 'www.test.com',
      versions: [0x0304],
      extensions: [[42, new Uint8Array(0)]],
    });
    connected()
      .client(joined(hello, ENCRYPTED), `send origin ${hello.length} bytes`, 'send origin 45 bytes')
      .play({ kind: 'ended', from: 'client' }, 'end origin')
      .origin(
        joined(SERVER_HELLO, ENCRYPTED),
        'report 107',
        `send client ${SERVER_HELLO.length + 45} bytes`,
        'go opaque',
      );
  });

  it('holds what the client sends too early until the server has answered', () => {
    greeted()
      .client(ENCRYPTED)
      .origin(SERVER_HELLO, `send client ${SERVER_HELLO.length} bytes`, 'send origin 45 bytes')
      .ends('observing-handshake');
  });

  it('ends without event 107 when the server answers with a fatal alert, and lets both sides close', () => {
    greeted()
      .origin('\u0015\u0003\u0003\u0000\u0002\u0002\u0028', 'send client alert 40')
      .client('x')
      .origin('x')
      .play({ kind: 'ended', from: 'origin' }, 'end client')
      .play({ kind: 'ended', from: 'client' }, 'close origin-alert')
      .ends('closed');
  });
});

describe('a session refuses', () => {
  for (const [title, request, status, report] of [
    ['another method', 'GET / HTTP/1.1\r\n', '405', '104 not-connect'],
    ['garbage', '\u0000\u0001', '400', '104 not-http'],
    ['a TLS hello on the proxy port', '\u0016\u0003\u0001', '400', '104 not-http'],
    ['an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400', '104 not-http'],
    ['a target with a path', 'CONNECT www.test.com:443/ HTTP/1.1\r\nHost: x\r\n\r\n', '400', '104 malformed-target'],
    ['HTTP/1.1 without Host', 'CONNECT www.test.com:443 HTTP/1.1\r\n\r\n', '400', '104 malformed-request'],
    [
      'a head that is too large',
      `CONNECT www.test.com:443 HTTP/1.1\r\nX: ${'x'.repeat(600)}`,
      '431',
      '104 header-too-large',
    ],
  ] as const) {
    it(`${title} with ${status}`, () => {
      const reason = report.slice(4);
      session().client(request, `report ${report}`, `send client ${status}`, `close ${reason} silently`).ends('closed');
    });
  }

  it('a host and a port that are not allowed, without dialing', () => {
    session()
      .client(
        'CONNECT evil.com:443 HTTP/1.0\r\n\r\n',
        'report 103',
        'report 105 host-not-allowed',
        'send client 403',
        'close host-not-allowed silently',
      )
      .ends('closed');
    session().client(
      'CONNECT www.test.com:22 HTTP/1.0\r\n\r\n',
      'report 103',
      'report 105 port-not-allowed',
      'send client 403',
      'close port-not-allowed silently',
    );
  });

  it('a destination that cannot be dialed', () => {
    const failed = { kind: 'dial-failed', reason: 'connection-refused', fields: { detail: 'x' } } as const;
    dialing()
      .play(failed, 'report 403 connection-refused', 'send client 502', 'close connection-refused silently')
      .ends('closed');
  });

  it('a hello that lies, and forwards none of it', () => {
    connected().client(LIE, 'report 106 sni-mismatch', 'send client alert 112', 'close sni-mismatch').ends('closed');
  });

  it('what is no hello, however late that shows', () => {
    connected().client('SSH-2.0', 'report 106 not-tls', 'send client alert 10', 'close not-tls');
    connected().origin('220 hi', 'report 106 origin-spoke-first', 'send client alert 10', 'close origin-spoke-first');
    greeted()
      .origin('HTTP/1.1 400', 'report 106 server-not-tls', 'send client alert 40', 'close server-not-tls')
      .ends('closed');
  });

  it('nothing more once it is closed', () => {
    session()
      .client('GET / HTTP/1.1\r\n', 'report 104 not-connect', 'send client 405', 'close not-connect silently')
      .client(REQUEST)
      .ends('closed');
  });
});

describe('a session that waits', () => {
  it('gives each state its time', () => {
    session()
      .client('CONN')
      .deadlineAfter(5, 'report 403 request-timeout', 'send client 408', 'close request-timeout silently');
    dialing().deadlineAfter(6, 'report 403 connect-timeout', 'send client 504', 'close connect-timeout silently');
    connected()
      .client(HELLO.subarray(0, 9))
      .deadlineAfter(7, 'report 403 hello-timeout', 'send client alert 40', 'close hello-timeout');
    greeted().deadlineAfter(
      8,
      'report 403 handshake-timeout',
      'send origin alert 40',
      'send client alert 40',
      'close handshake-timeout',
    );
  });
});

describe('a client that leaves', () => {
  const gone = { kind: 'ended', from: 'client' } as const;
  const reset = { kind: 'lost', from: 'client', reset: true, detail: 'ECONNRESET' } as const;

  it('is not worth a word before it has said anything', () => {
    session().play(gone, 'close client-closed silently').ends('closed');
    session().play(reset, 'close client-reset silently').ends('closed');
  });

  it('gets a 400 when it stops inside the request', () => {
    session()
      .client('CONNECT ')
      .play(gone, 'report 104 malformed-request', 'send client 400', 'close malformed-request silently');
  });

  it('is answered when it has only finished sending, and its half-close follows its hello', () => {
    dialing().play(gone).play(DIALED, 'send client 200', 'close client-closed').ends('closed');
    dialing()
      .play(gone)
      .play(
        { kind: 'dial-failed', reason: 'name-not-found', fields: {} },
        'report 403 name-not-found',
        'send client 502',
        'close name-not-found silently',
      );
    dialing().client(HELLO).play(gone).play(DIALED, 'send client 200', FORWARDED, 'end origin').ends('awaiting-server');
  });

  it('ends the tunnel in every later state', () => {
    connected().play(gone, 'close client-closed').ends('closed');
    for (const play of [dialing(), connected(), greeted()]) play.play(reset, 'close client-reset').ends('closed');
  });

  it('is told by the close of the origin too', () => {
    connected().play({ kind: 'ended', from: 'origin' }, 'close origin-closed').ends('closed');
    greeted()
      .play({ kind: 'lost', from: 'origin', reset: true, detail: 'ECONNRESET' }, 'close origin-reset')
      .ends('closed');
  });
});

describe('any bytes in any cut', () => {
  it('never make a session throw', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 10 }), fc.boolean(), (chunks, inTunnel) => {
        const play = inTunnel ? connected() : session();
        for (const bytes of chunks) play.feed(bytes);
      }),
    );
  });
});
