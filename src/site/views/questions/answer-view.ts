import type { PaperTable } from '../../../exporters/paper-table.ts';
import type { ViewKind } from '../../../format/view-page.ts';
import type { ViewPage } from '../../../store/view-page.ts';
import { oncePer } from '../once-per.ts';
import { type Ablation, ablation } from './ablation.ts';
import { type Curves, curves } from './curves.ts';
import { type Ranking, ranking } from './ranking.ts';

/** What a view shows: by its kind, or the reason why there is nothing. */
export type ViewAnswer =
  | { kind: 'leaderboard'; view: ViewPage; answer: Ranking }
  | { kind: 'ablation'; view: ViewPage; answer: Ablation }
  | { kind: 'curves'; view: ViewPage; answer: Curves }
  | { kind: 'nothing'; view: ViewPage; asked: ViewKind; reason: string };

/** Answers a view, once for the page, the search index and the list of views. */
export const answerView: (view: ViewPage) => ViewAnswer = oncePer(answer);

function answer(view: ViewPage): ViewAnswer {
  const asked = view.settings.kind ?? 'leaderboard';
  const nothing = (reason: string): ViewAnswer => ({ kind: 'nothing', view, asked, reason });
  if (view.fault !== undefined) return nothing(view.fault);
  if (view.runs.length === 0) return nothing('No run passes what this view asks for.');
  const given =
    asked === 'leaderboard'
      ? ({ kind: asked, view, answer: ranking(view) } as const)
      : asked === 'ablation'
        ? ({ kind: asked, view, answer: ablation(view) } as const)
        : ({ kind: asked, view, answer: curves(view) } as const);
  if (paperTables(given).some(({ rows }) => rows.length > 0)) return given;
  return nothing(whyEmpty(given));
}

function whyEmpty(given: Exclude<ViewAnswer, { kind: 'nothing' }>): string {
  const metric = given.kind === 'curves' ? given.answer.metric : given.answer.metrics[0];
  if (metric === undefined)
    return 'Its runs have none of the metrics that it names, and no primary one. Name one with metric:.';
  if (given.kind === 'leaderboard' && given.answer.remarks[0] !== undefined) return given.answer.remarks[0];
  return `No run that counts has a finite ${metric.label}: failed, killed, diverged and archived runs are left out.`;
}

/** The tables of a view for a paper. */
export function paperTables(given: ViewAnswer): PaperTable[] {
  switch (given.kind) {
    case 'leaderboard':
    case 'curves':
      return [given.answer.paper];
    case 'ablation':
      return given.answer.tables.map(({ paper }) => paper);
    case 'nothing':
      return [];
  }
}
