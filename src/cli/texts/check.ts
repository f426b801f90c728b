/** What `check` says of a destination. */
export const CHECK_TEXTS = {
  'check.allowed': '{destination}: allowed',
  'check.refused': '{destination}: refused',
  'check.policy': 'policy',
  'check.remedy': 'remedy',
  'check.name': 'name',
  'check.address': 'address',
  'check.dial': 'dial',
  'check.allowed-by': 'allowed by {rule}',
  'check.may-be-dialed': '{address} may be dialed ({rule})',
  'check.is-refused': '{address} is refused: {detail}',
  'check.remedy-host': 'add "{host}" to allowedHosts, or a preset that holds it',
  'check.remedy-port': 'add {port} to allowedPorts',
  'check.no-answer': 'no answer within {ms} ms',
  'check.connected': 'connected in {ms} ms',
  'check.no-destination': '{destination} is not a destination: {detail}',
} as const;
