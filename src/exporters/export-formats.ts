/** What runs can be exported as. Apart from the export itself, so that the command line can name them without loading it. */
export const exportFormats = ['json', 'jsonl', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What a table for papers can be written in. */
export const paperFormats = ['latex', 'typst', 'markdown', 'html', 'csv'] as const;
export type PaperFormat = (typeof paperFormats)[number];
