import { configSchema } from '../../src/config/schema.ts';

/** Wrong configurations, each with what is said of it. */

const TOP = Object.keys(configSchema.shape)
  .filter((name) => name !== '$schema')
  .join(', ');
const HOSTS = 'a host name, "*.suffix", an IP address or a range like 10.1.0.0/16';
const PORT = 'is not a port; expected a whole number from 1 to 65535';
const VERSION = 'is not a known value; expected one of "1.0", "1.1", "1.2", "1.3"';
const TIME = 'is not a time; expected a number of seconds from 0.05 to 2592000';
const WORKERS = 'is not a number of workers; expected "auto" or a whole number from 1 to 256';
const NO_SECTION = 'is not a section; expected an object with keys';

const HASH = `$scrypt$ln=15,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

export const WRONG_CONFIGURATIONS: readonly (readonly [unknown, string])[] = [
  [[], `[] ${NO_SECTION}`],
  [null, `null ${NO_SECTION}`],
  [{ listen: 5 }, `listen: 5 ${NO_SECTION}`],
  [{ listen: null }, `listen: null ${NO_SECTION}`],
  [{ listen: [] }, `listen: [] ${NO_SECTION}`],
  [{ listen: { port: 70_000 } }, `listen.port: 70000 ${PORT}`],
  [{ listen: { port: 0 } }, `listen.port: 0 ${PORT}`],
  [{ listen: { port: -1 } }, `listen.port: -1 ${PORT}`],
  [{ listen: { port: 80.5 } }, `listen.port: 80.5 ${PORT}`],
  [{ listen: { port: '8080' } }, `listen.port: "8080" ${PORT}`],
  [{ listen: { port: null } }, `listen.port: null ${PORT}`],
  [{ listen: { port: Infinity } }, `listen.port: Infinity ${PORT}`],
  [{ listen: { host: '' } }, 'listen.host: "" is not an IP address; expected one like 10.0.0.7 or fd00::7'],
  [
    { listen: { host: 'localhost' } },
    'listen.host: "localhost" is not an IP address; expected one like 10.0.0.7 or fd00::7',
  ],
  [{ listen: { host: 5 } }, 'listen.host: 5 is not an address; expected an IP address'],
  [
    { listen: { prot: 1 } },
    'listen.prot: unknown key; did you mean "port"? known keys: host, port, proxyProtocol, trustedProxies, tls',
  ],
  [{ ListenPort: 1 }, 'ListenPort: is listen.port by now; `oms-gateway setup` moves it there and keeps the old file'],
  [{ listen: { x: 1 } }, 'listen.x: unknown key; known keys: host, port, proxyProtocol, trustedProxies, tls'],
  [{ allowdHosts: [] }, `allowdHosts: unknown key; did you mean "allowedHosts"? known keys: ${TOP}`],
  [
    { workspaces: ['{0a1b2c3d-0000-4000-8000-000000000000}'] },
    'workspaces[0]: "{0a1b2c3d-0000-4000-8000-000000000000}" is not a workspace id; expected one like "0a1b2c3d-0000-4000-8000-000000000000"',
  ],
  [
    { allowedClientCertificates: ['Gateway', 'subject=CN = a, O = b'] },
    'allowedClientCertificates[1]: "subject=CN = a, O = b" has the unknown attribute type "subject"; expected one like "CN=Hybrid Runbook Worker,OU=Azure Automation,O=Microsoft Corporation"',
  ],
  [
    { allowedClientCertificates: ['*'] },
    'allowedClientCertificates[0]: "*" would allow every certificate; subjects are compared whole, without wildcards',
  ],
  [{ toString: {} }, `toString: unknown key; known keys: ${TOP}`],
  [{ 'a\nb': 1 }, `"a\\nb": unknown key; known keys: ${TOP}`],
  [{ workers: 0 }, `workers: 0 ${WORKERS}`],
  [{ workers: 257 }, `workers: 257 ${WORKERS}`],
  [{ workers: 'many' }, `workers: "many" ${WORKERS}`],
  [{ engine: 'fast' }, 'engine: "fast" is not a known value; expected one of "auto", "linux", "portable"'],
  [
    { allowedHosts: 'a.com' },
    'allowedHosts: "a.com" is not a list of hosts; expected a list of host names, "*.suffix", IP addresses or ranges',
  ],
  [{ allowedHosts: ['b.com', 5] }, `allowedHosts[1]: 5 is not a host; expected ${HOSTS}`],
  [{ allowedHosts: ['https://u:secret@a'] }, `allowedHosts[0]: "https://***@a" has a scheme; expected ${HOSTS}`],
  [{ allowedHosts: ['a.com:443'] }, 'allowedHosts[0]: "a.com:443" has a port; ports belong into allowedPorts'],
  [{ allowedPorts: [443, 0] }, `allowedPorts[1]: 0 ${PORT}`],
  [{ allowedPorts: 443 }, 'allowedPorts: 443 is not a list of ports; expected a list of whole numbers from 1 to 65535'],
  [
    { presets: ['x'] },
    'presets[0]: "x" is not a preset; known are azure-monitor, azure-monitor-blob, hybrid-worker/REGION, hybrid-worker-account/REGION',
  ],
  [
    { presets: ['../presets/azure-monitor'] },
    'presets[0]: "../presets/azure-monitor" is not a preset; known are azure-monitor, azure-monitor-blob, hybrid-worker/REGION, hybrid-worker-account/REGION',
  ],
  [
    { presets: [5] },
    'presets[0]: 5 is not the name of a preset; expected a name that `oms-gateway preset list` prints',
  ],
  [{ cloud: 'Public' }, 'cloud: "Public" is not a known value; expected one of "public", "usgovernment", "china"'],
  [{ tls: { minVersion: 1.2 } }, `tls.minVersion: 1.2 ${VERSION}`],
  [{ tls: { maxVersion: '1.4' } }, `tls.maxVersion: "1.4" ${VERSION}`],
  [{ tls: { maxVersion: '1.1' } }, 'tls.maxVersion: "1.1" is below tls.minVersion "1.2"; no TLS session could pass'],
  [{ tls: { missingSni: true } }, 'tls.missingSni: true is not a known value; expected one of "reject", "allow"'],
  [
    { addressGuard: { deny: ['10.0.0.0/33'] } },
    'addressGuard.deny[0]: "10.0.0.0/33" is not an address range; expected one like 10.0.0.0/8 or fd00::/8',
  ],
  [
    { addressGuard: { allow: [5] } },
    'addressGuard.allow[0]: 5 is not an address range; expected one like 10.0.0.0/8 or fd00::/8',
  ],
  [
    { addressGuard: { denyPrivate: 'yes' } },
    'addressGuard.denyPrivate: "yes" is not true or false; expected true or false',
  ],
  [
    { dns: { hosts: [] } },
    'dns.hosts: [] is not a table of names; expected an object of host names, each with an IP address or a list of them',
  ],
  [
    { dns: { hosts: { 'a.com': 'x' } } },
    'dns.hosts.a.com: "x" is not an IP address; expected one like 10.0.0.7 or fd00::7',
  ],
  [
    { dns: { hosts: { 'a.com': ['::1', 'x'] } } },
    'dns.hosts.a.com[1]: "x" is not an IP address; expected one like 10.0.0.7 or fd00::7',
  ],
  [
    { dns: { hosts: { 'a.com': [] } } },
    'dns.hosts.a.com: [] is not an address; expected an IP address or a list of at least one',
  ],
  [{ dns: { hosts: { '1.2.3.4': '1.2.3.4' } } }, 'dns.hosts: "1.2.3.4" is not a host name'],
  [
    { dns: { hosts: { 'A.com': '1.1.1.1', 'a.com.': '2.2.2.2' } } },
    'dns.hosts.a.com.: "2.2.2.2" is for the same name as "A.com"',
  ],
  [{ dns: { cacheSeconds: -1 } }, 'dns.cacheSeconds: -1 is not a time; expected a number of seconds from 0 to 86400'],
  [
    { limits: { headerBytes: 255 } },
    'limits.headerBytes: 255 is not a size; expected a whole number of bytes from 256 to 1048576',
  ],
  [
    { limits: { handshakeBytes: 16_777_217 } },
    'limits.handshakeBytes: 16777217 is not a size; expected a whole number of bytes from 4096 to 16777216',
  ],
  [{ timeouts: { idle: 0 } }, `timeouts.idle: 0 ${TIME}`],
  [{ timeouts: { drain: 2_592_001 } }, `timeouts.drain: 2592001 ${TIME}`],
  [{ timeouts: { dial: '10s' } }, `timeouts.dial: "10s" ${TIME}`],
  [
    { log: { level: 'trace' } },
    'log.level: "trace" is not a known value; expected one of "debug", "info", "warn", "error"',
  ],
  [
    { log: { levels: { 108: 'off' } } },
    'log.levels: "108" is not the number of an event; there are 100, 101, 102, 103, 104, 105, 106, 107, 300, 400, 401, 402, 403',
  ],
  [
    { log: { levels: { 103: 'trace' } } },
    'log.levels.103: "trace" is not a table of events; expected an object of event numbers, each with "debug", "info", "warn", "error" or "off"',
  ],
  [{ log: { file: 'C:\temp' } }, 'log.file: "C:\\temp" has a control character in it; write \\\\ for a backslash'],
  [{ hostLists: [{}] }, 'hostLists[0]: {} has neither url nor file; one of them says where the list is'],
  [
    { hostLists: [{ url: 'http://lists.example/' }] },
    'hostLists[0].url: "http://lists.example/" is not https://; http:// is taken from loopback only',
  ],
  [
    { clients: { allow: ['10.0.0.0/33'] } },
    'clients.allow[0]: "10.0.0.0/33" is not an address range; expected one like 10.0.0.0/8 or fd00::/8',
  ],
  [
    { clients: { maxTunnelsPerClient: -1 } },
    'clients.maxTunnelsPerClient: -1 is not a number of tunnels; expected a whole number from 0 to 1000000',
  ],
  [
    { clients: { basicAuth: [{ username: 'a:b', passwordHash: HASH }] } },
    'clients.basicAuth[0].username: "a:b" has a colon in it, which Basic authentication cannot carry',
  ],
  [
    { clients: { basicAuth: [{ username: 'a', passwordHash: 'hunter2' }] } },
    'clients.basicAuth[0].passwordHash: (a hidden value) is not a hash that `oms-gateway client add` makes',
  ],
  [
    { clients: { basicAuth: [0, 1].map(() => ({ username: 'a', passwordHash: HASH })) } },
    'clients.basicAuth[1].username: "a" is listed twice',
  ],
  [{ admin: { token: 'secret' } }, 'admin.token: (a hidden value) is shorter than 16 characters'],
  [
    { admin: { token: 'has a space in it' } },
    'admin.token: (a hidden value) has a character in it that a bearer token cannot have',
  ],
  [
    { admin: { host: '::' } },
    'admin.token: (a hidden value) is empty, but admin.host :: can be reached from other machines; set a token',
  ],
  [
    { listen: { proxyProtocol: 'require' } },
    'listen.trustedProxies: nothing is not enough with listen.proxyProtocol "require"; expected the addresses of the load balancers, because a header of anybody could name any client',
  ],
  [
    { limits: { maxTunnels: 1.5 } },
    'limits.maxTunnels: 1.5 is not a number of tunnels; expected a whole number from 0 to 10000000',
  ],
];
