import { chooseEngine } from '../cluster/engine-choice.ts';
import { needsPortable } from '../config/needs-portable.ts';
import type { Config } from '../config/schema.ts';
import { EXIT } from './exit-code.ts';
import { printJson, printLines } from './options.ts';
import { detailText } from './text.ts';

/** `oms-gateway check --engine`: which engine a gateway with this configuration would run here, and why. @returns the exit code */
export function checkEngine(config: Pick<Config, 'engine' | 'listen' | 'relayProxy'>, json: boolean): number {
  const choice = chooseEngine(config.engine, needsPortable(config));
  const why = detailText(choice.why);
  if (json) printJson({ ...choice, why });
  else printLines([choice.ok ? `${choice.engine}: ${why}` : `${config.engine}: ${why}`]);
  return choice.ok ? EXIT.done : EXIT.failed;
}
