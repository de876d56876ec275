import { describe, expect, test } from 'vitest';
import { publishedSchema } from '../../src/format/json-schemas.ts';
import { openLogs } from './log-folder.ts';

async function read(views: string) {
  const store = await openLogs({ 'e/experiment.yaml': views, 'e/runs/x.jsonl': '{"step":1,"a":5}\n' });
  const told = store.diagnostics.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`);
  return { views: store.experiments.get('e')?.settings.views, told };
}

describe('views in experiment.yaml', () => {
  test('are read with their query as text or as a mapping', async () => {
    const { views, told } = await read(
      'views:\n  - {name: Best, query: "sort=-a&y=log"}\n  - name: Two\n    note: why\n    query: {sel: [x, y], sm: 0.6}\n    x-own: 1\n',
    );
    expect(told).toEqual([]);
    expect(views).toEqual([
      { name: 'Best', query: 'sort=-a&y=log' },
      { name: 'Two', note: 'why', query: { sel: ['x', 'y'], sm: 0.6 } },
    ]);
  });

  test('are judged at their places, and a wrong one costs itself alone', async () => {
    const { views, told } = await read(
      'views:\n  - {name: Good, query: y=log}\n  - {name: Bad, querry: y=log}\n  - {name: Spaces, query: "a b"}\n  - just text\n',
    );
    expect(told).toMatchInlineSnapshot(`
      [
        "3:5 wrong-type "views.1.query" is not as it should be: expected the query of an address as text, or a mapping of its keys. It is left out.",
        "3:17 unknown-key "querry" is not a known key. Did you mean "query"? Keys of your own start with "x-".",
        "4:27 wrong-type "views.2.query" is not as it should be: expected the part of an address after its "?", without spaces and without "#". It is left out.",
        "5:5 wrong-type "views.3" should be keys and values. It is left out.",
      ]
    `);
    expect(views).toMatchInlineSnapshot(`
      [
        {
          "name": "Good",
          "query": "y=log",
        },
      ]
    `);
  });

  test('are in the published schema', () => {
    const { properties } = publishedSchema('experiment') as {
      properties: Record<string, { items?: { required?: string[] } }>;
    };
    expect(properties.views?.items?.required).toEqual(['name', 'query']);
  });
});
