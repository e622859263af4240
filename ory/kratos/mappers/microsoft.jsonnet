// `email` is whatever an administrator of any tenant wrote there; only the optional claim xms_edov says that the owner of its domain
// did (https://learn.microsoft.com/entra/identity-platform/migrate-off-email-claim-authorization). It comes as a boolean, a number or a text.
local edov = std.get(raw, 'xms_edov', false);
person(
  text(claims, 'email'),
  edov == true || edov == 1 || edov == '1' || edov == 'true',
  [text(claims, 'name'), fullName],
  first([text(claims, 'locale'), text(raw, 'xms_pl')]),
)
