// Facebook does not say whether it has confirmed an address; that Kratos calls each of them confirmed proves nothing.
person(text(claims, 'email'), false, [text(claims, 'name'), fullName], '')
