// What the notifications service is asked to send. It writes the text itself, in the person's language: neither subject nor body.
// `template_data` differs per template and release; v1.3.1 says no expiry.
function(ctx) {
  local data = std.get(ctx, 'template_data', {}),
  local identity = std.get(data, 'identity', null),
  local traits = if identity == null then {} else std.get(identity, 'traits', {}),
  local first(names) =
    local filled = [data[name] for name in names if std.get(data, name, '') != ''];
    if std.length(filled) > 0 then filled[0] else null,
  local minutes = std.get(data, 'expires_in_minutes', 0),

  recipient: ctx.recipient,
  template: ctx.template_type,
  messageType: ctx.message_type,
  code: first(['verification_code', 'recovery_code', 'login_code', 'registration_code']),
  link: first(['verification_url', 'recovery_url']),
  locale: if traits == null then null else std.get(traits, 'locale', null),
  expiresInMinutes: if minutes > 0 then minutes else null,
}
