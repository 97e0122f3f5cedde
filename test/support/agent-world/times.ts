/** When the task of the corpus began (the index of files, the engine's events and the ledger are complete from here), and when it is looked at. */
export const TASK_BEGAN = '2026-11-23T14:30:00Z';
export const LOOKED_AT = '2026-11-23T15:00:00Z';
