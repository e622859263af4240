// Goes before every mapper: Kratos lets none of them import. `trustsEmail` stands above it, from the operator's list of providers.
local claims = std.extVar('claims');
local raw = local found = std.get(claims, 'raw_claims', {}); if std.isObject(found) then found else {};
local text(source, name) = local value = std.get(source, name, ''); if std.isString(value) then value else '';
local first(texts) = local filled = [one for one in texts if one != '']; if std.length(filled) > 0 then filled[0] else '';

// Control characters become blanks, blanks are single, and nothing is longer than the schema takes.
local clean(name) =
  local isControl(code) = code < 32 || (code >= 127 && code < 160) || code == 65533;
  local visible = std.join('', [if isControl(std.codepoint(one)) then ' ' else one for one in std.stringChars(name)]);
  std.stripChars(std.substr(std.join(' ', [word for word in std.split(visible, ' ') if word != '']), 0, 200), ' ');

// Null for what nobody could write to; identity looks at the rest more closely.
local address(email) =
  local trimmed = std.asciiLower(std.stripChars(email, ' \t\r\n'));
  local parts = std.split(trimmed, '@');
  local isPlain = std.length([one for one in std.stringChars(trimmed) if std.codepoint(one) < 33 || std.codepoint(one) == 127]) == 0;
  local isShaped = std.length(parts) == 2 && parts[0] != '' && std.length(std.split(parts[1], '.')) > 1;
  if isPlain && isShaped && std.length(trimmed) <= 254 then trimmed else null;

local language(locale) = if std.asciiLower(std.substr(locale, 0, 2)) == 'nl' && (std.length(locale) == 2 || locale[2] == '-' || locale[2] == '_') then 'nl' else 'en';

// Who registers. `provided` is what identity's hook decides by and takes away again: Kratos lets posted traits override these.
// Without an address a person of the schema cannot be; the hook refuses the one that stands in for it.
local person(email, emailVerified, names, locale) =
  local mail = address(email);
  local isVerified = mail != null && (emailVerified || trustsEmail);
  local traits = {
    email: if mail == null then 'nobody@provider.invalid' else mail,
    name: first([clean(name) for name in names] + [if mail == null then 'Nobody' else clean(std.split(mail, '@')[0])]),
    locale: language(locale),
  };
  {
    identity: {
      traits: traits,
      verified_addresses: if isVerified then [{ via: 'email', value: mail }] else [],
      metadata_public: { provided: { hasEmail: mail != null, emailVerified: isVerified, traits: traits } },
    },
  };

local fullName = text(claims, 'given_name') + ' ' + first([text(claims, 'family_name'), text(claims, 'last_name')]);
local emailVerified = std.get(claims, 'email_verified', false) == true;
