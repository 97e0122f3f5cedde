/** The JSON schema of what a model may answer (Ollama's `format`); readTypedClaims checks the answer again by itself. */
export const CLAIM_SCHEMA: Readonly<Record<string, unknown>> = { type: 'object', properties: { claims: { type: 'array' } }, required: ['claims'], additionalProperties: false };
