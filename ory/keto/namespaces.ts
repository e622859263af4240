// The permission model, in Ory Permission Language: it looks like TypeScript and is not. Keto reads it left to right without
// precedence (`a || b && c` is `(a || b) && c`), takes a forgotten operator for `||` and skips what it does not know, so:
// parentheses around every mix, no bare `!`, one block per owner, and a case in cases/ for every permit, allowed and denied.
// Subjects are always sets (`User:<id>`), ids are UUIDs, and what implies what is written as tuples, not computed here.

// --- identity: people, and who administers the platform. Rows: platform_administrators. ---
class User implements Namespace {}

class Platform implements Namespace {
  related: {
    admins: User[]
  }

  permits = {
    administer: (ctx: Context): boolean => this.related.admins.includes(ctx.subject),
  }
}
// --- end of identity ---
