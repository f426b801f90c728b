import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { after, before, describe, it } from 'node:test';
import { connect as connectTls } from 'node:tls';
import type { Gateway } from '../support/gateway.ts';
import type { Issued } from '../support/pki.ts';
import { requireProgram, runProgram } from '../support/programs.ts';
import { HOST } from './clients.ts';
import type { TlsServer } from './servers.ts';
import type { Stage, Story } from './stage.ts';
import { AGENT_SUBJECT, assertOnlyHelloArrived, setStage, tunnelStory } from './stage.ts';

/** Clients that show a certificate with other TLS code than the two libraries: Node.js and Java, TLS 1.2. */

const JAVA = `
import java.io.*;
import java.net.*;
import java.security.KeyStore;
import javax.net.ssl.*;

public class CertificateClient {
  public static void main(String[] a) throws Exception {
    char[] password = "changeit".toCharArray();
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(new FileInputStream(a[2]), password);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, password);
    X509KeyManager chosen = (X509KeyManager) keys.getKeyManagers()[0];
    TrustManager[] trust = { new X509TrustManager() {
      public void checkClientTrusted(java.security.cert.X509Certificate[] c, String t) {}
      public void checkServerTrusted(java.security.cert.X509Certificate[] c, String t) {}
      public java.security.cert.X509Certificate[] getAcceptedIssuers() { return new java.security.cert.X509Certificate[0]; }
    } };
    SSLContext tls = SSLContext.getInstance("TLSv1.2");
    tls.init(new KeyManager[] { chosen }, trust, null);
    Proxy proxy = new Proxy(Proxy.Type.HTTP, new InetSocketAddress("127.0.0.1", Integer.parseInt(a[1])));
    HttpsURLConnection connection = (HttpsURLConnection) new URL(a[0]).openConnection(proxy);
    connection.setSSLSocketFactory(tls.getSocketFactory());
    connection.setHostnameVerifier((host, session) -> true);
    try {
      System.out.print("status " + connection.getResponseCode());
    } catch (IOException error) {
      System.out.print("refused: " + error);
      System.exit(3);
    }
  }
}
`;

let stage: Stage | null = null;
let server: TlsServer;
let gateway: Gateway;

before(async (context) => {
  stage = setStage(context as unknown as TestContext);
  if (stage === null) return;
  server = await stage.server({ library: 'openssl', asksForCertificate: true, more: ['-no_tls1_3'] });
  gateway = await stage.gateway();
});
after(async () => {
  await stage?.close();
});

function assertVerified({ verdict }: Story): void {
  assert.deepEqual([verdict.event, verdict['clientCertificate']], [107, AGENT_SUBJECT], JSON.stringify(verdict));
}

function assertRefused(story: Story): void {
  assert.deepEqual([story.verdict.event, story.verdict.msg], [105, 'Invalid Client certificate: CN=Gateway']);
  assertOnlyHelloArrived(story);
}

describe('node:tls with a client certificate', () => {
  it('passes with an allowed one, and is told access_denied with another', async () => {
    if (stage === null) return;
    const { allowed, denied } = stage.certificates;
    let answer = '';
    assertVerified(await tunnelStory(gateway, server, async () => (answer = await fromNode(allowed.RSA))));
    assert.match(answer, /^HTTP\/1\.0 200/);
    assertRefused(await tunnelStory(gateway, server, async () => (answer = await fromNode(denied.ECDSA))));
    // RFC 5246 section 7.2.2: access_denied is 49.
    assert.match(answer, /access.denied|alert number 49/i);
  });
});

/** What came back, or the message of the error. */
async function fromNode(certificate: Issued): Promise<string> {
  const asked = request({ port: gateway.port, method: 'CONNECT', path: `${HOST}:${server.tap.port}` });
  asked.end();
  const [, socket] = (await once(asked, 'connect')) as [unknown, Socket];
  const [cert, key] = [certificate.pem, readFileSync(certificate.keyFile, 'ascii')];
  const secure = connectTls({ socket, servername: HOST, cert, key, rejectUnauthorized: false });
  let answer = '';
  secure.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  secure.write('GET / HTTP/1.0\r\n\r\n');
  try {
    await once(secure, 'end');
  } catch (error) {
    answer = (error as Error).message;
  }
  secure.destroy();
  return answer;
}

describe('Java with a client certificate', () => {
  it('passes with an allowed one, and fails clearly with another', async (context) => {
    const [java, javac] = [requireProgram('java', context), requireProgram('javac', context)];
    if (stage === null || java === null || javac === null) return;
    const { directory } = stage.pki;
    writeFileSync(join(directory, 'CertificateClient.java'), JAVA);
    const compiled = await runProgram(javac, ['-nowarn', '-d', directory, join(directory, 'CertificateClient.java')]);
    assert.equal(compiled.code, 0, compiled.stderr);
    const run = async (certificate: Issued): Promise<string> => {
      const url = `https://${HOST}:${server.tap.port}/`;
      const args = ['-cp', directory, 'CertificateClient', url, `${gateway.port}`, keyStore(certificate)];
      return (await runProgram(java, args)).stdout;
    };
    let said = '';
    const { allowed, denied } = stage.certificates;
    assertVerified(await tunnelStory(gateway, server, async () => (said = await run(allowed.ECDSA))));
    assert.equal(said, 'status 200');
    assertRefused(await tunnelStory(gateway, server, async () => (said = await run(denied.RSA))));
    assert.match(said, /refused: .*access_denied/);
  });
});

function keyStore({ certificateFile, keyFile }: Issued): string {
  assert.ok(stage !== null);
  const file = `${certificateFile}.p12`;
  const args = [
    'pkcs12',
    '-export',
    '-in',
    certificateFile,
    '-inkey',
    keyFile,
    '-out',
    file,
    '-passout',
    'pass:changeit',
  ];
  execFileSync(stage.programs.openssl, args);
  return file;
}
