import { describe, it } from 'node:test';
import type { Input, LimitReason } from '../../../src/tunnel/input.ts';
import { Playbook } from '../../support/playbook.ts';

const HASH = `$scrypt$ln=15,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;
const USERS = { basicAuth: [{ username: 'agent', passwordHash: HASH }] };
const LIMITED = { limits: { maxTunnels: 5, handshakeBytes: 4096 } };
const request = (host: string, fields = ''): string => `CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}\r\n${fields}\r\n`;
const SIGNED = 'Proxy-Authorization: Basic YWdlbnQ6cmlnaHQ=\r\n';
const DIAL = 'dial www.test.com:443';

function session(config: object, client?: string): Playbook {
  return new Playbook({ allowedHosts: ['www.test.com'], timeouts: { connectRequest: 5 }, ...config }, client);
}

function answer(verdict: 'known' | 'unknown' | 'busy'): Input {
  return { kind: 'authenticated', verdict, user: 'agent' };
}

function room(reason: LimitReason | null): Input {
  return { kind: 'admitted', reason, fields: { limit: 5 } };
}

describe('a session whose client has to be allowed', () => {
  it('refuses those that are not with 403, without a look at where they want to go', () => {
    const refused = [
      'report 103',
      'report 105 client-not-allowed',
      'send client 403',
      'close client-not-allowed silently',
    ];
    session({ clients: { deny: ['10.0.0.0/8'] } }, '10.0.0.7').client(request('www.test.com'), ...refused);
    session({ clients: { allow: ['10.0.0.0/8'] } }, '192.0.2.1').client(request('evil.com'), ...refused);
    session({ clients: { allow: ['10.0.0.0/8'] } }, '10.0.0.7').client(request('www.test.com'), 'report 103', DIAL);
  });

  it('with mode "report" lets them through and says so', () => {
    session({ mode: 'report', clients: { deny: ['10.0.0.0/8'] } }, '10.0.0.7').client(
      request('www.test.com'),
      'report 103',
      'report 105 client-not-allowed',
      DIAL,
    );
  });
});

describe('a session whose client has to say who it is', () => {
  const asked = (): Playbook =>
    session({ clients: USERS }).client(request('www.test.com', SIGNED), 'report 103', 'authenticate agent');

  it('asks for it with 407, whatever the mode', () => {
    for (const mode of ['enforce', 'report']) {
      session({ mode, clients: USERS }).client(
        request('evil.com'),
        'report 103',
        'report 100 authentication-required',
        'send client 407',
        'close authentication-required silently',
      );
    }
  });

  it('refuses words that are none without asking anybody', () => {
    for (const value of ['Bearer abc', 'Basic %%%', 'Basic YWdlbnQ='])
      session({ clients: USERS }).client(
        request('www.test.com', `Proxy-Authorization: ${value}\r\n`),
        'report 103',
        'report 105 authentication-failed',
        'send client 407',
        'close authentication-failed silently',
      );
  });

  it('dials for a user that is known, and refuses one that is not, or cannot be verified now', () => {
    asked().play(answer('known'), 'user is agent', DIAL).ends('dialing');
    asked().play(
      answer('unknown'),
      'report 105 authentication-failed',
      'send client 407',
      'close authentication-failed silently',
    );
    asked().play(answer('busy'), 'report 100 gateway-busy', 'send client 503', 'close gateway-busy silently');
  });

  it('tells only a user that is known what may be reached', () => {
    session({ clients: USERS })
      .client(request('evil.com', SIGNED), 'report 103', 'authenticate agent')
      .play(
        answer('known'),
        'user is agent',
        'report 105 host-not-allowed',
        'send client 403',
        'close host-not-allowed silently',
      );
  });

  it('does not wait for ever, and ends with its client', () => {
    asked().deadlineAfter(5, 'report 100 gateway-busy', 'send client 503', 'close gateway-busy silently');
    // It may have said all it has to say; the answer tells whether it is still there.
    const silent = asked().play({ kind: 'ended', from: 'client' });
    silent.play(
      answer('unknown'),
      'report 105 authentication-failed',
      'send client 407',
      'close authentication-failed silently',
    );
    asked().play({ kind: 'lost', from: 'client', reset: true, detail: 'ECONNRESET' }, 'close client-reset');
  });

  it('takes an answer that comes too late or to another question for nothing', () => {
    asked().play(room(null)).ends('admitting');
    asked().play(answer('known'), 'user is agent', DIAL).play(answer('unknown')).ends('dialing');
  });
});

describe('a session that needs room', () => {
  const asked = (): Playbook => session(LIMITED).client(request('www.test.com'), 'report 103', 'admit');

  it('dials when there is some, and answers 503 when there is none', () => {
    asked().play(room(null), DIAL).ends('dialing');
    for (const reason of ['too-many-tunnels', 'too-many-tunnels-of-client', 'too-many-new-tunnels'] as const)
      asked().play(room(reason), `report 100 ${reason}`, 'send client 503', `close ${reason} silently`).ends('closed');
  });

  it('asks for none for what is not allowed anyway, and only once it knows the user', () => {
    session(LIMITED).client(
      request('evil.com'),
      'report 103',
      'report 105 host-not-allowed',
      'send client 403',
      'close host-not-allowed silently',
    );
    session({ ...LIMITED, clients: USERS })
      .client(request('www.test.com', SIGNED), 'report 103', 'authenticate agent')
      .play(answer('known'), 'user is agent', 'admit')
      .play(room(null), DIAL);
  });

  it('keeps what the client sends meanwhile, up to a limit', () => {
    asked()
      .client('early')
      .client(new Uint8Array(4096).fill(0x16), 'pause client')
      .play(room(null), DIAL)
      .play(
        { kind: 'dialed', address: '192.0.2.1' },
        'send client 200',
        'resume client',
        'report 106 not-tls',
        'send client alert 10',
        'close not-tls',
      );
  });
});
