import { writeFileSync } from 'node:fs';
import { jsonSchemaText } from '../../src/config/json-schema.ts';
import { packageFile } from '../../src/config/package-file.ts';
import { configurationPage } from './configuration-page.ts';
import { eventsPage } from './events-page.ts';
import { metricsPage } from './metrics-page.ts';

/** `npm run generate`: writes what is generated from the tables in the sources. */
writeFileSync(packageFile('config/gateway.schema.json'), jsonSchemaText());
writeFileSync(packageFile('docs/configuration.md'), configurationPage());
writeFileSync(packageFile('docs/events.md'), eventsPage());
writeFileSync(packageFile('docs/metrics.md'), metricsPage());
