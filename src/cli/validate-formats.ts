/** How diagnostics can be printed. Apart from the validator, so that the command line can name them without loading it. */
export const validateFormats = ['pretty', 'json', 'github', 'sarif'] as const;
export type ValidateFormat = (typeof validateFormats)[number];
