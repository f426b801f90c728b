import type { Tree } from '../config/file.ts';
import { valueAtPath } from '../config/key-path.ts';
import { KEYS } from '../config/keys.ts';
import type { Change, Edited } from '../config/store.ts';
import { editConfig } from '../config/store.ts';
import { EXIT } from './exit-code.ts';
import { configFile } from './sources.ts';
import type { TakeOver } from './take-over.ts';
import { askedAt, isFine, takeOver, takeOverLines } from './take-over.ts';
import type { TextKey } from './text.ts';
import { TEXTS, problemText, text } from './text.ts';

/** What every command that changes the file does: edit it, say what is different now, tell the gateway that runs. */

export interface EditPlan {
  readonly changes: readonly Change[];
  /** Sentences about what is different, said when it was written. */
  readonly did: readonly string[];
  /** Sentences about what stays as it is; with `failed` the reason for that. */
  readonly notes?: readonly string[];
  /** Nothing is changed, and the command fails. */
  readonly failed?: boolean;
}

/** The options of such a command, as commander gives them. */
export interface EditOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

/** @param plan what to change in the tree of the file, of which it also gets the name. @returns the exit code */
export async function runEdit(options: EditOptions, plan: (tree: Tree, file: string) => EditPlan): Promise<number> {
  const file = configFile({ ...options });
  const earlier = askedAt(file);
  let planned: EditPlan = { changes: [], did: [] };
  const edited = await editConfig(
    file,
    (tree) => {
      planned = plan(tree, file);
      return planned.failed === true ? [] : planned.changes;
    },
    { dryRun: options.dryRun === true },
  );
  if (!edited.ok) return reportFailure(file, edited, options.json === true);
  if (planned.failed === true) return reportRefusal(file, planned, options.json === true);
  const written = edited.changed && options.dryRun !== true;
  const gateway = written ? await takeOver(file, earlier) : null;
  const warnings = written ? overlaid(planned.changes, edited.tree) : [];
  if (options.json === true) printJson({ file, changed: edited.changed, written, gateway, planned, warnings });
  else printText({ file, changed: edited.changed, written, gateway, planned, warnings });
  return gateway === null || isFine(gateway) ? EXIT.done : EXIT.failed;
}

interface Report {
  readonly file: string;
  readonly changed: boolean;
  readonly written: boolean;
  readonly gateway: TakeOver | null;
  readonly planned: EditPlan;
  readonly warnings: readonly string[];
}

function printText({ file, changed, written, gateway, planned, warnings }: Report): void {
  const lines = written ? [...planned.did] : [];
  lines.push(...(planned.notes ?? []));
  if (changed && !written) lines.push(text('edit.dry-run', { file }));
  if (!changed && lines.length === 0) lines.push(text('edit.unchanged', { file }));
  const told = gateway === null ? [] : takeOverLines(gateway);
  const fine = gateway === null || isFine(gateway);
  for (const line of fine ? [...lines, ...told] : lines) process.stdout.write(`${line}\n`);
  for (const line of fine ? warnings : [...warnings, ...told]) process.stderr.write(`oms-gateway: ${line}\n`);
}

function printJson({ file, changed, written, gateway, planned, warnings }: Report): void {
  const ok = gateway === null || isFine(gateway);
  const said = [...(written ? planned.did : []), ...(planned.notes ?? [])];
  process.stdout.write(`${JSON.stringify({ ok, file, changed, written, gateway, said, warnings }, null, 2)}\n`);
}

function reportRefusal(file: string, { notes = [] }: EditPlan, json: boolean): number {
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, file, changed: false, said: notes }, null, 2)}\n`);
  else for (const note of notes) process.stderr.write(`oms-gateway: ${note}\n`);
  return EXIT.failed;
}

/** Says why nothing was written. @returns the exit code */
export function reportFailure(file: string, edited: Extract<Edited, { ok: false }>, json: boolean): number {
  const lines = failureLines(file, edited);
  const problems = edited.kind === 'wrong' ? edited.problems : [{ path: file, message: lines.join(' ') }];
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, file, changed: false, problems }, null, 2)}\n`);
  else for (const line of lines) process.stderr.write(`oms-gateway: ${line}\n`);
  return edited.kind === 'wrong' ? EXIT.configuration : EXIT.failed;
}

/** The same as lines. */
export function failureLines(file: string, edited: Extract<Edited, { ok: false }>): string[] {
  switch (edited.kind) {
    case 'wrong': {
      // A file that is missing, or no JSON, names itself.
      const ofFile = edited.problems.every(({ path }) => path.startsWith(file));
      return [...(ofFile ? [] : [text('edit.wrong', { file })]), ...edited.problems.map(problemText)];
    }
    case 'locked':
      return [text('edit.locked', { file, owner: edited.owner })];
    case 'unwritable':
      return [text('edit.unwritable', { file, detail: errnoText(edited.code) })];
  }
}

function errnoText(code: string): string {
  const key = `edit.${code}`;
  return Object.hasOwn(TEXTS, key) ? text(key as TextKey) : text('edit.other', { code });
}

/** A variable stands over the file: whoever edits the file then wonders why nothing changes. */
function overlaid(changes: readonly Change[], tree: Tree): string[] {
  const edited = changes.map(({ path }) => path.filter((part) => typeof part === 'string').join('.'));
  return KEYS.flatMap(({ path, variable }) => {
    const key = path.join('.');
    const given = process.env[variable];
    const other = given !== undefined && given !== valueAtPath(tree, path);
    const hit = other && edited.some((each) => each === key || key.startsWith(`${each}.`));
    return hit ? [text('edit.overlaid', { variable, key })] : [];
  });
}
