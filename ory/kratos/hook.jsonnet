// What the identity service is told. Written out field by field: the whole context holds the session cookie, and
// `ctx.identity` would pass on whatever a later release adds to it.
local cut(text, length) = if text == null then null else std.substr(text, 0, length);
local header(headers, name) =
  local values = std.get(headers, name, []);
  if std.length(values) > 0 then cut(values[0], 500) else null;

function(ctx) {
  local identity = ctx.identity,
  local headers = std.get(ctx, 'request_headers', {}),
  // In settings the flow holds the identity as it was before the change.
  local before = std.get(ctx.flow, 'identity', null),

  flowId: ctx.flow.id,
  identityId: identity.id,
  schemaId: identity.schema_id,
  state: std.get(identity, 'state', null),
  traits: identity.traits,
  previousTraits: if before == null then null else std.get(before, 'traits', null),
  metadataPublic: std.get(identity, 'metadata_public', null),
  // The proxy overwrites this header with the address that it trusts.
  clientAddress: header(headers, 'True-Client-Ip'),
  userAgent: header(headers, 'User-Agent'),
}
