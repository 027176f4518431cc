// The types of layers that a saved model may hold, besides those that model-json.ts describes in full: what
// it says of these their own functions check.

export const moreTypes = [] as const;
