/** Texts of the head's page of who waits to be admitted to signing, in Vietnamese. */
export default {
  tab: 'Cấp quyền ký',
  heading: 'Chờ cấp quyền ký số', who: 'Người ký', role: 'Vai trò', licence: 'Số giấy phép hành nghề', admit: 'Cấp quyền ký', admitted: 'Đã cấp quyền ký cho {name}.', byAnother: 'Người khác cấp',
  text: 'Chỉ cấp cho người bạn biết mặt và biết đang làm việc tại khoa. Người này tự đặt mã PIN và từ đó ký được phiếu khám, đơn thuốc và các tài liệu khác.',
  byAnotherText: 'Bạn đã tạo tài khoản này, đặt mật khẩu hoặc giao vai trò cho người này.',
  empty: 'Không có ai chờ cấp quyền ký.', emptyText: 'Bác sĩ của khoa do quản trị viên thêm, hoặc được đặt lại mật khẩu, sẽ hiện ở đây.',
  confirmHeading: 'Cấp quyền ký số cho {name}?', whole: 'Toàn bệnh viện',
}
