// The name comes beside the token, with the first sign-in only. Addresses of Apple's relay are confirmed like any other.
person(text(claims, 'email'), emailVerified, [text(claims, 'name'), fullName], '')
