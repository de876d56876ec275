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
}
