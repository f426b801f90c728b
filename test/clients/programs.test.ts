import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { requireProgram, runProgram } from '../support/programs.ts';
import type { Stage } from './stage.ts';
import { HOST, expectForbidden, setStage } from './stage.ts';

/**
 * Clients in other languages, each with its own HTTP and TLS library, unmodified: one request that passes, one to a host
 * that is not allowed and fails at once. Each prints the body, or "refused …" and exits 3.
 */

interface Client {
  readonly program: string;
  readonly file: string;
  readonly source: string;
  /** What the client says about the refusal. */
  readonly refusal: RegExp;
}

const PYTHON = `
import ssl, sys, urllib.request
url, proxy, authority = sys.argv[1:4]
context = ssl.create_default_context(cafile=authority)
opener = urllib.request.build_opener(urllib.request.ProxyHandler({'https': proxy}), urllib.request.HTTPSHandler(context=context))
try:
    sys.stdout.write(opener.open(url, timeout=10).read().decode())
except Exception as error:
    sys.stdout.write('refused: %s' % error)
    sys.exit(3)
`;

const RUBY = `
require 'net/http'
require 'openssl'
url, proxy, authority = URI(ARGV[0]), URI(ARGV[1]), ARGV[2]
http = Net::HTTP.new(url.host, url.port, proxy.host, proxy.port)
http.use_ssl = true
http.verify_mode = OpenSSL::SSL::VERIFY_PEER
http.ca_file = authority
begin
  http.start { print http.get(url.path).body }
rescue StandardError => error
  print "refused: #{error.message}"
  exit 3
end
`;

const JAVA = `
import java.io.FileInputStream;
import java.net.*;
import java.net.http.*;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.*;

public class Client {
  public static void main(String[] a) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(new FileInputStream(a[2])));
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    URI proxy = URI.create(a[1]);
    HttpClient client = HttpClient.newBuilder().sslContext(tls)
      .proxy(ProxySelector.of(new InetSocketAddress(proxy.getHost(), proxy.getPort()))).build();
    long started = System.nanoTime();
    try {
      HttpResponse<String> r = client.send(HttpRequest.newBuilder(URI.create(a[0])).build(), HttpResponse.BodyHandlers.ofString());
      if (r.statusCode() != 200) throw new RuntimeException("status " + r.statusCode());
      System.out.print(r.body());
    } catch (Exception error) {
      System.out.print("refused after " + (System.nanoTime() - started) / 1000000 + " ms: " + error);
      System.exit(3);
    }
  }
}
`;

const CLIENTS: readonly Client[] = [
  { program: 'python3', file: 'client.py', source: PYTHON, refusal: /403/ },
  { program: 'ruby', file: 'client.rb', source: RUBY, refusal: /403/ },
  { program: 'java', file: 'Client.java', source: JAVA, refusal: /403|Tunnel|status/ },
];

describe('clients in other languages', () => {
  for (const client of CLIENTS) {
    it(`${client.program} reads a page through the gateway and is refused cleanly elsewhere`, async (context) => {
      const program = requireProgram(client.program, context);
      const stage = program === null ? null : await setStage(context);
      if (program === null || stage === null) return;
      try {
        await play(client, program, stage);
      } finally {
        await stage.close();
      }
    });
  }
});

async function play(client: Client, program: string, stage: Stage): Promise<void> {
  const { gateway, nginx, allowed, forbidden } = stage;
  const script = join(nginx.directory, client.file);
  writeFileSync(script, client.source);
  const proxy = `http://127.0.0.1:${gateway.port}`;
  const passed = await runProgram(program, [script, `https://${allowed}/small`, proxy, nginx.authorityFile]);
  assert.deepEqual([passed.code, passed.stdout], [0, 'hello through the gateway\n'], passed.stderr);
  const refused = await runProgram(program, [script, `https://${forbidden}/small`, proxy, nginx.authorityFile]);
  assert.equal(refused.code, 3, refused.stderr);
  assert.match(refused.stdout, client.refusal);
  // Java compiles its source first, so it says itself how long the refusal took.
  const tookMs = Number(/after (\d+) ms/.exec(refused.stdout)?.[1] ?? refused.tookMs);
  assert.ok(tookMs < 2_000, `took ${tookMs} ms`);
  await expectForbidden(stage);
  assert.ok(gateway.events.some(({ event, sni }) => event === 107 && sni === HOST));
}
