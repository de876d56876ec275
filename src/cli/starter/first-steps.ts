/** A point to fit a line through. */
interface Point {
  x: number;
  y: number;
}

const sampleSteps = 40;

/** The learning rates of the sample: too small, about right, and nearly too large. */
export const sampleRates: readonly number[] = [0.02, 0.1, 0.28];

/** Points along y = 1.5 x - 0.5 with a spread that the same seed always gives (Park and Miller's generator, 1988). */
function samplePoints(count: number, seed: number): Point[] {
  let state = seed;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return Array.from({ length: count }, () => {
    const x = 4 * random() - 2;
    return { x, y: 1.5 * x - 0.5 + 0.8 * (random() - 0.5) };
  });
}

function meanSquaredError(points: readonly Point[], slope: number, offset: number): number {
  return points.reduce((sum, { x, y }) => sum + (slope * x + offset - y) ** 2, 0) / points.length;
}

/**
 * Fits a line through 16 points by gradient descent and gives the records of that run as it goes on, so that a writer can
 * append each at once. The loss is the mean squared error, on these points and on 8 others.
 */
export function* fitLine({ rate, now }: { rate: number; now: () => number }): Generator<Record<string, unknown>> {
  const time = (): string => new Date(now()).toISOString();
  const seed = 7;
  const train = samplePoints(16, seed);
  const held = samplePoints(8, seed + 1);
  let slope = 0;
  let offset = 0;
  yield {
    event: 'start',
    time: time(),
    params: { lr: rate, steps: sampleSteps, points: train.length },
    tags: ['sample'],
    notes: 'A sample that `runfolio init` computed: a straight line, fitted by gradient descent.',
    seed,
    schema: 1,
  };
  for (let step = 0; step <= sampleSteps; step += 1) {
    yield {
      step,
      time: time(),
      'train/loss': meanSquaredError(train, slope, offset),
      'val/loss': meanSquaredError(held, slope, offset),
      slope,
      offset,
    };
    let slopeGradient = 0;
    let offsetGradient = 0;
    for (const { x, y } of train) {
      const error = slope * x + offset - y;
      slopeGradient += (2 * error * x) / train.length;
      offsetGradient += (2 * error) / train.length;
    }
    slope -= rate * slopeGradient;
    offset -= rate * offsetGradient;
  }
  yield { event: 'end', time: time(), status: 'finished' };
}

/** Settings of the sample's experiment, below the line that editors read. */
export const sampleSettings = `title: "First steps: a sample"
description: |
  \`runfolio init\` fitted a straight line to 16 points by gradient descent, at three learning rates, and wrote each step
  down as it went. Delete this folder (experiments/first-steps) once you have runs of your own.
tags: [sample]
hypothesis: A larger learning rate gets to the same loss in fewer steps, until it is too large.
metrics:
  val/loss: {goal: min, label: Loss on points held back, primary: true}
  train/loss: {goal: min, label: Loss}
`;
