import { fold } from './compare-fold.ts';
import type { SeedsView } from './compare-seeds.ts';

/** Everything else that runs can be held against each other by: folded away, its code and data loaded when it is opened. */
export function compareFolds(view: SeedsView): HTMLElement[] {
  const { opened, runs } = view;
  const folds = [
    fold({
      key: 'seeds',
      title: 'Groups of seeds',
      note: 'what is significant',
      opened,
      fill: async () => (await import('./compare-seeds.ts')).seedsSection(view),
    }),
    fold({
      key: 'status',
      title: 'Status, time and cost',
      opened,
      fill: async () => (await import('./compare-about.ts')).statusSection(view),
    }),
    fold({
      key: 'environment',
      title: 'Environment',
      note: 'machines, software, packages',
      opened,
      fill: async () => (await import('./compare-about.ts')).environmentSection(view),
    }),
    fold({
      key: 'code',
      title: 'Code',
      note: 'commits and uncommitted changes',
      opened,
      fill: async () => (await import('./compare-code.ts')).codeSection(view),
    }),
    fold({
      key: 'command',
      title: 'Command lines',
      opened,
      fill: async () => (await import('./compare-about.ts')).commandSection(view),
    }),
    fold({
      key: 'log',
      title: 'Log',
      note: 'from the first line that differs',
      opened,
      fill: async () => (await import('./compare-log.ts')).logSection(view),
    }),
    fold({
      key: 'artifacts',
      title: 'Artifacts',
      note: 'images, tables, matrices and files',
      opened,
      fill: async () => (await import('./compare-artifacts.ts')).artifactsSection(view),
    }),
  ];
  return runs.length > 1 ? folds : folds.filter(({ dataset }) => dataset.fold !== 'log' && dataset.fold !== 'seeds');
}
