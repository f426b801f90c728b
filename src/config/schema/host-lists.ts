import { z } from 'zod';
import { listUrlProblem } from '../../policy/list-url.ts';
import { checked, key } from './parts.ts';

/** `hostLists`, `agentDiscovery` and where the gateway keeps what it downloaded. */

/** A file name of a list, a directory, a file name: what no path can hold. */
const path = checked((text) =>
  /\p{Cc}/u.test(text) ? 'has a control character in it; write \\\\ for a backslash' : null,
);

const entry = z
  .strictObject({
    url: key(
      checked((text) => (text === '' ? null : listUrlProblem(text))).default(''),
      'the address of a list',
      'https://HOST/PATH, or "" when there is a file',
      'Where the list is downloaded from.',
    ),
    file: key(
      path.default(''),
      'a file name',
      'a file name, or "" when there is a url',
      'The list as a local file, watched.',
    ),
    refreshSeconds: key(
      z.number().min(10).max(2_592_000).default(3600),
      'a time',
      'a number of seconds from 10 to 2592000',
      'How often the list is downloaded.',
    ),
  })
  .superRefine(({ url, file }, context) => {
    if ((url === '') !== (file === '')) return;
    const message =
      url === '' ? 'has neither url nor file; one of them says where the list is' : 'has url and file; use one';
    context.addIssue({ code: 'custom', message });
  });

export const hostLists = key(
  z.array(entry).default([]),
  'a list of host lists',
  'a list of objects with "url" or "file", and "refreshSeconds"',
  'Lists of destinations that are read again by themselves, from https:// or a file.',
);

export const stateDirectory = key(
  path.default(''),
  'a directory',
  'the name of a directory, or ""',
  'Where the last good copy of each list is kept; "" is STATE_DIRECTORY of the environment, else "state" beside the configuration file.',
);

export const agentDiscovery = key(
  z.boolean().default(false),
  'true or false',
  'true or false',
  'Allow the endpoints of agents installed on this machine, read from their own files.',
);
