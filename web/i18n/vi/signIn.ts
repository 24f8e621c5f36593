/** Texts of the sign-in page in Vietnamese. */
export default {
  title: 'Đăng nhập',
  heading: 'Đăng nhập',
  login: 'Tên đăng nhập',
  password: 'Mật khẩu',
  submit: 'Đăng nhập',
  account: 'Tài khoản',
  needBoth: 'Nhập tên đăng nhập và mật khẩu.',
  tagline: 'Bệnh án điện tử quân y',
  verify: 'Kiểm tra tài liệu đã ký',
  trainingHeading: 'Đây là nơi tập huấn',
  trainingText: 'Dùng tài khoản và mật khẩu tập huấn mà quản trị viên đã phát. Người bệnh đều là bịa; không có gì được ghi vào hồ sơ thật.',
  demoHeading: 'Bản trình diễn',
  demoHospital: 'Tài khoản thử: tiepdon, dieuduong, bacsi, truongkhoa, xetnghiem, cdha, quantri. Mật khẩu in trên cửa sổ dòng lệnh khi khởi động.',
  demoCenter: 'Tài khoản thử: trungtam. Mật khẩu in trên cửa sổ dòng lệnh khi khởi động.',
  demoWarning: 'Không nhập dữ liệu người bệnh thật.',
  version: 'Phiên bản {version}',
}
