import { keyTable } from '../../src/config/json-schema.ts';

/** docs/configuration.md, generated from the schema; a test fails when the page is stale. */
export function configurationPage(): string {
  return `# Configuration

One JSON file, checked as a whole: unknown keys and wrong values are errors (event 401, exit code 78) that name the key, the
value and what was expected. The file comes first, then \`OMS_GATEWAY_…\` from the environment, then flags of \`start\`; the last
one wins. Lists are given there with commas. Times are in seconds. \`config/gateway.schema.json\` is the schema for editors.

This page is generated: \`npm run generate\`.

${keyTable()}`;
}
