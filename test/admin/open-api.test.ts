import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROUTES } from '../../src/admin/routes.ts';
import { createAdminApp } from '../../src/admin/server.ts';
import { adminTable } from '../support/admin-table.ts';

interface Operation {
  readonly summary: string;
  readonly parameters: { name: string; required: boolean; schema: { default?: unknown } }[];
  readonly responses: Record<string, { content?: Record<string, object> }>;
}

const HEADERS = { host: 'localhost' };
/** What must be asked with a query, and with which. */
const QUERIES: Readonly<Record<string, string>> = { '/check': '?destination=www.test.com', '/events': '?follow=false' };

async function description(): Promise<Record<string, Record<string, Operation>>> {
  const app = createAdminApp({ gateway: adminTable(), host: '127.0.0.1', token: '' });
  const answer = await app.inject({ url: '/openapi.json', headers: HEADERS });
  return answer.json<{ paths: Record<string, Record<string, Operation>> }>().paths;
}

describe('/openapi.json', () => {
  it('describes every route and no other', async () => {
    const paths = await description();
    const told = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    assert.deepEqual(told.sort(), ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('describes what is answered: status, media type, and by the schema itself the whole body', async () => {
    const paths = await description();
    const gateway = adminTable();
    const app = createAdminApp({ gateway, host: '127.0.0.1', token: '' });
    for (const { method, path, answers } of ROUTES) {
      const answer = await app.inject({ method, url: `${path}${QUERIES[path] ?? ''}`, headers: HEADERS });
      const told = paths[path]?.[method.toLowerCase()]?.responses[String(answer.statusCode)];
      assert.ok(told !== undefined, `${path} answered ${answer.statusCode}`);
      const type = String(answer.headers['content-type']).replace(/;.*$/, '');
      assert.ok(Object.keys(told.content ?? {}).includes(type), `${path} answered ${type}`);
      const schema = answers[answer.statusCode];
      // The serializer writes only what its schema names: a field that is lost there is seen here.
      if (schema !== undefined && type === 'application/json') assert.ok(schema.safeParse(answer.json()).success, path);
    }
  });

  it('names every parameter with its default; one that is not named there is refused', async () => {
    const paths = await description();
    const { parameters } = paths['/tunnels']?.['get'] ?? { parameters: [] };
    assert.deepEqual(
      parameters.map(({ name, required, schema }) => [name, required, schema.default]),
      [
        ['limit', false, 100],
        ['sort', false, 'age'],
        ['text', false, ''],
      ],
    );
    const app = createAdminApp({ gateway: adminTable(), host: '127.0.0.1', token: '' });
    for (const [url, said] of [
      ['/tunnels?limt=3', 'There is no limt; known are limit, sort, text.'],
      ['/tunnels?limit=0', 'limit: is no whole number from 1 to 1000'],
      ['/events?recent=x', 'recent: is no whole number from 0 to 2000'],
      ['/tunnels?sort=name', 'sort: '],
      ['/status?x=1', 'This path takes no query.'],
      ['/events?event=abc', 'event: is no list of event numbers'],
      ['/check', 'destination: '],
      ['/check?destination=a%20b', 'destination '],
    ] as const) {
      const answer = await app.inject({ url, headers: HEADERS });
      assert.equal(answer.statusCode, 400, url);
      assert.ok(answer.json<{ message: string }>().message.startsWith(said), answer.body);
    }
  });
});
