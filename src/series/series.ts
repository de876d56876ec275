/**
 * One metric of one run as points. Arrays of one series are equally long.
 *
 * `steps` rise strictly; where a step was written again the later value stands here and the earlier one in
 * `superseded`. Values may be NaN or ±Infinity. A long series is reduced by extremes: then `reduced` is true and
 * `total` says how many points there were.
 */
export interface Series {
  steps: number[];
  values: number[];
  /** Wall time of each point in milliseconds since 1970, NaN where the line had none; absent when no line had one. */
  timesMs?: number[];
  /** Earlier values that a resumed or rewound run wrote again, one branch a rewind, steps rising in each. */
  superseded: { steps: number[]; values: number[] }[];
  /** Points written, before any reduction. */
  total: number;
  reduced: boolean;
  /** What the points left out add up to; present only where `reduced` and known. */
  buckets?: SeriesBuckets;
}

/**
 * The finite values of a reduced series by neighbourhood, for smoothing and means, which extremes alone would bend. Both
 * arrays are as long as `steps`. A point with a count closes a bucket: so many finite values were written since the bucket
 * before it, with this mean; such a point is finite itself. A count of 0 closes none; its mean is NaN.
 */
export interface SeriesBuckets {
  counts: number[];
  means: number[];
}
