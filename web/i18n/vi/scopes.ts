/** Rights of software in plain words, in Vietnamese. */
export default {
  rights: { c: 'tạo', r: 'xem', u: 'sửa', d: 'xóa', s: 'tìm', all: 'xem, tìm, tạo, sửa, xóa' },
  scope: '{type}: {rights}', only: '{scope}, chỉ khi {only}', notScope: 'không phải quyền hợp lệ',
  patient: '{scope} (chỉ của một người bệnh)', user: '{scope} (của mọi người bệnh mà người dùng được xem)',
  launch: {
    launch: 'Biết người bệnh và lượt khám đang mở', launchPatient: 'Biết người bệnh mà người dùng chọn', openid: 'Biết ai đang dùng (mã tài khoản)', fhirUser: 'Biết hồ sơ nhân viên của người dùng (họ tên, chức danh)',
    online: 'Làm việc tiếp cho đến khi người dùng đăng xuất', offline: 'Làm việc tiếp cả khi người dùng đã đăng xuất, lâu nhất 30 ngày',
  },
}
