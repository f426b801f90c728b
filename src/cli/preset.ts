import type { Command } from 'commander';
import { parsePresetName, presetFiles, presetNames } from '../config/preset-names.ts';
import type { Preset } from '../config/presets.ts';
import { loadPreset } from '../config/presets.ts';
import type { Config } from '../config/schema.ts';
import type { EditOptions } from './edit.ts';
import { runEdit } from './edit.ts';
import { EXIT } from './exit-code.ts';
import type { ListEdit } from './lists.ts';
import { planAdd, planRemove } from './lists.ts';
import type { Done } from './options.ts';
import { addEditOptions, addViewOptions, printJson, printLines, warnLines } from './options.ts';
import { configFile, loadFile } from './sources.ts';
import { text } from './text.ts';

/** `oms-gateway preset list|add|remove`: named sets of destinations. */
export function registerPreset(program: Command, done: Done): void {
  const group = program.command('preset').description(text('help.preset'));
  const add = group.command('add <presets...>').description(text('help.preset.add'));
  addEditOptions(add).action(async (presets: string[]) => {
    done(await runEdit(add.opts<EditOptions>(), (tree, file) => planAdd(presetList(file), presets, tree)));
  });
  const remove = group.command('remove <presets...>').description(text('help.preset.remove'));
  addEditOptions(remove).action(async (presets: string[]) => {
    done(await runEdit(remove.opts<EditOptions>(), (tree, file) => planRemove(presetList(file), presets, tree)));
  });
  const list = group.command('list [preset]').description(text('help.preset.list'));
  addViewOptions(list.option('--all', text('help.preset.all'))).action((preset?: string) => {
    done(listPresets(list.opts(), preset));
  });
}

interface ListOptions extends Pick<EditOptions, 'config' | 'json'> {
  readonly all?: boolean;
}

function listPresets(options: ListOptions, wanted: string | undefined): number {
  if (wanted !== undefined && parsePresetName(wanted) === null) {
    warnLines([text('preset.unknown', { preset: wanted })]);
    return EXIT.failed;
  }
  // The list is there without a configuration as well: it is asked for before there is one.
  const loaded = loadFile(configFile({ ...options }));
  const cloud = loaded.ok ? loaded.config.cloud : 'public';
  const used = loaded.ok ? loaded.config.presets : [];
  const names = wanted === undefined ? presetNames() : [wanted];
  if (options.json === true) {
    printJson(names.map((name) => ({ name, inUse: isUsed(used, name), ...loadPreset(name) })));
  } else if (wanted !== undefined || options.all === true) {
    for (const name of names) printLines(shownWhole(name, loadPreset(name), cloud, isUsed(used, name)));
  } else {
    printLines([...overview(used), '', text('preset.more')]);
  }
  return EXIT.done;
}

/** One preset with what it allows in the configured cloud. */
function shownWhole(name: string, preset: Preset, cloud: Config['cloud'], inUse: boolean): string[] {
  const { description, source, date, notes = [], hosts } = preset;
  return [
    `${name}${inUse ? ` (${text('preset.in-use')})` : ''}: ${description}`,
    ...hosts[cloud].map((host) => `  ${host}`),
    `  ${text('preset.source', { source, date })}`,
    ...notes.map((note) => `  ${note}`),
  ];
}

/** Families in one paragraph each: their regions would fill pages. */
function overview(used: readonly string[]): string[] {
  return [...presetFiles()].flatMap(([name, { description, regions }]) => {
    const mark = (each: string): string => (isUsed(used, each) ? ` (${text('preset.in-use')})` : '');
    if (regions === undefined) return [`${name}${mark(name)}: ${description}`];
    const slugs = presetNames().flatMap((each) =>
      each.startsWith(`${name}/`) ? [`${each.slice(name.length + 1)}${mark(each)}`] : [],
    );
    return [`${name}/REGION: ${description}`, ...wrapped(slugs)];
  });
}

const WIDTH = 100;

function wrapped(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 2 > WIDTH) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${last}, ${word}`;
  }
  return lines;
}

function isUsed(used: readonly string[], name: string): boolean {
  return used.some((each) => canonicalPreset(each) === canonicalPreset(name));
}

function presetList(file: string): ListEdit {
  return {
    key: 'presets',
    canonical: canonicalPreset,
    sentences: {
      added: (preset) => text('preset.added', { preset, file }),
      present: (preset) => text('preset.present', { preset, file }),
      removed: (preset) => text('preset.removed', { preset, file }),
      missing: (preset) => text('preset.missing', { preset, file }),
    },
  };
}

/** "hybrid-worker/we" for each spelling of the region. */
function canonicalPreset(name: string): string {
  const parsed = parsePresetName(name);
  if (parsed === null || parsed.region === null) return name;
  return [name.split('/')[0], parsed.region.code, ...(parsed.account === null ? [] : [parsed.account])].join('/');
}
