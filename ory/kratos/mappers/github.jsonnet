// Kratos asks for the primary address and whether GitHub has confirmed it. Many people have no name there, everybody has a login.
person(text(claims, 'email'), emailVerified, [text(claims, 'name'), text(claims, 'nickname')], '')
