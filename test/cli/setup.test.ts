import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { cliWith } from '../support/cli.ts';
import { requireProgram, runProgram } from '../support/programs.ts';
import { MAIN } from '../support/gateway.ts';
import { startRelay } from '../support/relay.ts';

const ID = '0a1b2c3d-0000-4000-8000-000000000000';

describe('oms-gateway setup --yes', () => {
  it("takes the installer's line, makes the file and its folder, and keeps the secret to its owner", async () => {
    const cli = cliWith();
    const file = join(cli.directory, 'new', 'gateway.json');
    const line =
      'PORTNUMBER=8090 PROXY=10.80.2.200 HASPROXY=1 HASAUTH=1 USERNAME=user1 PASSWORD=hunter2 INSTALLDIR=C:\\x LicenseAccepted=1';
    const { code, out, err } = await cli.run(['setup', '--yes', '--config', file, ...line.split(' ')]);
    assert.equal(code, 0, err);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), {
      listen: { port: 8090 },
      presets: ['azure-monitor'],
      relayProxy: { address: '10.80.2.200', username: 'user1', password: 'hunter2' },
    });
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.match(out, /gateway\.json is written\.[^]*Start the gateway: oms-gateway start --config/);
    assert.match(err, /INSTALLDIR is not needed here[^]*given on the command line/);
    assert.ok(!(out + err).includes('hunter2'));
    assert.equal((await cli.run(['config', 'validate', file])).code, 0);
  });

  it('installs the service with --service, or says why it cannot; the configuration is written all the same', async (context) => {
    if (existsSync('/run/systemd/system')) {
      context.skip('systemd runs here, and this test must not install anything');
      return;
    }
    const cli = cliWith({ allowedHosts: ['a.test'] });
    const { code, err } = await cli.run(['setup', '--yes', '--port', '9091', '--service']);
    assert.equal(code, 1);
    assert.match(err, /systemd does not run here; run `oms-gateway start` under the supervisor that does/);
    assert.deepEqual(cli.tree()['listen'], { port: 9091 });
  });

  it('changes what is named and leaves the rest of a file', async () => {
    const cli = cliWith({ allowedHosts: ['a.test'], timeouts: { idle: 60 } });
    const { code } = await cli.run(['setup', '-y', '--workspace', ID, '--port', '9090', '--language', 'de']);
    assert.equal(code, 0);
    assert.deepEqual(cli.tree(), {
      admin: { port: 0 },
      allowedHosts: ['a.test'],
      timeouts: { idle: 60 },
      listen: { port: 9090 },
      workspaces: [ID],
      log: { language: 'de' },
    });
    const again = await cli.run(['setup', '-y']);
    assert.match(again.out, /ist richtig, wie sie ist/, 'the language of the file is spoken');
  });

  it('upgrades an older file and keeps the old one beside it, each time', async () => {
    const cli = cliWith();
    const old = '{ "ListenPort": "8090", "logLevel": "DEBUG", "allowedHosts": ["a.test"], "admin": { "port": 0 } }';
    for (const name of ['.old', '.old.1']) {
      cli.write(old);
      const { code, out } = await cli.run(['setup', '--yes']);
      assert.equal(code, 0);
      assert.match(out, /ListenPort is listen\.port by now/);
      assert.equal(readFileSync(cli.file + name, 'utf8'), old);
      assert.deepEqual(cli.tree(), {
        allowedHosts: ['a.test'],
        admin: { port: 0 },
        listen: { port: 8090 },
        log: { level: 'debug' },
      });
    }
  });

  it('refuses wrong values and wrong files before anything is written', async () => {
    const cli = cliWith();
    const before = cli.text();
    const wrong = await cli.run(['setup', '--yes', 'PORTNUMBER=70000', '--preset', 'moon', '--language', 'xx']);
    assert.deepEqual([wrong.code, cli.text()], [78, before]);
    assert.equal(wrong.err.match(/^oms-gateway: (?:listen\.port|presets\[0\]|log\.language): /gm)?.length, 3);
    assert.equal((await cli.run(['setup', '--yes', 'PORT=1'])).code, 2);
    assert.equal((await cli.run(['setup'])).code, 2, 'no terminal, no --yes');
    cli.write('{ "prot": 1 }');
    const broken = await cli.run(['setup', '--yes']);
    assert.deepEqual([broken.code, /prot: unknown key/.test(broken.err), cli.text()], [78, true, '{ "prot": 1 }']);
    assert.ok(!existsSync(`${cli.file}.old`));
  });

  it('tests a host when one is named', async () => {
    const relay = await startRelay({ answer: 'HTTP/1.1 503 No\r\n\r\n' });
    const cli = cliWith({ allowedHosts: ['a.test'] });
    const proxy = `http://127.0.0.1:${relay.port}`;
    const down = await cli.run(['setup', '--yes', '--proxy', proxy, '--test', 'a.test']);
    assert.deepEqual(
      [down.code, /a\.test cannot be reached: the relay proxy answered 503 No/.test(down.out)],
      [1, true],
    );
    assert.deepEqual(cli.tree()['relayProxy'], { address: proxy });
    await relay.close();
  });
});

describe('oms-gateway setup in a terminal', () => {
  it('asks, hides the password, shows what it will write, and writes it', async (context) => {
    const script = requireProgram('python3', context);
    if (script === null) return;
    const relay = await startRelay();
    context.after(() => relay.close());
    const cli = cliWith();
    const file = join(cli.directory, 'asked.json');
    // Answers each question when it has come, as a person does; prints what the terminal showed.
    const answers = ['70000', '8090', `http://127.0.0.1:${relay.port}`, 'user1', 'hunter2', '', ID, '', 'de', '-', 'y'];
    writeFileSync(join(cli.directory, 'person.py'), PERSON);
    const words = [join(cli.directory, 'person.py'), process.execPath, MAIN, 'setup', '--no-service', '--config', file];
    const { stdout, code, stderr } = await runProgram(script, words, JSON.stringify(answers));
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /70000 is not a port/);
    assert.match(stdout, /The relay proxy accepts connections/);
    assert.match(stdout, /"password": "\*\*\*"/);
    assert.ok(!stdout.includes('hunter2'), 'the password is never on the screen');
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), {
      listen: { port: 8090 },
      workspaces: [ID],
      log: { language: 'de' },
      relayProxy: { address: `http://127.0.0.1:${relay.port}`, username: 'user1', password: 'hunter2' },
    });
  });
});

/** Runs a program on a pseudo terminal: sends the next answer whenever the program waits behind ": ". */
const PERSON = `
import json, os, pty, select, sys
answers = json.load(sys.stdin)
pid, fd = pty.fork()
if pid == 0:
    os.environ.pop('OMS_GATEWAY_CONFIG', None)
    os.execv(sys.argv[1], sys.argv[1:])
shown = fresh = b''
while True:
    try:
        if not select.select([fd], [], [], 20)[0]: break
        got = os.read(fd, 65536)
    except OSError:
        break
    if not got: break
    shown += got; fresh += got
    quiet = not select.select([fd], [], [], 0.15)[0]
    if quiet and answers and b': ' in fresh:
        os.write(fd, answers.pop(0).encode() + b'\\r')
        fresh = b''
sys.stdout.write(shown.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
