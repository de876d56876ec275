/**
 * The one file of a site that changes when nothing in the logs did: `site.json`. Header and footer read it, so that one
 * appended run does not change every page.
 */
export interface SiteFacts {
  /** ISO 8601, UTC. */
  builtAt: string;
  commit: string | null;
  toolVersion: string;
  experiments: number;
  runs: number;
  files: number;
  errors: number;
  warnings: number;
  notes: number;
  /** The line about problems, or null when there are none. */
  problems: string | null;
}
