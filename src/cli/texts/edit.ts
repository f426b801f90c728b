/** What is said about the configuration file and its edits. */
export const EDIT_TEXTS = {
  'edit.unchanged': '{file}: nothing to change.',
  'edit.dry-run': '{file}: would be changed; nothing was written.',
  'edit.wrong': 'Nothing was written: {file} would be wrong.',
  'edit.locked': '{file}: {owner} is editing it; nothing was written. If it is gone, delete {file}.lock.',
  'edit.unwritable': '{file}: cannot be written ({detail}); nothing was written.',
  'edit.EACCES': 'this user may not write there',
  'edit.EPERM': 'this user may not write there',
  'edit.EROFS': 'the file system is read-only',
  'edit.ENOSPC': 'no space is left',
  'edit.other': 'error {code}',
  'edit.overlaid': '{variable} is set in the environment: it stands over {key} of the file.',
  'edit.secret-argument':
    'The secret was given on the command line, where other users of this machine can read it; better: {better}.',
  'config.set': '{key} is {value} now ({file}).',
  'config.unset': '{key} is back to its default ({file}).',
  'config.unknown-key': '{key} is not a key; {hint}',
  'config.did-you-mean': 'did you mean {key}?',
  'config.see-list': '`oms-gateway config get` lists all.',
  'config.no-value': '{key} has no value to show: the file and the defaults hold nothing there.',
  'config.needs-value': '{key} needs a value: oms-gateway config set {key} VALUE',
  'config.ask-secret': 'Value for {key}: ',
  'config.ok':
    '{file}: ok (port {port}, {hosts, plural, one {# allowed host rule} other {# allowed host rules}}, to {count, plural, one {port} other {ports}} {ports})',
} as const;
