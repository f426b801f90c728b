import { readFileSync } from 'node:fs';
import { packageFile } from '../config/package-file.ts';
import type { LanguageChoice, LanguageTag } from './tags.ts';
import { environmentLanguage } from './tags.ts';

/** Translations stand in `config/languages`, one file a language; English is the program text itself. */

type Table = Readonly<Record<string, string>>;

export interface Translation {
  /** Sentences of commands, by the keys of src/cli/text.ts. */
  readonly commands: Table;
  /** Sentences of events, by reason, notice or event number. */
  readonly events: Table;
  /** Half sentences that complete others (the field `detail`), by their English text. */
  readonly details: Table;
  /** What problems of a configuration are made of and what its keys are for, by their English text. */
  readonly configuration: Table;
}

const NOTHING: Translation = { commands: {}, events: {}, details: {}, configuration: {} };
const loaded = new Map<LanguageTag, Translation>([['en', NOTHING]]);

/**
 * The translation into a language, read when it is first asked for. A file that is missing or broken is an empty
 * translation: the gateway then speaks English, which is no reason to stop.
 */
export function translationOf(language: LanguageTag): Translation {
  let translation = loaded.get(language);
  if (translation === undefined) loaded.set(language, (translation = read(language)));
  return translation;
}

/** What a configuration's choice means in this process. */
export function chosenLanguage(choice: LanguageChoice): LanguageTag {
  return choice === 'auto' ? environmentLanguage(process.env) : choice;
}

function read(language: LanguageTag): Translation {
  try {
    const text = readFileSync(packageFile(`config/languages/${language}.json`), 'utf8');
    return { ...NOTHING, ...(JSON.parse(text) as Partial<Translation>) };
  } catch {
    return NOTHING;
  }
}
