/**
 * The lock under which an identity is changed at Kratos. Its settings read an identity, ask our hooks, and then write all of it; its
 * patches do so in less time. What is written in between is undone. No hook may take it: the guard holds it while Kratos asks.
 */
export const personKey = (identityId: string): string => `person:${identityId}`
