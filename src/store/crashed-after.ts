import { parseDuration } from '../format/duration.ts';
import type { SiteSettings } from '../format/site-settings.ts';
import { defaultCrashedAfterMs } from '../series/run-status.ts';

/** How long a run may be silent before it counts as crashed, as `_site.yaml` says. */
export function crashedAfterMs({ settings }: { settings: SiteSettings }): number {
  return parseDuration(settings.crashed_after ?? '1d') ?? defaultCrashedAfterMs;
}
