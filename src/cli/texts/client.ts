/** What is said about the users that clients authenticate as. */
export const CLIENT_TEXTS = {
  'client.added': '{username} may use the gateway now ({file}).',
  'client.changed': '{username} has a new password now ({file}).',
  'client.first': 'From now on every client has to say who it is (Basic authentication): the list was empty before.',
  'client.removed': '{username} may not use the gateway any more ({file}).',
  'client.last': 'The list is empty now: no client has to say who it is any more.',
  'client.missing': '{username} is not a user in {file}.',
  'client.none': 'No user is listed in {file}: no client has to say who it is.',
  'client.ask-password': 'Password of {username}: ',
  'client.no-password':
    'A user needs a password: give --password-file FILE or --password-stdin, or run it in a terminal.',
  'client.no-file': '{file} cannot be read ({code}).',
  'client.control': 'The password has a control character in it, which Basic authentication cannot carry.',
} as const;
