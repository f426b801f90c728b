/** What is said about the reference's cmdlets and keys. */
export const REFERENCE_TEXTS = {
  'reference.unknown-parameter': '{cmdlet} has no parameter -{parameter}; it takes {known}.',
  'reference.ambiguous-parameter': '-{parameter} of {cmdlet} could be {known}.',
  'reference.twice': '{cmdlet}: -{parameter} is given twice.',
  'reference.no-value': '{cmdlet}: -{parameter} needs a value.',
  'reference.missing': '{cmdlet} needs -{parameter}.',
  'reference.too-many': '{cmdlet}: nothing is known about "{value}".',
  'reference.no-parameters': 'no parameters',
  'reference.unknown-key': '{key} is not a key; known are {known}, and the paths of `oms-gateway config get`.',
  'reference.unknown-service': '{name} is not the service of this gateway; expected OMSGatewayService.',
  'reference.unknown-module': '{name} is not a module of this gateway; expected OMSGateway.',
  'reference.module': 'Nothing has to be imported: the cmdlets of OMSGateway are commands of oms-gateway.',
  'reference.start':
    'No gateway is running. Start it with `oms-gateway start`, or as a service with `systemctl start oms-gateway`.',
  'reference.running': 'The gateway is running.',
  'reference.example': 'Example: oms-gateway {example}',
} as const;
