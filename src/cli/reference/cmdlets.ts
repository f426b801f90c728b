/**
 * The cmdlets of the reference (Microsoft Learn: Log Analytics gateway, "Useful PowerShell cmdlets", 2026-04-22), and
 * the commands of the platform that its documentation prints beside them. Data only; `run.ts` acts.
 */

export interface Parameter {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly required?: boolean;
  /** A switch takes no value. */
  readonly isSwitch?: boolean;
}

export interface Cmdlet {
  readonly name: string;
  /** Those that take a position come first, in the order of positions. */
  readonly parameters: readonly Parameter[];
  /** How many of them can be given without their name. */
  readonly positions: number;
  /** As the documentation prints it. */
  readonly example: string;
}

/** Taken by each cmdlet: what runbooks add, and the common parameters of PowerShell (about_CommonParameters). */
export const COMMON_PARAMETERS: readonly Parameter[] = [
  { name: 'Force', isSwitch: true },
  { name: 'WhatIf', aliases: ['wi'], isSwitch: true },
  { name: 'Confirm', aliases: ['cf'], isSwitch: true },
  { name: 'Verbose', aliases: ['vb'], isSwitch: true },
  { name: 'Debug', aliases: ['db'], isSwitch: true },
  { name: 'PassThru', isSwitch: true },
  { name: 'ErrorAction', aliases: ['ea'] },
  { name: 'WarningAction', aliases: ['wa'] },
];

const KEY = { name: 'Key', aliases: ['Name'] } as const;
const HOST = { name: 'Host', aliases: ['HostName', 'Name'], required: true } as const;
const SUBJECT = { name: 'Subject', aliases: ['Name'], required: true } as const;
const SERVICE = { name: 'Name', aliases: ['ServiceName', 'DisplayName'], required: true } as const;
const MODULE = { name: 'Name', aliases: ['ModuleInfo'], required: true } as const;

export const CMDLETS = [
  cmdlet('Get-OMSGatewayConfig', [KEY], 1, 'Get-OMSGatewayConfig'),
  cmdlet(
    'Set-OMSGatewayConfig',
    [
      { ...KEY, required: true },
      { name: 'Value', required: true },
    ],
    2,
    'Set-OMSGatewayConfig -Name ListenPort -Value 8080',
  ),
  cmdlet('Get-OMSGatewayRelayProxy', [], 0, 'Get-OMSGatewayRelayProxy'),
  // Its chapter on the silent installation prints the name like this.
  cmdlet('Get-OMSGatewayRelay', [], 0, 'Get-OMSGatewayRelay'),
  cmdlet(
    'Set-OMSGatewayRelayProxy',
    [{ name: 'Address', required: true }, { name: 'Username' }, { name: 'Password' }],
    3,
    'Set-OMSGatewayRelayProxy -Address http://www.myproxy.com:8080 -Username user1 -Password 123',
  ),
  cmdlet('Get-OMSGatewayAllowedHost', [], 0, 'Get-OMSGatewayAllowedHost'),
  cmdlet('Add-OMSGatewayAllowedHost', [HOST], 1, 'Add-OMSGatewayAllowedHost -Host www.test.com'),
  cmdlet('Remove-OMSGatewayAllowedHost', [HOST], 1, 'Remove-OMSGatewayAllowedHost -Host www.test.com'),
  cmdlet('Get-OMSGatewayAllowedClientCertificate', [], 0, 'Get-OMSGatewayAllowedClientCertificate'),
  cmdlet(
    'Add-OMSGatewayAllowedClientCertificate',
    [SUBJECT],
    1,
    'Add-OMSGatewayAllowedClientCertificate -Subject mycert',
  ),
  cmdlet(
    'Remove-OMSGatewayAllowedClientCertificate',
    [SUBJECT],
    1,
    'Remove-OMSGatewayAllowedClientCertificate -Subject mycert',
  ),
  cmdlet('Restart-Service', [SERVICE], 1, 'Restart-Service OMSGatewayService'),
  cmdlet('Stop-Service', [SERVICE], 1, 'Stop-Service -Name OMSGatewayService'),
  cmdlet('Start-Service', [SERVICE], 1, 'Start-Service -Name OMSGatewayService'),
  cmdlet('Import-Module', [MODULE], 1, 'Import-Module OMSGateway'),
  cmdlet('Get-Module', [MODULE], 1, 'Get-Module OMSGateway'),
] as const;

export type CmdletName = (typeof CMDLETS)[number]['name'];

function cmdlet<const Name extends string>(
  name: Name,
  parameters: readonly Parameter[],
  positions: number,
  example: string,
): Cmdlet & { readonly name: Name } {
  return { name, parameters, positions, example };
}

/**
 * The cmdlet that words begin with, in either case, and the words behind it; null when they begin otherwise. The
 * documentation once prints "Remove- OMSGateway…" with a blank, so that is read as well.
 */
export function findCmdlet(
  words: readonly string[],
): { readonly cmdlet: (typeof CMDLETS)[number]; readonly rest: readonly string[] } | null {
  const [first = '', second = ''] = words;
  // The language may be named in front, as with any command; `commandLanguage` has read it.
  if (first === '--language') return findCmdlet(words.slice(2));
  if (first.startsWith('--language=')) return findCmdlet(words.slice(1));
  const split = first.endsWith('-') && second !== '';
  const name = (split ? first + second : first).toLowerCase();
  const found = CMDLETS.find((each) => each.name.toLowerCase() === name);
  return found === undefined ? null : { cmdlet: found, rest: words.slice(split ? 2 : 1) };
}
