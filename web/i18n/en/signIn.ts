/** Texts of the sign-in page in English. */
export default {
  title: 'Sign in',
  heading: 'Sign in',
  login: 'Login',
  password: 'Password',
  submit: 'Sign in',
  account: 'Account',
  needBoth: 'Type your login and your password.',
  tagline: 'Military electronic medical record',
  verify: 'Verify a signed document',
  trainingHeading: 'This is the training hospital',
  trainingText: 'Use the training account and password that your administrator gave you. All patients are invented; nothing goes into a real record.',
  demoHeading: 'Demo',
  demoHospital: 'Accounts to try: tiepdon, dieuduong, bacsi, truongkhoa, xetnghiem, cdha, quantri. The password was printed in the terminal at start.',
  demoCenter: 'Account to try: trungtam. The password was printed in the terminal at start.',
  demoWarning: 'Do not enter data of real patients.',
  version: 'Version {version}',
}
