/** READ_ONLY changes nothing; REVERSIBLE can be put back by another verb; DESTRUCTIVE loses something for good. */
export type Reversibility = 'READ_ONLY' | 'REVERSIBLE' | 'DESTRUCTIVE';
