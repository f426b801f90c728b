/** What is said about the relay (upstream) proxy. */
export const RELAY_TEXTS = {
  'relay.none': 'No relay proxy is set: the gateway connects directly.',
  'relay.set': 'Tunnels go through the relay proxy {address} now ({file}).',
  'relay.credentials': 'It is given the user name {username} and a password.',
  'relay.cleared': 'No relay proxy is set any more ({file}): the gateway connects directly.',
  'relay.replaced-list':
    'The list of {count, plural, one {# relay proxy} other {# relay proxies}} before it was replaced.',
  'relay.ask-password': 'Password of {username} for the relay proxy: ',
  'relay.no-password':
    'A user name needs a password: give --password-file FILE, --password-stdin or OMS_GATEWAY_RELAY_PROXY_PASSWORD.',
  'relay.no-username': 'A password needs a user name: give --username NAME.',
  'relay.user-info': 'The address has a user name or password in it; give them with --username and --password-file.',
  'relay.address': 'Address',
  'relay.username': 'Username',
  'relay.password': 'Password',
  'relay.password-file': 'Password file',
  'relay.bypass': 'Not for',
} as const;
