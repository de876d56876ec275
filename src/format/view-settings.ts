import { z } from 'zod';

const viewValue = z.union([z.string(), z.number(), z.boolean()]);

/** A key of a page's address, such as `sort` or `where`. */
export const viewKey = /^[a-z][a-z0-9_.-]*$/;

/**
 * What a saved view shows, as the query of the page's address: its text, with or without the `?`, or a mapping of its keys,
 * whose values are a text, a number, true or false, or a list where a key repeats.
 */
export const viewQuery = z.union(
  [
    z
      .string()
      .max(4000)
      .regex(/^[^#\s]*$/, 'expected the part of an address after its "?", without spaces and without "#"'),
    z.record(z.string().regex(viewKey), z.union([viewValue, z.array(viewValue)])),
  ],
  { error: 'expected the query of an address as text, or a mapping of its keys' },
);
export type ViewQuery = z.infer<typeof viewQuery>;

/** A state of the dashboard that is kept under a name, and reviewed like code. */
export const viewSettings = z.strictObject({
  name: z.string().min(1).max(200).meta({ description: 'What the link says.' }),
  query: viewQuery.meta({
    description: "The query of the dashboard's address, as text or as a mapping of its keys.",
    examples: ['sort=-val/acc&y=log', { sort: '-val/acc', y: 'log' }],
  }),
  note: z.string().optional().meta({ description: 'Markdown.' }),
});
export type ViewSettings = z.infer<typeof viewSettings>;
