import type { Command } from 'commander';
import { parseSubjectEntry } from '../policy/client-certificate.ts';
import type { EditOptions } from './edit.ts';
import { runEdit } from './edit.ts';
import { EXIT } from './exit-code.ts';
import type { ListEdit } from './lists.ts';
import { entriesOf, planAdd, planRemove } from './lists.ts';
import type { Done } from './options.ts';
import { addEditOptions, addViewOptions, printJson, printLines, warnLines } from './options.ts';
import { configFile, loadFile } from './sources.ts';
import { problemText, text } from './text.ts';

const KEY = 'allowedClientCertificates';

/** `oms-gateway allowed-client-certificate add|remove|list`: subjects of client certificates that may be used. */
export function registerClientCertificate(program: Command, done: Done): void {
  const group = program.command('allowed-client-certificate').description(text('help.certificate'));
  const add = group.command('add <subjects...>').description(text('help.certificate.add'));
  addEditOptions(add).action(async (subjects: string[]) => {
    done(await addCertificates(add.opts(), subjects));
  });
  const remove = group.command('remove <subjects...>').description(text('help.certificate.remove'));
  addEditOptions(remove).action(async (subjects: string[]) => {
    done(await removeCertificates(remove.opts(), subjects));
  });
  const list = group.command('list').description(text('help.certificate.list'));
  addViewOptions(list).action(() => {
    done(listCertificates(list.opts()));
  });
}

/** The first subject turns checking on, which is worth a sentence. @returns the exit code */
export async function addCertificates(options: EditOptions, subjects: readonly string[]): Promise<number> {
  return await runEdit(options, (tree, file) => {
    const plan = planAdd(subjectList(file), subjects, tree);
    const first = entriesOf(tree, KEY).length === 0 && plan.changes.length > 0;
    return first ? { ...plan, did: [...plan.did, text('certificate.first')] } : plan;
  });
}

/** Without the last subject nothing is checked any more, which must be said. @returns the exit code */
export async function removeCertificates(options: EditOptions, subjects: readonly string[]): Promise<number> {
  return await runEdit(options, (tree, file) => {
    const plan = planRemove(subjectList(file), subjects, tree);
    const gone = plan.changes.reduce(
      (count, change) => count + (change.kind === 'remove' ? change.indexes.length : 0),
      0,
    );
    const last = gone > 0 && gone === entriesOf(tree, KEY).length;
    return last ? { ...plan, did: [...plan.did, text('certificate.last')] } : plan;
  });
}

/** The subjects, one a line. @returns the exit code */
export function listCertificates(options: Pick<EditOptions, 'config' | 'json'>): number {
  const file = configFile({ ...options });
  const loaded = loadFile(file);
  if (!loaded.ok) {
    warnLines(loaded.problems.map(problemText));
    return EXIT.configuration;
  }
  const subjects = loaded.config.allowedClientCertificates;
  if (options.json === true) printJson(subjects.map((subject) => ({ subject })));
  else if (subjects.length === 0) warnLines([text('certificate.none', { file })]);
  else printLines(subjects);
  return EXIT.done;
}

function subjectList(file: string): ListEdit {
  return {
    key: KEY,
    canonical: (entry) => {
      const parsed = parseSubjectEntry(entry);
      return parsed.ok ? `${parsed.kind} ${parsed.key}` : entry;
    },
    sentences: {
      added: (subject) => text('certificate.added', { subject, file }),
      present: (subject) => text('certificate.present', { subject, file }),
      removed: (subject) => text('certificate.removed', { subject, file }),
      missing: (subject) => text('certificate.missing', { subject, file }),
    },
  };
}
