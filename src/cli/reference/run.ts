import { readKeyPath, valueAtPath } from '../../config/key-path.ts';
import { maskSecrets } from '../../config/masking.ts';
import { askAdmin } from '../admin-client.ts';
import { addHosts, listHosts, removeHosts } from '../allowed-host.ts';
import { addCertificates, listCertificates, removeCertificates } from '../client-certificate.ts';
import { getKey, setKey } from '../config-keys.ts';
import type { EditOptions } from '../edit.ts';
import { EXIT } from '../exit-code.ts';
import { orderGateway } from '../gateway.ts';
import { printJson, printLines, warnLines } from '../options.ts';
import { clearRelay, setRelay, showRelay } from '../relay-proxy.ts';
import { runningEndpoint } from '../running-gateway.ts';
import { configFile, loadFile } from '../sources.ts';
import { problemText, text } from '../text.ts';
import type { Cmdlet, CmdletName } from './cmdlets.ts';
import { findCmdlet } from './cmdlets.ts';
import { REFERENCE_KEYS, SHOWN_KEYS, pathOfKey, valueOfKey } from '../../config/reference-keys.ts';
import type { Given } from './parameters.ts';
import { readParameters } from './parameters.ts';

/**
 * Runs a cmdlet of the reference: `oms-gateway Add-OMSGatewayAllowedHost -Host www.test.com`.
 * @param words the arguments of the program. @returns the exit code, or null when they begin with no cmdlet
 */
export async function runCmdlet(words: readonly string[]): Promise<number | null> {
  const found = findCmdlet(words);
  if (found === null) return null;
  const { cmdlet, rest } = found;
  const read = readParameters(cmdlet, rest);
  if (!read.ok) {
    warnLines([read.message, text('reference.example', { example: cmdlet.example })]);
    return EXIT.usage;
  }
  if (read.given.help) {
    printLines(helpOf(cmdlet));
    return EXIT.done;
  }
  return await ACTIONS[cmdlet.name](read.given);
}

function helpOf(cmdlet: Cmdlet): string[] {
  const parameters = cmdlet.parameters.map(({ name, required }) =>
    required === true ? `-${name} VALUE` : `[-${name} VALUE]`,
  );
  return [
    ['oms-gateway', cmdlet.name, ...parameters, '[-Force] [-WhatIf] [--config FILE] [--json]'].join(' '),
    text('reference.example', { example: cmdlet.example }),
  ];
}

const ACTIONS: Readonly<Record<CmdletName, (given: Given) => number | Promise<number>>> = {
  'Get-OMSGatewayConfig': getConfig,
  'Set-OMSGatewayConfig': setConfig,
  'Get-OMSGatewayRelayProxy': (given) => showRelay(optionsOf(given)),
  'Get-OMSGatewayRelay': (given) => showRelay(optionsOf(given)),
  'Set-OMSGatewayRelayProxy': setRelayProxy,
  'Get-OMSGatewayAllowedHost': (given) => listHosts(optionsOf(given)),
  'Add-OMSGatewayAllowedHost': (given) => addHosts(optionsOf(given), [hostOf(given)]),
  'Remove-OMSGatewayAllowedHost': (given) => removeHosts(optionsOf(given), [hostOf(given)]),
  'Get-OMSGatewayAllowedClientCertificate': (given) => listCertificates(optionsOf(given)),
  'Add-OMSGatewayAllowedClientCertificate': (given) => addCertificates(optionsOf(given), [valueOf(given, 'Subject')]),
  'Remove-OMSGatewayAllowedClientCertificate': (given) =>
    removeCertificates(optionsOf(given), [valueOf(given, 'Subject')]),
  'Restart-Service': (given) => orderService(given, 'restart'),
  'Stop-Service': (given) => orderService(given, 'drain'),
  'Start-Service': startService,
  'Import-Module': nameModule,
  'Get-Module': nameModule,
};

function optionsOf({ config, json, switches }: Given): EditOptions {
  return { json, dryRun: switches.has('WhatIf'), ...(config === undefined ? {} : { config }) };
}

/** A required parameter; `readParameters` has seen to it. */
function valueOf(given: Given, name: string): string {
  return given.values.get(name) ?? '';
}

/** The documentation writes `-Host {URL}`: of an https URL the host is meant. */
function hostOf(given: Given): string {
  const value = valueOf(given, 'Host');
  return /^https:\/\/([^/:@?#]+)(?::443)?(?:[/?#].*)?$/i.exec(value)?.[1] ?? value;
}

/** Without a key the documented settings, a line each; with one its value. */
function getConfig(given: Given): number {
  const name = given.values.get('Key');
  if (name !== undefined) return isKnown(name) ? getKey(optionsOf(given), pathOfKey(name)) : unknownKey(name);
  const loaded = loadFile(configFile({ config: given.config }));
  if (!loaded.ok) {
    warnLines(loaded.problems.map(problemText));
    return EXIT.configuration;
  }
  const masked = maskSecrets(loaded.config);
  const rows = SHOWN_KEYS.map((key) => [key, valueAtPath(masked, pathOfKey(key).split('.'))] as const);
  if (given.json) printJson(Object.fromEntries(rows));
  else printLines(rows.map(([key, value]) => `${key.padEnd(10)} : ${String(value)}`));
  return EXIT.done;
}

async function setConfig(given: Given): Promise<number> {
  const name = valueOf(given, 'Key');
  if (!isKnown(name)) return unknownKey(name);
  const path = pathOfKey(name);
  return await setKey(optionsOf(given), path, valueOfKey(path, valueOf(given, 'Value')));
}

function isKnown(name: string): boolean {
  return readKeyPath(pathOfKey(name)).ok;
}

function unknownKey(key: string): number {
  warnLines([text('reference.unknown-key', { key, known: Object.keys(REFERENCE_KEYS) })]);
  return EXIT.usage;
}

/** An empty address clears; a password on the command line is taken, as documented, and warned about. */
async function setRelayProxy(given: Given): Promise<number> {
  const address = valueOf(given, 'Address');
  const username = given.values.get('Username');
  // The PowerShell module hands the password over in the environment, where it is not for everybody to read.
  const { OMS_GATEWAY_RELAY_PROXY_PASSWORD: variable = '' } = process.env;
  const argument = given.values.get('Password') ?? '';
  const password = argument === '' && username !== undefined ? variable : argument;
  if (address === '') return await clearRelay(optionsOf(given));
  if (argument !== '') {
    const better = `oms-gateway relay-proxy set ${address} --username NAME --password-file FILE`;
    warnLines([text('edit.secret-argument', { better })]);
  }
  return await setRelay(optionsOf(given), {
    address,
    ...(username === undefined || username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
  });
}

const SERVICES = ['omsgatewayservice', 'omsgateway', 'oms gateway', 'oms-gateway'];

function isService(given: Given): boolean {
  const name = valueOf(given, 'Name');
  if (SERVICES.includes(name.toLowerCase())) return true;
  warnLines([text('reference.unknown-service', { name })]);
  return false;
}

async function orderService(given: Given, order: 'restart' | 'drain'): Promise<number> {
  return isService(given) ? await orderGateway(order, optionsOf(given)) : EXIT.failed;
}

/** This program runs in the foreground or under a service manager: it says how to start it, when it does not run. */
async function startService(given: Given): Promise<number> {
  if (!isService(given)) return EXIT.failed;
  const file = configFile({ config: given.config });
  const loaded = loadFile(file);
  const endpoint = loaded.ok ? runningEndpoint(file, loaded.config) : null;
  const answer = endpoint === null ? null : await askAdmin(endpoint, { path: '/healthz' });
  if (answer?.ok === true) printLines([text('reference.running')]);
  else warnLines([text('reference.start')]);
  return answer?.ok === true ? EXIT.done : EXIT.failed;
}

function nameModule(given: Given): number {
  const name = valueOf(given, 'Name');
  const known = name.toLowerCase() === 'omsgateway';
  if (known) printLines([text('reference.module')]);
  else warnLines([text('reference.unknown-module', { name })]);
  return known ? EXIT.done : EXIT.failed;
}
