// Google says itself whether it has confirmed the address (https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload).
person(text(claims, 'email'), emailVerified, [text(claims, 'name'), fullName], text(claims, 'locale'))
