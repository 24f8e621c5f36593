/** Texts of the page of system clients in English. */
export default {
  title: 'Connected software', add: 'Register software', empty: 'No software is connected yet.', emptyText: 'Register software that is to read and write records through the FHIR interface.',
  id: 'Client id', idHint: 'Small letters, digits, dots, hyphens. For example: laboratory', name: 'Name', scopes: 'May', signsIn: 'Signs in by', used: 'Last token', never: 'never',
  by: { secret: 'Secret', keys: 'Public keys', none: 'Nothing', open: 'No key' }, demo: 'Demo', demoText: 'This client belongs to the demo: everybody knows its secret, and it works in the demo only. It is not changed here.',
  state: { on: 'On', off: 'Off', byYou: 'Waits for you', byAnother: 'Waits' },
  kind: 'Kind', kinds: { system: 'System that acts for itself', app: 'App that acts for a user' }, places: 'Addresses', redirects: 'Return addresses', redirectsHint: 'One https address on each line (or http on the machine of the user), compared letter by letter. For example: https://app.example/back',
  launchUrl: 'Address to open it from a chart', launchUrlHint: 'Empty when it is not opened from a chart. It needs the scope launch too.', openNote: 'The app runs in a browser or on the machine of the user and keeps no secret: each time a user allows it.',
  appScopesHint: 'One scope on each line: user/Observation.rs, patient/*.rs, launch, launch/patient, openid, fhirUser, online_access, offline_access',
  about: 'Software', scopesHint: 'One scope on each line, for example: system/Observation.rs (r read, s search, c create, u change, d delete)', means: 'That is:',
  proof: 'Sign-in', secretNote: 'The server makes a secret and shows it once, after you save.', jwks: 'Public keys (JWKS)', jwksHint: 'Paste the whole file {"keys": […]}. RSA of 2048 bits or more (RS384) or EC P-384 (ES384), each with a kid.',
  newKeys: 'New public keys (JWKS), empty to keep', kids: 'Keys in use: {kids}', newSecret: 'Make a new secret', reallySecret: 'What it signs in by, and its access tokens, end at once. The new secret needs the approval of another administrator.', yesSecret: 'Make the secret', no: 'Cancel',
  twoPersons: 'New software, a further scope or a new key works only when another administrator has approved it.',
  access: 'On and off', on: 'Switch on', off: 'Switch off', approve: 'Approve and switch on', isOn: 'The software can be used.', isOff: 'The software is off.', waitsYou: 'Another administrator gave it scopes or keys. Look at id, name and scopes above, then approve.', waitsAnother: 'You gave it scopes or keys: another administrator must approve.', offNote: 'Switched off, all its access tokens end at once.',
  secretHeading: 'Secret of {name}', secret: 'Secret', once: 'Shown this once', onceText: 'Copy it now and hand it to whoever runs the software by a safe way. Once closed it cannot be seen again.', copy: 'Copy', copied: 'Copied.', kept: 'Copied, close',
  wrong: {
    address: 'Line {n} is not a usable address: {scope}', launchUrl: 'An https address is needed, or http on the machine of the user.',
    missing: 'This must not be empty.', client: '2 to 50 small letters, digits, dots and hyphens.', taken: 'This id is taken or reserved.', scope: 'Line {n} is not a valid scope: {scope}', tooMany: 'At most 50 scopes.', json: 'This is not JSON.',
    keys: '1 to 10 keys, each with a kid of its own.', key: 'Wrong at {place}. Only public keys, RSA of 2048 bits or more or EC P-384, without any private part.',
  },
}
