import type { FilterNode } from './filter.ts';

/** Whether a filter asks about archived runs, which are left out otherwise. */
export function speaksOfArchived(node: FilterNode): boolean {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.parts.some(speaksOfArchived);
    case 'not':
      return speaksOfArchived(node.part);
    case 'is':
      return node.word === 'archived';
    case 'compare':
    case 'in':
    case 'match':
      return node.ref.scope === 'field' && node.ref.name === 'archived';
    case 'tag':
      return false;
  }
}
