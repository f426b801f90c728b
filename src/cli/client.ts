import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Tree } from '../config/file.ts';
import { isTree } from '../config/file.ts';
import { hashPassword } from '../credentials/password-hash.ts';
import type { EditOptions, EditPlan } from './edit.ts';
import { runEdit } from './edit.ts';
import { EXIT } from './exit-code.ts';
import type { Done } from './options.ts';
import { addEditOptions, addViewOptions, printJson, printLines, warnLines } from './options.ts';
import { askPassword } from './relay-proxy.ts';
import { configFile, loadFile } from './sources.ts';
import { problemText, text } from './text.ts';

/** `oms-gateway client add|remove|list`: users that clients authenticate as (`clients.basicAuth`). */
export function registerClient(program: Command, done: Done): void {
  const group = program.command('client').description(text('help.client'));
  const add = group
    .command('add <username>')
    .description(text('help.client.add'))
    .option('--password-file <file>', text('help.client.password-file'))
    .option('--password-stdin', text('help.client.password-stdin'));
  addEditOptions(add).action(async (username: string) => {
    done(await addClient(username, add.opts()));
  });
  const remove = group.command('remove <username>').description(text('help.client.remove'));
  addEditOptions(remove).action(async (username: string) => {
    done(await removeClient(username, remove.opts()));
  });
  const list = group.command('list').description(text('help.client.list'));
  addViewOptions(list).action(() => {
    done(listClients(list.opts()));
  });
}

interface AddOptions extends EditOptions {
  readonly passwordFile?: string;
  readonly passwordStdin?: boolean;
}

const PATH = ['clients', 'basicAuth'] as const;

async function addClient(given: string, options: AddOptions): Promise<number> {
  const username = given.normalize('NFC');
  const read = await readPassword(username, options);
  if (typeof read === 'string') {
    warnLines([read]);
    return EXIT.usage;
  }
  // Hashed here: the password itself is written nowhere.
  const passwordHash = await hashPassword(read.password);
  return await runEdit(options, (tree, file) => planAdd(tree, file, username, passwordHash));
}

/** From where no other user of this machine can read it: a file, standard input, a hidden question. A text says what is missing. */
async function readPassword(
  username: string,
  { passwordFile, passwordStdin = false }: AddOptions,
): Promise<{ readonly password: string } | string> {
  let password: string | null;
  if (passwordFile !== undefined) {
    try {
      password = firstLine(readFileSync(passwordFile, 'utf8'));
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      return text('client.no-file', { file: passwordFile, code });
    }
  } else if (passwordStdin) {
    password = firstLine(readFileSync(0, 'utf8'));
  } else if (process.stdin.isTTY) {
    password = await askPassword(text('client.ask-password', { username }));
  } else {
    return text('client.no-password');
  }
  if (password === null || password === '') return text('client.no-password');
  return /\p{Cc}/u.test(password) ? text('client.control') : { password };
}

function firstLine(content: string): string {
  return /^[^\r\n]*/.exec(content)?.[0] ?? '';
}

function planAdd(tree: Tree, file: string, username: string, passwordHash: string): EditPlan {
  const users = usersOf(tree);
  const index = users.indexOf(username);
  if (index >= 0) {
    const change = { kind: 'set', path: [...PATH, index, 'passwordHash'], value: passwordHash } as const;
    return { changes: [change], did: [text('client.changed', { username, file })] };
  }
  const did = [text('client.added', { username, file })];
  if (users.length === 0) did.push(text('client.first'));
  return { changes: [{ kind: 'append', path: PATH, values: [{ username, passwordHash }] }], did };
}

async function removeClient(given: string, options: EditOptions): Promise<number> {
  const username = given.normalize('NFC');
  return await runEdit(options, (tree, file) => {
    const users = usersOf(tree);
    const index = users.indexOf(username);
    if (index < 0) return { changes: [], did: [], notes: [text('client.missing', { username, file })], failed: true };
    const did = [text('client.removed', { username, file })];
    if (users.length === 1) did.push(text('client.last'));
    return { changes: [{ kind: 'remove', path: PATH, indexes: [index] }], did };
  });
}

function listClients(options: Pick<EditOptions, 'config' | 'json'>): number {
  const file = configFile({ ...options });
  const loaded = loadFile(file);
  if (!loaded.ok) {
    warnLines(loaded.problems.map(problemText));
    return EXIT.configuration;
  }
  const users = loaded.config.clients.basicAuth.map(({ username }) => username);
  if (options.json === true) printJson(users.map((username) => ({ username })));
  else if (users.length === 0) warnLines([text('client.none', { file })]);
  else printLines(users);
  return EXIT.done;
}

/** Names in the order of the file; what is no user is the schema's to refuse. */
function usersOf(tree: Tree): string[] {
  const section = tree['clients'];
  const list = isTree(section) ? section['basicAuth'] : [];
  return Array.isArray(list) ? list.map((entry) => (isTree(entry) ? String(entry['username']) : '')) : [];
}
