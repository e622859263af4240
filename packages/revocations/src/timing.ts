/** The bounds that publishers and listeners agree on; all by monotonic clocks. */

/** Between two beats of a publisher, and two echoes of a listener. */
export const beatEveryMs = 200
/** Older than this, a beat or echo breaks the link. */
export const staleAfterMs = 800
/** An open connection on which nothing moves for so long is replaced: a dead link says nothing by itself. */
export const stalledAfterMs = 2_000
/** Then a publisher that fell silent without a good-bye is gone: more than the 30 s for which an answer may be kept. */
export const forgetAfterMs = 60_000
