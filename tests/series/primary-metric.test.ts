import { describe, expect, test } from 'vitest';
import type { MetricSettings } from '../../src/format/experiment-settings.ts';
import { choosePrimary, guessGoal } from '../../src/series/primary-metric.ts';

const counts = (...names: (string | [string, number])[]): Map<string, number> =>
  new Map(names.map((name) => (typeof name === 'string' ? [name, 10] : name)));
const settings = (own: Record<string, MetricSettings>): Map<string, MetricSettings> => new Map(Object.entries(own));

describe('guessGoal', () => {
  test.each([
    'loss',
    'val_loss',
    'train/loss',
    'valLoss',
    'nll_loss',
    'err',
    'top1_err',
    'error_rate',
    'ppl',
    'val/ppl',
    'perplexity',
    'mae',
    'val_mae',
    'mse',
    'rmse',
    'MSE',
    'wer',
    'test/wer',
    'fid',
  ])('%s is better when small', (name) => {
    expect(guessGoal(name)).toBe('min');
  });

  test.each([
    'acc',
    'accuracy',
    'val/acc',
    'valAccuracy',
    'top5_acc',
    'auc',
    'roc_auc',
    'f1',
    'macro/f1',
    'f1_score',
    'map',
    'bbox_mAP',
    'mAP50',
    'bleu',
    'sacre_bleu',
    'bleu4',
    'reward',
    'episode_reward_mean',
    'return',
    'avg_return',
    'r2',
    'r2_score',
  ])('%s is better when large', (name) => {
    expect(guessGoal(name)).toBe('max');
  });

  test.each([
    'lr',
    'step_time',
    'power',
    'grad_norm',
    'mapping',
    'lower',
    'epoch',
    'memory',
    'flower_count',
    'terrain',
    'fiddle',
    '',
  ])('%s says nothing', (name) => {
    expect(guessGoal(name)).toBeUndefined();
  });

  test('a declared goal wins over the name', () => {
    expect(guessGoal('loss', { goal: 'max' })).toBe('max');
    expect(guessGoal('loss', { label: 'Loss' })).toBe('min');
  });
});

describe('choosePrimary', () => {
  test('takes all that are declared primary, in order, and says whether the goal was guessed', () => {
    expect(
      choosePrimary(
        settings({
          a: { goal: 'min' },
          acc: { primary: true },
          b: { primary: true, goal: 'min' },
          c: { primary: true },
        }),
        counts('loss'),
      ),
    ).toEqual([
      { name: 'acc', goal: 'max', guessed: true },
      { name: 'b', goal: 'min', guessed: false },
      { name: 'c', goal: undefined, guessed: true },
    ]);
  });

  test('else the first declared with a goal', () => {
    expect(
      choosePrimary(
        settings({ x: { label: 'X' }, y: { goal: 'max' }, z: { goal: 'min' } }),
        counts('z', 'y', 'x', 'val/loss'),
      ),
    ).toEqual([{ name: 'y', goal: 'max', guessed: false }]);
  });

  test.each([
    [['loss', 'acc', 'val/loss'], 'val/loss', 'min'],
    [['loss', 'acc', 'val_acc'], 'val_acc', 'max'],
    [['loss', 'eval/acc'], 'eval/acc', 'max'],
    [['loss', 'test_acc'], 'test_acc', 'max'],
    [['acc', 'train/loss'], 'train/loss', 'min'],
    [['lr', 'train_acc'], 'train_acc', 'max'],
    [['test/loss', 'val/loss'], 'val/loss', 'min'],
  ])('else guesses by name: of %j it takes %s', (names, name, goal) => {
    expect(choosePrimary(new Map(), counts(...names))).toEqual([{ name, goal, guessed: true }]);
  });

  test('takes no value_loss for a validation loss: "value" is another word than "val"', () => {
    expect(choosePrimary(new Map(), counts('loss', 'value_loss'))[0]?.name).toBe('loss');
    expect(choosePrimary(new Map(), counts('train/total_loss', 'train/value_loss', 'eval/acc'))[0]?.name).toBe(
      'eval/acc',
    );
  });

  test('guesses among the metrics that most runs have', () => {
    expect(choosePrimary(new Map(), counts(['val/loss', 1], ['loss', 10]))).toMatchObject([{ name: 'loss' }]);
    expect(choosePrimary(new Map(), counts(['val/loss', 9], ['loss', 10]))).toMatchObject([{ name: 'val/loss' }]);
  });

  test('takes none where no name says anything', () => {
    expect(choosePrimary(new Map(), counts('lr', 'speed'))).toEqual([]);
    expect(choosePrimary(new Map(), new Map())).toEqual([]);
  });
});
