person(
  text(claims, 'email'),
  emailVerified,
  [text(claims, 'name'), fullName, text(claims, 'preferred_username'), text(claims, 'nickname')],
  text(claims, 'locale'),
)
